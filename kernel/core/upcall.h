/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * upcall.h - the ways into core. Interrupts are off; the user state of cpu->current is in its regs.
 * Those that return a thread return the one to run next. The machine then, while next->work is not WORK_NONE,
 * sets cpu->current = next, lets pending interrupts in (which enter anew by kernel_irq or
 * kernel_timer with that current thread and do not come back), and calls kernel_continue(next);
 * finally it sets cpu->current = next and resumes it.
 *
 * Every thread that an upcall returns is ready and in no queue. kernel_slice and kernel_ready, and
 * unmap_at_once, which decide nothing about that, are for what the machine does without core.
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

/* Ipc, which is also a system call like others. */
struct thread *kernel_ipc(struct thread *self);

/*
 * What the machine does by itself of Ipc is what core would do, but core may learn later who is ready.
 * kernel_blocked: the running thread waits, or is queued as T17 says. Who runs?
 * kernel_slice: t, ready and above all who are queued, runs next; cpu.floor is as it is
 * then. False: ask kernel_blocked instead.
 * kernel_ready: t, above all who are queued, is ready already: it has got a message, of which its regs have
 * the sender's id and the registers that are of the message; or (queued) it has answered somebody and then
 * waited for anybody, but found senders in its queue. Before any other upcall.
 */
struct thread *kernel_blocked(void);
bool kernel_slice(struct thread *t);
void kernel_ready(struct thread *t, bool queued);

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
