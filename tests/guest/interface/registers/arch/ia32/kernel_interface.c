/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel_interface.c - the registers of KernelInterface.
 */
#include "machine.h"

TEST(GKIP0018, "KernelInterface changes no other register and no flag")
{
	struct regs before, after;

	regs_pattern(&before, 0x11220000);
	before.flags = 0xad7 & ~0x400ul;	/* all arithmetic flags */
	after = before;
	regs_call(&after, (word)lock_nop);
	CHECK_EQ(after.eax, kip);
	CHECK_EQ(after.ecx, ((word *)kip)[1]);
	CHECK_EQ(after.edx, 0);
	CHECK_EQ(after.ebx, before.ebx);
	CHECK_EQ(after.edi, before.edi);
	CHECK_EQ(after.ebp, before.ebp);
	CHECK_EQ(after.flags & 0x8d5, before.flags & 0x8d5);
}
