/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thread.h - threads: identity, life cycle, and the send half and receive half of their IPC state.
 *
 * Life:
 *   (no TCB) -> INACTIVE  [thread_create]     exists; cannot run or communicate
 *   INACTIVE -> ACTIVE    [control_activate]   waits for its pager's start message
 *   any      -> DYING     [control_delete]       id no longer found; partners are notified in steps
 *   DYING    -> (no TCB)  [control_step]
 *
 * IPC, each half by itself, its states without SEND_ and RECV_ (an ACTIVE thread with both NONE is runnable):
 *   send: NONE -> QUEUED [ipc_enqueue] the partner is not receiving from this thread
 *         NONE, QUEUED -> COPYING [transfer_step] typed items take more than one step
 *         any -> NONE [ipc_send_done, ipc_fail]
 *   recv: NONE -> WAITING, READY [ipc_begin_receive] no acceptable sender is queued
 *         WAITING, READY -> COPYING [transfer_step];  any -> NONE [ipc_receive_done, ipc_fail]
 *         WAITING <-> READY [ipc_update_ready] READY: the fast path may deliver a message without core (T15)
 *
 *   T1  send QUEUED: the thread is on exactly one sender queue, its partner's (or on the partner's drain
 *       list, if the partner is DYING, was renamed or was moved). Otherwise it is on no sender queue
 *   T2  a runnable thread is current on its CPU or on one ready queue, never both; others are on none
 *   T3  wait_at is thread_none, or the thread is on the list of waiters of wait_at (or on its drain
 *       list, if wait_at is DYING or was renamed). In a closed receive wait_at is the awaited thread, or
 *       thread_none if that does not exist; otherwise it is the thread last waited for, a mere cache.
 *       caller is thread_none, or the thread that last began to wait for this one: its wait_at is this
 *   T4  at most one of the halves is not NONE
 *   T5  timed: the phase or transfer of the thread ends at `until`: its QUEUED send, its wait (also for
 *       WORK_RECEIVE if that wait had begun), or, while it receives COPYING or is suspended, the transfer.
 *       Then its deadline is queued, for `until` or earlier. The deadline of a thread that is not timed, or
 *       whose time has not come, has no effect when it expires: so a message that arrives in time need not
 *       change the tree (timeout.h)
 *   T6  the table entry of the thread's number points at the thread, unless it is DYING
 *   T7  an ACTIVE thread that is no interrupt and not idle has a UTCB and a space that is LIVE
 *   T8  COPYING: the partner is COPYING in its other half, with this thread as partner, and one of the
 *       two has WORK_TRANSFER; or the partner is suspended from that, and neither has WORK_TRANSFER
 *   T9  suspended if and only if its IPC is an IPC_XFER_FAULT; while it is in an IPC, the message of an
 *       IPC_CALL is in its saved registers and, from REG_MRS on, in its UTCB; any other is in rest->kmr,
 *       but for an exception whose words went from its registers to the handler: then mr is not used
 *   T10 a thread that waits for a revocation owns its report, and the revocation is active; notifier and
 *       renamed point at each other; the drain lists of a thread that is not DYING are empty unless it
 *       has a notifier; its unmap and its control are in progress only while it has that work
 *   T11 an interrupt thread has a handler, which is not DYING and counts it, unless it is DETACHED; it
 *       is in the sender queue of its handler if and only if it is WAITING
 *   T12 while it sends, its route has flag p if and only if its tag does; send QUEUED with a propagated
 *       message: it is in the partner's tree `virtuals`, with the virtual sender's id as key; in no
 *       such tree otherwise
 *   T13 no sender whose message a WAITING thread would accept is in that thread's sender queue
 *   T14 a total quantum that is over has 0 us left; a thread that stopped for that is in no IPC, except
 *       for the message about it to its scheduler
 *   T15 recv is RECV_READY if and only if the wait is a user's Ipc, and the thread could run in user mode
 *       right after delivery: it is not halted, its quantum is not over, its drain[0] is empty, and its
 *       registers are those of a plain call (arch_came_by_ipc). The fields with a fixed value in such a
 *       wait - recv_timeout never, IPC_CALL, mr - already have that value in a thread that is
 *       in no IPC, so the fast path need not write them. The end of such a wait writes recv and timed only
 *   T16 open_wait_mask and closed_wait_mask are 0 if such a wait must look at the queued senders first
 *   T17 a free block, before its first thread and between two: it is in no list or tree, its own lists and
 *       trees are empty, wait_at and caller are thread_none, cpu and rest are set, rest->control is
 *       done; notifier is 0. thread_create relies on these values
 */
