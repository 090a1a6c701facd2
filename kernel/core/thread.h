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
 *         NONE, QUEUED -> COPYING [transfer_in_steps] typed items take more than one step
 *         any -> NONE [send_done, ipc_fail]
 *   recv: NONE -> WAITING, READY [wait_for_message] nobody acceptable is sending
 *         WAITING, READY -> COPYING [transfer_in_steps];  any -> NONE [receive_done, ipc_fail]
 *         WAITING <-> READY [ipc_refresh] READY: a plain wait, in which the machine may deliver by itself
 *
 *   T1  send QUEUED: on exactly one sender queue, the partner's (its drain list if that one is DYING);
 *       not on one otherwise
 *   T2  runnable: current on its CPU or on one ready queue, never both; else on none
 *   T3  wait_at is thread_nobody, or the thread is on the list of waiters of that one (or on its drain
 *       list, if it is DYING or was renamed). A wait for one thread only: it is the one waited for, or
 *       nobody if that does not exist; otherwise the thread last waited for, and means nothing.
 *       caller is nobody or one whose wait_at is this thread: who began to wait for it last
 *   T4  at most one of the halves is not NONE
 *   T5  timed: what the thread waits for ends at `until`: its QUEUED send, its wait (also for WORK_RECEIVE if
 *       that wait had begun), or, while suspended, the transfer. Then its deadline is queued, for until or
 *       earlier. The deadline of a thread that is not timed, or whose time has not come, expires in vain:
 *       so a message that comes in time need not touch the tree (timeout.h)
 *   T6  the table entry of the thread's number points back at it, unless it is DYING
 *   T7  ACTIVE and not an interrupt or idle: has a UTCB and a space that is LIVE
 *   T8  COPYING: the partner is COPYING the other half with this one, and one of the two has
 *       WORK_TRANSFER; or the partner is suspended from that, and neither has
 *   T9  suspended if and only if its IPC is an IPC_XFER_FAULT; while it is in an IPC, the message
 *       of an IPC_CALL lies in its registers and, beyond them, in the UTCB, any other in rest->kmr
 *   T10 who waits for a walk owns its report, and the walk is active; drainer and renamed point
 *       at each other; the drain lists of a thread that lives have a drainer, or are empty; its unmap
 *       and its control are under way only while it has such work
 *   T11 an interrupt has a handler, which is not DYING and counts it, unless it is DETACHED; it is
 *       queued, at its handler, if and only if it is WAITING
 *   T12 its route says so if and only if the tag of the message that it sends has flag p; send QUEUED
 *       with a propagated message: in the partner's tree `virtuals`, under the virtual
 *       sender's id; in none otherwise
 *   T13 nobody is queued at a WAITING thread whose message that one would accept
 *   T14 a total quantum that is over has nothing left; a thread that stopped for that is in no IPC
 *       but, perhaps, the one that tells its scheduler
 *   T15 recv READY if and only if the wait is a user's Ipc, and the thread would run in user mode at once:
 *       neither halted nor at the end of its quantum, its senders where they belong, its registers those
 *       of a plain call (arch_thread_plain). What such a wait has in common with all others of its kind -
 *       recv_wanted, recv_timeout never, IPC_CALL, mr - is so already in a thread that is in no IPC: the
 *       machine need not write it. The end of such a wait writes recv and timed only
 *   T16 lone_open and lone_closed say whether somebody is queued whom such a wait would have to look at
 *   T17 before it is created and when it is gone it is in no list and tree, its own are empty, wait_at and
 *       caller are thread_nobody, it has its cpu and its rest, in which no control is begun; handler and
 *       drainer are 0. So it is, from then on, in the block that the next is created in
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

enum thread_life { THREAD_INACTIVE, THREAD_ACTIVE, THREAD_DYING };
enum thread_kind { THREAD_USER, THREAD_IRQ, THREAD_IDLE };
enum send_phase { SEND_NONE, SEND_COPYING, SEND_QUEUED };

/* Ordered: NONE and COPYING, then both ways to wait, READY above all (thread.prio). */
enum recv_phase { RECV_NONE, RECV_COPYING, RECV_WAITING, RECV_READY = 0xff };

/* On whose account an IPC is made, and so what its end means. */
enum ipc_origin {
	IPC_CALL,		/* the thread called Ipc */
	IPC_START,		/* waits for its start message */
	IPC_PAGE_FAULT,		/* kernel-generated: restart the instruction after the reply */
	IPC_EXCEPTION,		/* kernel-generated: the reply holds new register values */
	IPC_REPORT,		/* kernel-generated, one way: memory exhausted; then the thread halts */
	IPC_PREEMPTION,		/* kernel-generated, one way: preempted until it is received */
	IPC_QUANTUM,		/* kernel-generated, one way: total quantum used up; then the thread stops */
	IPC_XFER_FAULT,		/* kernel-generated: a page that a string transfer needs, see struct outer */
};

