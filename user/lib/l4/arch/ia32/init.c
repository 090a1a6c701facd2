/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * init.c - the links of the system calls, taken from the kernel interface page once: by the start code, or by
 * the first call (links.S).
 */
#include <l4/kip.h>
#include <l4/pecan.h>

extern __L4_Link_t __L4_IpcLink, __L4_LipcLink, __L4_UnmapLink, __L4_ExchangeRegistersLink;
extern __L4_Link_t __L4_SystemClockLink, __L4_ThreadSwitchLink, __L4_ScheduleLink, __L4_SpaceControlLink;
extern __L4_Link_t __L4_ThreadControlLink, __L4_ProcessorControlLink, __L4_MemoryControlLink;

__L4_Link_t __L4_Inspect, __L4_SetTls;

void __L4_StoreTls(void);

/* ia32 links are offsets from the page (ia32 3). */
static __L4_Link_t link_at(const void *base, L4_Word_t offset)
{
	return (__L4_Link_t)((L4_Word_t)base + offset);
}

void __L4_Init(void)
{
	void *base = L4_GetKernelInterface();
	const L4_KernelInterfacePage_t *kip = base;

	__L4_IpcLink = link_at(base, kip->Ipc);
	__L4_LipcLink = link_at(base, kip->Lipc);
	__L4_UnmapLink = link_at(base, kip->Unmap);
	__L4_ExchangeRegistersLink = link_at(base, kip->ExchangeRegisters);
	__L4_SystemClockLink = link_at(base, kip->SystemClock);
	__L4_ThreadSwitchLink = link_at(base, kip->ThreadSwitch);
	__L4_ScheduleLink = link_at(base, kip->Schedule);
	__L4_SpaceControlLink = link_at(base, kip->SpaceControl);
	__L4_ThreadControlLink = link_at(base, kip->ThreadControl);
	__L4_ProcessorControlLink = link_at(base, kip->ProcessorControl);
	__L4_MemoryControlLink = link_at(base, kip->MemoryControl);
	/* Other kernels may use the same word for something else: the feature string decides. */
	__L4_Inspect = __L4_KipHasFeature(base, "inspect") ? link_at(base, kip->ArchSyscall0) : 0;
	/* No kernel is needed for it; without __L4_Init there are no extensions. */
	__L4_SetTls = __L4_StoreTls;
}
