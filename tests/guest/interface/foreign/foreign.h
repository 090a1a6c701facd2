/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * foreign.h - between the files of the foreign root server.
 */
#ifndef FOREIGN_H
#define FOREIGN_H

#include "l4.h"

extern word *kip;
extern word user_base;
extern L4_ThreadId_t root, sigma0;
extern L4_ThreadId_t inside, across;		/* in this space; in another, echo_all */

/* Have each page of the image up to end now: later, the pager is busy with the tests. */
extern char __init_array_start[], __program_end[];	/* ends of code and constants, of all */
void touch_image(const char *end);

void check(int ok, const char *what);
void note(const char *what);			/* a line of its own */
#define CHECK(condition) check((condition) != 0, #condition)

void thread_start(void);			/* arch/<a>/start.S: calls the function on the stack */

/* system.c */
void kip_found(void), utcb_found(void), memory_found(void), kdb_conventions(void), sigma0_gives(void);
void sigma0_refuses(void), sigma0_and_kip(void), errors_and_time(void), interrupts(void);

/* threads.c */
void thread_starts(void), ping_pong_inside(void), second_space(void), ping_pong_across(void);
void revoke(void), exchange(void), schedule(void), exceptions(void), delete_all(void);
void reply_unloaded(void);

/* What those share with promises.c: the root server is the pager of all threads. */
word frame(int n, void (*run)(void));		/* n: of the stacks, 0 to 5 */
L4_MsgTag_t start(L4_ThreadId_t t, int n, void (*run)(void));
L4_MsgTag_t serve(L4_ThreadId_t t);
void map_page(word address);
void report(void), stop_here(void), echo_all(void);

/* promises.c */
void scheduling_extension(void), other_extensions(void), interrupt_unknown(void), exchange_client(void);
void sigma0_silent(void), transfer_timeouts(void), transfer_aborts(void), sender_first(void);

#endif
