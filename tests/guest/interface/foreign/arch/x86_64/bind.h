/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bind.h - the system calls as a program built against other headers makes them: inlined, through
 * variables of its own that hold the links of the KIP, with the registers that the amd64 binding of
 * L4Ka::Pistachio names (amd64 4), and every register but RSP given up.
 *
 * On purpose nothing of this tree's library is used here: what is wrong there must not hide what is
 * wrong in the kernel.
 */
#ifndef FOREIGN_BIND_H
#define FOREIGN_BIND_H

/* The register of the move that has the text of kdb_enter. */
#define KDB_ENTER_REG "rax"
#include "../x86/bind_x86.h"

extern L4_Word_t __L4_Ipc, __L4_Lipc, __L4_Unmap, __L4_ExchangeRegisters, __L4_SystemClock;
extern L4_Word_t __L4_ThreadSwitch, __L4_Schedule, __L4_SpaceControl, __L4_ThreadControl;
extern L4_Word_t __L4_ProcessorControl, __L4_MemoryControl;

/* What the page and messages have on this machine: fields of the page, words of an exception. */
enum {
	API_FLAGS = 4, UTCB_INFO = 0xc2801, UTCB_SIZE = 1024, THREAD_BITS = 18, VERSION_BITS = 32,
	EXC_WORDS = 19, EXC_NUMBER = 19, HS_REFUSED = 1,
};
#define HALF 0xffffffff

#define LOAD_MR3_7	"movq 24(%%rdi), %%r10\n\t" "movq 32(%%rdi), %%r12\n\t" "movq 40(%%rdi), %%r13\n\t" \
			"movq 48(%%rdi), %%r14\n\t" "movq 56(%%rdi), %%r15\n\t"
#define STORE_MR3_7	"movq %%r10, 24(%%rdi)\n\t" "movq %%r12, 32(%%rdi)\n\t" "movq %%r13, 40(%%rdi)\n\t" \
			"movq %%r14, 48(%%rdi)\n\t" "movq %%r15, 56(%%rdi)\n\t"

#define IPC_BINDING(name, link)								\
static inline L4_MsgTag_t name(L4_ThreadId_t to, L4_ThreadId_t from_specifier,		\
			       L4_Word_t timeouts, L4_ThreadId_t *from)			\
{											\
	L4_Word_t *u = utcb(), mr1 = u[1], mr2 = u[2];					\
	register L4_Word_t r8 __asm__("r8") = timeouts;					\
	register L4_Word_t r9 __asm__("r9") = u[0];					\
	L4_MsgTag_t tag;								\
											\
	__asm__ __volatile__(								\
		LOAD_MR3_7								\
		"pushq %%rbp\n\t"							\
		"call *" #link "\n\t"							\
		"popq %%rbp\n\t"							\
		STORE_MR3_7								\
		: "+S"(to.raw), "+d"(from_specifier.raw), "+D"(u), "+a"(mr1), "+b"(mr2),	\
		  "+r"(r8), "+r"(r9)							\
		: : "rcx", "r10", "r11", "r12", "r13", "r14", "r15", "cc", "memory");	\
	u[0] = r9;									\
	u[1] = mr1;									\
	u[2] = mr2;									\
	if (from)									\
		*from = to;								\
	tag.raw = r9;									\
	return tag;									\
}

IPC_BINDING(L4_Ipc, __L4_Ipc)
IPC_BINDING(L4_Lipc, __L4_Lipc)

static inline void L4_Unmap(L4_Word_t control)
{
	L4_Word_t *u = utcb(), mr1 = u[1], mr2 = u[2];
	register L4_Word_t r9 __asm__("r9") = u[0];

	__asm__ __volatile__(
		LOAD_MR3_7
		"pushq %%rbp\n\t"
		"call *__L4_Unmap\n\t"
		"popq %%rbp\n\t"
		STORE_MR3_7
		: "+d"(control), "+D"(u), "+a"(mr1), "+b"(mr2), "+r"(r9)
		: : "rcx", "rsi", "r8", "r10", "r11", "r12", "r13", "r14", "r15", "cc", "memory");
	u[0] = r9;
	u[1] = mr1;
	u[2] = mr2;
}

