/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * amd64/syscalls.h - the system calls, register for register as the amd64 binding has them.
 *
 * A call is `call *link`; __L4_Init takes the links from the kernel interface page once and leaves
 * them in the __L4_* pointers, so it must run before the first call.
 *
 * Of the registers only RSP survives a call for sure, so each binding names all others as changed.
 * RBP cannot be named where it is the frame pointer: it is pushed and popped. The pushes and the
 * return address would fall on a leaf function's red zone, so RSP first steps over its 128 bytes
 * (by LEA: no flags, and one encoding for both ways). Nothing addresses memory by RSP in between:
 * links and arguments are in registers.
 *
 * Ipc, Unmap and MemoryControl take MR0..MR7 in registers: R9 RAX RBX R10 R12 R13 R14 R15, and the
 * address of MR0 in RDI, which comes back intact. Those that no constraint letter names are loaded
 * inside the statement, by RDI, so that the compiler always has registers left; all are stored
 * there, so that it does not pair them into vector registers, which would make the thread one
 * whose vector state the kernel has to save.
 */
#ifndef L4_AMD64_SYSCALLS_H
#define L4_AMD64_SYSCALLS_H

#include <l4/types.h>
#include <l4/message.h>		/* this and kdebug.h: old programs count on having them from here */
#include <l4/amd64/kdebug.h>
#include <l4/vregs.h>
#include <x2/kernel_interface.h>

#if defined(__cplusplus)
extern "C" {
#endif

typedef void (*__L4_Link_t)(void);

extern __L4_Link_t __L4_Ipc, __L4_Lipc, __L4_Unmap, __L4_ExchangeRegisters, __L4_SystemClock;
extern __L4_Link_t __L4_ThreadSwitch, __L4_Schedule, __L4_SpaceControl, __L4_ThreadControl;
extern __L4_Link_t __L4_ProcessorControl, __L4_MemoryControl;

void __L4_Init(void);

#if defined(__cplusplus)
}
#endif

#define __L4_CALL_ENTER	"leaq -128(%%rsp), %%rsp\n\tpushq %%rbp\n\t"
#define __L4_CALL_LEAVE	"popq %%rbp\n\tleaq 128(%%rsp), %%rsp\n\t"
#define __L4_CALL_RCX	__L4_CALL_ENTER "call *%%rcx\n\t" __L4_CALL_LEAVE

/* MR3..MR7: R10, R12..R15; MR0 is in RDI. */
#define __L4_LOAD_MR4_7	"movq 32(%%rdi), %%r12\n\tmovq 40(%%rdi), %%r13\n\t" \
			"movq 48(%%rdi), %%r14\n\tmovq 56(%%rdi), %%r15\n\t"
#define __L4_LOAD_MR3_7	"movq 24(%%rdi), %%r10\n\t" __L4_LOAD_MR4_7
#define __L4_STORE_MR0_7 "movq %%r9, (%%rdi)\n\tmovq %%rax, 8(%%rdi)\n\tmovq %%rbx, 16(%%rdi)\n\t" \
			"movq %%r10, 24(%%rdi)\n\tmovq %%r12, 32(%%rdi)\n\tmovq %%r13, 40(%%rdi)\n\t" \
			"movq %%r14, 48(%%rdi)\n\tmovq %%r15, 56(%%rdi)\n\t"

/* Answers `lock; nop`, which the kernel traps: address, version, flags and id of the kernel. */
L4_INLINE void *L4_KernelInterface(L4_Word_t *ApiVersion, L4_Word_t *ApiFlags, L4_Word_t *KernelId)
{
	void *base;

	__asm__ __volatile__(".byte %c[first], %c[second]"
			     : "=a"(base), "=c"(*ApiVersion), "=d"(*ApiFlags), "=S"(*KernelId)
			     : [first] "i"(L4_UD_0), [second] "i"(L4_UD_1));
	return base;
}

