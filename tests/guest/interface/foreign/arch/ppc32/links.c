/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * links.c - the variables through which the bindings call, and the function that fills them, which the start
 * code calls first, as such a library has them.
 */
#include "../../foreign.h"

L4_Word_t __L4_Ipc, __L4_Lipc, __L4_Unmap, __L4_ExchangeRegisters, __L4_SystemClock, __L4_ThreadSwitch;
L4_Word_t __L4_Schedule, __L4_SpaceControl, __L4_ThreadControl, __L4_ProcessorControl, __L4_MemoryControl;

L4_Word_t *_l4_utcb;			/* the start code stores r2 here */

void __L4_Init(void);

void __L4_Init(void)
{
	L4_Word_t version, flags, id;
	L4_Word_t *page = kernel_interface(&version, &flags, &id);

	kip = page;
	__L4_SpaceControl = page[0xd0 / 4];
	__L4_ThreadControl = page[0xd4 / 4];
	__L4_ProcessorControl = page[0xd8 / 4];
	__L4_MemoryControl = page[0xdc / 4];
	__L4_Ipc = page[0xe0 / 4];
	__L4_Lipc = page[0xe4 / 4];
	__L4_Unmap = page[0xe8 / 4];
	__L4_ExchangeRegisters = page[0xec / 4];
	__L4_SystemClock = page[0xf0 / 4];
	__L4_ThreadSwitch = page[0xf4 / 4];
	__L4_Schedule = page[0xf8 / 4];
}
