/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * calls.c - the bindings, register by register, and what is derived from ExchangeRegisters.
 */
#include <l4/kip.h>
#include <l4/schedule.h>
#include <l4/thread.h>
#include <x2/call.h>
#include "harness.h"
#include "world.h"

static void set_mrs(L4_Word_t first)
{
	for (int i = 0; i < 64; i++)
		*world_word(i) = first + (L4_Word_t)i;
}

static void check_message_registers(L4_Word_t first)
{
	const struct regs *r = &world.seen;

	CHECK_EQ(r->rdi, world_word(0));
	CHECK_EQ(r->r9, first);
	CHECK_EQ(r->rax, first + 1);
	CHECK_EQ(r->rbx, first + 2);
	CHECK_EQ(r->r10, first + 3);
	CHECK_EQ(r->r12, first + 4);
	CHECK_EQ(r->r13, first + 5);
	CHECK_EQ(r->r14, first + 6);
	CHECK_EQ(r->r15, first + 7);
	CHECK_EQ(r->flags & 0x400, 0);
}

static void check_message_words(void)
{
	CHECK_EQ(*world_word(0), 7);
	for (int i = 1; i <= 7; i++)
		CHECK_EQ(*world_word(i), 0x100 + i);
	CHECK_EQ(*world_word(8), 0x1008);
}

TEST(LCALL0001, "Ipc passes ids, timeouts and MR0..MR7 in their registers and takes them back")
{
	L4_ThreadId_t from = L4_nilthread;
	L4_MsgTag_t tag;

	world_start();
	set_mrs(0x1000);
	world.answer = world_message;
	tag = L4_Ipc(world_id(0x3100000001), L4_anythread, 0x04000000, &from);
	CHECK_EQ(world.seen.rsi, 0x3100000001);
	CHECK_EQ(world.seen.rdx, ~0ul);
	CHECK_EQ(world.seen.r8, 0x04000000);
	check_message_registers(0x1000);
	CHECK_EQ(tag.raw, 7);
	CHECK_EQ(from.raw, 0x5000000001);
	check_message_words();
}

TEST(LCALL0002, "Ipc without a receive phase does not touch from, which may be NULL")
{
	world_start();
	world.answer = world_message;
	CHECK_EQ(L4_Ipc(world_id(0x41), L4_nilthread, 0, 0).raw, 7);
	CHECK_EQ(world.seen.rdx, 0);
}

TEST(LCALL0003, "Lipc is bound like Ipc")
{
	L4_ThreadId_t from;

	world_start();
	set_mrs(0x1000);
	world.answer = world_message;
	L4_Lipc(world_id(0x1240), L4_anylocalthread, 5, &from);
	CHECK_EQ(world.seen.rsi, 0x1240);
	CHECK_EQ(world.seen.rdx, ~0x3ful);
	check_message_registers(0x1000);
	check_message_words();
}

TEST(LCALL0004, "Unmap passes control in RDX and MR0..MR7 both ways")
{
	world_start();
	set_mrs(0x1000);
	world.answer = world_message;
	L4_Unmap(0x47);
	CHECK_EQ(world.seen.rdx, 0x47);
	check_message_registers(0x1000);
	check_message_words();
}

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

TEST(LCALL0005, "ExchangeRegisters: seven registers in, seven out")
{
	L4_Word_t control, sp, ip, flags, handle;
	L4_ThreadId_t pager, result;

	world_start();
	world.answer = answer_exregs;
	result = L4_ExchangeRegisters(world_id(1), 2, 3, 4, 5, 6, world_id(7), &control, &sp, &ip, &flags,
				      &handle, &pager);
	CHECK_EQ(world.seen.rax, 1);
	CHECK_EQ(world.seen.rsi, 2);
	CHECK_EQ(world.seen.rdx, 3);
	CHECK_EQ(world.seen.r8, 4);
	CHECK_EQ(world.seen.r9, 5);
	CHECK_EQ(world.seen.r10, 6);
	CHECK_EQ(world.seen.rdi, 7);
	CHECK_EQ(result.raw, 0xbf000240);
	CHECK_EQ(control, 2);
	CHECK_EQ(sp, 0x111);
	CHECK_EQ(ip, 0x222);
	CHECK_EQ(flags, 0x202);
	CHECK_EQ(handle, 0x333);
	CHECK_EQ(pager.raw, 0x4400000001);
}

TEST(LCALL0006, "ThreadControl: dest, pager, scheduler, space and UTCB in RDI RSI RDX R8 R9")
{
	world_start();
	world.answer = world_two;
	CHECK_EQ(L4_ThreadControl(world_id(1), world_id(2), world_id(3), world_id(4), (void *)0x5000), 1);
	CHECK_EQ(world.seen.rdi, 1);
	CHECK_EQ(world.seen.r8, 2);
	CHECK_EQ(world.seen.rdx, 3);
	CHECK_EQ(world.seen.rsi, 4);
	CHECK_EQ(world.seen.r9, 0x5000);
}

