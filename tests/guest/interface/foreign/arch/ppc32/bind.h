/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bind.h - the system calls as a program built against other headers makes them: inlined calls through
 * variables of its own that hold the links of the KIP, with the registers that the PowerPC binding of
 * L4Ka::Pistachio names (ppc32 5): MemoryControl declares neither r11 to r13 nor r14 to r19 as changed,
 * Schedule not r5 to r7.
 *
 * On purpose nothing of this tree's library is used here: what is wrong there must not hide what is wrong in
 * the kernel.
 */
#ifndef FOREIGN_BIND_H
#define FOREIGN_BIND_H

typedef unsigned long L4_Word_t;
typedef union { L4_Word_t raw; } L4_ThreadId_t;
typedef union { L4_Word_t raw; } L4_MsgTag_t;
typedef union { L4_Word_t raw; } L4_Fpage_t;

struct exchange { L4_Word_t control, sp, ip, flags, handle; L4_ThreadId_t pager; };

/* What the page and messages have on this machine: fields of the page, words of an exception. */
enum {
	API_FLAGS = 1, UTCB_INFO = 0xc2401, UTCB_SIZE = 512, THREAD_BITS = 17, VERSION_BITS = 14,
	EXC_WORDS = 6, EXC_NUMBER = 4, EXC_INVALID = 0x700, EXC_INVALID_BYTES = 4, SIGMA0_PLACE = 0x500000,
	HS_REFUSED = 1,
};
#define HALF 0xffff
#define KIP_MAGIC 0x4c34e64b

/* Filled by the start code (links.c), as such a library does it. */
extern L4_Word_t __L4_Ipc, __L4_Lipc, __L4_Unmap, __L4_ExchangeRegisters, __L4_SystemClock;
extern L4_Word_t __L4_ThreadSwitch, __L4_Schedule, __L4_SpaceControl, __L4_ThreadControl;
extern L4_Word_t __L4_ProcessorControl, __L4_MemoryControl;

/* The tests that only this machine has: machine.c. */
void null_call(void), pingpong_registers(void), foreign_call(void), halted_at_trap(void);
void counters_readable(void), kept_by_memory_control(void);
#define MACHINE_TESTS									\
	{ "GFRN0101 the null call keeps r3 and CTR", null_call },			\
	{ "GFRN0102 a loop of calls that loads r16 and r17 once", pingpong_registers },	\
	{ "GFRN0103 a system call of another system is a message of 12 words", foreign_call },	\
	{ "GFRN0104 a thread that halted at a trap is resumed behind it", halted_at_trap },	\
	{ "GFRN0105 the counters of cycles and instructions can be read", counters_readable },	\
	{ "GFRN0106 MemoryControl keeps what its binding does not name", kept_by_memory_control },

/* The UTCB: MR0 at index 0, the control registers below. */
static inline L4_Word_t *utcb(void)
{
	register L4_Word_t *u __asm__("r2");

	__asm__ __volatile__("" : "=r"(u));
	return u;
}

static inline void *kernel_interface(L4_Word_t *version, L4_Word_t *flags, L4_Word_t *id)
{
	register L4_Word_t r3 __asm__("r3"), r4 __asm__("r4"), r5 __asm__("r5"), r6 __asm__("r6");

	__asm__ __volatile__("tlbia" : "=r"(r3), "=r"(r4), "=r"(r5), "=r"(r6));
	*version = r4;
	*flags = r5;
	*id = r6;
	return (void *)r3;
}

/* ---- the debugger's traps (ppc32 10) ---- */

static inline void kdb_char(char c)
{
	register L4_Word_t r0 __asm__("r0") = 0x5aff;
	register L4_Word_t r3 __asm__("r3") = (L4_Word_t)(unsigned char)c;

	__asm__ __volatile__("trap" : : "r"(r0), "r"(r3) : "memory");
}

/* There is no convention for a string. */
static inline void kdb_string(const char *s)
{
	while (*s)
		kdb_char(*s++);
}

/* It waits for a key: the tests have none. */
static inline L4_Word_t kdb_read(void) { return ~0ul; }

