/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * links.c - the variables of the bindings.
 */
#include "../../foreign.h"

word __L4_Ipc, __L4_Lipc, __L4_Unmap, __L4_ExchangeRegisters, __L4_SystemClock, __L4_ThreadSwitch;
word __L4_Schedule, __L4_SpaceControl, __L4_ThreadControl, __L4_ProcessorControl, __L4_MemoryControl;

void __L4_Init(void);

void __L4_Init(void)
{
	word version, flags, id;

	kip = kernel_interface(&version, &flags, &id);
	__L4_SpaceControl = kip[0x1a0 / 8];
	__L4_ThreadControl = kip[0x1a8 / 8];
	__L4_ProcessorControl = kip[0x1b0 / 8];
	__L4_MemoryControl = kip[0x1b8 / 8];
	__L4_Ipc = kip[0x1c0 / 8];
	__L4_Lipc = kip[0x1c8 / 8];
	__L4_Unmap = kip[0x1d0 / 8];
	__L4_ExchangeRegisters = kip[0x1d8 / 8];
	__L4_SystemClock = kip[0x1e0 / 8];
	__L4_ThreadSwitch = kip[0x1e8 / 8];
	__L4_Schedule = kip[0x1f0 / 8];
}
