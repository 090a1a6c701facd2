/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel_interface.c - the registers of KernelInterface.
 */
#include "machine.h"

TEST(GKIP0018, "KernelInterface changes no other register and no flag")
{
	struct regs before, after;

	regs_pattern(&before, (word)0x1122334455660000);
	before.flags = 0xad7 & ~0x400ul;	/* all arithmetic flags */
	after = before;
	regs_call(&after, (word)lock_nop);
	CHECK_EQ(after.rax, kip);
	CHECK_EQ(after.rcx, ((word *)kip)[1]);
	CHECK_EQ(after.rdx, 4);
	CHECK_EQ(after.rbx, before.rbx);
	CHECK_EQ(after.rdi, before.rdi);
	CHECK_EQ(after.rbp, before.rbp);
	CHECK_EQ(after.r8, before.r8);
	CHECK_EQ(after.r9, before.r9);
	CHECK_EQ(after.r10, before.r10);
	CHECK_EQ(after.r11, before.r11);
	CHECK_EQ(after.r12, before.r12);
	CHECK_EQ(after.r13, before.r13);
	CHECK_EQ(after.r14, before.r14);
	CHECK_EQ(after.r15, before.r15);
	CHECK_EQ(after.flags & 0x8d5, before.flags & 0x8d5);
}
