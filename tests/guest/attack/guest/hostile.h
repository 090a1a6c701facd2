/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hostile.h - a program that makes random system calls and executes random code. Its threads have areas of
 * memory, mapped 1:1; they see the code and the constants of this program, and nothing else of it.
 */
#ifndef HOSTILE_H
#define HOSTILE_H

#include "attack.h"

enum { HOSTILES = 9, HOSTILE_PAGE = 128, AREA_PAGES = 4, AREA_LOG2 = 14, RECORDS = 24, UTCB_WORDS = 128 };

/* Of the pool, all areas and what lies behind them: hostile threads map it to each other. */
enum { HOSTILE_LOG2 = 18 };

/* A call of `target` with these registers, after a word of the UTCB was set; where: UTCB_WORDS: none. */
struct record { struct regs regs; word target, where, word; };

struct area {
	uint64_t state;			/* of random numbers: the order of the records */
	L4_ThreadId_t handler;		/* of exceptions */
	struct regs regs;		/* of the call that is made */
	struct record record[RECORDS];
	uint8_t code[PAGE] __attribute__((aligned(PAGE)));
	uint8_t data[PAGE], stack[PAGE];
};
_Static_assert(sizeof(struct area) == AREA_PAGES * PAGE && sizeof(struct area) == 1 << AREA_LOG2,
	       "of whole pages");

/*
 * At COUNTS_PLACE a thread counts its system calls, before it makes each: a page of all spaces, at an address
 * that is in no register during a call. Calls by random code are not counted.
 */
struct hostile_count { volatile word calls, unused[7]; };

/* The entry of a hostile thread; SP is the end of its area, less 8. */
void hostile_main(void);

/* ---- what it does: made by the test ---- */

/* Ids that calls use; the last ones of hostile threads. */
enum { HOSTILE_KNOWN = 64 };
extern L4_ThreadId_t hostile_known[HOSTILE_KNOWN];

void hostile_seed(word seed);
void hostile_records(struct area *a, unsigned n);	/* so many of its records anew */
void hostile_code(struct area *a);	/* all code anew */
word hostile_address(void);		/* of something, or of nothing */
word hostile_below(word limit);

#endif
