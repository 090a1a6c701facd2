/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ia32/syscalls.h - the system calls, register for register as the ia32 binding has them.
 *
 * A call is a near call of __L4_NAME, code in arch/ia32/links.S that jumps into the kernel interface page;
 * the first of all calls finds where. So programs may call these names too, and need not run __L4_Init.
 *
 * Of the registers only ESP survives a call for sure, so each binding names all others as changed. EBP cannot
 * be named where it is the frame pointer: it is pushed and popped. Arguments are in registers, so nothing
 * addresses memory by ESP in between. Calls that have an argument in EBP load it from memory, by a register.
 *
 * MR0 travels in ESI, and the address of MR0 in EDI. MR1 and MR2 are taken from the UTCB, and come back in
 * EBX and EBP as well. They are stored one by one, through volatile words, so that the compiler does not pair
 * them into a vector register, which would make the thread one whose vector state the kernel has to save.
 */
#ifndef L4_IA32_SYSCALLS_H
#define L4_IA32_SYSCALLS_H

#include <l4/types.h>
#include <l4/message.h>		/* this and kdebug.h: old programs count on having them from here */
#include <l4/ia32/kdebug.h>
#include <l4/vregs.h>
#include <x2/kernel_interface.h>

#if defined(__cplusplus)
extern "C" {
#endif

typedef void (*__L4_Link_t)(void);

void __L4_Ipc(void), __L4_Lipc(void), __L4_Unmap(void), __L4_ExchangeRegisters(void), __L4_SystemClock(void);
void __L4_ThreadSwitch(void), __L4_Schedule(void), __L4_SpaceControl(void), __L4_ThreadControl(void);
void __L4_ProcessorControl(void), __L4_MemoryControl(void);

/* Finds the links; the name of older libraries is __L4_init_syscalls. */
void __L4_Init(void);
void __L4_init_syscalls(void);

#if defined(__cplusplus)
}
#endif

#define __L4_CALL(target)	"pushl %%ebp\n\tcall " target "\n\tpopl %%ebp\n\t"

/* Answers `lock; nop`, which the kernel traps: address, version, flags and id of the kernel. */
L4_INLINE void *L4_KernelInterface(L4_Word_t *ApiVersion, L4_Word_t *ApiFlags, L4_Word_t *KernelId)
{
	void *base;

	__asm__ __volatile__(".byte %c[first], %c[second]"
			     : "=a"(base), "=c"(*ApiVersion), "=d"(*ApiFlags), "=S"(*KernelId)
			     : [first] "i"(L4_UD_0), [second] "i"(L4_UD_1));
	return base;
}

/* EDI and EBP both ways by `last`: EDI points to it before and after the call. */
L4_INLINE L4_ThreadId_t L4_ExchangeRegisters(L4_ThreadId_t dest, L4_Word_t control, L4_Word_t sp,
	L4_Word_t ip, L4_Word_t flags, L4_Word_t UserDefinedHandle, L4_ThreadId_t pager,
	L4_Word_t *old_control, L4_Word_t *old_sp, L4_Word_t *old_ip, L4_Word_t *old_flags,
	L4_Word_t *old_UserDefinedHandle, L4_ThreadId_t *old_pager)
{
	volatile L4_Word_t last[2] = { flags, pager.raw };
	volatile L4_Word_t *at = last;

	__asm__ __volatile__("pushl %%ebp\n\t"
			     "pushl %%edi\n\t"
			     "movl 4(%%edi), %%ebp\n\t"
			     "movl (%%edi), %%edi\n\t"
			     "call __L4_ExchangeRegisters\n\t"
			     "xchgl %%edi, (%%esp)\n\t"
			     "movl %%ebp, 4(%%edi)\n\t"
			     "popl (%%edi)\n\t"
			     "popl %%ebp\n\t"
			     : "+a"(dest.raw), "+c"(control), "+d"(sp), "+S"(ip), "+b"(UserDefinedHandle), "+D"(at)
			     : : "cc", "memory");
	*old_control = control;
	*old_sp = sp;
	*old_ip = ip;
	*old_flags = last[0];
	*old_UserDefinedHandle = UserDefinedHandle;
	old_pager->raw = last[1];
	return dest;
}

L4_INLINE L4_Word_t L4_ThreadControl(L4_ThreadId_t dest, L4_ThreadId_t SpaceSpecifier,
	L4_ThreadId_t Scheduler, L4_ThreadId_t Pager, void *UtcbLocation)
{
	__asm__ __volatile__(__L4_CALL("__L4_ThreadControl")
			     : "+a"(dest.raw), "+c"(Pager.raw), "+d"(Scheduler.raw), "+S"(SpaceSpecifier.raw),
			       "+D"(UtcbLocation)
			     : : "ebx", "cc", "memory");
	return dest.raw;
}

L4_INLINE L4_Clock_t L4_SystemClock(void)
{
	L4_Clock_t clock;

	__asm__ __volatile__(__L4_CALL("__L4_SystemClock")
			     : "=A"(clock.raw)
			     : : "ebx", "ecx", "esi", "edi", "cc", "memory");
	return clock;
}

L4_INLINE void L4_ThreadSwitch(L4_ThreadId_t dest)
{
	__asm__ __volatile__(__L4_CALL("__L4_ThreadSwitch")
			     : "+a"(dest.raw)
			     : : "ebx", "ecx", "edx", "esi", "edi", "cc", "memory");
}