/* Enter the debugger with a message: it is behind a branch, which goes over it. */
#define kdb_enter(text)								\
	do {									\
		register L4_Word_t kdb_r0 __asm__("r0") = 0x5afe;		\
										\
		__asm__ __volatile__(						\
			"trap\n\t"						\
			"b 1f\n\t"						\
			".string \"" text "\"\n\t"				\
			".balign 4\n"						\
			"1:" : : "r"(kdb_r0) : "memory");			\
	} while (0)

static inline void end_emulator(int failures) { (void)failures; }

static inline void undefined_instruction(void) { __asm__ __volatile__(".long 0" : : : "memory"); }

/* ---- calls ---- */

#define CALLED "mtctr 11\n\tbctrl\n\t"
#define LOST_HIGH "r18", "r19", "r20", "r21", "r22", "r23", "r24", "r25", "r26", "r27", "r28", "r29"
#define LOST_SPECIAL "lr", "ctr", "xer", "cr0", "cr1", "cr2", "cr3", "cr4", "cr5", "cr6", "cr7", "memory"

/* The first ten message registers, r14, r3 to r10, r0, from and to the UTCB. */
#define WORDS_IN "lwz 14, 0(2)\n\tlwz 3, 4(2)\n\tlwz 4, 8(2)\n\tlwz 5, 12(2)\n\tlwz 6, 16(2)\n\t"	\
		 "lwz 7, 20(2)\n\tlwz 8, 24(2)\n\tlwz 9, 28(2)\n\tlwz 10, 32(2)\n\tlwz 0, 36(2)\n\t"
#define WORDS_OUT "stw 14, 0(2)\n\tstw 3, 4(2)\n\tstw 4, 8(2)\n\tstw 5, 12(2)\n\tstw 6, 16(2)\n\t"	\
		  "stw 7, 20(2)\n\tstw 8, 24(2)\n\tstw 9, 28(2)\n\tstw 10, 32(2)\n\tstw 0, 36(2)\n\t"

