/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keep.h - what keep.c and move.c share: a user's process keeps pages that Linux takes. A process of root's
 * makes a file that the user may not read, as often as the user asks, so Linux uses free pages for it.
 */
#ifndef INTRUDER_KEEP_H
#define INTRUDER_KEEP_H

#include "intruder.h"

enum {
	PAGES = 512, PAGE = 4096, PAGE_LOG2 = 12, BYTES = PAGES * PAGE, WORDS = PAGE / sizeof(L4_Word_t),
	READ = 1, WRITE = 2, SHARED = 1, PRIVATE = 2, FIXED = 0x10, ANONYMOUS = 0x20,	/* of mmap */
};

/* Where the user has pages by Linux, and where it moves them to. */
#define OWN	((volatile L4_Word_t *)0x2000000000)
#define KEPT	((volatile L4_Word_t *)0x2000200000)
#define SECRET	0x5ec2e75ec2e7ul

enum request { MAKE_SECRET, REMOVE_SECRET, HAVE_READ, HAVE_MOVED };	/* of n pages */
void ask_root(enum request r, L4_Word_t n);

/* A file that is there, or is made; so many pages of this word are written to one. */
long create(const char *name);
void fill(long fd, L4_Word_t word, L4_Word_t pages);

/* Start a second thread that receives pages at KEPT; grant it page i of OWN. Returns true if it got that. */
L4_ThreadId_t start_keeper(void);
bool grant(L4_ThreadId_t keeper, unsigned i);

#endif
