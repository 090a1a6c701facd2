/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trb.c - see trb.h.
 */
#include <pecan/endian.h>

#include "trb.h"

struct trb_ring trb_ring(volatile struct trb *trb, uint64_t physical, unsigned entries)
{
	return (struct trb_ring){ trb, physical, entries, 0, TRB_CYCLE };
}

/* The word with the bit of the round comes last. */
static void write(struct trb_ring *r, const struct trb *t)
{
	volatile struct trb *to = &r->trb[r->at];

	to->at = le64(t->at);
	to->state = le32(t->state);
	__atomic_thread_fence(__ATOMIC_RELEASE);
	to->head = le32(t->head | r->cycle);
}

uint64_t trb_put(struct trb_ring *r, struct trb t)
{
	uint64_t physical = r->physical + r->at * sizeof(t);

	write(r, &t);
	if (++r->at == r->entries - 1) {
		write(r, &(struct trb){ .at = r->physical, .head = trb_head(TRB_LINK) | TRB_TOGGLE });
		r->at = 0;
		r->cycle ^= TRB_CYCLE;
	}
	return physical;
}

bool trb_take(struct trb_ring *r, struct trb *t)
{
	volatile struct trb *from = &r->trb[r->at];

	t->head = le32(from->head);
	if ((t->head & TRB_CYCLE) != r->cycle)
		return false;
	__atomic_thread_fence(__ATOMIC_ACQUIRE);	/* the bit before what it is the bit of */
	t->at = le64(from->at);
	t->state = le32(from->state);
	if (++r->at == r->entries) {
		r->at = 0;
		r->cycle ^= TRB_CYCLE;
	}
	return true;
}
