/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * limit.h - what a task may use, in memory and kernel memory.
 */
#ifndef ROOT_LIMIT_H
#define ROOT_LIMIT_H

#include <proto/root.h>
#include <x2/word.h>

struct area;
struct task;

/*
 * Reserve the memory that t could use now without another request, at least what its section reserves.
 * Errors: ROOT_E_MEMORY, ROOT_E_KMEM if that exceeds a limit of t; ROOT_E_POOL if so much is not free.
 * Nothing has changed then. A reservation that shrinks is never refused.
 */
enum root_error limit_settle(struct task *t);

/* The same as area_add, but with an error of limit_settle if not all of the area could be used. */
enum root_error limit_area(struct task *t, const struct area *a);

/* Reserve memory for a block of 2^order pages more (t->blocks). Errors as of limit_settle. */
enum root_error limit_block(struct task *t, unsigned order);

/*
 * Reserve memory for a page more with records of child spaces (t->spaces.taken). Errors as of limit_settle.
 */
enum root_error limit_record(struct task *t);

/*
 * Count so much of the kernel memory of t as that of a child space, which the kernel takes out of it
 * (docs/api/thread_control.md). ROOT_E_KMEM: t would have less than it needs. limit_return gives it back.
 */
enum root_error limit_lend(struct task *t, l4_word_t kib);
void limit_return(struct task *t, l4_word_t kib);

/* Call it when t touches a new page of its first stack. Returns false if its limit is reached. */
bool limit_stack(struct task *t);

/* Return the memory and the kernel memory, in KiB, that t needs now. */
l4_word_t limit_memory_kib(const struct task *t);
l4_word_t limit_kmem_kib(const struct task *t);

#endif
