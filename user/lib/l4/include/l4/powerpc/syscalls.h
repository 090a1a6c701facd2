/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * powerpc/syscalls.h - the system calls, register for register as the PowerPC binding has them (ppc32 5).
 *
 * A link is an absolute address: it goes to CTR through r11, and the kernel returns to LR. __L4_Init takes
 * the links from the kernel interface page once and leaves them in the __L4_* variables, so it must run
 * before the first call.
 *
 * Of the registers r1, r2, r30 and r31 survive a call for sure, so each binding names all others as changed.
 * r13 is none that compilers use: programs have no small data (-msdata=none).
 *
 * MR0 to MR9 are in registers at the entry: r14, r3 to r10, r0. The bindings load them from the UTCB inside
 * the statement, by r2, and store them there again after Ipc, Lipc and Unmap.
 */
#ifndef L4_POWERPC_SYSCALLS_H
#define L4_POWERPC_SYSCALLS_H

#include <l4/types.h>
#include <l4/message.h>		/* this and kdebug.h: old programs count on having them from here */
#include <l4/powerpc/kdebug.h>
#include <l4/vregs.h>
#include <x2/arch.h>

#if defined(__cplusplus)
extern "C" {
#endif

typedef void (*__L4_Link_t)(void);

extern __L4_Link_t __L4_Ipc, __L4_Lipc, __L4_Unmap, __L4_ExchangeRegisters, __L4_SystemClock;
extern __L4_Link_t __L4_ThreadSwitch, __L4_Schedule, __L4_SpaceControl, __L4_ThreadControl;
extern __L4_Link_t __L4_ProcessorControl, __L4_MemoryControl;

/* The UTCB of the thread that started the program. */
extern L4_Word_t *_l4_utcb;

void __L4_Init(void);

#if defined(__cplusplus)
}
#endif

#define __L4_CALL	"mtctr 11\n\tbctrl\n\t"

/* What every call may change besides its own registers; and those that Ipc has no argument in. */
#define __L4_LOST_SPECIAL	"lr", "ctr", "xer", "cr0", "cr1", "cr2", "cr3", "cr4", "cr5", "cr6", "cr7",	\
				"memory"
#define __L4_LOST_18_29		"r18", "r19", "r20", "r21", "r22", "r23", "r24", "r25", "r26", "r27", "r28", "r29"
#define __L4_LOST_12_17		"r12", "r13", "r14", "r15", "r16", "r17"
#define __L4_LOST_MRS		"r0", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10"
/* Of calls with arguments from r3 on: what is lost from r12 on. */
#define __L4_LOST_CALL		"r0", __L4_LOST_12_17, __L4_LOST_18_29, __L4_LOST_SPECIAL

#define __L4_LOAD_MRS							\
	"lwz 14, 0(2)\n\tlwz 3, 4(2)\n\tlwz 4, 8(2)\n\tlwz 5, 12(2)\n\tlwz 6, 16(2)\n\t"	\
	"lwz 7, 20(2)\n\tlwz 8, 24(2)\n\tlwz 9, 28(2)\n\tlwz 10, 32(2)\n\tlwz 0, 36(2)\n\t"
#define __L4_STORE_MRS							\
	"stw 14, 0(2)\n\tstw 3, 4(2)\n\tstw 4, 8(2)\n\tstw 5, 12(2)\n\tstw 6, 16(2)\n\t"	\
	"stw 7, 20(2)\n\tstw 8, 24(2)\n\tstw 9, 28(2)\n\tstw 10, 32(2)\n\tstw 0, 36(2)\n\t"

/* The instruction tlbia, which the kernel traps: address, version, flags and id of the kernel. */
L4_INLINE void *L4_KernelInterface(L4_Word_t *ApiVersion, L4_Word_t *ApiFlags, L4_Word_t *KernelId)
{
	register void *base __asm__("r3");
	register L4_Word_t version __asm__("r4");
	register L4_Word_t flags __asm__("r5");
	register L4_Word_t id __asm__("r6");

	__asm__ __volatile__(".long %c[word]"
			     : "=r"(base), "=r"(version), "=r"(flags), "=r"(id)
			     : [word] "i"(L4_KERNEL_INTERFACE_WORD));
	*ApiVersion = version;
	*ApiFlags = flags;
	*KernelId = id;
	return base;
}

