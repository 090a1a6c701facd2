/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * inspect.h - Pecan's inspection extension: reads kernel state, for privileged spaces, one object for each
 * call (so the time of a call is bounded). It changes no state but the trace's, by START, STOP and FREE. KIP
 * feature string "inspect"; the link is KIP ArchSyscall0. A build with INSPECT=no leaves it out: then the
 * link is 0 and the feature string absent.
 *
 * Call: what, object, start. Result: the words of one record in MR1.., and `next`: the value of
 * `start` for the following record, or 0 if there is no record at or after `start` (then the
 * message registers are unchanged). Without privilege next is 0 and ErrorCode 1; for an unknown `what`
 * or command of the trace next is 0 and ErrorCode 5; ErrorCode is 0 otherwise.
 *
 * To list: start = 0; while ((next = inspect(what, object, start))) { use MR1..; start = next; }
 * A thread record with id 0 describes no thread: one call skips a bounded number of unused numbers.
 */
#ifndef X2_INSPECT_H
#define X2_INSPECT_H

#include <x2/arch.h>
#include <x2/word.h>

enum l4_inspect {
	L4_INSPECT_SYSTEM,	/* one record: struct l4_inspect_system */
	L4_INSPECT_THREAD,	/* start: thread number; struct l4_inspect_thread */
	L4_INSPECT_SPACE,	/* start: space number; struct l4_inspect_space */
	L4_INSPECT_MAPPING,	/* object: space number, start: address; struct l4_inspect_mapping */
	L4_INSPECT_IRQ,		/* start: interrupt number; struct l4_inspect_irq */
	L4_INSPECT_PORTS,	/* object: space number, start: port; struct l4_inspect_mapping */
	L4_INSPECT_TRACE,	/* object: enum l4_trace_command, start: event number; struct l4_inspect_trace */
	L4_INSPECT_REGISTERS,	/* start: thread number; struct l4_inspect_registers; not with KDB=no */
	L4_INSPECTS,
};

/*
 * The trace of kernel events: a ring in kernel memory. START: record into an empty ring. STOP: keep the
 * events. FREE: free the ring. These return no record; next is 1, or 0 if there is no memory for the ring.
 * READ: up to L4_TRACE_EVENTS events from event `start` on, or from the oldest one that is kept. A kernel
 * made with KDB=no has no trace: ErrorCode 5.
 */
enum l4_trace_command { L4_TRACE_READ, L4_TRACE_START, L4_TRACE_STOP, L4_TRACE_FREE };
enum { L4_TRACE_EVENTS = 3 };

/* All fields are words, in the order of MR1.. Sizes in bytes, times in us. */
struct l4_inspect_system {
	l4_word_t uptime, idle_time;
	l4_word_t kmem_total, kmem_used;
	l4_word_t kernel_text, kernel_data;
	l4_word_t threads, spaces, mappings;
};

struct l4_inspect_thread {
	l4_word_t id;			/* global id */
	l4_word_t space;		/* number of its space; 0 for interrupt threads */
	l4_word_t state;		/* enum l4_sched_state */
	l4_word_t halted;
	l4_word_t priority;
	l4_word_t time_used;
	l4_word_t pager, scheduler;	/* as set; global ids, or 0 */
	l4_word_t partner;		/* the thread it waits for: its id, anythread, or 0 */
	l4_word_t ip, sp;
};

struct l4_inspect_space {
	l4_word_t number;		/* 1.. in order of creation, never reused */
	l4_word_t thread;		/* global id of its first thread */
	l4_word_t threads;
	l4_word_t kmem_used, kmem_limit;
	l4_word_t extents, pages;	/* mapping nodes; their present PTEs */
	l4_word_t privileged;
};

struct l4_inspect_mapping {
	l4_word_t base, log2;		/* ports: port number, log2 of the count */
	l4_word_t rights;		/* of its first present page */
	l4_word_t pages;
	l4_word_t parent_space;		/* number; 0 for the root extent of sigma0 */
	l4_word_t parent_base;		/* address in the parent space that `base` was mapped from */
	l4_word_t children;		/* extents derived directly */
	l4_word_t attribute;		/* of its first present page, as MemoryControl names it */
};

/* `what`: the kind in bits 56 to 63, a detail in bits 48 to 55, and below them ns since boot, modulo 2^48. */
struct l4_trace_event { uint64_t what; l4_word_t thread, a, b; };

/* Kinds, with detail, thread (global id), a and b. */
enum l4_trace_kind {
	L4_TRACE_SWITCH = 1,		/* the thread runs from now on; a space number, 0: idle */
	L4_TRACE_CALL,			/* detail: enum l4_call, not Ipc and Lipc; a MR0, b control of Unmap */
	L4_TRACE_SEND,			/* a thread calls Ipc with a send phase: a to, b tag */
	L4_TRACE_WAIT,			/* ... with a receive phase: a FromSpecifier, b timeouts */
	L4_TRACE_PAGE_FAULT,		/* a address, b ip */
	L4_TRACE_EXCEPTION,		/* detail: vector; a ip, b error code */
	L4_TRACE_INTERRUPT,		/* detail: vector; the thread was interrupted */
	L4_TRACE_MAP,			/* detail: 1 for grant; from the thread; a fpage, b thread it is mapped to */
};

struct l4_inspect_trace {
	l4_word_t number;		/* of the first of these events; numbers begin at 0 */
	l4_word_t count;
	struct l4_trace_event event[L4_TRACE_EVENTS];
};

/*
 * A user thread's registers at its last kernel entry, in the order of an exception message (protocols 5); IP,
 * SP and flags as ExchangeRegisters returns them. If that entry was Ipc, the kernel has not saved all others:
 * those, message registers included, may have values of an earlier entry.
 */
struct l4_inspect_registers { l4_word_t word[L4_EXC_REPLY_WORDS]; };

struct l4_inspect_irq {
	l4_word_t number;
	l4_word_t handler;		/* global id, 0 if none */
	l4_word_t state;		/* 0 detached, 1 armed, 2 message waiting, 3 awaiting acknowledge */
	l4_word_t count;		/* interrupts since boot */
};

#endif
