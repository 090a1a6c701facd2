/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory_control_registers.c - the registers of MemoryControl (ppc32 5, P4).
 */
#include "machine.h"

enum { OK = 1 };

TEST(GMCT0007, "the call takes control, four attributes and MR0 in registers, returns its result in r3, and"
	      " changes none of r11 to r13, r15 to r19, r30 and r31")
{
	struct regs before, r;

	regs_pattern(&before, 0x0badcafe);
	before.r15 = 0;
	before.r16 = before.r17 = before.r18 = before.r19 = L4_WriteThroughMemory;
	before.r14 = fpage(pool(3), 12, 0).raw;
	r = before;
	regs_call(&r, (word)__L4_MemoryControl);
	CHECK_EQ(r.r3, OK);
	CHECK_EQ(r.r11, before.r11);
	CHECK_EQ(r.r12, before.r12);
	CHECK_EQ(r.r13, before.r13);
	CHECK_EQ(r.r15, before.r15);
	CHECK_EQ(r.r16, before.r16);
	CHECK_EQ(r.r17, before.r17);
	CHECK_EQ(r.r18, before.r18);
	CHECK_EQ(r.r19, before.r19);
	CHECK_EQ(r.r30, before.r30);
	CHECK_EQ(r.r31, before.r31);
	CHECK_EQ(L4_Set_PageAttribute(fpage(pool(3), 12, 0), L4_DefaultMemory), OK);
}
