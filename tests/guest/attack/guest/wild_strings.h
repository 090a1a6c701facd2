/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wild_strings.h - string items from and to wild places, for the row wild-arguments: a message, and what it
 * must come to.
 */
#ifndef WILD_STRINGS_H
#define WILD_STRINGS_H

#include "attack.h"

/* So many messages; returns how many did not come to what is specified. */
word wild_strings(word rounds);

enum {
	/* Pages of a space: from WINDOW on; the last one of the user's area; the first two of its UTCBs. */
	READ_ONLY = 2, HOLE = 3, WINDOW_PAGES = 5, TOP = 5, OWN = 6, SIBLING = 7, PAGES = 8,
	HERE = 0, THERE = 1, SPACES,
	STRINGS = 2, DESCRIPTORS = 2, PARTS = 3, FAULTS = 16, WORDS = 32,
};

#define TOP_AT (USER_END - PAGE)

struct string {
	unsigned descriptors;
	struct { word length, parts, at[PARTS]; } d[DESCRIPTORS];
};
struct fault { word at, access, from; };
struct outcome { word send, receive, faults; struct fault fault[FAULTS]; };

/* A message: what it is, what it must come to, what it came to. */
struct plan {
	struct string string[STRINGS], buffer[STRINGS];
	unsigned strings, buffers;
	bool near, accepts, cut;		/* near: in one space; cut: its last word is missing */
	bool zero, receivers, serving;	/* the transfer timeout, whose it is; true if the pager maps pages */
	word u, mr[WORDS], words, br[__L4_NUM_BRS], brs, xfer[SPACES];
	L4_ThreadId_t sender, to;
	struct outcome want, is;
	word tag, from, arrived[WORDS];
};

/* All memory of the two spaces but the program's, as it must be. */
extern uint8_t shadow[SPACES][PAGES][PAGE], kip_before[PAGE];

/* Fills in what p must come to, in the shadow as well. */
enum result { WHOLE, OVERFLOW, LATE, RESULTS };
enum result wild_expect(struct plan *p);

/* Missing pages: the one that the pager maps if it serves; where nothing can be mapped. */
static inline bool in_hole(word at) { return at / PAGE == WINDOW / PAGE + HOLE; }
static inline bool in_kernels_area(word at)
{
	return at / PAGE == SPACE_KIP / PAGE || at - SPACE_UTCB < 1ul << SPACE_UTCB_LOG2;
}

/* The address is exact but inside a space, where a string may be moved by pieces from its end on. */
static inline struct fault fault_of(const struct plan *p, word at, word access, L4_ThreadId_t from)
{
	return (struct fault){ p->near ? at / PAGE * PAGE : at, access, from.raw };
}

#endif