TEST(LCALL0007, "SpaceControl: RDI RSI RDX R8 R9, result RAX and the old control RDX")
{
	L4_Word_t old = 0;

	world_start();
	world.answer = world_two;
	CHECK_EQ(L4_SpaceControl(world_id(1), 2, world_page_of(3), world_page_of(4), world_id(5), &old), 1);
	CHECK_EQ(world.seen.rdi, 1);
	CHECK_EQ(world.seen.rsi, 2);
	CHECK_EQ(world.seen.rdx, 3);
	CHECK_EQ(world.seen.r8, 4);
	CHECK_EQ(world.seen.r9, 5);
	CHECK_EQ(old, 0x77);
}

TEST(LCALL0008, "Schedule: priority in RSI, time in RDX and back, processor R8, preemption R9")
{
	L4_Word_t old = 0;

	world_start();
	world.answer = world_two;
	CHECK_EQ(L4_Schedule(world_id(1), 2, 3, 4, 5, &old), 1);
	CHECK_EQ(world.seen.rdi, 1);
	CHECK_EQ(world.seen.rdx, 2);
	CHECK_EQ(world.seen.r8, 3);
	CHECK_EQ(world.seen.rsi, 4);
	CHECK_EQ(world.seen.r9, 5);
	CHECK_EQ(old, 0x77);
}

TEST(LCALL0009, "SystemClock answers in RAX; ThreadSwitch takes RDI")
{
	world_start();
	world.answer = world_two;
	CHECK_EQ(L4_SystemClock().raw, 1);
	L4_ThreadSwitch(world_id(0x88));
	CHECK_EQ(world.seen.rdi, 0x88);
	L4_Yield();
	CHECK_EQ(world.seen.rdi, 0);
	CHECK_EQ(world.calls, 3);
}

TEST(LCALL0010, "ProcessorControl: RDI RSI RDX R8, result RAX")
{
	world_start();
	world.answer = world_two;
	CHECK_EQ(L4_ProcessorControl(1, 2, 3, 4), 1);
	CHECK_EQ(world.seen.rdi, 1);
	CHECK_EQ(world.seen.rsi, 2);
	CHECK_EQ(world.seen.rdx, 3);
	CHECK_EQ(world.seen.r8, 4);
}

TEST(LCALL0011, "MemoryControl: attributes in RCX RSI R8 R11 besides MR0..MR7, result RDX")
{
	const L4_Word_t attributes[4] = { 0xa0, 0xa1, 0xa2, 0xa3 };

	world_start();
	set_mrs(0x1000);
	world.answer = world_two;
	CHECK_EQ(L4_MemoryControl(9, attributes), 0x77);
	CHECK_EQ(world.seen.rdx, 9);
	CHECK_EQ(world.seen.rcx, 0xa0);
	CHECK_EQ(world.seen.rsi, 0xa1);
	CHECK_EQ(world.seen.r8, 0xa2);
	CHECK_EQ(world.seen.r11, 0xa3);
	check_message_registers(0x1000);
	CHECK_EQ(*world_word(0), 0x1000);
}

TEST(LCALL0012, "a call does not disturb the caller's red zone or its registers")
{
	volatile L4_Word_t local[10];
	L4_Word_t sum = 0;

	world_start();
	for (L4_Word_t i = 0; i < 10; i++)
		local[i] = i;
	L4_Yield();
	for (L4_Word_t i = 0; i < 10; i++)
		sum += local[i] << 4 * i;
	CHECK_EQ(sum, 0x9876543210);
}

/* Leaf functions with all their variables below RSP; not inlined, or they would be no leaves. */
__attribute__((noinline)) static L4_Word_t leaf_schedule(L4_Word_t a, L4_Word_t b)
{
	volatile L4_Word_t words[14];
	L4_Word_t old, sum = 0;

	for (L4_Word_t i = 0; i < 14; i++)
		words[i] = a * i + b;
	L4_Schedule(world_id(a), b, a, b, a, &old);
	for (L4_Word_t i = 0; i < 14; i++)
		sum += words[i];
	return sum;
}

TEST(LCALL0013, "a leaf function that uses the whole red zone finds it again after a call")
{
	world_start();
	CHECK_EQ(leaf_schedule(3, 5), 3 * 91 + 14 * 5);
	CHECK_EQ(world.calls, 1);
}

TEST(LCALL0014, "KernelInterface gives address, version, flags and id")
{
	L4_Word_t version, flags, kernel;

	world_start();
	CHECK_EQ(L4_KernelInterface(&version, &flags, &kernel), &world_page);
	CHECK_EQ(version, 0x84050000);
	CHECK_EQ(flags, 4);
	CHECK_EQ(kernel, 0x04020000);
	CHECK_EQ(L4_ApiVersion(), 0x84050000);
	CHECK_EQ(L4_ApiFlags(), 4);
	CHECK_EQ(L4_KernelId(), 0x04020000);
}

/* ---- Derived from ExchangeRegisters ---- */

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
