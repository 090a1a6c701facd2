/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * state.c - see state.h.
 */
#include <l4/schedule.h>
#include <pecan/root.h>
#include <proto/root_client.h>
#include <proto/supervise.h>
#include <string.h>
#include "state.h"

enum { MAGIC = 0x70656361, VERSION = 1, SOON = 10 * SUPERVISE_SECOND, BEGINS = 2 };

struct state {
	uint32_t sum;			/* of all that follows */
	uint32_t magic, version, description, number;	/* number: of changes */
	uint64_t begun[BEGINS];		/* us: when supervisors with this state have begun, the last one first */
	struct past past[GRANTS_STARTS];
};

static struct state own;		/* that is used, without memory that outlives as well */
static struct state *copies;		/* 0: there is no such memory */

_Static_assert(2 * sizeof(struct state) <= SUPERVISE_KEEP, "`keep` of the supervisor has two copies (root)");

/*
 * FNV-1a, of words: no two words give one product, so a change of one word changes it. Of bytes it would take
 * as long as all else that the supervisor does for an event.
 */
uint32_t state_sum(uint32_t sum, const void *data, unsigned long bytes)
{
	enum { PRIME = 16777619 };
	const uint8_t *at = data;

	for (; bytes >= sizeof(sum); at += sizeof(sum), bytes -= sizeof(sum))
		sum = (sum ^ (at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24)) * PRIME + 1;
	for (; bytes > 0; at++, bytes--)
		sum = (sum ^ *at) * PRIME + 1;
	return sum;
}

static uint32_t sum_of(const struct state *s)
{
	return state_sum(0, &s->magic, sizeof(*s) - sizeof(s->sum));
}

static bool is_whole(const struct state *s, uint32_t description)
{
	return s->magic == MAGIC && s->version == VERSION && s->description == description && s->sum == sum_of(s);
}

static bool are_phases(const struct state *s)
{
	for (unsigned i = 0; i < GRANTS_STARTS; i++)
		if (s->past[i].phase > TASK_OVER)
			return false;
	return true;
}

void state_commit(void)
{
	struct state *to;

	own.number++;
	own.sum = sum_of(&own);
	if (!copies)
		return;
	to = &copies[own.number % 2];
	to->sum = ~own.sum;
	memcpy(&to->magic, &own.magic, sizeof(own) - sizeof(own.sum));
	to->sum = own.sum;
}

/* The newer one of the copies that are whole, or 0. */
static const struct state *newest(uint32_t description)
{
	bool first = is_whole(&copies[0], description), second = is_whole(&copies[1], description);

	if (first && second)
		return (int32_t)(copies[0].number - copies[1].number) > 0 ? &copies[0] : &copies[1];
	return first ? &copies[0] : second ? &copies[1] : 0;
}

bool state_open(uint32_t description)
{
	const struct state *found = 0;
	struct root_keep_out keep;
	uint64_t now = L4_SystemClock().raw;
	bool keeps;

	copies = 0;
	if (root_keep(pecan_root(), &keep) == ROOT_OK && keep.bytes >= 2 * sizeof(struct state)) {
		copies = (struct state *)keep.address;
		found = newest(description);
	}
	keeps = found && are_phases(found) && !(found->begun[1] != 0 && now - found->begun[1] < SOON);
	own = keeps ? *found : (struct state){ .number = found ? found->number : 0 };
	own.magic = MAGIC;
	own.version = VERSION;
	own.description = description;
	own.begun[1] = own.begun[0];		/* none is dropped for what ended before it was there */
	own.begun[0] = now;
	state_commit();
	return keeps;
}

struct past *state_of(unsigned start) { return &own.past[start]; }