/* x: in the new values, out the old ones. */
static inline L4_ThreadId_t L4_ExchangeRegisters(L4_ThreadId_t dest, struct exchange *x)
{
	register L4_Word_t r8 __asm__("r8") = x->ip;
	register L4_Word_t r9 __asm__("r9") = x->flags;
	register L4_Word_t r10 __asm__("r10") = x->handle;

	__asm__ __volatile__(
		"pushq %%rbp\n\t"
		"call *__L4_ExchangeRegisters\n\t"
		"popq %%rbp\n\t"
		: "+a"(dest.raw), "+S"(x->control), "+d"(x->sp), "+D"(x->pager.raw), "+r"(r8), "+r"(r9),
		  "+r"(r10)
		: : "rbx", "rcx", "r11", "r12", "r13", "r14", "r15", "cc", "memory");
	x->ip = r8;
	x->flags = r9;
	x->handle = r10;
	return dest;
}

static inline L4_Word_t L4_ThreadControl(L4_ThreadId_t dest, L4_ThreadId_t space, L4_ThreadId_t scheduler,
					 L4_ThreadId_t pager, L4_Word_t location)
{
	register L4_Word_t r8 __asm__("r8") = space.raw;
	register L4_Word_t r9 __asm__("r9") = location;
	L4_Word_t result;

	__asm__ __volatile__(
		"pushq %%rbp\n\t"
		"call *__L4_ThreadControl\n\t"
		"popq %%rbp\n\t"
		: "=a"(result), "+D"(dest.raw), "+S"(pager.raw), "+d"(scheduler.raw), "+r"(r8), "+r"(r9)
		: : "rbx", "rcx", "r10", "r11", "r12", "r13", "r14", "r15", "cc", "memory");
	return result;
}

static inline L4_Word_t L4_SpaceControl(L4_ThreadId_t space, L4_Word_t control, L4_Fpage_t kip_area,
					L4_Fpage_t utcb_area, L4_ThreadId_t redirector, L4_Word_t *old)
{
	register L4_Word_t r8 __asm__("r8") = utcb_area.raw;
	register L4_Word_t r9 __asm__("r9") = redirector.raw;
	L4_Word_t result, kip = kip_area.raw;

	__asm__ __volatile__(
		"pushq %%rbp\n\t"
		"call *__L4_SpaceControl\n\t"
		"popq %%rbp\n\t"
		: "=a"(result), "+D"(space.raw), "+S"(control), "+d"(kip), "+r"(r8), "+r"(r9)
		: : "rbx", "rcx", "r10", "r11", "r12", "r13", "r14", "r15", "cc", "memory");
	*old = kip;
	return result;
}

static inline L4_Word_t L4_Schedule(L4_ThreadId_t dest, L4_Word_t time, L4_Word_t processor, L4_Word_t prio,
				    L4_Word_t preemption, L4_Word_t *old)
{
	register L4_Word_t r8 __asm__("r8") = processor;
	register L4_Word_t r9 __asm__("r9") = preemption;
	L4_Word_t result;

	__asm__ __volatile__(
		"pushq %%rbp\n\t"
		"call *__L4_Schedule\n\t"
		"popq %%rbp\n\t"
		: "=a"(result), "+D"(dest.raw), "+S"(prio), "+d"(time), "+r"(r8), "+r"(r9)
		: : "rbx", "rcx", "r10", "r11", "r12", "r13", "r14", "r15", "cc", "memory");
	*old = time;
	return result;
}

static inline L4_Word_t L4_SystemClock(void)
{
	L4_Word_t clock;

	__asm__ __volatile__(
		"pushq %%rbp\n\t"
		"call *__L4_SystemClock\n\t"
		"popq %%rbp\n\t"
		: "=a"(clock)
		: : "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
		    "cc", "memory");
	return clock;
}

static inline void L4_ThreadSwitch(L4_ThreadId_t dest)
{
	__asm__ __volatile__(
		"pushq %%rbp\n\t"
		"call *__L4_ThreadSwitch\n\t"
		"popq %%rbp\n\t"
		: "+D"(dest.raw)
		: : "rax", "rbx", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
		    "cc", "memory");
}

#endif
