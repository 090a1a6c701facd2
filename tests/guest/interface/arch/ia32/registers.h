/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * registers.h - see arch/x86_64/registers.h.
 */
#ifndef GUEST_REGISTERS_H
#define GUEST_REGISTERS_H

/* The registers that a program can hold, in the order of machine.S. */
struct regs {
	word eax, ebx, ecx, edx, esi, edi, ebp;
	word flags;
	word sp;			/* out: SP before the call's return address was pushed */
};

/* Places of the general registers in the order of struct regs: exceptions.h. REG_A: the first of them;
   REG_TAG: has message register 0. */
enum { REGS = 7 };
#define REG_A eax
#define REG_TAG esi

/* Registers of MR0, of the sender after Ipc, of the thread of ThreadSwitch, of count_register's number. */
#define REG_TAG esi
#define REG_SENDER eax
#define REG_SWITCH eax
#define REG_COUNT ecx

/* All registers of x87, SSE and AVX, and control words. Without AVX `high` is not loaded, and stored 0. */
enum { XMMS = 8 };
struct fpu { word xmm[XMMS][4], high[XMMS][4], mmx[8][2], mxcsr, control; };

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

/* See arch/x86_64/registers.h. */
enum { PLACE_ax, PLACE_bx, PLACE_cx, PLACE_dx, PLACE_si, PLACE_di, PLACE_bp, PLACE_sp };
#define ENTER_ONLY lock_nop

/* SP in the stub, and the selector of SS, which the exit by SYSEXIT needs. */
static inline bool left_by_exit(const struct regs *after, word value)
{
	return value == after->sp - sizeof(word) || value == 0x23;
}

/* MR1 and MR2. */
#define IPC_WRITES(reg)	reg(bx) reg(bp)
#define LINK_BASE ((word)kip)

/* Loads the register, if there is one, in which Ipc and Unmap have the address of MR0. */
static inline void load_utcb(struct regs *r) { r->edi = L4_MyLocalId().raw; }

/* What a call pushes onto the stack. */
enum { CALL_BYTES = sizeof(word) };

/* What the CPU counts all the time. */
static inline uint64_t cpu_ticks(void) { return __L4_Rdtsc(); }
#define TICKS_KHZ L4_ProcDescInternalFreq(L4_ProcDesc(kip, 0))

#endif
