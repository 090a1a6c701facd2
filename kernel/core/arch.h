/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch.h - the functions and headers that core requires of a machine; mem/arch.h, included here, is the part
 * for address spaces. A port implements the functions of both, and the headers
 *   <arch/regs.h>   struct arch_regs (user context in the TCB); its mr[REG_MRS] are the message registers
 *                   that travel in CPU registers
 *   <arch/ptab.h>   struct arch_space (page table, I/O set), page sizes; ARCH_WORK: the budget of a step
 *                   (config.h); ARCH_RUN_ENTRIES: number of PTEs of a range that are copied or cleared for
 *                   one unit of it; ARCH_TLB_TAGS: see arch_tlb_tags
 *   <arch/call.h>   arch_args_*, arch_result_*: the registers of arguments and results of system calls; the
 *                   functions for the frame of a thread in Ipc (below)
 *   <arch/tlb.h>    arch_tlb_*: loads of page tables, invalidations
 *   <arch/ptes.h>   those of mem/ptes.h that are in place
 *   <arch/user.h>   arch_user_near: user memory by the last page table (mem/arch.h)
 *   <arch/hook.h>   arch_kmem_admit: true; on the host, false when a test makes an allocation fail.
 *                   arch_step_point: takes interrupts within a step, and does not return if one is pending;
 *                   returns true if none was, false if it has not looked
 *   <arch/time.h>   arch_clock: inline version of arch_time_now
 *   <arch/words.h>  arch_words_clear, arch_words_copy: n words at any alignment; copied in ascending order;
 *                   ARCH_COPY_BYTES: bytes copied for one unit of the budget (config.h)
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
 * Sets the one-shot timer: the machine calls preempt_timer at or soon after `at` (us); L4_FOREVER: never. If
 * `at` has passed it calls it some microseconds later, so that threads run between two ticks.
 */
void arch_timer_at(uint64_t at);

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

/*
 * These are in <arch/call.h>, inline where the machine can:
 *
 * arch_came_by_ipc(t): t waits in a user's Ipc. Returns true if its return from the call only has to load the
 * message registers, flags and SP. If core then makes it RECV_READY (T15), the fast path may deliver to it
 * without core, and may leave registers with a fixed value in such a wait out of its saved context.
 *
 * arch_thread_complete(t): t was RECV_READY and becomes WAITING: complete its saved context, for which
 * arch_came_by_ipc is true.
 *
 * arch_ipc_received(t, id): the words of a message of the thread with this id are in MR0.. of t, which was
 * RECV_READY or is arch_came_by_ipc. Machine: make t return from its Ipc, and load the message registers that
 * the message does not set from t's UTCB.
 *
 * arch_user_ip(t): returns arch_user_get(t).ip.
 */
#include <arch/call.h>

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