#ifndef CORE_THREAD_H
#define CORE_THREAD_H

#include <x2/call.h>
#include <x2/arch.h>
#include <x2/utcb.h>
#include <core/config.h>
#include <lib/list.h>
#include <lib/tree.h>
#include <mem/mapdb.h>
#include <arch/regs.h>
#include <lib/section.h>

enum thread_life { THREAD_ACTIVE, THREAD_INACTIVE, THREAD_DYING };
enum thread_kind { THREAD_USER, THREAD_IRQ, THREAD_IDLE };
enum send_phase { SEND_NONE, SEND_COPYING, SEND_QUEUED };

/* Ordered: the two kinds of wait are above NONE and COPYING; RECV_READY is the greatest (thread.prio). */
enum recv_phase { RECV_NONE, RECV_COPYING, RECV_WAITING, RECV_READY = 0xff };

/* What caused an IPC: it determines what happens when the IPC ends. */
enum ipc_origin {
	IPC_CALL,		/* the thread called Ipc */
	IPC_START,		/* waits for its start message */
	IPC_PAGE_FAULT,		/* kernel-generated: restart the instruction after the reply */
	IPC_EXCEPTION,		/* kernel-generated: the reply holds new register values */
	IPC_REPORT,		/* kernel-generated, no reply: memory exhausted; then the thread halts */
	IPC_PREEMPTION,		/* kernel-generated, no reply: the thread was preempted; blocks until received */
	IPC_QUANTUM,		/* kernel-generated, no reply: total quantum used up; then the thread stops */
	IPC_XFER_FAULT,		/* kernel-generated: a string transfer needs a page, see struct outer */
};

/* A long operation that the thread must finish before it runs user code again. */
enum thread_work {
	WORK_NONE,
	WORK_TRANSFER,		/* transfer the items of a message; the partner is thread.partner */
	WORK_RECEIVE,		/* begin the receive phase: a sender was queued already */
	WORK_UNMAP,		/* Unmap or MemoryControl, fpage by fpage */
	WORK_CONTROL,		/* ThreadControl: the operations in struct control */
	WORK_QUANTUM,		/* its total quantum is over: send a message to the scheduler and stop */
	WORK_EXPIRE,		/* the timeout of a thread that is not below it is over, and ends first */
};

/* The total quantum (api 7.2). It is charged while the thread's slice is used, also by other threads. */
enum quantum_state {
	QUANTUM_RUNS,		/* not over, or infinite */
	QUANTUM_OVER,		/* the thread stops before it runs user code again */
	QUANTUM_STOPPED,	/* not scheduled until it has a new one */
	QUANTUM_UNSENT,		/* the same, and the message could not be sent: the next scheduler gets it */
};

/* A position in a list of string descriptors (strcopy.c). */
struct strcursor {
	uint8_t item, part;		/* first word of the descriptor, substring */
	l4_word_t done;			/* bytes of the substring already copied; see strcopy.backward */
};

/* The string of a message that is being copied; kept by the sender. */
struct strcopy {
	struct strcursor src, dst;
	uint8_t next_buffer;		/* BR of the next string's buffer, 0: none */
	bool backward, cut;		/* backward: src.done is all that it copies; cut: longer than the buffer */
	uint8_t fault_access;		/* after MSG_FAULT: L4_R or L4_W; the side and address are below */
	bool fault_at_receiver;
	bool faulted;			/* the deadline is set */
	bool receivers_deadline;	/* it is that of the receiver's transfer timeout */
	l4_word_t acceptor;		/* of the message: the receiver's BR0, read once */
	l4_word_t fault;
	l4_word_t bytes;		/* copied of all strings so far: the offset in error codes */
	l4_word_t left;			/* bytes of this string still to be copied */
	uint64_t deadline;		/* us, of the transfer; L4_FOREVER: none so far */
};