L4_INLINE L4_ThreadId_t L4_ExchangeRegisters(L4_ThreadId_t dest, L4_Word_t control, L4_Word_t sp,
	L4_Word_t ip, L4_Word_t flags, L4_Word_t UserDefinedHandle, L4_ThreadId_t pager,
	L4_Word_t *old_control, L4_Word_t *old_sp, L4_Word_t *old_ip, L4_Word_t *old_flags,
	L4_Word_t *old_UserDefinedHandle, L4_ThreadId_t *old_pager)
{
	register L4_Word_t r8 __asm__("r8") = ip;
	register L4_Word_t r9 __asm__("r9") = flags;
	register L4_Word_t r10 __asm__("r10") = UserDefinedHandle;
	__L4_Link_t link = __L4_ExchangeRegisters;

	__asm__ __volatile__(__L4_CALL_RCX
			     : "+a"(dest.raw), "+S"(control), "+d"(sp), "+D"(pager.raw), "+c"(link),
			       "+r"(r8), "+r"(r9), "+r"(r10)
			     : : "rbx", "r11", "r12", "r13", "r14", "r15", "cc", "memory");
	*old_control = control;
	*old_sp = sp;
	*old_ip = r8;
	*old_flags = r9;
	*old_UserDefinedHandle = r10;
	*old_pager = pager;
	return dest;
}

L4_INLINE L4_Word_t L4_ThreadControl(L4_ThreadId_t dest, L4_ThreadId_t SpaceSpecifier,
	L4_ThreadId_t Scheduler, L4_ThreadId_t Pager, void *UtcbLocation)
{
	register L4_Word_t r8 __asm__("r8") = SpaceSpecifier.raw;
	register void *r9 __asm__("r9") = UtcbLocation;
	__L4_Link_t link = __L4_ThreadControl;
	L4_Word_t result;

	__asm__ __volatile__(__L4_CALL_RCX
			     : "=a"(result), "+D"(dest.raw), "+S"(Pager.raw), "+d"(Scheduler.raw),
			       "+c"(link), "+r"(r8), "+r"(r9)
			     : : "rbx", "r10", "r11", "r12", "r13", "r14", "r15", "cc", "memory");
	return result;
}

L4_INLINE L4_Clock_t L4_SystemClock(void)
{
	__L4_Link_t link = __L4_SystemClock;
	L4_Clock_t clock;

	__asm__ __volatile__(__L4_CALL_RCX
			     : "=a"(clock.raw), "+c"(link)
			     : : "rbx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
			       "r15", "cc", "memory");
	return clock;
}

L4_INLINE void L4_ThreadSwitch(L4_ThreadId_t dest)
{
	__L4_Link_t link = __L4_ThreadSwitch;

	__asm__ __volatile__(__L4_CALL_RCX
			     : "+D"(dest.raw), "+c"(link)
			     : : "rax", "rbx", "rdx", "rsi", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
			       "r15", "cc", "memory");
}

L4_INLINE L4_Word_t L4_Schedule(L4_ThreadId_t dest, L4_Word_t TimeControl,
	L4_Word_t ProcessorControl, L4_Word_t PrioControl, L4_Word_t PreemptionControl,
	L4_Word_t *old_TimeControl)
{
	register L4_Word_t r8 __asm__("r8") = ProcessorControl;
	register L4_Word_t r9 __asm__("r9") = PreemptionControl;
	__L4_Link_t link = __L4_Schedule;
	L4_Word_t result;

	__asm__ __volatile__(__L4_CALL_RCX
			     : "=a"(result), "+D"(dest.raw), "+S"(PrioControl), "+d"(TimeControl),
			       "+c"(link), "+r"(r8), "+r"(r9)
			     : : "rbx", "r10", "r11", "r12", "r13", "r14", "r15", "cc", "memory");
	*old_TimeControl = TimeControl;
	return result;
}

/* Ipc and Lipc differ in the link only. `from` is written only if FromSpecifier is not nil. */
L4_INLINE L4_MsgTag_t __L4_IpcBy(__L4_Link_t link, L4_ThreadId_t to, L4_ThreadId_t FromSpecifier,
	L4_Word_t Timeouts, L4_ThreadId_t *from)
{
	L4_Word_t *mr = __L4_Utcb();
	L4_Word_t mr1 = mr[1], mr2 = mr[2], specifier = FromSpecifier.raw;
	register L4_Word_t r8 __asm__("r8") = Timeouts;
	register L4_Word_t r9 __asm__("r9") = mr[0];
	L4_MsgTag_t tag;

	__asm__ __volatile__(__L4_LOAD_MR3_7 __L4_CALL_RCX __L4_STORE_MR0_7
			     : "+D"(mr), "+S"(to.raw), "+d"(specifier), "+a"(mr1), "+b"(mr2), "+c"(link),
			       "+r"(r8), "+r"(r9)
			     : : "r10", "r11", "r12", "r13", "r14", "r15", "cc", "memory");
	tag.raw = r9;
	if (!L4_IsNilThread(FromSpecifier))
		*from = to;
	return tag;
}

