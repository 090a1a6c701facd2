/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_recycled.c - pages that were taken back, and tags of the TLB that another space had before: spaces
 * come and go, and use their memory through a TLB that keeps everything until it is invalidated.
 */
#include <core/arch.h>
#include "attack.h"
#include "world.h"

enum { VA = 0x400000, PAGES = 4, PAGE = 0x1000, LOG2 = 14, SPACES = 12, SMALL = 12, KEEPS = 7 };

static struct thread *user[SPACES];

/* How many of the pages a thread of t's space can read or write. */
static unsigned usable(const struct thread *t)
{
	unsigned n = 0;
	uint64_t pa;

	for (unsigned i = 0; i < PAGES; i++)
		n += host_user_access(t->space, VA + i * (l4_word_t)PAGE, i % 2 ? L4_W : L4_R, &pa);
	return n;
}

static void pass_on(struct thread *from, struct thread *to)
{
	accept_window(to, L4_COMPLETE);
	CHECK(!receive_from(to, from->id));
	put_map(from, l4_fpage(VA, LOG2, L4_RWX), VA, false);
	CHECK(send_to(from, to));
}

static void take_back(struct thread *t, unsigned log2, bool flush)
{
	unmap_fpage(t, l4_fpage(VA, log2, L4_RWX), flush);
}

/*
 * A new space in the place of the oldest gets the pages of `owner`, and loses the first, or all, by its own
 * flush or by the owner's Unmap. One of KEEPS loses none: the next one comes in its place, and it is deleted
 * with all its translations. Returns how often more or less could be used than is mapped.
 */
static unsigned long play(struct thread *owner, unsigned long round)
{
	struct thread **t = &user[(round - round / KEEPS) % SPACES];
	unsigned long wrong;
	bool one = round % 3 == 1, own = round % 2, keeps = round % KEEPS == KEEPS - 1;

	if (*t)
		CHECK(delete_thread((*t)->id));
	*t = new_space();
	wrong = usable(*t) != 0;
	pass_on(owner, *t);
	wrong += usable(*t) != PAGES;
	if (keeps)
		return wrong;
	if (own)
		take_back(*t, one ? SMALL : LOG2, true);
	else
		take_back(owner, one ? SMALL : LOG2, false);
	for (unsigned i = 0; i < SPACES; i++)
		if (user[i] && user[i] != *t)
			wrong += usable(user[i]) > (own ? PAGES : PAGES - 1u);
	return wrong + (usable(*t) != (one ? PAGES - 1 : 0)) + (usable(owner) != PAGES);
}

TEST(HATK0006, "no page is used before it is mapped, or after it was taken, by spaces whose tags had others")
{
	unsigned long rounds = attack_rounds(300), wrong = 0;
	struct thread *owner;

	world_boot();
	owner = new_space();
	give(owner, ram(LOG2), VA, LOG2, L4_RWX);
	for (unsigned long r = 0; r < rounds; r++)
		wrong += play(owner, r);
	attack_figure("recycled-tags", rounds, wrong);
}