/* A long operation that the thread must finish before it runs user code again. */
enum thread_work {
	WORK_NONE,
	WORK_TRANSFER,		/* items of a message; the partner is thread.partner */
	WORK_RECEIVE,		/* the receive phase, for which a sender was queued already */
	WORK_UNMAP,		/* Unmap or MemoryControl, fpage by fpage */
	WORK_CONTROL,		/* ThreadControl: what struct control says */
	WORK_QUANTUM,		/* its total quantum is over: tell the scheduler and stop */
};

/* The total quantum (api 7.2). It runs out while the thread's slice is used, by whomsoever. */
enum quantum_state {
	QUANTUM_RUNS,		/* or has no end */
	QUANTUM_OVER,		/* the thread stops before it runs user code again */
	QUANTUM_STOPPED,	/* not scheduled until it has a new one */
};

/* A place in a list of string descriptors (strcopy.c). */
struct strcursor {
	uint8_t item, part;		/* first word of the descriptor, substring */
	l4_word_t done;			/* bytes of the substring */
};

/* The string of a message that is being copied; kept by the sender. */
struct strcopy {
	struct strcursor src, dst;
	uint8_t next_buffer;		/* BR of the buffer of the next string, 0: none */
	bool backward, cut;
	uint8_t fault_access;		/* MSG_FAULT: access (L4_R, L4_W), at which side, and address */
	bool fault_at_receiver;
	bool receivers_deadline;	/* the deadline is that of the receiver's transfer timeout */
	l4_word_t fault;
	l4_word_t bytes;		/* of all strings so far: the offset of errors */
	l4_word_t left;			/* bytes of this string still to be copied */
	l4_word_t whole;		/* backward: bytes of this string that are copied in all */
	uint64_t deadline;		/* of the transfer, from its first fault on; 0: no fault yet */
};

/* In whose name a message is, and what the receiver is to know of that (route.h). Ids are global. */
struct route {
	l4_word_t flags;		/* of its tag: L4_TAG_PROPAGATED, L4_TAG_REDIRECTED */
	l4_tid_t sender;		/* propagated: the virtual sender */
	l4_tid_t intended;		/* redirected: whom it was sent to */
};

/*
 * The IPC of a thread that waits for its pager in the middle of a string transfer: what the call to
 * the pager overwrites (while thread.suspended). The other side stays COPYING; nobody has WORK_TRANSFER
 * meanwhile.
 */
struct outer {
	uint8_t send, recv, item;
	bool recv_wanted;
	l4_tag_t tag;
	l4_tid_t recv_from;
	uint64_t recv_timeout;
	struct thread *partner;
	struct route route;
};

/* A ThreadControl in progress: delete a thread, tell the partners of a renamed or moved one. */
struct control {
	struct thread *victim;		/* being deleted, or 0 */
	struct thread *renamed;		/* whose old partners, in its drain list, are to be told, or 0 */
	struct space *space;		/* lost its last thread and is taken down, or 0 */
};

/* What is seldom needed of a thread: apart, so that those parts that are not lie close together. */
struct thread_rest {
	struct control control;		/* done in a new thread (T17) */
	struct {			/* Unmap, and MemoryControl, which sets attributes the same way */
		bool sets;		/* the latter */
		uint8_t attr[4];	/* the machine's codes of its four; ARCH_NO_ATTRIBUTE: unknown */
		uint8_t index;		/* fpage being unmapped: its MR, */
		struct walk_report report;	/* of that fpage; status is 0 when it begins */
		l4_fpage_t fpage;	/* what it was when its turn came */
		l4_word_t control;	/* as called */
		l4_word_t space;	/* number of the space that it was called in */
		struct mapspace *m;	/* there, whose walk is waited for; valid while WALK_ACTIVE */
	} unmap;

	/* All that follows, and unmap but for its report, is written before it is read. */
	l4_word_t utcb_location;	/* user address of its UTCB block; ~0 if none */
	struct map_op map_op;		/* item in transfer; in use while thread.mapping */
	struct strcopy str;		/* string in transfer */
	struct outer outer;
	l4_word_t fault_address;	/* of its last fault (exception: the number) */
	l4_word_t kmr[L4_EXC_WORDS + 1];	/* message of the kernel on this thread's behalf */
	struct arch_extra extra;	/* user context that is seldom touched */
};

/*
 * Its user context lies right before it, where the way in stores it (thread_regs): so the other fields,
 * those first that most code looks at, are near to where pointers to it point, and are named in a byte.
 */
