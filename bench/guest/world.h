/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world.h - between world.c and crowd.c: starting a thread in another space.
 */
#ifndef BENCH_WORLD_H
#define BENCH_WORLD_H

#include "bench.h"

/* UTCBs of this space, as the kernel made the area. */
#define UTCBS_HERE	0xbf000000UL

/* Which thread, where, with which UTCB. */
struct place {
	L4_ThreadId_t thread, space;
	L4_Word_t utcb;
};

/* The UTCB of that slot of an area. */
L4_Word_t utcb_in(L4_Word_t area, unsigned slot);

/* Ready when it returns: it has run if its priority is above the pager's. */
void thread_launch(const struct place *p, entry_fn *entry, L4_Word_t sp, unsigned priority);

#endif
