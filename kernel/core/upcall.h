/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * upcall.h - the functions that the machine calls, each named after the file of core that defines it; those
 * named kernel_ are in report.c, boot/boot.c and sys/. Interrupts are off; the user state of cpu->current,
 * self, is in its thread_regs. Each returns the next thread to run, runnable and in no queue; or
 * NEXT_IS_CURRENT: cpu->current is that thread, it has no work and is not idle, and timer and cpu.floor are
 * right for it: self has blocked in its favour, and S7 holds (sched_handover). The machine passes this result
 * to kernel_leave. An interrupt can come in idle and between two steps of a long operation: so what ignores
 * it returns self.
 *
 * The fast path (fast.S) has the same effect as core, but does not set cpu->current: the machine does so
 * before the next upcall, except for kernel_unmap_fast, which does so itself where it needs it.
 */
#ifndef CORE_UPCALL_H
#define CORE_UPCALL_H

#include <core/thread.h>
#include <lib/section.h>

struct boot_info;

/* Called once, at boot: creates the first spaces. Does not return after a fatal boot error. */
struct thread *kernel_main(const struct boot_info *boot);

/*
 * Returns the thread that arch_leave_to has returned: the machine loads its registers and returns
 * to user mode. next: the result of an upcall.
 */
struct thread *kernel_leave(struct thread *next);

/*
 * A system call through the gateway; number is below L4_CALLS, arguments are in self's registers. Here
 * NEXT_IS_CURRENT means that self returns from its call, has no work, and apart from its registers (the
 * results) and cpu.floor nothing has changed that the machine has loaded for it.
 */
struct thread *kernel_syscall(struct thread *self, l4_word_t number);

/*
 * The short Unmap, for the fast path: the running thread calls Unmap with this control and *f in MR0. `by`
 * points to its id, its space is loaded. Returns true if the Unmap is complete: *f has the status bits.
 * False: call the general Unmap; part may be done, and no status is lost.
 */
bool kernel_unmap_fast(l4_tid_t *by, l4_fpage_t *f, l4_word_t control);

/*
 * The system call Ipc: send to `to` unless it is nilthread, then receive from `from` unless it is nilthread.
 * The ids, global or local, are the caller's arguments, unchecked. kernel_syscall accepts its number too.
 */
struct thread *ipc_start(struct thread *self, l4_tid_t to, l4_tid_t from, l4_word_t timeouts);

/* A page fault of user code: access is one of L4_R, L4_W, L4_X. self waits for the reply of its pager. */
struct thread *fault_page(struct thread *self, l4_word_t address, unsigned access);

/* An I/O instruction without permission: 2^log2 ports from port. */
COLD_CODE struct thread *fault_io(struct thread *self, l4_word_t port, unsigned log2);

/* Any other exception of user code. number: CPU vector, or L4_EXC_FOREIGN_SYSCALL. */
struct thread *fault_exception(struct thread *self, l4_word_t number, l4_word_t error);

/* A device interrupt, masked and acknowledged at the controller. self may be the idle thread. */
struct thread *irq_arrived(struct thread *self, unsigned line);

/* The one-shot timer fired: the timeouts that are over end, and the slice if it is used up. */
struct thread *preempt_timer(struct thread *self);

/* self gives up the rest of its slice: it is queued behind those of its priority, with a new slice. */
struct thread *sched_yield(struct thread *self);

/*
 * For sys/leave.c. The idle thread runs: prints a character of the kernel's reports if the console is ready
 * for one. Returns true if there are more.
 */
bool kernel_idle(void);

/* Returns true if an interrupt may be taken within a step of the running thread's long operation. */
bool kernel_may_pause(void);

/* For sys/leave.c: one bounded step of self's long operation (self->work is not WORK_NONE). */
struct thread *kernel_continue(struct thread *self);

#endif
