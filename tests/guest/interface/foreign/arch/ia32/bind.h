/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bind.h - the system calls as a program built against other headers makes them: inlined calls of code
 * labels that such a library has (links.S), with the registers that the ia32 binding of L4Ka::Pistachio
 * names (ia32 3). ThreadSwitch declares no register as changed, SystemClock not ECX, Unmap not ECX: the
 * kernel keeps them.
 *
 * On purpose nothing of this tree's library is used here: what is wrong there must not hide what is
 * wrong in the kernel.
 */
#ifndef FOREIGN_BIND_H
#define FOREIGN_BIND_H

/* The register of the move that has the text of kdb_enter. */
#define KDB_ENTER_REG "eax"
#include "../x86/bind_x86.h"

/* What the page and messages have on this machine: fields of the page, words of an exception. */
enum {
	API_FLAGS = 0, UTCB_INFO = 0xc2401, UTCB_SIZE = 512, THREAD_BITS = 17, VERSION_BITS = 14,
	EXC_WORDS = 12, EXC_NUMBER = 3, HS_REFUSED = 0,	/* of 32 bits it is a valid time */
};
#define HALF 0xffff

#define CALL(name)	"pushl %%ebp\n\t" "call " #name "\n\t" "popl %%ebp\n\t"

/* MR0 is loaded from the UTCB, and not stored there: the kernel's stub has stored it. */
#define IPC_BINDING(name, link)								\
static inline L4_MsgTag_t name(L4_ThreadId_t to, L4_ThreadId_t from_specifier,		\
			       L4_Word_t timeouts, L4_ThreadId_t *from)			\
{											\
	L4_Word_t *u = utcb(), mr1, mr2;						\
	L4_MsgTag_t tag = { u[0] };							\
											\
	__asm__ __volatile__(								\
		"pushl %%ebp\n\t"							\
		"call " #link "\n\t"							\
		"movl %%ebp, %%ecx\n\t"							\
		"popl %%ebp\n\t"							\
		: "=a"(to.raw), "=d"(from_specifier.raw), "=S"(tag.raw), "=b"(mr1), "=c"(mr2)	\
		: "a"(to.raw), "d"(from_specifier.raw), "c"(timeouts), "S"(tag.raw), "D"(u)	\
		: "cc", "memory");							\
	if (from) {									\
		*from = to;								\
		u[1] = mr1;								\
		u[2] = mr2;								\
	}										\
	return tag;									\
}

IPC_BINDING(L4_Ipc, __L4_Ipc)
IPC_BINDING(L4_Lipc, __L4_Lipc)

static inline void L4_Unmap(L4_Word_t control)
{
	L4_Word_t *u = utcb(), mr0 = u[0];

	__asm__ __volatile__(
		CALL(__L4_Unmap)
		: "+a"(control), "+S"(mr0), "+D"(u) : : "ebx", "edx", "cc", "memory");
	utcb()[0] = mr0;
}

/* x: in the new values, out the old ones. */
static inline L4_ThreadId_t L4_ExchangeRegisters(L4_ThreadId_t dest, struct exchange *x)
{
	struct { L4_Word_t flags, pager; } both = { x->flags, x->pager.raw }, *p = &both;

	__asm__ __volatile__(
		"pushl %%ebp\n\t"
		"pushl %%edi\n\t"
		"movl 4(%%edi), %%ebp\n\t"
		"movl (%%edi), %%edi\n\t"
		"call __L4_ExchangeRegisters\n\t"
		"xchgl %%edi, (%%esp)\n\t"
		"movl %%ebp, 4(%%edi)\n\t"
		"popl (%%edi)\n\t"
		"popl %%ebp\n\t"
		: "+a"(dest.raw), "+c"(x->control), "+d"(x->sp), "+S"(x->ip), "+b"(x->handle), "+D"(p)
		: : "cc", "memory");
	x->flags = both.flags;
	x->pager.raw = both.pager;
	return dest;
}

static inline L4_Word_t L4_ThreadControl(L4_ThreadId_t dest, L4_ThreadId_t space, L4_ThreadId_t scheduler,
					 L4_ThreadId_t pager, L4_Word_t location)
{
	__asm__ __volatile__(
		CALL(__L4_ThreadControl)
		: "+a"(dest.raw), "+c"(pager.raw), "+d"(scheduler.raw), "+S"(space.raw), "+D"(location)
		: : "ebx", "cc", "memory");
	return dest.raw;
}

static inline L4_Word_t L4_SpaceControl(L4_ThreadId_t space, L4_Word_t control, L4_Fpage_t kip_area,
					L4_Fpage_t utcb_area, L4_ThreadId_t redirector, L4_Word_t *old)
{
	__asm__ __volatile__(
		CALL(__L4_SpaceControl)
		: "+a"(space.raw), "+c"(control), "+d"(kip_area.raw), "+S"(utcb_area.raw), "+D"(redirector.raw)
		: : "ebx", "cc", "memory");
	*old = control;
	return space.raw;
}

static inline L4_Word_t L4_Schedule(L4_ThreadId_t dest, L4_Word_t time, L4_Word_t processor, L4_Word_t prio,
				    L4_Word_t preemption, L4_Word_t *old)
{
	__asm__ __volatile__(
		CALL(__L4_Schedule)
		: "+a"(dest.raw), "+c"(prio), "+d"(time), "+S"(processor), "+D"(preemption)
		: : "ebx", "cc", "memory");
	*old = time;
	return dest.raw;
}

static inline unsigned long long L4_SystemClock(void)
{
	unsigned long long clock;

	__asm__ __volatile__("call __L4_SystemClock" : "=A"(clock) : : "esi", "edi", "cc", "memory");
	return clock;
}

static inline void L4_ThreadSwitch(L4_ThreadId_t dest)
{
	__asm__ __volatile__("call __L4_ThreadSwitch" : : "a"(dest.raw) : "memory");
}

#endif
