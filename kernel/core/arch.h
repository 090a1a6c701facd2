/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch.h - the contract with a machine (docs/porting.md). A machine supplies
 *
 *   functions	those declared here, in mem/arch.h and in lib/console.h; those of <arch/tlb.h>
 *   headers	<arch/regs.h>		struct arch_regs, the user context in the TCB; its mr[REG_MRS] are the
 *					message registers that travel in CPU registers; struct arch_extra
 *		<arch/registers.h>	which registers have the arguments and results of system calls (<arch/args.h>)
 *		<arch/ptab.h>		struct arch_space (page table, I/O set); arch_pte_t, the type of a PTE, if the
 *					generic <arch/kept.h> is used; log2 of bytes: ARCH_PAGE_LOG2 of a small page,
 *					which is a frame too (mem/kmem.h), ARCH_TABLE_LOG2 of what a page table maps;
 *					and the costs of the machine: ARCH_WORK, the budget of a step (mem/config.h);
 *					for one unit of it ARCH_RUN_ENTRIES PTEs are changed, or ARCH_COPY_BYTES
 *					bytes copied; ARCH_TLB_TAGS, the largest number of tags (<arch/tags.h>)
 *		<arch/tlb.h>		arch_tlb_load, arch_tlb_page (mem/arch.h)
 *
 * For these headers there is generic C, kernel/arch/generic, which is used if the machine has none of that
 * name: <arch/attribute.h>, <arch/frame.h>, <arch/hook.h>, <arch/io.h>, <arch/kept.h>, <arch/near.h>,
 * <arch/ptes.h>, <arch/resident.h>, <arch/space_control.h>, <arch/tags.h>, <arch/time.h>, <arch/user.h>,
 * <arch/words.h>; <arch/args.h> is the same for all machines.
 *
 * All are called with interrupts off. "Machine:" begins the duties of the machine.
 */
#ifndef CORE_ARCH_H
#define CORE_ARCH_H

#include <arch/hook.h>
#include <arch/time.h>
#include <core/thread.h>
#include <mem/arch.h>
#include <lib/console.h>

/* ---- time, console, end ---- */

/* Returns us since boot; never decreases. */
uint64_t arch_time_now(void);

/*
 * Sets the one-shot timer: the machine calls preempt_timer in `us` or soon after that, or earlier if that is
 * longer than the timer can be set for. An interrupt of a line comes before that of the timer, so that it
 * does not wait for many instants that have passed.
 */
void arch_timer_in(uint64_t us);

/*
 * Prints c unchanged. Returns false if the console is not ready for it. arch_putc, arch_stop:
 * <lib/console.h>.
 */
bool arch_put_now(char c);

/* Returns the next character typed on the console, or -1: for the debugger conventions (int3) only. */
int arch_getc(void);

/* ---- user context of a thread ---- */

/* Machine: set t's user context so that it starts at ip with sp, default flags, other registers zero. */
void arch_regs_start(struct thread *t, l4_word_t ip, l4_word_t sp);

/*
 * IP, SP and FLAGS as ExchangeRegisters reads and sets them (api 4.4). In a system call they are the
 * values after the gateway has returned to the caller. Setting: only flags that user code may change are
 * changed; the thread leaves the kernel with exactly that IP and SP.
 */
struct arch_user { l4_word_t ip, sp, flags; };
struct arch_user arch_user_get(struct thread *t);
enum { ARCH_SET_IP = 1, ARCH_SET_SP = 2, ARCH_SET_FLAGS = 4 };
void arch_user_set(struct thread *t, struct arch_user u, unsigned which);

/*
 * get: write MR1..L4_EXC_WORDS of an exception message (protocols 5); put: set the registers from
 * MR1..min(u, REPLY_WORDS) of the reply. MRi is first[i] if i is below REG_MRS, else rest[i].
 */
void arch_exception_get(struct thread *t, l4_word_t number, l4_word_t error, l4_word_t *first,
			l4_word_t *rest);
void arch_exception_put(struct thread *t, const l4_word_t *first, const l4_word_t *rest, unsigned u);

/*
 * t's Ipc has ended without arch_ipc_received, with all its message registers set. Machine: make t return
 * from its Ipc.
 */
void arch_ipc_done(struct thread *t);

#include <arch/args.h>
#include <arch/frame.h>

/* ---- exit (sys/leave.c) ---- */

/*
 * If next, the current thread, is a user thread without work and its user context can be loaded: loads the
 * state of the CPU for it, all but its registers, and returns next. direct: as NEXT_IS_CURRENT (upcall.h).
 * Otherwise returns 0; for the idle thread too.
 */
struct thread *arch_leave_to(struct thread *next, bool direct);

/* t has no work, and arch_leave_to has returned 0 for it: raises the exception. Returns as an upcall. */
struct thread *arch_refuse(struct thread *t);

/* init: t is new, its user context is zero. exit: t will be freed; drop references to it (FPU). */
void arch_thread_init(struct thread *t);
void arch_thread_exit(struct thread *t);

/* Returns the size in bytes of the kernel's text with read-only data, or of its writable data (Inspect). */
size_t arch_image_size(bool text);

/* ---- interrupts ---- */

bool arch_irq_usable(unsigned line);	/* false: the line is used by the kernel, or does not exist */
void arch_irq_mask(unsigned line);

/*
 * Unmask the line. Returns true if an edge came while it was masked: then the machine has cleared that
 * edge, the line stays masked, and core delivers one more interrupt.
 */
bool arch_irq_unmask(unsigned line);

/* ---- KIP ---- */

struct l4_kip;
/* Fill in the system-call links, page sizes, processor descriptors and feature strings (api 1). */
void arch_kip_fill(struct l4_kip *kip);

#endif
