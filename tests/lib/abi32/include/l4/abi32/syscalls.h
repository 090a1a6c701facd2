/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * abi32/syscalls.h - the system calls, with the types that each machine gives them; functions without a body.
 */
#ifndef L4_ABI32_SYSCALLS_H
#define L4_ABI32_SYSCALLS_H

#include <l4/types.h>
#include <l4/message.h>
#include <l4/abi32/kdebug.h>
#include <l4/vregs.h>

typedef void (*__L4_Link_t)(void);

extern __L4_Link_t __L4_Ipc, __L4_Lipc, __L4_Unmap, __L4_ExchangeRegisters, __L4_SystemClock;
extern __L4_Link_t __L4_ThreadSwitch, __L4_Schedule, __L4_SpaceControl, __L4_ThreadControl;
extern __L4_Link_t __L4_ProcessorControl, __L4_MemoryControl;

void __L4_Init(void);

void *L4_KernelInterface(L4_Word_t *ApiVersion, L4_Word_t *ApiFlags, L4_Word_t *KernelId);
L4_ThreadId_t L4_ExchangeRegisters(L4_ThreadId_t dest, L4_Word_t control, L4_Word_t sp, L4_Word_t ip,
	L4_Word_t flags, L4_Word_t UserDefinedHandle, L4_ThreadId_t pager, L4_Word_t *old_control,
	L4_Word_t *old_sp, L4_Word_t *old_ip, L4_Word_t *old_flags, L4_Word_t *old_UserDefinedHandle,
	L4_ThreadId_t *old_pager);
L4_Word_t L4_ThreadControl(L4_ThreadId_t dest, L4_ThreadId_t SpaceSpecifier, L4_ThreadId_t Scheduler,
	L4_ThreadId_t Pager, void *UtcbLocation);
L4_Clock_t L4_SystemClock(void);
void L4_ThreadSwitch(L4_ThreadId_t dest);
L4_Word_t L4_Schedule(L4_ThreadId_t dest, L4_Word_t TimeControl, L4_Word_t ProcessorControl,
	L4_Word_t PrioControl, L4_Word_t PreemptionControl, L4_Word_t *old_TimeControl);
L4_MsgTag_t L4_Ipc(L4_ThreadId_t to, L4_ThreadId_t FromSpecifier, L4_Word_t Timeouts, L4_ThreadId_t *from);
L4_MsgTag_t L4_Lipc(L4_ThreadId_t to, L4_ThreadId_t FromSpecifier, L4_Word_t Timeouts, L4_ThreadId_t *from);
void L4_Unmap(L4_Word_t control);
L4_Word_t L4_SpaceControl(L4_ThreadId_t SpaceSpecifier, L4_Word_t control,
	L4_Fpage_t KernelInterfacePageArea, L4_Fpage_t UtcbArea, L4_ThreadId_t redirector,
	L4_Word_t *old_control);
L4_Word_t L4_ProcessorControl(L4_Word_t ProcessorNo, L4_Word_t InternalFreq, L4_Word_t ExternalFreq,
	L4_Word_t voltage);
L4_Word_t L4_MemoryControl(L4_Word_t control, const L4_Word_t *attributes);

#endif