L4_INLINE L4_ThreadId_t L4_ExchangeRegisters(L4_ThreadId_t dest, L4_Word_t control, L4_Word_t sp,
	L4_Word_t ip, L4_Word_t flags, L4_Word_t UserDefinedHandle, L4_ThreadId_t pager,
	L4_Word_t *old_control, L4_Word_t *old_sp, L4_Word_t *old_ip, L4_Word_t *old_flags,
	L4_Word_t *old_UserDefinedHandle, L4_ThreadId_t *old_pager)
{
	register L4_Word_t r3 __asm__("r3") = dest.raw;
	register L4_Word_t r4 __asm__("r4") = control;
	register L4_Word_t r5 __asm__("r5") = sp;
	register L4_Word_t r6 __asm__("r6") = ip;
	register L4_Word_t r7 __asm__("r7") = flags;
	register L4_Word_t r8 __asm__("r8") = UserDefinedHandle;
	register L4_Word_t r9 __asm__("r9") = pager.raw;
	register __L4_Link_t link __asm__("r11") = __L4_ExchangeRegisters;

	__asm__ __volatile__(__L4_CALL
			     : "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r7), "+r"(r8), "+r"(r9), "+r"(link)
			     : : "r10", __L4_LOST_CALL);
	dest.raw = r3;
	*old_control = r4;
	*old_sp = r5;
	*old_ip = r6;
	*old_flags = r7;
	*old_UserDefinedHandle = r8;
	old_pager->raw = r9;
	return dest;
}

L4_INLINE L4_Word_t L4_ThreadControl(L4_ThreadId_t dest, L4_ThreadId_t SpaceSpecifier,
	L4_ThreadId_t Scheduler, L4_ThreadId_t Pager, void *UtcbLocation)
{
	register L4_Word_t r3 __asm__("r3") = dest.raw;
	register L4_Word_t r4 __asm__("r4") = SpaceSpecifier.raw;
	register L4_Word_t r5 __asm__("r5") = Scheduler.raw;
	register L4_Word_t r6 __asm__("r6") = Pager.raw;
	register void *r7 __asm__("r7") = UtcbLocation;
	register __L4_Link_t link __asm__("r11") = __L4_ThreadControl;

	__asm__ __volatile__(__L4_CALL
			     : "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r7), "+r"(link)
			     : : "r8", "r9", "r10", __L4_LOST_CALL);
	return r3;
}

L4_INLINE L4_Clock_t L4_SystemClock(void)
{
	register L4_Word_t r3 __asm__("r3");
	register L4_Word_t r4 __asm__("r4");
	register __L4_Link_t link __asm__("r11") = __L4_SystemClock;
	L4_Clock_t clock;

	__asm__ __volatile__(__L4_CALL
			     : "=r"(r3), "=r"(r4), "+r"(link)
			     : : "r5", "r6", "r7", "r8", "r9", "r10", __L4_LOST_CALL);
	clock.raw = (L4_Word64_t)r3 << 32 | r4;
	return clock;
}

L4_INLINE void L4_ThreadSwitch(L4_ThreadId_t dest)
{
	register L4_Word_t r3 __asm__("r3") = dest.raw;
	register __L4_Link_t link __asm__("r11") = __L4_ThreadSwitch;

	__asm__ __volatile__(__L4_CALL
			     : "+r"(r3), "+r"(link)
			     : : "r4", "r5", "r6", "r7", "r8", "r9", "r10", __L4_LOST_CALL);
}

L4_INLINE L4_Word_t L4_Schedule(L4_ThreadId_t dest, L4_Word_t TimeControl,
	L4_Word_t ProcessorControl, L4_Word_t PrioControl, L4_Word_t PreemptionControl,
	L4_Word_t *old_TimeControl)
{
	register L4_Word_t r3 __asm__("r3") = dest.raw;
	register L4_Word_t r4 __asm__("r4") = TimeControl;
	register L4_Word_t r5 __asm__("r5") = ProcessorControl;
	register L4_Word_t r6 __asm__("r6") = PrioControl;
	register L4_Word_t r7 __asm__("r7") = PreemptionControl;
	register __L4_Link_t link __asm__("r11") = __L4_Schedule;

	__asm__ __volatile__(__L4_CALL
			     : "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r7), "+r"(link)
			     : : "r8", "r9", "r10", __L4_LOST_CALL);
	*old_TimeControl = r4;
	return r3;
}