/* Propagation and redirection of a message (route.h). Ids are global. */
struct route {
	l4_word_t flags;		/* of its tag: L4_TAG_PROPAGATED, L4_TAG_REDIRECTED */
	l4_tid_t sender;		/* propagated: the virtual sender */
	l4_tid_t intended;		/* redirected: the IntendedReceiver */
};

/*
 * The saved IPC state of a thread that waits for its pager during a string transfer (thread.suspended): the
 * fields that the call to the pager overwrites. The partner stays COPYING; neither has WORK_TRANSFER.
 */
struct outer {
	uint8_t send, recv, item;
	l4_tag_t tag;
	l4_tid_t recv_from;
	uint64_t recv_timeout;
	struct thread *partner;
	struct route route;
};

/* A ThreadControl in progress: delete a thread, or notify the partners of a renamed or moved one. */
struct control {
	struct thread *victim;		/* being deleted, or 0 */
	struct thread *renamed;		/* its old partners, in its drain lists, are to be notified; or 0 */
	struct space *space;		/* in teardown since it lost its last thread, or 0 */
};

/* The seldom used part of a TCB, apart so that the other fields share few cache lines. */
struct thread_rest {
	struct control control;		/* done in a new thread (T17) */
	struct {			/* Unmap; and MemoryControl, which sets attributes in the same way */
		bool sets;		/* MemoryControl */
		uint8_t attr[4];	/* its four attributes as arch_attribute codes; ARCH_NO_ATTRIBUTE: unknown */
		uint8_t index;		/* MR of the fpage that is being unmapped, or set */
		struct walk_report report;	/* of that fpage; status is 0 when it begins */
		l4_fpage_t fpage;	/* copy of that MR, read once */
		l4_word_t control;	/* argument of the call */
		l4_word_t space;	/* number of the space that the call was made in */
		struct mapspace *m;	/* of that space, with the awaited revocation; valid while WALK_ACTIVE */
	} unmap;

	/* The fields below, and all of unmap except its report, are written before they are read. */
	l4_word_t utcb_location;	/* user address of its UTCB block; ~0 if none */
	struct map_op map_op;		/* map or grant item in transfer; in use while thread.mapping */
	struct strcopy str;		/* string in transfer */
	struct outer outer;
	l4_word_t fault_address;	/* of its last fault (exception: the number) */
	l4_word_t kmr[L4_EXC_WORDS + 1];	/* kernel message in this thread's name */
	struct arch_extra extra;	/* seldom used part of the user context */
};

/*
 * A TCB. The user context is directly in front of it, where the kernel entry stores it (thread_regs). The
 * fields used most come first, so that an 8-bit displacement reaches them.
 */
struct thread {
	/* One cache line: the fields that the fast path reads and writes when it delivers (T15, T16). */
	l4_tid_t id;
	union {
		uint64_t state;			/* the fields below as one number */
		struct { uint32_t phase, busy; };	/* the same in two halves; busy is 0 in a READY thread */
		struct {
			uint8_t prio, recv;	/* in this order: a little-endian number compared with cpu.floor (S7) */
			bool timed;		/* T5; next to recv, because a message clears both at once */
			uint8_t send, work;	/* enums above, like recv, origin and kind */
			uint8_t origin, kind;
			union {
				uint8_t stops;		/* not 0: must not run user code, for one of these reasons */
				struct {
					uint8_t life : 2;		/* enum above; not ACTIVE */
					uint8_t halted : 1;		/* ExchangeRegisters H, no pager */
					uint8_t quantum_state : 2;	/* enum above; not RUNS */
					uint8_t draining : 1;		/* drain[0] is not empty */
				};
			};
		};
	};
	uint32_t open_wait_mask;		/* all ones while no sender is queued, else 0 */
	uint32_t closed_wait_mask;		/* all ones while no propagated message is queued, else 0 */
	l4_tid_t recv_from;		/* anythread, anylocalthread, or the global id that is waited for (until
					   find_source as the caller gave it); nilthread: no receive phase */
	l4_tid_t *wait_at, *caller;	/* T3; each points to the field id of a thread: see thread_of (kernel.h) */
	struct space *space;		/* 0: interrupts, idle */
	l4_word_t *utcb;		/* MR0 of its UTCB, kernel address; 0 before activation */
	l4_tid_t local;			/* local id: the user address of MR0, which system calls return */
	union {
		l4_word_t tls;		/* user address of its thread-local storage, for the machine; 0: none */
		struct thread *handler;	/* of an interrupt thread; 0: detached */
	};

