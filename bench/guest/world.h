/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world.h - between world.c and crowd.c: starting a thread in another space.
 */
#ifndef BENCH_WORLD_H
#define BENCH_WORLD_H

#include "bench.h"

/* UTCBs of this space, as the kernel made the area; UTCBs and kernel interface page of the other spaces. */
#define UTCBS_HERE	0xbf000000UL
#define UTCB_AREA	(EXTENT_AT + 0x200000)
#define KIP_AREA	EXTENT_AT

/* Which thread, where, with which slot of the space's UTCB area. */
struct place {
	L4_ThreadId_t thread, space;
	unsigned slot;
};

/* Ready when it returns: it has run if its priority is above the pager's. */
void thread_launch(const struct place *p, entry_fn *entry, L4_Word_t sp, unsigned priority);

#endif
