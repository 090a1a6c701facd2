/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * init.c - the links of the system calls, taken from the kernel interface page once.
 */
#include <l4/kip.h>
#include <l4/pecan.h>

__L4_Link_t __L4_Ipc, __L4_Lipc, __L4_Unmap, __L4_ExchangeRegisters, __L4_SystemClock, __L4_ThreadSwitch;
__L4_Link_t __L4_Schedule, __L4_SpaceControl, __L4_ThreadControl, __L4_ProcessorControl, __L4_MemoryControl;
__L4_Link_t __L4_Inspect, __L4_SetTls;

L4_Word_t *_l4_utcb;

void __L4_StoreTls(void);

/* Links are absolute addresses (ppc32 5). */
static __L4_Link_t link_at(L4_Word_t address)
{
	return (__L4_Link_t)address;
}

void __L4_Init(void)
{
	void *base = L4_GetKernelInterface();
	const L4_KernelInterfacePage_t *kip = base;

	_l4_utcb = __L4_Utcb();
	__L4_Ipc = link_at(kip->Ipc);
	__L4_Lipc = link_at(kip->Lipc);
	__L4_Unmap = link_at(kip->Unmap);
	__L4_ExchangeRegisters = link_at(kip->ExchangeRegisters);
	__L4_SystemClock = link_at(kip->SystemClock);
	__L4_ThreadSwitch = link_at(kip->ThreadSwitch);
	__L4_Schedule = link_at(kip->Schedule);
	__L4_SpaceControl = link_at(kip->SpaceControl);
	__L4_ThreadControl = link_at(kip->ThreadControl);
	__L4_ProcessorControl = link_at(kip->ProcessorControl);
	__L4_MemoryControl = link_at(kip->MemoryControl);
	/* Other kernels may use the same word for something else: the feature string decides. */
	__L4_Inspect = __L4_KipHasFeature(base, "inspect") ? link_at(kip->ArchSyscall0) : 0;
	/* No kernel is needed for it. */
	__L4_SetTls = __L4_StoreTls;
}
