/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory_control_registers.c - the registers of MemoryControl.
 */
#include "machine.h"

enum { OK = 1 };

TEST(GMCT0007, "the call returns its result in RAX and RDX, MR0 in RCX, and keeps the stack")
{
	struct regs r;
	word *utcb = (word *)gs_read();

	regs_pattern(&r, (word)0x0badcafe43210000);
	r.flags = 0x202;
	r.rdx = 0;
	r.rcx = r.rsi = r.r8 = r.r11 = L4_WriteThroughMemory;
	r.rdi = (word)utcb;
	r.r9 = fpage(pool(3), 12, 0).raw;
	regs_call(&r, *(const word *)((word)kip + 0x1b8));
	CHECK_EQ(r.rax, OK);
	CHECK_EQ(r.rdx, OK);
	CHECK_EQ(r.rcx, fpage(pool(3), 12, 0).raw);
	CHECK_EQ(r.rdi, utcb);
	CHECK_EQ(L4_Set_PageAttribute(fpage(pool(3), 12, 0), L4_DefaultMemory), OK);
}
