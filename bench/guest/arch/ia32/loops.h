/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * loops.h - round trips by as few instructions of user code as possible (loops.S). For .S files as well.
 *
 * Each function is the entry of a thread; its arguments are on its stack, behind a return address that it
 * does not use. `link` is the address of Ipc's stub in the thread's space. A client does `count` rounds, each
 * in a window: a send to `to` and a receive from `from`; then it sends to `done`, and waits for ever. `best`
 * is the least difference of TSCs around a window, since Bochs has no plugin; TICKS_BESIDE of it are not the
 * operation's.
 */
#ifndef BENCH_LOOPS_H
#define BENCH_LOOPS_H

#define TICKS_BESIDE	4	/* the first RDTSC, a store, two marks */

#define W_SMALL_SMALL	96
#define W_LARGE_SMALL	97
#define W_LARGE_LARGE	98
#define W_SAME_SPACE	99
#define W_RING_ONE	100
#define W_RING_TWO	101
#define W_UNMAP_SMALL	102
#define W_FLUSH_SMALL	103
#define W_GROW		104

#ifndef __ASSEMBLER__
#include "../../bench.h"

struct loop_arguments { L4_Word_t unused, link, to, from, count, done, best, began; };

entry_fn loop_small_small, loop_large_small, loop_large_large, loop_same_space, loop_ring_one, loop_ring_two;
entry_fn loop_server;		/* answers each message without a word: link */
entry_fn loop_receiver;		/* the same, and accepts mappings anywhere: link */
entry_fn loop_member;		/* receives from `from`, sends to `to`, for ever: link, to, from */

void loop_failed(void);		/* called by these, if an Ipc fails */
#endif

#endif
