/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.h - what C cannot express: the .S files in arch/NAME. What only one machine or family has is in its
 * instructions.h.
 */
#ifndef GUEST_MACHINE_H
#define GUEST_MACHINE_H

#include "guest.h"
#include "registers.h"

/* Load r (flags too), call target, store r. SP must come back as it was. */
void regs_call(struct regs *r, word target);

/* Fill r with patterns that are no addresses: base + index in each register. */
void regs_pattern(struct regs *r, word base);

/* Ipc, or by the link of Lipc, with r's other registers; the message is in its registers and the UTCB. */
void regs_ipc_by(struct regs *r, word link, L4_ThreadId_t to, L4_ThreadId_t from, word timeouts,
		 L4_MsgTag_t tag);
void regs_ipc(struct regs *r, L4_ThreadId_t to, L4_ThreadId_t from, word timeouts, L4_MsgTag_t tag);

/*
 * Thread entries that put every register, as found, into regs_found: at the start of a thread, and
 * then wait for ever (regs_entry).
 */
extern volatile struct regs regs_found;
void regs_entry(void);

/*
 * Instructions that trap, each a function for regs_call; trap_x_next is the instruction after.
 * Those on memory take the address in REG_A and use no other register.
 */
void trap_ud(void), trap_ud_next(void);		/* no instruction */
void trap_read(void), trap_read_next(void);
void trap_write(void), trap_write_next(void);
void only_return(void);
void count_down(word n);			/* 2 * n instructions and a few */
void count_register(void);			/* the same for regs_call, n in REG_COUNT: 0 afterwards */
void code_return(word at);			/* writes the machine code of "return" there */

/*
 * Ipc(to, from, timeouts) with an empty message, with the place it waits at known: the call returns
 * to wait_return with SP = wait_sp. Returns the tag.
 */
word wait_in_ipc(word to, word from, word timeouts, word link);
void wait_return(void);
extern volatile word wait_sp;

/* Where a test redirects a thread to: stores SP in redirected_sp, sets redirected, sleeps. */
void redirect_target(void);
extern volatile word redirected, redirected_sp;

/* Registers of the FPU and of vectors: fpu.S. */
void fpu_load(const struct fpu *f);
void fpu_store(struct fpu *f);

/* Different in each register and for each seed; what this CPU has of them. */
void fpu_pattern(struct fpu *f, word seed);
bool fpu_same(const struct fpu *a, const struct fpu *b);

/* Skips the test on a CPU that cannot flush a cache line, where no page changes its attribute. */
void need_flush(void);

/* Returns true for QEMU's emulation (TCG). */
bool under_qemu(void);

/* Returns true if user segments end with the user area and the CPU enforces that: an access beyond is #GP. */
bool limits_enforced(void);

/* The flags that the machine has in a register of users. */
word flags_read(void);
void flags_write(word flags);

/* Add one to *counter for ever. */
void spin(volatile word *counter) __attribute__((noreturn));

#include "instructions.h"

#endif
