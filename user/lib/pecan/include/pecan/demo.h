/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * demo.h - output of the demonstration programs.
 *
 * Every result that is printed was checked. A program ends with "NAME: ok" and status 0, or with
 * "NAME: FAILED: why" and status 1.
 */
#ifndef PECAN_DEMO_H
#define PECAN_DEMO_H

#include <stdbool.h>

#include <l4/types.h>

/* End the program, and first the tasks it started: well, or with the reason. */
void demo_ok(const char *program) __attribute__((noreturn));
void demo_fail(const char *program, const char *format, ...)
	__attribute__((noreturn, format(printf, 2, 3)));

/* Print the text if the condition holds; otherwise end the program with it as the reason. */
void demo_check(const char *program, bool holds, const char *what);

/* Returns the number in text, decimal or 0x..; `otherwise` if text is NULL, no number or above `most`. */
L4_Word_t demo_number(const char *text, L4_Word_t otherwise, L4_Word_t most);

/* Returns the thread id in text, a hexadecimal word as in arguments of programs; 0 if it is malformed. */
L4_ThreadId_t demo_thread(const char *text);

/*
 * Start `program` with these arguments; ends the demo named `demo` if that is refused. task may be
 * NULL. The task is ended with the demo; of more than 32, the first ones are.
 */
L4_ThreadId_t demo_spawn(const char *demo, const char *program, L4_Word_t *task, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Let a task that was started otherwise end with the demo too. */
void demo_started(L4_Word_t task);

/* Read the word at `at` with `pager` as the pager of the thread, so that a fault goes there. */
L4_Word_t demo_touch(L4_ThreadId_t pager, volatile L4_Word_t *at);

/* The kernel's record of [base, base + size) in the space that `thread` lives in. */
struct demo_window {
	L4_Word_t pages;		/* present there */
	L4_Word_t parent;		/* space that all of them come from; 0: none, or several */
};

L4_Word_t demo_space_of(const char *demo, L4_ThreadId_t thread);
struct demo_window demo_window(const char *demo, L4_ThreadId_t thread, L4_Word_t base, L4_Word_t size);

/* Returns true for a message of the kernel on behalf of a faulting thread (protocols 3). */
bool demo_is_page_fault(L4_MsgTag_t tag);

#endif