/* Ipc and Lipc differ in the link only. `from` is written only if FromSpecifier is not nil. */
L4_INLINE L4_MsgTag_t __L4_IpcBy(__L4_Link_t by, L4_ThreadId_t to, L4_ThreadId_t FromSpecifier,
	L4_Word_t Timeouts, L4_ThreadId_t *from)
{
	register L4_Word_t tag __asm__("r14");
	register L4_Word_t r15 __asm__("r15") = to.raw;
	register L4_Word_t r16 __asm__("r16") = FromSpecifier.raw;
	register L4_Word_t r17 __asm__("r17") = Timeouts;
	register __L4_Link_t link __asm__("r11") = by;
	L4_MsgTag_t result;

	__asm__ __volatile__(__L4_LOAD_MRS __L4_CALL __L4_STORE_MRS
			     : "=&r"(tag), "+r"(r15), "+r"(r16), "+r"(r17), "+r"(link)
			     : : __L4_LOST_MRS, "r12", "r13", __L4_LOST_18_29, __L4_LOST_SPECIAL);
	result.raw = tag;
	if (!L4_IsNilThread(FromSpecifier))
		from->raw = r16;
	return result;
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
	register L4_Word_t r15 __asm__("r15") = control;
	register __L4_Link_t link __asm__("r11") = __L4_Unmap;

	__asm__ __volatile__(__L4_LOAD_MRS __L4_CALL __L4_STORE_MRS
			     : "+r"(r15), "+r"(link)
			     : : __L4_LOST_MRS, "r12", "r13", "r14", "r16", "r17", __L4_LOST_18_29,
			       __L4_LOST_SPECIAL);
}

L4_INLINE L4_Word_t L4_SpaceControl(L4_ThreadId_t SpaceSpecifier, L4_Word_t control,
	L4_Fpage_t KernelInterfacePageArea, L4_Fpage_t UtcbArea, L4_ThreadId_t redirector,
	L4_Word_t *old_control)
{
	register L4_Word_t r3 __asm__("r3") = SpaceSpecifier.raw;
	register L4_Word_t r4 __asm__("r4") = control;
	register L4_Word_t r5 __asm__("r5") = KernelInterfacePageArea.raw;
	register L4_Word_t r6 __asm__("r6") = UtcbArea.raw;
	register L4_Word_t r7 __asm__("r7") = redirector.raw;
	register __L4_Link_t link __asm__("r11") = __L4_SpaceControl;

	__asm__ __volatile__(__L4_CALL
			     : "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r7), "+r"(link)
			     : : "r8", "r9", "r10", __L4_LOST_CALL);
	*old_control = r4;
	return r3;
}

L4_INLINE L4_Word_t L4_ProcessorControl(L4_Word_t ProcessorNo, L4_Word_t InternalFreq,
	L4_Word_t ExternalFreq, L4_Word_t voltage)
{
	register L4_Word_t r3 __asm__("r3") = ProcessorNo;
	register L4_Word_t r4 __asm__("r4") = InternalFreq;
	register L4_Word_t r5 __asm__("r5") = ExternalFreq;
	register L4_Word_t r6 __asm__("r6") = voltage;
	register __L4_Link_t link __asm__("r11") = __L4_ProcessorControl;

	__asm__ __volatile__(__L4_CALL
			     : "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(link)
			     : : "r7", "r8", "r9", "r10", __L4_LOST_CALL);
	return r3;
}

/* MR0 to MR9 are arguments only; r3 is MR1 before the call and the result after it. */
L4_INLINE L4_Word_t L4_MemoryControl(L4_Word_t control, const L4_Word_t *attributes)
{
	register L4_Word_t result __asm__("r3");
	register L4_Word_t r15 __asm__("r15") = control;
	register L4_Word_t r16 __asm__("r16") = attributes[0];
	register L4_Word_t r17 __asm__("r17") = attributes[1];
	register L4_Word_t r18 __asm__("r18") = attributes[2];
	register L4_Word_t r19 __asm__("r19") = attributes[3];
	register __L4_Link_t link __asm__("r11") = __L4_MemoryControl;

	__asm__ __volatile__(__L4_LOAD_MRS __L4_CALL
			     : "=&r"(result), "+r"(r15), "+r"(r16), "+r"(r17), "+r"(r18), "+r"(r19), "+r"(link)
			     : : "r0", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r12", "r13", "r14", "r20",
			       "r21", "r22", "r23", "r24", "r25", "r26", "r27", "r28", "r29", __L4_LOST_SPECIAL);
	return result;
}

#endif
