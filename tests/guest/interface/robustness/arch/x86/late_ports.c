/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * late_ports.c - how late a thread runs because of items of I/O ports (lateness.c).
 */
#include "robustness/late.h"

/* The port bitmap of n's receiver is there, and empty. */
static void nothing_ports(struct nothing *n)
{
	static struct received r;
	L4_Fpage_t one = L4_FpageAddRights(L4_IoFpage(0x70, 1), L4_FullyAccessible);

	CHECK(!L4_IsNilFpage(L4_Sigma0_GetPage(L4_nilthread, one)));
	map_into(&n->to, one, 0, L4_CompleteAddressSpace, &r);
	L4_UnmapFpage(one);
	n->send = L4_IoFpageLog2(0, 16);
	n->window = L4_FpageLog2(WINDOW, 12);
}

TEST(GLAT0001, "interrupts wait for at most 5,000 instructions while items of all I/O ports are sent")
{
	static struct nothing n;
	static struct watch w;

	n.items = 1;
	n.messages = 300;
	space_make(&n.from);
	space_make(&n.to);
	nothing_ports(&n);
	watch_start(&w, 50, STEP);
	nothing_start(&n);
	AWAIT(n.sent > 0);
	w.naps = w.over = w.worst = 0;	/* until now the pagers, which are above all, had work for the two */
	AWAIT(n.sent == n.messages);
	watch_end(&w);
	CHECK_EQ(n.sent, n.messages);
	CHECK(w.naps > 100);
	CHECK_EQ(w.over, 0);
}

TEST(GLAT0003, "31 items of all I/O ports keep a thread between sender and receiver from running for"
	      " at most 5,000 instructions")
{
	static struct nothing n;

	n.items = ITEMS;
	n.messages = 1;
	space_make(&n.from);
	space_make(&n.to);
	nothing_ports(&n);
	CHECK(lateness_between(&n) <= STEP);
}
