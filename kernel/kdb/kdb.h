/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kdb.h - the debugger on the serial line, the console conventions of int3, and the trace of kernel events.
 * KDB=no replaces them by empty functions (kdb_off.c). Their code is in sections of its own (kernel.ld).
 * Without the option kdb= and a trace it is called only by Inspect and at the end of booting (kdb_start).
 *
 *   kdb.c, show.c   the debugger: reads commands, shows threads, spaces, mappings, queues
 *   text.c          texts of programs
 *   inspect.c       the records of kdb for Inspect
 *   trace.c         the ring of events
 *   arch/           the calls from the machine: int3, a break on the serial line, entries while tracing
 */
#ifndef KDB_KDB_H
#define KDB_KDB_H

#include <core/thread.h>

/*
 * The option kdb=, in kernel.kdb. on: console conventions for int3; key: a break on the serial line enters
 * the debugger; debug: both, and int3's "enter the debugger" does so too.
 */
enum kdb_option { KDB_OFF, KDB_CONSOLE = 1, KDB_KEY = 2, KDB_DEBUG = KDB_CONSOLE | KDB_KEY };

/* The values of the option, in the order of the enum; ends with 0. */
extern const char *const kdb_options[];

/* False if this kernel was built with KDB=no. */
extern const bool kdb_present;

/*
 * The debugger: reads commands until `go`. self is the thread that was running, or 0. Interrupts are off, and
 * remain off.
 */
void kdb_run(struct thread *self, const char *why);

/* Inspect's records of kdb, for self; returns next (<x2/inspect.h>). */
l4_word_t kdb_inspect(struct thread *self, const struct l4_inspect_args *a);

/*
 * Print the text at `at` in self's space, up to its NUL, and `end`. Returns false, with nothing printed, if
 * its page at *missing is not mapped: after a page fault there the thread executes the instruction again.
 * Nothing is printed if the text reaches beyond the user area, or to memory that the kernel does not read.
 */
bool kdb_print_text(struct thread *self, l4_word_t at, const char *end, l4_word_t *missing);

/* ---- trace.c ---- */

/* The same for records of the trace. */
l4_word_t trace_inspect(struct thread *self, l4_word_t command, l4_word_t start);

/* Add an event of thread t; detail is below 256. Only while tracing. */
void trace_event(unsigned kind, unsigned detail, const struct thread *t, l4_word_t a, l4_word_t b);

/* Add an event that t runs, now or since the last event, unless it ran before as well. */
void trace_switch(const struct thread *t, bool now);

/* ---- the machine ---- */

/* End of booting: let the option kdb= take effect. */
void kdb_start(void);

/* int3 by self, with KDB_CONSOLE. Returns the next thread. */
__attribute__((noinline)) struct thread *kdb_breakpoint(struct thread *self);

/* Wait a short time for input of the debugger. Returns false if there can be none. */
bool kdb_arch_wait(void);

/* Returns ns since boot. */
uint64_t kdb_arch_now(void);

/* Let each entry into the kernel call trace.c, or not. */
void kdb_arch_trace(bool on);

#endif
