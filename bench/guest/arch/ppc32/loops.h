/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * loops.h - round trips by as few instructions of user code as possible (loops.S). For .S files as well.
 *
 * Each function is the entry of a thread; its arguments are on its stack, behind the two words that belong to
 * a callee. `link` is that of Ipc. A client does `count` rounds, each in a window: a call of `to`; then it
 * sends to `done`, and waits for ever. Messages have the tag `tag`.
 *
 * The code of the circle is copied for each of its members, and must not refer to addresses: a member touches
 * `pages` pages, the first at `data`, the next ones `step` bytes further, receives from `from` and sends to
 * `to`, with marks of its space, which the copies get (loop_circle_mark).
 */
#ifndef BENCH_LOOPS_H
#define BENCH_LOOPS_H

#define W_BARE_0	96
#define W_BARE_9	97
#define W_BARE_63	98
#define W_BARE_SAME	99
#define W_NULL_CALL	100
#define W_REFILL	101
#define W_EVICTION	102
#define W_CIRCLE_SPREAD	103
#define W_CIRCLE_SAME	104

#define LOOP_LINK	8
#define LOOP_TO		12
#define LOOP_FROM	16
#define LOOP_COUNT	20
#define LOOP_DONE	24
#define LOOP_TAG	28
#define LOOP_DATA	32
#define LOOP_STEP	36
#define LOOP_PAGES	40

#ifndef __ASSEMBLER__
#include "../../bench.h"

struct loop_arguments { L4_Word_t chain, lr, link, to, from, count, done, tag, data, step, pages; };

entry_fn loop_bare_0, loop_bare_9, loop_bare_63, loop_bare_same;
entry_fn loop_server;			/* answers each message with its tag */
entry_fn loop_member;			/* of the circle */
entry_fn loop_first;			/* the one that begins it, and has windows */
extern const char loop_circle[], loop_circle_end[];	/* both */
extern L4_Word_t loop_circle_mark, loop_circle_mark_first;	/* the marks in them: words to be changed */

void loop_null_calls(L4_Word_t link, unsigned count);	/* each in a window */
void loop_failed(void);			/* called if an Ipc fails */
#endif

#endif
