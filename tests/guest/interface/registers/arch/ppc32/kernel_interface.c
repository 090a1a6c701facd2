/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel_interface.c - the registers of KernelInterface (ppc32 4).
 */
#include "machine.h"

TEST(GKIP0018, "KernelInterface changes r3 to r6 only: no other register, not CR, CTR, LR or XER")
{
	struct regs before, after;

	regs_pattern(&before, 0x11220000);
	before.flags = FLAGS_SOME;
	after = before;
	regs_call(&after, (word)tlbia_only);
	CHECK_EQ(after.r3, kip);
	CHECK_EQ(after.r4, 0x84050000);
	CHECK_EQ(after.r5, 1);
	CHECK_EQ(after.r6, 0x50010000);
	before.r3 = after.r3;
	before.r4 = after.r4;
	before.r5 = after.r5;
	before.r6 = after.r6;
	for (unsigned i = 0; i < REGS; i++)
		CHECK_EQ(((word *)&after)[i], ((word *)&before)[i]);
	CHECK_EQ(after.flags, before.flags);
}
