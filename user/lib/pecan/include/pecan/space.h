/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * space.h - child spaces: address spaces of the own task whose threads it pages, schedules, starts and stops
 * itself (docs/decisions/child-spaces.md). Needs the right `spaces`.
 *
 * What a child's threads send, faults and exceptions too, goes to the thread that made the space, its pager
 * and redirector, if it is not for another thread of this task. A new thread waits for its start message from
 * its pager: two words, IP and SP. All memory of a child is what its pager maps to it.
 */
#ifndef PECAN_SPACE_H
#define PECAN_SPACE_H

#include <pecan/root.h>

struct pecan_space { L4_Word_t number; L4_ThreadId_t thread; };		/* thread: of slot 0 */

/*
 * kmem: bytes of kernel memory, out of the task's own. slots: of threads. kip, utcbs: where the child has
 * those; utcbs has a UTCB for each slot. priority: of the first thread; 0: the task's.
 */
struct pecan_space_wanted { L4_Word_t kmem, slots, kip, utcbs; unsigned priority; };

enum root_error pecan_space_new(const struct pecan_space_wanted *wanted, struct pecan_space *made);

/* End a child space, with all its threads. */
enum root_error pecan_space_end(L4_Word_t space);

/* Make a thread in a free slot, paged by the caller; end one that is not the last of its space. */
enum root_error pecan_space_thread_new(L4_Word_t space, unsigned slot, unsigned priority,
				       L4_ThreadId_t *thread);
enum root_error pecan_space_thread_end(L4_Word_t space, unsigned slot);

/*
 * Memory as of pecan_populate_at (<pecan/memory.h>), whose pages a child may execute as well, if its pager
 * maps them so. The task itself can execute what it writes there, too: it is for programs whose children
 * bring their own code, as another system's kernel has.
 */
enum root_error pecan_space_memory(L4_Word_t size, L4_Word_t address, void **at);

#endif
