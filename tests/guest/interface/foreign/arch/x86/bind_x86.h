/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bind_x86.h - what the bindings of both x86 machines have in common (bind.h of each): words, the call for
 * the KIP, the debugger's conventions, ports.
 */
#ifndef FOREIGN_BIND_X86_H
#define FOREIGN_BIND_X86_H

typedef unsigned long L4_Word_t;
typedef union { L4_Word_t raw; } L4_ThreadId_t;
typedef union { L4_Word_t raw; } L4_MsgTag_t;
typedef union { L4_Word_t raw; } L4_Fpage_t;

struct exchange { L4_Word_t control, sp, ip, flags, handle; L4_ThreadId_t pager; };

/* The UTCB: MR0 at index 0, the control registers below. */
static inline L4_Word_t *utcb(void)
{
	L4_Word_t *u;

	__asm__ __volatile__("mov %%gs:0, %0" : "=r"(u));
	return u;
}

static inline void *kernel_interface(L4_Word_t *version, L4_Word_t *flags, L4_Word_t *id)
{
	void *base;

	__asm__ __volatile__("lock; nop" : "=a"(base), "=c"(*version), "=d"(*flags), "=S"(*id));
	return base;
}

/* ---- the debugger's conventions (ia32 8, amd64 9) ---- */

static inline void kdb_char(char c)
{
	__asm__ __volatile__("int3; cmpb $0, %%al" : : "a"(c) : "memory");
}

static inline void kdb_string(const char *s)
{
	__asm__ __volatile__("int3; cmpb $1, %%al" : : "a"(s) : "memory");
}

static inline L4_Word_t kdb_read(void)
{
	L4_Word_t c;

	__asm__ __volatile__("int3; cmpb $8, %%al" : "=a"(c) : : "memory");
	return c;
}

/* Enter the debugger with a message: the jump goes over an instruction that holds its address. */
#define kdb_enter(text)							\
	__asm__ __volatile__(						\
		"int3\n\t"						\
		"jmp 1f\n\t"						\
		"mov $2f, %%" KDB_ENTER_REG "\n"			\
		"1:\n\t"						\
		".pushsection .rodata\n"				\
		"2:\t.string \"" text "\"\n\t"				\
		".popsection" : : : KDB_ENTER_REG, "memory")

/* The tests that only these machines have: ports.c. */
void serial_port(void), ports(void), timer_interrupt(void);
#define MACHINE_TESTS									\
	{ "GFRN0027 the first access to a port may be that of a thread with a pager of its own", ports },	\
	{ "GFRN0007 the serial port can be used directly: sigma0 serves the fault", serial_port },	\
	{ "GFRN0030 a PC's timer interrupts a thread with its own pager, by id 0 or 2", timer_interrupt },

#define KIP_MAGIC 0x4be6344c
enum { EXC_INVALID = 6, EXC_INVALID_BYTES = 2, SIGMA0_PLACE = 0xf00000 };

/* ---- ports, and an instruction that is none ---- */

static inline void outb(unsigned short port, unsigned char v)
{
	__asm__ __volatile__("outb %0, %1" : : "a"(v), "Nd"(port));
}

static inline unsigned char inb(unsigned short port)
{
	unsigned char v;

	__asm__ __volatile__("inb %1, %0" : "=a"(v) : "Nd"(port));
	return v;
}

/* A device that ends QEMU: tools/qemu. */
static inline void end_emulator(int failures) { outb(0xf4, failures != 0); }

static inline void undefined_instruction(void)
{
	__asm__ __volatile__("ud2" : : : "memory");
}

#endif
