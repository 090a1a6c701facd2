/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record.c - the kernel's record of the loaded space, after a short Unmap between two short messages.
 *
 * A victim serves requests in a space of its own, and computes for each. An intruder in another space, with
 * two threads, calls it, and executes a short Unmap of a page of its own between two calls. Neither has a
 * right. The second thread reads only its own page at WINDOW; the victim has another page there.
 */
#include "attack.h"

enum { PRIO = 90, WORK = 200000, OWN = 0x111, SECRET = 0x5ec7e7 };

static struct space victims, intruders;
static L4_ThreadId_t victim;
static volatile word seen_word, served, reads;

static void serve(void *unused)
{
	L4_ThreadId_t from;

	(void)unused;
	image_read();
	L4_Wait(&from);
	for (;;) {
		count_down(WORK);
		served++;
		L4_Set_MsgTag(tag_make(0, 0, 0));
		L4_ReplyWait(from, &from);
	}
}

static void call_and_unmap(void *unused)
{
	(void)unused;
	image_read();
	for (;;) {
		L4_Set_MsgTag(tag_make(0, 0, 0));
		L4_Call(victim);
		L4_UnmapFpage(fpage(WINDOW, 12, L4_Writable));
	}
}

static void look(void *unused)
{
	volatile word *at = (volatile word *)(word)WINDOW;
	word w;

	(void)unused;
	image_read();
	while ((w = *at) == OWN)
		reads++;
	*at = 0xbad;
	seen_word = w;
	for (;;)
		reads++;
}

TEST(AREC0001, "a thread whose partner's space is loaded after a short Unmap does not run in that space")
{
	volatile word *secret = (volatile word *)pool(1), *own = (volatile word *)pool(2);

	*secret = SECRET;
	*own = OWN;
	space_make(&victims);
	space_make(&intruders);
	map_page(&victims, 1, 0, RW);
	map_page(&intruders, 2, 0, RW);
	victim = space_start_prio(&victims, serve, 0, PRIO);
	space_start_prio(&intruders, look, 0, PRIO);
	space_start_prio(&intruders, call_and_unmap, 0, PRIO);
	for (word before = served - 1; before != served && seen_word == 0 && served <= rounds_asked(); ) {
		before = served;
		AWAIT(seen_word != 0 || served > rounds_asked());
	}
	guest_figure("unmap-between", served, (seen_word != 0) + (*own != OWN) + (*secret != SECRET));
	CHECK_EQ(*own, OWN);
	CHECK_EQ(*secret, SECRET);
	CHECK_EQ(seen_word, 0);
}