struct thread {
	/* One cache line: what the machine looks at and writes when it delivers by itself (T15, T16). */
	l4_tid_t id;
	uint8_t prio, recv;		/* in this order: one number, to be compared with cpu.floor */
	bool timed;			/* T5; behind recv, as a message ends both at once */
	uint8_t send;			/* enum above, as recv */
	uint32_t lone_open;		/* all ones while no sender is queued, else 0 */
	uint32_t lone_closed;		/* all ones while no message in another's name is queued, else 0 */
	uint8_t kind, origin, work;
	bool halted;			/* must not run user code (ExchangeRegisters H, no pager) */
	l4_tid_t recv_from;		/* anythread, anylocalthread, or the global id that is waited for */
	l4_tid_t *wait_at, *caller;	/* T3: id in the thread on whose list of waiters it is, and in one
					   that is on its own */
	struct space *space;		/* 0: interrupts, idle */
	l4_word_t *utcb;		/* MR0 of its UTCB, kernel address; 0 before activation */
	l4_tid_t local;			/* that address as programs know it, the id in its own space */

	/* message */
	l4_word_t *mr;			/* first of its message registers: those of its user context, or
					   rest->kmr for the kernel's own */
	l4_tag_t tag;			/* of the message it sends, read once */
	struct thread *partner;		/* send: to whom; COPYING: the other side */
	struct thread_rest *rest;	/* its own, as long as it exists */
	struct cpu *cpu;
	bool recv_wanted;		/* a receive phase follows the send phase */
	bool queued_local;		/* in which of the partner's two queues; told when it was put there */
	uint8_t quantum_state;		/* enum above */
	uint8_t item;			/* MR of the map or string item in transfer */
	bool mapping;			/* rest->map_op is in use */
	bool suspended;			/* from an IPC that rest->outer keeps */
	uint8_t life;			/* enum above */
	bool drain_fails : 1;		/* those in the drain lists get error 2 (else: senders are sorted anew) */
	bool fpu_used : 1;		/* the machine's: has used what is in rest->extra since it started */
	uint8_t fpu_loads : 6;		/* the machine's: times that it is still to be loaded at once (fpu.c) */
	struct route route;		/* of the message it sends */
	uint64_t recv_timeout;		/* raw time, kept until the wait begins; << 16: the instant of a time
					   point, once it is held (ipc_hold_point) */
	uint64_t quantum;		/* us left of the total quantum; 0: no end, or used up */
	uint64_t time_used;		/* us */
	uint8_t sensitive_prio;		/* as set; see preempt_sensitive */
	uint8_t irq_state;		/* enum irq_state, of an interrupt thread */
	uint16_t handles;		/* of so many interrupts it is the handler */
	uint16_t max_delay, delay_left;	/* us */
	struct thread *handler;		/* of the interrupt; 0: detached */
	union {
		uint64_t until;		/* T5; an instant and an order (timeout.h) */
		l4_word_t irq_count;	/* of an interrupt: how often it came */
	};
	struct control *drainer;	/* the one whose renamed is this thread, or 0 */

	struct list senders[2];		/* queues: 0 of other spaces, 1 of the own (of virtual senders) */
	struct tree virtuals;		/* those of them whose messages are propagated; key: sender's id */
	struct list send_link;
	struct tree_node virtual_link;
	uint64_t send_order;		/* which of two queue heads came first */
	struct list waiters;		/* whose wait_at is this thread */
	struct list wait_link;
	struct tree_node deadline;	/* in cpu.timeouts; key: as until (T5) */
	struct list ready_link;
	uint64_t slice, slice_left;	/* us; SLICE_ENDLESS: no end */
	l4_tid_t scheduler;
	struct list space_link;
	struct list drain[2];		/* senders and waiters of the id or space it had before */
};

/* Stands where there is no thread: waits for nothing, is in no list, is never written. */
extern struct thread thread_nobody;

static inline struct arch_regs *thread_regs(const struct thread *t) { return (struct arch_regs *)t - 1; }

/* The thread with this number whatever its version, or 0. */
struct thread *thread_by_number(l4_word_t number);

/* Resolve an id as `self` may write it: global, or local in its own space. 0 if there is none. */
struct thread *thread_resolve(struct thread *self, l4_tid_t id);

/* Such an id in its global form; as it is if there is none. */
l4_tid_t thread_global(struct thread *self, l4_tid_t id);

/* id of t as a thread of space `reader` sees it: local inside the space, else global (api 4.1). */
l4_tid_t thread_id_for(const struct thread *t, const struct space *reader);

/* A new inactive thread in s. 0 if there is no memory; the number must be free. */
struct thread *thread_create(l4_tid_t id, struct space *s, l4_tid_t scheduler);

/* Give it a life: it waits for a start message from `pager`. Its UTCB is taken already. */
void thread_activate(struct thread *t, l4_tid_t pager);

