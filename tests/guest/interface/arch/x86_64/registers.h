/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * registers.h - the registers of this machine as structures. Each machine has a header of this
 * name.
 */
#ifndef GUEST_REGISTERS_H
#define GUEST_REGISTERS_H

/* The registers that a program can hold, in the order of machine.S. */
struct regs {
	word rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15;
	word flags;
	word sp;			/* out: SP before the call's return address was pushed */
};

/* Places of the general registers in the order of struct regs: exceptions.h. REG_A: the first of them;
   REG_TAG: has message register 0. */
enum { REGS = 15 };
#define REG_A rax
#define REG_TAG r9

/* Registers of MR0, of the sender after Ipc, of the thread of ThreadSwitch, of count_register's number. */
#define REG_TAG r9
#define REG_SENDER rsi
#define REG_SWITCH rdi
#define REG_COUNT rdi

/* All registers of x87, SSE and AVX, and control words. Without AVX `high` is not loaded, and stored 0. */
enum { XMMS = 16 };
struct fpu { word xmm[XMMS][2], high[XMMS][2], mmx[8], mxcsr, control; };

/*
 * Flags: those of a program that has just begun; of all, those that have a value at the start of a thread;
 * some that a program can set, and of these what is always there.
 */
enum {
	FLAGS_START = 0x202, FLAGS_FIRST = 0x200, FLAGS_ALL = 0x3ffffd, FLAGS_SOME = 0xad7,
	FLAGS_FIXED = 0x202,
};

/*
 * Of FLAGS of ExchangeRegisters and of exceptions: some that a program may set, those that it cannot, with
 * their value, and those that make it trap.
 */
enum {
	THREAD_FLAGS_SOME = 0x8d5, THREAD_FLAGS_FIXED = 0x27200, THREAD_FLAGS = 0x200,
	THREAD_FLAGS_TRAP = 0x100,
};

/* Places in struct regs, by the names of <arch/registers.h>; from REGS on, what is not looked at. */
enum {
	PLACE_ax, PLACE_bx, PLACE_cx, PLACE_dx, PLACE_si, PLACE_di, PLACE_bp, PLACE_r8, PLACE_r9, PLACE_r10,
	PLACE_r11, PLACE_r12, PLACE_r13, PLACE_r14, PLACE_r15, PLACE_sp,
};

/* An instruction that enters the kernel with all registers, and needs no argument. */
#define ENTER_ONLY lock_nop

/* A value that the machine leaves in a register at the exit of a call: what SYSRET needs, or uses. */
static inline bool left_by_exit(const struct regs *after, word value)
{
	return value == after->flags || (value & -(word)PAGE) == GATEWAY_PAGE;
}

/* Registers that Ipc writes besides its results and message registers; what links are relative to. */
#define IPC_WRITES(reg)
#define LINK_BASE 0

/* Loads the register, if there is one, in which Ipc and Unmap have the address of MR0. */
static inline void load_utcb(struct regs *r) { r->rdi = L4_MyLocalId().raw; }

/* What a call pushes onto the stack. */
enum { CALL_BYTES = sizeof(word) };

/* What the CPU counts all the time. */
static inline uint64_t cpu_ticks(void) { return __L4_Rdtsc(); }
#define TICKS_KHZ L4_ProcDescInternalFreq(L4_ProcDesc(kip, 0))

#endif