#define IPC_BINDING(name, link)								\
static inline L4_MsgTag_t name(L4_ThreadId_t to, L4_ThreadId_t from_specifier,		\
			       L4_Word_t timeouts, L4_ThreadId_t *from)			\
{											\
	register L4_Word_t r11 __asm__("r11") = link;					\
	register L4_Word_t r14 __asm__("r14");						\
	register L4_Word_t r15 __asm__("r15") = to.raw;					\
	register L4_Word_t r16 __asm__("r16") = from_specifier.raw;			\
	register L4_Word_t r17 __asm__("r17") = timeouts;				\
	L4_MsgTag_t tag;								\
											\
	__asm__ __volatile__(WORDS_IN CALLED WORDS_OUT					\
		: "=&r"(r14), "+r"(r15), "+r"(r16), "+r"(r17), "+r"(r11)		\
		: : "r0", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r12", "r13",	\
		    LOST_HIGH, LOST_SPECIAL);						\
	tag.raw = r14;									\
	if (from)									\
		from->raw = r16;							\
	return tag;									\
}

IPC_BINDING(L4_Ipc, __L4_Ipc)
IPC_BINDING(L4_Lipc, __L4_Lipc)

static inline void L4_Unmap(L4_Word_t control)
{
	register L4_Word_t r11 __asm__("r11") = __L4_Unmap;
	register L4_Word_t r15 __asm__("r15") = control;

	__asm__ __volatile__(WORDS_IN CALLED WORDS_OUT
		: "+r"(r15), "+r"(r11)
		: : "r0", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r12", "r13", "r14", "r16", "r17",
		    LOST_HIGH, LOST_SPECIAL);
}

/* x: in the new values, out the old ones. */
static inline L4_ThreadId_t L4_ExchangeRegisters(L4_ThreadId_t dest, struct exchange *x)
{
	register L4_Word_t r11 __asm__("r11") = __L4_ExchangeRegisters;
	register L4_Word_t r3 __asm__("r3") = dest.raw, r4 __asm__("r4") = x->control, r5 __asm__("r5") = x->sp;
	register L4_Word_t r6 __asm__("r6") = x->ip, r7 __asm__("r7") = x->flags, r8 __asm__("r8") = x->handle;
	register L4_Word_t r9 __asm__("r9") = x->pager.raw;

	__asm__ __volatile__(CALLED
		: "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r7), "+r"(r8), "+r"(r9), "+r"(r11)
		: : "r0", "r10", "r12", "r13", "r14", "r15", "r16", "r17", LOST_HIGH, LOST_SPECIAL);
	*x = (struct exchange){ r4, r5, r6, r7, r8, { r9 } };
	return (L4_ThreadId_t){ r3 };
}

static inline L4_Word_t L4_ThreadControl(L4_ThreadId_t dest, L4_ThreadId_t space, L4_ThreadId_t scheduler,
					 L4_ThreadId_t pager, L4_Word_t location)
{
	register L4_Word_t r11 __asm__("r11") = __L4_ThreadControl;
	register L4_Word_t r3 __asm__("r3") = dest.raw, r4 __asm__("r4") = space.raw;
	register L4_Word_t r5 __asm__("r5") = scheduler.raw, r6 __asm__("r6") = pager.raw;
	register L4_Word_t r7 __asm__("r7") = location;

	__asm__ __volatile__(CALLED
		: "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r7), "+r"(r11)
		: : "r0", "r8", "r9", "r10", "r12", "r13", "r14", "r15", "r16", "r17", LOST_HIGH, LOST_SPECIAL);
	return r3;
}

static inline L4_Word_t L4_SpaceControl(L4_ThreadId_t space, L4_Word_t control, L4_Fpage_t kip_area,
					L4_Fpage_t utcb_area, L4_ThreadId_t redirector, L4_Word_t *old)
{
	register L4_Word_t r11 __asm__("r11") = __L4_SpaceControl;
	register L4_Word_t r3 __asm__("r3") = space.raw, r4 __asm__("r4") = control;
	register L4_Word_t r5 __asm__("r5") = kip_area.raw, r6 __asm__("r6") = utcb_area.raw;
	register L4_Word_t r7 __asm__("r7") = redirector.raw;

	__asm__ __volatile__(CALLED
		: "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r7), "+r"(r11)
		: : "r0", "r8", "r9", "r10", "r12", "r13", "r14", "r15", "r16", "r17", LOST_HIGH, LOST_SPECIAL);
	*old = r4;
	return r3;
}

/* r5 to r7 are inputs that it keeps. */
static inline L4_Word_t L4_Schedule(L4_ThreadId_t dest, L4_Word_t time, L4_Word_t processor, L4_Word_t prio,
				    L4_Word_t preemption, L4_Word_t *old)
{
	register L4_Word_t r11 __asm__("r11") = __L4_Schedule;
	register L4_Word_t r3 __asm__("r3") = dest.raw, r4 __asm__("r4") = time;
	register L4_Word_t r5 __asm__("r5") = processor, r6 __asm__("r6") = prio, r7 __asm__("r7") = preemption;

	__asm__ __volatile__(CALLED
		: "+r"(r3), "+r"(r4), "+r"(r11)
		: "r"(r5), "r"(r6), "r"(r7)
		: "r0", "r8", "r9", "r10", "r12", "r13", "r14", "r15", "r16", "r17", LOST_HIGH, LOST_SPECIAL);
	*old = r4;
	return r3;
}

static inline unsigned long long L4_SystemClock(void)
{
	register L4_Word_t r11 __asm__("r11") = __L4_SystemClock;
	register L4_Word_t r3 __asm__("r3"), r4 __asm__("r4");

	__asm__ __volatile__(CALLED
		: "=r"(r3), "=r"(r4), "+r"(r11)
		: : "r0", "r5", "r6", "r7", "r8", "r9", "r10", "r12", "r13", "r14", "r15", "r16", "r17",
		    LOST_HIGH, LOST_SPECIAL);
	return (unsigned long long)r3 << 32 | r4;
}

static inline void L4_ThreadSwitch(L4_ThreadId_t dest)
{
	register L4_Word_t r11 __asm__("r11") = __L4_ThreadSwitch;
	register L4_Word_t r3 __asm__("r3") = dest.raw;

	__asm__ __volatile__(CALLED
		: "+r"(r3), "+r"(r11)
		: : "r0", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r12", "r13", "r14", "r15", "r16", "r17",
		    LOST_HIGH, LOST_SPECIAL);
}

#endif