L4_INLINE L4_Word_t L4_Schedule(L4_ThreadId_t dest, L4_Word_t TimeControl,
	L4_Word_t ProcessorControl, L4_Word_t PrioControl, L4_Word_t PreemptionControl,
	L4_Word_t *old_TimeControl)
{
	__asm__ __volatile__(__L4_CALL("__L4_Schedule")
			     : "+a"(dest.raw), "+c"(PrioControl), "+d"(TimeControl), "+S"(ProcessorControl),
			       "+D"(PreemptionControl)
			     : : "ebx", "cc", "memory");
	*old_TimeControl = TimeControl;
	return dest.raw;
}

/*
 * Ipc and Lipc differ in the link only. MR0 is passed and returned, and stored in the UTCB by the stub of the
 * KIP; the other words are in the UTCB, and of a message that was received MR1 and MR2 are in `mr1` and `mr2`
 * too. Changes all its arguments.
 */
#define __L4_IPC(link, partner, specifier, timeouts, mr0, mr1, mr2)			\
	do {										\
		L4_Word_t *__utcb = __L4_Utcb();					\
											\
		__asm__ __volatile__("pushl %%ebp\n\t"					\
				     "call " #link "\n\t"				\
				     "movl %%ebp, %%ecx\n\t"				\
				     "popl %%ebp\n\t"					\
				     : "+a"(partner), "+d"(specifier), "+S"(mr0), "+D"(__utcb),	\
				       "=b"(mr1), "=c"(mr2)				\
				     : "c"(timeouts) : "cc", "memory");			\
	} while (0)

/* `from` is written only if FromSpecifier is not nil. */
#define __L4_IPC_FUNCTION(name, link)							\
L4_INLINE L4_MsgTag_t name(L4_ThreadId_t to, L4_ThreadId_t FromSpecifier, L4_Word_t Timeouts,	\
	L4_ThreadId_t *from)								\
{											\
	L4_Word_t mr1, mr2, specifier = FromSpecifier.raw;				\
	L4_MsgTag_t tag;								\
											\
	L4_StoreMR(0, &tag.raw);							\
	__L4_IPC(link, to.raw, specifier, Timeouts, tag.raw, mr1, mr2);			\
	if (!L4_IsNilThread(FromSpecifier)) {						\
		L4_LoadMR(1, mr1);							\
		L4_LoadMR(2, mr2);							\
		*from = to;								\
	}										\
	return tag;									\
}

__L4_IPC_FUNCTION(L4_Ipc, __L4_Ipc)
__L4_IPC_FUNCTION(L4_Lipc, __L4_Lipc)

L4_INLINE void L4_Unmap(L4_Word_t control)
{
	L4_Word_t *utcb = __L4_Utcb();
	L4_Word_t mr0;

	L4_StoreMR(0, &mr0);
	__asm__ __volatile__(__L4_CALL("__L4_Unmap")
			     : "+a"(control), "+S"(mr0), "+D"(utcb)
			     : : "ebx", "ecx", "edx", "cc", "memory");
	L4_LoadMR(0, mr0);
}

L4_INLINE L4_Word_t L4_SpaceControl(L4_ThreadId_t SpaceSpecifier, L4_Word_t control,
	L4_Fpage_t KernelInterfacePageArea, L4_Fpage_t UtcbArea, L4_ThreadId_t redirector,
	L4_Word_t *old_control)
{
	__asm__ __volatile__(__L4_CALL("__L4_SpaceControl")
			     : "+a"(SpaceSpecifier.raw), "+c"(control), "+d"(KernelInterfacePageArea.raw),
			       "+S"(UtcbArea.raw), "+D"(redirector.raw)
			     : : "ebx", "cc", "memory");
	*old_control = control;
	return SpaceSpecifier.raw;
}

L4_INLINE L4_Word_t L4_ProcessorControl(L4_Word_t ProcessorNo, L4_Word_t InternalFreq,
	L4_Word_t ExternalFreq, L4_Word_t voltage)
{
	__asm__ __volatile__(__L4_CALL("__L4_ProcessorControl")
			     : "+a"(ProcessorNo), "+c"(InternalFreq), "+d"(ExternalFreq), "+S"(voltage)
			     : : "ebx", "edi", "cc", "memory");
	return ProcessorNo;
}

/* The attributes are in ECX, EDX, EBX and EBP. */
L4_INLINE L4_Word_t L4_MemoryControl(L4_Word_t control, const L4_Word_t *attributes)
{
	L4_Word_t *utcb = __L4_Utcb();
	L4_Word_t mr0;

	L4_StoreMR(0, &mr0);
	__asm__ __volatile__("pushl %%ebp\n\t"
			     "movl (%%ebx), %%ecx\n\t"
			     "movl 4(%%ebx), %%edx\n\t"
			     "movl 12(%%ebx), %%ebp\n\t"
			     "movl 8(%%ebx), %%ebx\n\t"
			     "call __L4_MemoryControl\n\t"
			     "popl %%ebp\n\t"
			     : "+a"(control), "+b"(attributes), "+S"(mr0), "+D"(utcb)
			     : : "ecx", "edx", "cc", "memory");
	return control;
}

#endif
