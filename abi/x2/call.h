/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * call.h - the system calls: numbers, arguments, results, and the bit fields of their words.
 *
 * The registers of arguments and results depend on the machine: <arch/registers.h> in the kernel,
 * the stubs of user/lib/l4 at user level.
 */
#ifndef X2_CALL_H
#define X2_CALL_H

#include <x2/time.h>
#include <x2/fpage.h>

/*
 * L4_CALLS_PLAIN and those behind it have no message registers, and their caller continues with what the
 * machine has loaded for it.
 */
enum l4_call {
	L4_CALL_IPC,
	L4_CALL_LIPC,
	L4_CALL_UNMAP,
	L4_CALL_MEMORY_CONTROL,
	L4_CALL_SET_TLS,		/* Pecan's extension: the caller's thread-local storage */
	L4_CALLS_PLAIN,
	L4_CALL_EXCHANGE_REGISTERS = L4_CALLS_PLAIN,
	L4_CALL_SYSTEM_CLOCK,
	L4_CALL_THREAD_SWITCH,
	L4_CALL_SCHEDULE,
	L4_CALL_SPACE_CONTROL,
	L4_CALL_THREAD_CONTROL,
	L4_CALL_PROCESSOR_CONTROL,
	L4_CALL_INSPECT,		/* Pecan's extension, <x2/inspect.h> */
	L4_CALLS,
};

struct l4_ipc_args { l4_tid_t to, from; l4_word_t timeouts; };

struct l4_exregs_args {
	l4_tid_t dest;
	l4_word_t control, sp, ip, flags, handle;
	l4_tid_t pager;
};

struct l4_thread_control_args { l4_tid_t dest, space, scheduler, pager; l4_word_t utcb; };

struct l4_schedule_args {
	l4_tid_t dest;
	l4_word_t time, processor, prio, preemption;
};

struct l4_space_control_args {
	l4_tid_t space;
	l4_word_t control;
	l4_fpage_t kip_area, utcb_area;
	l4_tid_t redirector;
};

struct l4_processor_control_args { l4_word_t processor, internal, external, voltage; };
struct l4_memory_control_args { l4_word_t control, attribute[4]; };

/* Memory attributes of MemoryControl and of requests to sigma0 on x86 (protocols 7.6). */
enum l4_memory_attribute {
	L4_MEMORY_DEFAULT		= 0,
	L4_MEMORY_WRITE_BACK		= 1,
	L4_MEMORY_WRITE_THROUGH		= 2,
	L4_MEMORY_UNCACHEABLE		= 4,
	L4_MEMORY_WRITE_COMBINING	= 5,
	L4_MEMORY_WRITE_PROTECTED	= 8,
};

/* MemoryControl: k, and the bits of an fpage that select one of the four attributes. */
enum { L4_MEMORY_K = 0x3f, L4_MEMORY_SELECT = 3 };

struct l4_inspect_args { l4_word_t what, object, start; };

/* ExchangeRegisters control (api 4.4). */
enum {
	L4_EXREGS_HALT		= 1 << 0,
	L4_EXREGS_RECEIVE	= 1 << 1,
	L4_EXREGS_SEND		= 1 << 2,
	L4_EXREGS_SET_SP	= 1 << 3,
	L4_EXREGS_SET_IP	= 1 << 4,
	L4_EXREGS_SET_FLAGS	= 1 << 5,
	L4_EXREGS_SET_HANDLE	= 1 << 6,
	L4_EXREGS_SET_PAGER	= 1 << 7,
	L4_EXREGS_SET_HALT	= 1 << 8,
	L4_EXREGS_DELIVER	= 1 << 9,
};

/* Result of Schedule (api 4.5). */
enum l4_sched_state {
	L4_SCHED_ERROR, L4_SCHED_DEAD, L4_SCHED_INACTIVE, L4_SCHED_RUNNING, L4_SCHED_PENDING_SEND,
	L4_SCHED_SENDING, L4_SCHED_WAITING, L4_SCHED_RECEIVING,
};

/* Unmap control (api 6.3). */
enum { L4_UNMAP_K = 0x3f, L4_UNMAP_FLUSH = 0x40 };

/*
 * SpaceControl control: Pecan's kernel-memory extension (KIP feature "kmemlimit"). With bit 30 set,
 * bits 29..0 are the space's limit in KiB, carved out of the payer's account; the result is
 * then the old limit in the same form. See docs/decisions/kernel-memory.md.
 */
#define L4_SPACE_KMEM_LIMIT	((l4_word_t)1 << 30)

#endif
