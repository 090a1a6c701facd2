/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory_control_registers.c - the registers of MemoryControl.
 */
#include "machine.h"

enum { OK = 1 };

TEST(GMCT0007, "the call takes control, four attributes and MR0 in registers, and returns its result in EAX")
{
	struct regs r;

	need_flush();
	regs_pattern(&r, 0x0badcafe);
	r.flags = 0x202;
	r.eax = 0;
	r.ecx = r.edx = r.ebx = r.ebp = L4_WriteThroughMemory;
	r.edi = gs_read();
	r.esi = fpage(pool(3), 12, 0).raw;
	regs_call(&r, (word)__L4_MemoryControl);
	CHECK_EQ(r.eax, OK);
	CHECK_EQ(L4_Set_PageAttribute(fpage(pool(3), 12, 0), L4_DefaultMemory), OK);
}