/* Change its version; those who wait for the old one move to the drain lists (thread_drain tells them). */
COLD_CODE void thread_rename(struct thread *t, l4_tid_t id);

/*
 * Move t to space s: its UTCB is taken there already and holds the old one's contents. Its senders
 * move to the drain lists, to be sorted anew by thread_drain.
 */
COLD_CODE void thread_move(struct thread *t, struct space *s);

/* One bounded step of telling, or sorting, those in the drain lists; true when they are empty. */
COLD_CODE bool thread_drain(struct thread *t);

/* A sender has left t's drain list: if it was the last one, t may run again. */
void thread_sender_left(struct thread *t);

/*
 * Begin to delete t: its id is no longer found, its own IPC is ended. True if that is all: nobody has to be
 * told (T10), and it was in the middle of nothing.
 */
bool thread_kill(struct thread *t);

/* One bounded step; true when t is freed. *space is then its space if that lost its last thread. */
bool thread_step(struct thread *t, struct space **space);

static inline bool control_done(const struct control *c)
{
	return !c->renamed && !c->victim && !c->space;
}

/* c is to tell, or sort, those in t's drain lists. */
void control_rename(struct control *c, struct thread *t);

/* c, which is done, is to delete t: the first bounded step. True if it is done again. */
bool control_delete(struct control *c, struct thread *t);

/* One bounded step of a ThreadControl; true when nothing is left to do. */
bool control_step(struct control *c);

/* wait_at and caller point to the id of a thread. */
static inline struct thread *thread_of(l4_tid_t *id) { return container_of(id, struct thread, id); }

/* Is t in a queue of senders? */
static inline bool thread_queued(const struct thread *t) { return t->send == SEND_QUEUED; }

/* Does t wait for a message? */
static inline bool thread_waits(const struct thread *t) { return t->recv >= RECV_WAITING; }

/* Is t in a phase of an Ipc? */
static inline bool thread_in_ipc(const struct thread *t)
{
	return t->send != SEND_NONE || t->recv != RECV_NONE || t->work == WORK_RECEIVE;
}

/* Is that of one thread only what a receive phase with this FromSpecifier takes? */
static inline bool wait_is_closed(l4_tid_t from)
{
	return !l4_tid_is_any(from) && !l4_tid_is_anylocal(from);
}

/* The one from whom t, which waits, accepts a message; 0: others too, or that one does not exist. */
static inline struct thread *thread_awaited(const struct thread *t)
{
	return !wait_is_closed(t->recv_from) || t->wait_at == &thread_nobody.id ? 0 : thread_of(t->wait_at);
}

/* Nothing to wait for: it would run if nobody else did. Halting is another matter. */
static inline bool thread_ready(const struct thread *t)
{
	return t->life == THREAD_ACTIVE && !thread_queued(t) && !thread_waits(t)
	    && (t->work != WORK_NONE
		|| (t->send == SEND_NONE && t->recv == RECV_NONE && list_empty(&t->drain[0])));
}

/* Of T15: once its message is there, would t go on in user mode at once? */
static inline bool thread_unhindered(const struct thread *t)
{
	return !t->halted && t->quantum_state == QUANTUM_RUNS && list_empty(&t->drain[0]);
}

/* Ready and allowed to: a halted thread still finishes what the kernel does for it and others. */
static inline bool thread_runnable(const struct thread *t)
{
	return thread_ready(t)
	    && ((!t->halted && t->quantum_state != QUANTUM_STOPPED) || t->work != WORK_NONE);
}

/* TCR i (negative index, <x2/utcb.h>) or MR i of t's UTCB. t has one. */
static inline l4_word_t *thread_tcr(struct thread *t, int i) { return t->utcb + i; }

/* Is t's message one of the kernel on its behalf, or none? */
static inline bool thread_says_kernel(const struct thread *t) { return t->mr != thread_regs(t)->mr; }

/*
 * MR i of t's message. The first REG_MRS of a user's are in its saved registers only, the others in its
 * UTCB; all of the kernel's in rest->kmr.
 */
l4_word_t *thread_mr(struct thread *t, unsigned i);

/* User address of MR0: its local id, and the UTCB pointer that system calls return. */
static inline l4_word_t thread_utcb_address(const struct thread *t)
{
	return t->local.raw;
}

/* The same of a user's. */
static inline l4_word_t *thread_user_mr(const struct thread *t, unsigned i)
{
	return (i < REG_MRS ? t->mr : t->utcb) + i;
}

enum l4_sched_state thread_state(const struct thread *t);

void thread_check(struct thread *t, struct thread *self);

/* T17 of a free block. */
void thread_check_spare(struct thread *t);

#endif