	/* message */
	l4_word_t *mr;			/* MR0 of its message: in its user context, or rest->kmr for
					   a kernel message */
	l4_tag_t tag;			/* of the message it sends, read once */
	struct thread *partner;		/* QUEUED: the destination; COPYING: the other side */
	struct thread_rest *rest;	/* set as long as the block exists */
	struct cpu *cpu;
	bool queued_local;		/* index of the partner's queue that it was put into */
	uint8_t item;			/* MR of the map or string item in transfer */
	bool mapping;			/* rest->map_op is in use */
	bool suspended;			/* its IPC state is saved in rest->outer */
	bool notify_fails;		/* threads in the drain lists get error 2 (else senders are queued again) */
	bool fpu_used;			/* for the machine: rest->extra is in use since the thread started */
	uint8_t fpu_loads;		/* for the machine: loads left without #NM (fpu.c) */
	struct route route;		/* of the message it sends */
	uint64_t recv_timeout;		/* raw time, kept until the wait begins; << 16: the instant of a time
					   point, once it is held (ipc_hold_point) */
	uint64_t quantum;		/* us left of the total quantum; 0: infinite, or used up */
	uint64_t time_used;		/* us */
	uint8_t sensitive_prio;		/* as set by Schedule; see delay_sensitive */
	uint8_t irq_state;		/* enum irq_state, of an interrupt thread */
	uint16_t handles;		/* number of interrupts whose handler it is */
	uint16_t max_delay, delay_left;	/* us */
	union {
		uint64_t until;		/* T5; us */
		l4_word_t irq_count;	/* of an interrupt thread: number of interrupts so far */
	};
	struct control *notifier;	/* the control whose `renamed` is this thread, or 0 */

	struct list senders[2];		/* sender queues: virtual sender in 0 another space, 1 this space */
	struct tree virtuals;		/* queued senders of propagated messages; key: virtual sender's id */
	struct list send_link;
	struct tree_node virtual_link;
	uint32_t send_order;		/* order of arrival among its partner's senders, modulo 2^32 */
	uint32_t last_order;		/* the last send_order that one of its senders got */
	struct list waiters;		/* threads whose wait_at is this thread */
	struct list wait_link;
	struct tree_node deadline;	/* in cpu.timeouts; key: as until (T5) */
	struct list ready_link;
	uint64_t slice, slice_left;	/* us; SLICE_ENDLESS: infinite */
	l4_tid_t scheduler;
	struct list space_link;
	struct list drain[2];		/* senders and waiters of its former id or space, to be notified */
};

/* The bits of a field of one byte in thread.state. */
#define STATE_BYTE(field)	STATE_VALUE(field, 0xff)
#define STATE_VALUE(field, value) ((uint64_t)(value) << 8 * (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ \
		? offsetof(struct thread, field) - offsetof(struct thread, state) \
		: offsetof(struct thread, state) + 7 - offsetof(struct thread, field)))

/* The same of thread.busy. */
#define BUSY_VALUE(field, value) \
	((uint32_t)(STATE_VALUE(field, value) >> (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 32 : 0)))

/* Each field but prio is 0 in a user thread that is in no phase of an IPC, and that nothing stops. */
_Static_assert(!RECV_NONE && !SEND_NONE && !WORK_NONE && !IPC_CALL && !THREAD_USER && !THREAD_ACTIVE
	       && !QUANTUM_RUNS, "thread.state");

/* A dummy TCB in place of a null pointer: waits for no thread, is in no list, is never written. */
extern struct thread thread_none;

