/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * upcall.h - the ways into core. Interrupts are off; the user state of cpu->current is in its regs.
 * Those that return a thread return the one to run next. The machine then, while next->work is not WORK_NONE,
 * sets cpu->current = next, lets pending interrupts in (which enter anew by kernel_irq or
 * kernel_timer with that current thread and do not come back), and calls kernel_continue(next);
 * finally it sets cpu->current = next and resumes it.
 *
 * Every thread that an upcall returns is ready and in no queue. The fast path of the machine (fast.S) has the
 * same effect as core, but core does not know which thread runs then: the machine sets cpu->current before an
 * upcall. unmap_at_once decides nothing about that.
 */
#ifndef CORE_UPCALL_H
#define CORE_UPCALL_H

#include <core/thread.h>

struct boot_info;

/* Once, at boot: builds the first spaces. Returns the first thread; or does not return (fatal boot error). */
struct thread *kernel_main(const struct boot_info *boot);

/*
 * A system call through the gateway; number below L4_CALLS. Arguments are in its registers. 0, which no other
 * upcall returns: self goes on behind its call, without work, and of what the machine has loaded for it
 * nothing has changed but the registers, by results, and cpu.floor.
 */
struct thread *kernel_syscall(struct thread *self, unsigned number);

/*
 * For the machine's own way: the running thread, whose id that is and whose space the CPU has loaded,
 * calls Unmap with this control, and *f in MR0. True: that was all, and done at once; *f has its status,
 * and nothing is left to do. False: not so, or not all is done; rest->unmap.report.status has what was
 * seen so far, of which Unmap makes use.
 */
bool unmap_at_once(l4_tid_t *by, l4_fpage_t *f, l4_word_t control);

/* Ipc, which is also a system call like others; here with its arguments. */
struct thread *kernel_ipc(struct thread *self, l4_tid_t to, l4_tid_t from, l4_word_t timeouts);

/* A page fault of user code: access is one of L4_R, L4_W, L4_X. */
struct thread *kernel_page_fault(struct thread *self, l4_word_t address, unsigned access);

/* An I/O instruction without permission: 2^log2 ports from port. */
struct thread *kernel_io_fault(struct thread *self, l4_word_t port, unsigned log2);

/* Any other exception of user code. number: CPU vector, or L4_EXC_FOREIGN_SYSCALL. */
struct thread *kernel_exception(struct thread *self, l4_word_t number, l4_word_t error);

/* A device interrupt, masked and acknowledged at the controller. self may be the idle thread. */
struct thread *kernel_irq(struct thread *self, unsigned line);

/* The one-shot timer fired. */
struct thread *kernel_timer(struct thread *self);

/* self waits for something only the machine can see (a character on the debug console): let others run. */
struct thread *kernel_yield(struct thread *self);

/*
 * The idle thread has nothing else to do: put a character of the kernel's reports out, if the console takes
 * one. True: there are more, so let interrupts in, but do not wait for one.
 */
bool kernel_idle(void);

/* Is the running thread in a long operation that an interrupt may come between, and that may continue? */
bool kernel_may_pause(void);

/* One bounded step of self's long operation (self->work is not WORK_NONE). */
struct thread *kernel_continue(struct thread *self);

#endif
