/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spaces.h - child spaces of tasks (docs/decisions/child-spaces.md): their records and thread numbers. No
 * function makes a system call.
 *
 * A record of 64 << n bytes, as its slots need, is in a page on the account of the task; the task's
 * directory, a page too, has the addresses of those pages. Pages stay with the task until it ends. The number
 * of a space is its record's place, from 1.
 *
 *   S1  a record is free if it has no slots; a page has records of one size, and is empty if all are free
 *   S2  threads of child spaces have the thread numbers from SPACE_NUMBERS on; a number is used while a slot
 *       has a thread with it. All slots together are at most as many: so a free slot has a number
 *   S3  a space with work (enum space_work) is in the list of its task, and is changed by that work only
 */
#ifndef ROOT_SPACES_H
#define ROOT_SPACES_H

#include <proto/root.h>
#include <x2/word.h>

struct task;

enum { SPACES_MAX = 4096, SPACE_THREADS_MAX = 16384 };		/* of all tasks */

enum space_work { SPACE_IDLE, SPACE_BEGINS, SPACE_THREAD_ENDS, SPACE_ENDS };

struct space {
	l4_word_t kip, utcbs;		/* addresses of the KIP, and of the UTCB of slot 0 */
	l4_word_t pager;		/* of its first thread */
	uint32_t kmem_kib;
	uint16_t slots, threads;	/* threads: that it has; those that are ending are among them */
	uint16_t next;			/* the number of the next one with work, or 0 */
	uint16_t slot;			/* of the thread that ends */
	uint8_t work, waiter;		/* waiter: number of the thread that waits for it; THREADS_MAX: none */
	uint8_t priority;		/* of its first thread */
	l4_word_t thread[];		/* ids; 0: the slot is free */
};

/*
 * Those of a task: where its directory is, 0: it has none; the first and the last one with work, the highest
 * priority of a thread that waits for one.
 */
struct spaces {
	l4_word_t directory;
	uint16_t pages, first, last;
	uint16_t taken;			/* pages on the account: those of records, and the directory */
	uint8_t priority;
};

/* Returns the child space of t with that number, or 0. */
struct space *spaces_at(const struct task *t, l4_word_t number);

/*
 * Make a record with so many slots, 1 to ROOT_SPACE_THREADS. ROOT_E_LIMIT: there are too many spaces, slots,
 * or records; errors of limit_settle: the account of t lacks a page.
 */
enum root_error spaces_alloc(struct task *t, unsigned slots, l4_word_t *number, struct space **made);

/* Free the record of a space without threads. */
void spaces_free(struct task *t, l4_word_t number, struct space *s);

/* Returns a new id for the thread of a free slot, which has that thread from now on. */
l4_word_t spaces_take_thread(struct space *s, unsigned slot);

/* Free the slot, if it has a thread. */
void spaces_drop_thread(struct space *s, unsigned slot);

/*
 * Free empty pages from entry *entry of the directory on, in the end the directory, and set *entry to the
 * entry that is looked at next. Returns true when t has no page any more; else *number is a space that is
 * there still, or 0: call it again. For a task that is ending.
 */
bool spaces_clean(struct task *t, unsigned *entry, l4_word_t *number);

#endif
