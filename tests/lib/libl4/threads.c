/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * threads.c - what is derived from ExchangeRegisters and ThreadControl.
 */
#include <l4/schedule.h>
#include <l4/thread.h>
#include <x2/call.h>
#include "harness.h"
#include "world.h"

static void answer_exregs(const struct regs *in, struct regs *out)
{
	(void)in;
	out->rax = 0xbf000240;
	out->rsi = 2;
	out->rdx = 0x111;
	out->r8 = 0x222;
	out->r9 = 0x202;
	out->r10 = 0x333;
	out->rdi = 0x4400000001;
}

TEST(LEXR0001, "start and stop functions use the control words of the interface")
{
	L4_Word_t sp, ip, flags;

	world_start();
	world.answer = answer_exregs;
	L4_Start(world_id(1));
	CHECK_EQ(world.seen.rsi, L4_EXREGS_SET_HALT | L4_EXREGS_RECEIVE | L4_EXREGS_SEND);
	L4_Start_SpIp(world_id(1), 2, 3);
	CHECK_EQ(world.seen.rsi, 0x11e);
	CHECK_EQ(world.seen.rdx, 2);
	CHECK_EQ(world.seen.r8, 3);
	L4_Start_SpIpFlags(world_id(1), 2, 3, 4);
	CHECK_EQ(world.seen.rsi, 0x13e);
	CHECK_EQ(world.seen.r9, 4);
	CHECK(L4_ThreadWasReceiving(L4_Stop(world_id(1))));
	CHECK_EQ(world.seen.rsi, 0x301);
	CHECK(!L4_ThreadWasHalted(L4_AbortReceive_and_stop(world_id(1))));
	CHECK_EQ(world.seen.rsi, 0x303);
	CHECK(!L4_ThreadWasSending(L4_AbortSend_and_stop(world_id(1))));
	CHECK_EQ(world.seen.rsi, 0x305);
	CHECK(L4_ThreadWasIpcing(L4_AbortIpc_and_stop_SpIpFlags(world_id(1), &sp, &ip, &flags)));
	CHECK_EQ(world.seen.rsi, 0x307);
	CHECK_EQ(sp, 0x111);
	CHECK_EQ(ip, 0x222);
	CHECK_EQ(flags, 0x202);
}

TEST(LEXR0002, "ids are converted by a call only if they have the other form")
{
	world_start();
	world.answer = answer_exregs;
	CHECK_EQ(L4_GlobalIdOf(world_id(0x4400000001)).raw, 0x4400000001);
	CHECK_EQ(L4_LocalIdOf(world_id(0x1240)).raw, 0x1240);
	CHECK_EQ(L4_GlobalIdOf(L4_nilthread).raw, 0);
	CHECK_EQ(world.calls, 0);
	CHECK_EQ(L4_LocalIdOf(world_id(0x4400000001)).raw, 0xbf000240);
	CHECK_EQ(world.seen.rsi, 0);
	CHECK_EQ(world.calls, 1);
	CHECK(L4_SameThreads(world_id(0x1240), world_id(0x1280)));
	CHECK_EQ(world.calls, 3);
}

TEST(LEXR0003, "pager and handle of another thread are read and set")
{
	world_start();
	world.answer = answer_exregs;
	CHECK_EQ(L4_PagerOf(world_id(1)).raw, 0x4400000001);
	CHECK_EQ(world.seen.rsi, L4_EXREGS_DELIVER);
	CHECK_EQ(L4_UserDefinedHandleOf(world_id(1)), 0x333);
	L4_Set_PagerOf(world_id(1), world_id(9));
	CHECK_EQ(world.seen.rsi, L4_EXREGS_SET_PAGER);
	CHECK_EQ(world.seen.rdi, 9);
	L4_Set_UserDefinedHandleOf(world_id(1), 0x99);
	CHECK_EQ(world.seen.rsi, L4_EXREGS_SET_HANDLE);
	CHECK_EQ(world.seen.r10, 0x99);
}

TEST(LTHR0001, "interrupts are attached by themselves as space and with no UTCB")
{
	world_start();
	world.answer = world_two;
	CHECK_EQ(L4_AssociateInterrupt(world_id(5ul << 32 | 1), world_id(7)), 1);
	CHECK_EQ(world.seen.rdi, 5ul << 32 | 1);
	CHECK_EQ(world.seen.r8, 5ul << 32 | 1);
	CHECK_EQ(world.seen.rdx, 0);
	CHECK_EQ(world.seen.rsi, 7);
	CHECK_EQ(world.seen.r9, ~0ul);
	CHECK_EQ(L4_DeassociateInterrupt(world_id(5ul << 32 | 1)), 1);
	CHECK_EQ(world.seen.rsi, 5ul << 32 | 1);
}

TEST(LTHR0002, "error codes have names")
{
	CHECK_EQ(L4_ErrorCode_String(0)[9], 'o');
	CHECK_EQ(L4_ErrorCode_String(8)[12], 'm');
	CHECK_EQ(L4_ErrorCode_String(9)[0], 'i');
	CHECK_EQ(L4_ErrorCode_String(~0ul)[0], 'i');
}