_Static_assert(sizeof(struct arch_regs) % 8 == 0, "a TCB follows, whose fields may be aligned to 8");
static inline struct arch_regs *thread_regs(const struct thread *t) { return (struct arch_regs *)t - 1; }

/* Returns the thread with id, which is global, or local in self's space (api 4.1); 0 if there is none. */
struct thread *thread_resolve(struct thread *self, l4_tid_t id);

/* Returns the global form of such an id; id itself if there is no such thread. */
l4_tid_t thread_global(struct thread *self, l4_tid_t id);

/* Returns the id of t for a reader in space `reader`: local if t is in it, else global (api 4.1). */
static inline l4_tid_t thread_id_for(const struct thread *t, const struct space *reader)
{
	return t->space && t->space == reader && t->utcb ? t->local : t->id;
}

/* Returns a new inactive thread in s, or 0 if there is no memory. The number must be free. */
struct thread *thread_create(l4_tid_t id, struct space *s, l4_tid_t scheduler);

/* Returns true if t's drain lists are empty: no thread remains to be notified. */
static inline bool thread_is_drained(const struct thread *t)
{
	return list_empty(&t->drain[0]) && list_empty(&t->drain[1]);
}

/* Remove t from the table of ids; its id becomes nilthread. For the deletion of t (control.c) only. */
void thread_forget_id(struct thread *t);

/* Returns true if the operation is finished, or none was begun. */
static inline bool control_done(const struct control *c)
{
	return !c->renamed && !c->victim && !c->space;
}

/* Returns true if t is in a sender queue (T1). */
static inline bool thread_queued(const struct thread *t) { return t->send == SEND_QUEUED; }

/* Returns true if t waits for a message. */
static inline bool thread_waits(const struct thread *t) { return t->recv >= RECV_WAITING; }

/* Returns true if t is in a phase of an Ipc. */
static inline bool thread_in_ipc(const struct thread *t)
{
	return t->send != SEND_NONE || t->recv != RECV_NONE || t->work == WORK_RECEIVE;
}

/* Returns true if a receive phase with this FromSpecifier is closed: accepts a single thread only. */
static inline bool wait_is_closed(l4_tid_t from)
{
	return !l4_tid_is_any(from) && !l4_tid_is_anylocal(from);
}

/* Returns true if t could continue in user mode as soon as its message is delivered (a part of T15). */
static inline bool thread_can_run_user(const struct thread *t) { return t->stops == 0; }

/*
 * Call before a condition of T15 changes for t, which may be waiting: makes RECV_READY RECV_WAITING and
 * completes t's saved context. ipc_update_ready is called after the change.
 */
void thread_unready(struct thread *t);

/* Returns as thread_runnable for a t with a field of its state, other than prio, that is not 0. */
NOINLINE bool thread_runnable_otherwise(const struct thread *t);

/* Returns true if t is runnable: it may be scheduled. */
static INLINE bool thread_runnable(const struct thread *t)
{
	return !(t->state & ~STATE_BYTE(prio)) || thread_runnable_otherwise(t);
}

/* Returns the address of TCR i (negative, <x2/utcb.h>) or of MR i in t's UTCB. t must have a UTCB. */
static inline l4_word_t *thread_tcr(struct thread *t, int i) { return t->utcb + i; }

/* Returns true if the message of t, a user thread, is a kernel message. */
static inline bool thread_has_kernel_message(const struct thread *t) { return t->origin != IPC_CALL; }

/*
 * Returns the address of MR i of t's message. The first REG_MRS of a user message are in its saved registers
 * only, the others in its UTCB; those of a kernel message in rest->kmr.
 */
l4_word_t *thread_mr(struct thread *t, unsigned i);

/* The same of a user message. */
static inline l4_word_t *thread_user_mr(const struct thread *t, unsigned i)
{
	return (i < REG_MRS ? t->mr : t->utcb) + i;
}

/* Returns the state of t as Schedule reports it (api 4.5, 7.2). */
enum l4_sched_state thread_state(const struct thread *t);

/* Checks T1 to T16 of t; self is the running thread. */
void thread_check(struct thread *t, struct thread *self);

/* Checks T17 of a free block. */
void thread_check_spare(struct thread *t);

#endif
