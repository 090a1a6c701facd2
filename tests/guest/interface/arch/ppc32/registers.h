/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * registers.h - see arch/x86_64/registers.h.
 */
#ifndef GUEST_REGISTERS_H
#define GUEST_REGISTERS_H

/* The registers that a program can hold, in the order of machine.S. r2 is the UTCB of each thread. */
struct regs {
	word r0, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13, r14, r15, r16, r17, r18, r19, r20, r21,
	     r22, r23, r24, r25, r26, r27, r28, r29, r30, r31, ctr, cr;
	word flags;			/* XER */
	word sp;			/* out: r1 during the call */
	word lr;			/* out: after the call */
};

/* General registers, and others with as many bits. */
enum { REGS = 32 };

/*
 * Registers of an address that a trap uses, of MR0, of the sender after Ipc, of the thread of ThreadSwitch,
 * of count_register's number.
 */
#define REG_A r3
#define REG_TAG r14
#define REG_SENDER r16
#define REG_SWITCH r3
#define REG_COUNT ctr

/* f0 to f31 and FPSCR. */
struct fpu { word f[32][2], fpscr[2]; };

/* See arch/x86_64/registers.h. XER has its three highest bits and a number of bytes. */
enum { FLAGS_START = 0, FLAGS_FIRST = 0, FLAGS_SOME = 0x20000055, FLAGS_FIXED = 0x7f };
#define FLAGS_ALL ~0ul

/* FE0, FE1; SE and BE are the traps (ppc32 7). */
enum { THREAD_FLAGS_SOME = 0x900, THREAD_FLAGS = 0, THREAD_FLAGS_TRAP = 0x600 };
#define THREAD_FLAGS_FIXED (~0xf00ul)

/* See arch/x86_64/registers.h. */
enum {
	PLACE_r0, PLACE_r3, PLACE_r4, PLACE_r5, PLACE_r6, PLACE_r7, PLACE_r8, PLACE_r9, PLACE_r10, PLACE_r11,
	PLACE_r12, PLACE_r13, PLACE_r14, PLACE_r15, PLACE_r16, PLACE_r17, PLACE_r18, PLACE_r19, PLACE_r20,
	PLACE_r21, PLACE_r22, PLACE_r23, PLACE_r24, PLACE_r25, PLACE_r26, PLACE_r27, PLACE_r28, PLACE_r29,
	PLACE_r30, PLACE_r31, PLACE_ctr, PLACE_cr, PLACE_r1, PLACE_r2,
};
#define ENTER_ONLY tlbia_only

/* Where it continues: the exit of a short Ipc has it in r11. */
static inline bool left_by_exit(const struct regs *after, word value) { return value == after->lr; }

#define IPC_WRITES(reg)
#define LINK_BASE 0
static inline void load_utcb(struct regs *r) { (void)r; }

/* What a call pushes onto the stack. */
enum { CALL_BYTES = 0 };

/* On the board that the tests are run on. */
static inline uint64_t cpu_ticks(void) { return __L4_Timebase(); }
enum { TICKS_KHZ = 16600 };

#endif
