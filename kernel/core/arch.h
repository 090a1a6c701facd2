/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch.h - the contract with a machine; mem/arch.h, included here, is the part about address spaces. A port
 * is: fill in both lists, and the headers
 *   <arch/regs.h>   struct arch_regs (user context in the TCB); its mr[REG_MRS] are the message registers
 *                   that travel in CPU registers
 *   <arch/ptab.h>   struct arch_space (page table, I/O set), page sizes; ARCH_RUN_ENTRIES: how many entries
 *                   a run copies or clears for one unit of a step (config.h)
 *   <arch/call.h>   arch_args_*, arch_result_*: which register carries what
 *   <arch/tlb.h>    arch_tlb_*: loads of page tables, invalidations
 *   <arch/hook.h>   arch_kmem_admit: true; on the host, false when a test wants an allocation to fail
 *   <arch/time.h>   arch_clock: arch_time_now, in place
 *   <arch/words.h>  arch_words_clear, arch_words_copy: n words, wherever they begin; copied first word first;
 *                   ARCH_COPY_BYTES: how many bytes are copied for one unit of a step
 * Called with interrupts off. "Core" names what core promises, "machine" what the machine does.
 */
#ifndef CORE_ARCH_H
#define CORE_ARCH_H

#include <arch/call.h>
#include <arch/hook.h>
#include <arch/time.h>
#include <core/thread.h>
#include <mem/arch.h>
#include <lib/console.h>

/* ---- time, console, end ---- */

/* Microseconds since boot; never runs backward. */
uint64_t arch_time_now(void);

/* Fire kernel_timer at or soon after `at` (us); L4_FOREVER: not at all. A past time fires at once. */
void arch_timer_at(uint64_t at);

/* arch_putc and arch_stop: <lib/console.h>. The character as it is, if the console takes it now: */
bool arch_put_now(char c);

/* The next character typed on the debug console, or -1: for the debugger conventions only. */
int arch_getc(void);

/* ---- user context of a thread ---- */

/* Machine: a cleared context that starts at ip with sp, default flags. */
void arch_regs_start(struct thread *t, l4_word_t ip, l4_word_t sp);

/*
 * IP, SP and FLAGS as ExchangeRegisters shows and sets them: of a thread inside a system call those
 * of its caller, as if the gateway had returned. Setting: flags are reduced to what users may
 * change; the thread leaves the kernel to exactly that IP and SP.
 */
struct arch_user { l4_word_t ip, sp, flags; };
struct arch_user arch_user_get(struct thread *t);
l4_word_t arch_user_ip(struct thread *t);
enum { ARCH_SET_IP = 1, ARCH_SET_SP = 2, ARCH_SET_FLAGS = 4 };
void arch_user_set(struct thread *t, struct arch_user u, unsigned which);

/*
 * Write MR1..L4_EXC_WORDS of an exception message; take MR1..min(u, REPLY_WORDS) of the reply. MRi is
 * first[i] below REG_MRS, else rest[i].
 */
void arch_exception_get(struct thread *t, l4_word_t number, l4_word_t error, l4_word_t *first,
			l4_word_t *rest);
void arch_exception_put(struct thread *t, const l4_word_t *first, const l4_word_t *rest, unsigned u);

/*
 * t waits in a user's Ipc: is it a plain one, so that all the machine must do to let it go on behind its
 * call is to load the message registers, flags and SP? If core then calls it READY (T15), the machine may
 * deliver to it by itself, and leave some of what is always the same in such a wait out of its regs.
 */
bool arch_thread_plain(const struct thread *t);

/* t was READY, and is WAITING from now on: arch_thread_plain of it is true. */
void arch_thread_settle(struct thread *t);

/*
 * The words of a message of `from` are in MR0.. of t, which was READY or is arch_thread_plain:
 * it returns from its Ipc, with its own UTCB's words in the message registers behind those of the message.
 */
void arch_ipc_received(struct thread *t, l4_tid_t from);

/* t's Ipc is over in any other way: all its message registers are set, and it gets its UTCB's address. */
void arch_ipc_done(struct thread *t);

/* t is new, its regs are zero; t is about to be freed (drop FPU state and the like that names it). */
void arch_thread_init(struct thread *t);
void arch_thread_exit(struct thread *t);

/* Bytes of the kernel's image: text with read-only data, or writable data (for inspection). */
size_t arch_image_size(bool text);

/* ---- interrupts ---- */

bool arch_irq_usable(unsigned line);	/* false: the kernel's own, or not there */
void arch_irq_mask(unsigned line);

/*
 * Let the line interrupt again. True if an edge came while it was masked: then the machine has
 * forgotten that edge, the line stays masked, and core delivers one more interrupt for it.
 */
bool arch_irq_unmask(unsigned line);

/* ---- KIP ---- */

struct l4_kip;
/* System-call links, page sizes, processor descriptor, feature strings of the machine. */
void arch_kip_fill(struct l4_kip *kip);

#endif