L4_INLINE L4_MsgTag_t L4_Ipc(L4_ThreadId_t to, L4_ThreadId_t FromSpecifier, L4_Word_t Timeouts,
	L4_ThreadId_t *from)
{
	return __L4_IpcBy(__L4_Ipc, to, FromSpecifier, Timeouts, from);
}

L4_INLINE L4_MsgTag_t L4_Lipc(L4_ThreadId_t to, L4_ThreadId_t FromSpecifier, L4_Word_t Timeouts,
	L4_ThreadId_t *from)
{
	return __L4_IpcBy(__L4_Lipc, to, FromSpecifier, Timeouts, from);
}

L4_INLINE void L4_Unmap(L4_Word_t control)
{
	L4_Word_t *mr = __L4_Utcb();
	L4_Word_t mr1 = mr[1], mr2 = mr[2];
	register L4_Word_t r9 __asm__("r9") = mr[0];
	__L4_Link_t link = __L4_Unmap;

	__asm__ __volatile__(__L4_LOAD_MR3_7 __L4_CALL_RCX __L4_STORE_MR0_7
			     : "+D"(mr), "+d"(control), "+a"(mr1), "+b"(mr2), "+c"(link), "+r"(r9)
			     : : "rsi", "r8", "r10", "r11", "r12", "r13", "r14", "r15", "cc", "memory");
}

L4_INLINE L4_Word_t L4_SpaceControl(L4_ThreadId_t SpaceSpecifier, L4_Word_t control,
	L4_Fpage_t KernelInterfacePageArea, L4_Fpage_t UtcbArea, L4_ThreadId_t redirector,
	L4_Word_t *old_control)
{
	register L4_Word_t r8 __asm__("r8") = UtcbArea.raw;
	register L4_Word_t r9 __asm__("r9") = redirector.raw;
	L4_Word_t result, kip = KernelInterfacePageArea.raw;
	__L4_Link_t link = __L4_SpaceControl;

	__asm__ __volatile__(__L4_CALL_RCX
			     : "=a"(result), "+D"(SpaceSpecifier.raw), "+S"(control), "+d"(kip), "+c"(link),
			       "+r"(r8), "+r"(r9)
			     : : "rbx", "r10", "r11", "r12", "r13", "r14", "r15", "cc", "memory");
	*old_control = kip;
	return result;
}

L4_INLINE L4_Word_t L4_ProcessorControl(L4_Word_t ProcessorNo, L4_Word_t InternalFreq,
	L4_Word_t ExternalFreq, L4_Word_t voltage)
{
	register L4_Word_t r8 __asm__("r8") = voltage;
	__L4_Link_t link = __L4_ProcessorControl;
	L4_Word_t result;

	__asm__ __volatile__(__L4_CALL_RCX
			     : "=a"(result), "+D"(ProcessorNo), "+S"(InternalFreq), "+d"(ExternalFreq),
			       "+c"(link), "+r"(r8)
			     : : "rbx", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "cc", "memory");
	return result;
}

/*
 * The attributes are in RCX, RSI, R8 and R11, so all fourteen registers are arguments: the link
 * comes in R10 and is called through RBP, which is saved. The result is in RDX.
 */
L4_INLINE L4_Word_t L4_MemoryControl(L4_Word_t control, const L4_Word_t *attributes)
{
	L4_Word_t *mr = __L4_Utcb();
	L4_Word_t mr1 = mr[1], mr2 = mr[2], a0 = attributes[0], a1 = attributes[1];
	register L4_Word_t r8 __asm__("r8") = attributes[2];
	register L4_Word_t r9 __asm__("r9") = mr[0];
	register __L4_Link_t r10 __asm__("r10") = __L4_MemoryControl;
	register L4_Word_t r11 __asm__("r11") = attributes[3];

	__asm__ __volatile__(__L4_CALL_ENTER "movq %%r10, %%rbp\n\t" __L4_LOAD_MR3_7
			     "call *%%rbp\n\t" __L4_CALL_LEAVE
			     : "+d"(control), "+D"(mr), "+a"(mr1), "+b"(mr2), "+c"(a0), "+S"(a1), "+r"(r8),
			       "+r"(r9), "+r"(r10), "+r"(r11)
			     : : "r12", "r13", "r14", "r15", "cc", "memory");
	return control;
}

#endif
