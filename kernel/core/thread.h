/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thread.h - threads: identity, life, and the two halves of their IPC state.
 *
 * Life:
 *   (no TCB) -> INACTIVE  [thread_create]     exists; cannot run or communicate
 *   INACTIVE -> ACTIVE    [thread_activate]   waits for its pager's start message
 *   any      -> DYING     [thread_kill]       id no longer found; partners are told, in steps
 *   DYING    -> (no TCB)  [thread_step]
 *
 * IPC, each half by itself (an ACTIVE thread with both NONE is ready):
 *   send: NONE -> QUEUED [ipc_enqueue] partner not receiving from us
 *         NONE, QUEUED -> COPYING [ipc_transfer] typed items take more than one step
 *         any -> NONE [ipc_sent, ipc_send_fails]
 *   recv: NONE -> WAITING [ipc_receive] nobody acceptable is sending
 *         WAITING -> COPYING [ipc_transfer];  any -> NONE [ipc_received, ipc_receive_fails]
 *
 *   T1  send QUEUED: on exactly one sender queue, the partner's; not on one otherwise
 *   T2  ready, not halted: current on its CPU or on one ready queue, never both; else on none
 *   T3  recv WAITING from one thread: on that thread's list of waiters; not on one otherwise
 *   T4  at most one of the halves is not NONE, except that a thread COPYING has exactly one COPYING
 *   T5  a deadline is queued only while one of the halves is QUEUED or WAITING
 *   T6  the table entry of the thread's number points back at it, unless it is DYING
 *   T7  ACTIVE and not an interrupt or idle: has a UTCB and a space that is LIVE
 */
#ifndef CORE_THREAD_H
#define CORE_THREAD_H

#include <x2/call.h>
#include <x2/arch.h>
#include <x2/utcb.h>
#include <core/config.h>
#include <lib/list.h>
#include <lib/tree.h>
#include <core/mapdb.h>
#include <arch/regs.h>

enum thread_life { THREAD_INACTIVE, THREAD_ACTIVE, THREAD_DYING };
enum thread_kind { THREAD_USER, THREAD_IRQ, THREAD_IDLE };
enum send_phase { SEND_NONE, SEND_QUEUED, SEND_COPYING };
enum recv_phase { RECV_NONE, RECV_WAITING, RECV_COPYING };

/* On whose account an IPC is made, and so what its end means. */
enum ipc_origin {
	IPC_CALL,		/* the thread called Ipc */
	IPC_START,		/* waits for its start message */
	IPC_PAGE_FAULT,		/* kernel-generated: restart the instruction after the reply */
	IPC_EXCEPTION,		/* kernel-generated: the reply holds new register values */
	IPC_REPORT,		/* kernel-generated, one way: memory exhausted; then the thread halts */
};

/* A long operation that the thread must finish before it runs user code again. */
enum thread_work {
	WORK_NONE,
	WORK_TRANSFER,		/* items of a message; the partner is thread.partner */
	WORK_UNMAP,
	WORK_DELETE,		/* ThreadControl: a thread, perhaps with its space */
	WORK_MIGRATE,		/* ThreadControl: sort the senders of a moved thread anew */
};

struct thread {
	struct arch_regs regs;		/* user context; first: the way in stores here */

	l4_tid_t id;
	struct space *space;		/* 0: interrupts, idle */
	uint8_t life, kind, send, recv;	/* enums above */
	uint8_t origin, work;
	bool halted;			/* must not run user code (ExchangeRegisters H, no pager) */
	uint8_t prio;

	/* message */
	l4_word_t *mr;			/* where its message is: UTCB words, or kmr for the kernel's own */
	l4_word_t *utcb;		/* MR0 of its UTCB, kernel address; 0 before activation */
	l4_tag_t tag;			/* of the message it sends, read once */
	struct thread *partner;		/* send: to whom; recv WAITING: the only one accepted, or 0;
					   COPYING: the other side */
	l4_tid_t recv_from;		/* anythread, anylocalthread, or the partner's id */
	l4_word_t recv_timeout;		/* raw time, kept while the send phase lasts */
	bool recv_wanted;		/* a receive phase follows the send phase */

	struct list senders[2];		/* queues: 0 of other spaces, 1 of the own */
	struct list send_link;
	uint64_t send_order;		/* which of two queue heads came first */
	struct list waiters;		/* closed receivers of this thread */
	struct list wait_link;
	struct tree_node deadline;	/* in cpu.timeouts; key: us of the system clock */

	/* scheduling */
	struct list ready_link;
	struct cpu *cpu;
	uint64_t slice, slice_left;	/* us; slice 0: no end */
	uint64_t time_used;		/* us */
	l4_tid_t scheduler;
	uint8_t sensitive_prio;
	uint16_t max_delay;

	/* identity */
	struct list space_link;
	l4_word_t utcb_location;	/* user address of its UTCB block; ~0 if none */

	/* long operations */
	struct map_op map_op;		/* item in transfer */
	uint8_t item;			/* MR of that item */
	struct {
		l4_word_t control;	/* as called */
		unsigned index;		/* fpage being unmapped */
		bool walking;
	} unmap;
	struct {
		struct thread *victim;
		struct space *space;	/* to be taken down after it, or 0 */
	} deletion;
	struct list drain;		/* senders and waiters that a WORK_DELETE or _MIGRATE must see */

	/* interrupt threads */
	uint8_t irq_state;		/* enum irq_state */
	l4_word_t irq_count;

	l4_word_t kmr[L4_EXC_WORDS + 1];	/* message of the kernel on this thread's behalf */
};

/* The thread with this global id, version included, or 0. O(1). */
struct thread *thread_find(l4_tid_t id);

/* The thread with this number whatever its version, or 0. */
struct thread *thread_by_number(l4_word_t number);

/* Resolve an id as `self` may write it: global, or local in its own space. 0 if there is none. */
struct thread *thread_resolve(struct thread *self, l4_tid_t id);

/* id of t as a thread of space `reader` sees it: local inside the space, else global (api 4.1). */
l4_tid_t thread_id_for(const struct thread *t, const struct space *reader);

/* A new inactive thread in s. 0 if there is no memory; the number must be free. */
struct thread *thread_create(l4_tid_t id, struct space *s, l4_tid_t scheduler);

/* Give it a life: it waits for a start message from `pager`. Its UTCB is taken already. */
void thread_activate(struct thread *t, l4_tid_t pager);

/* Change its id; partners waiting for the old one are told, in steps by the caller's WORK_MIGRATE. */
void thread_rename(struct thread *t, l4_tid_t id);

/* Begin to delete t, in steps: thread_step true when t is freed. */
void thread_kill(struct thread *t);
bool thread_step(struct thread *t);

static inline bool thread_ready(const struct thread *t)
{
	return t->life == THREAD_ACTIVE && t->send != SEND_QUEUED && t->recv != RECV_WAITING
	    && (t->work != WORK_NONE || (t->send == SEND_NONE && t->recv == RECV_NONE));
}

enum l4_sched_state thread_state(const struct thread *t);

void thread_check(struct thread *t);

#endif
