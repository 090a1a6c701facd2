/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * calls.c - the bindings, register by register, and what is derived from them.
 */
#include <l4/ipc.h>
#include <l4/kip.h>
#include <l4/misc.h>
#include <l4/pecan.h>
#include <l4/schedule.h>
#include <l4/sigma0.h>
#include <l4/space.h>
#include <l4/thread.h>
#include <x2/call.h>
#include "check.h"
#include "world.h"

static L4_ThreadId_t id(L4_Word_t raw)
{
	L4_ThreadId_t t;

	t.raw = raw;
	return t;
}

static L4_Fpage_t page(L4_Word_t raw)
{
	L4_Fpage_t f;

	f.raw = raw;
	return f;
}

static void set_mrs(L4_Word_t first)
{
	for (int i = 0; i < 64; i++)
		*world_word(i) = first + (L4_Word_t)i;
}

/* A partner's message of 7 words; RDI comes back as it was. */
static void answer_message(const struct regs *in, struct regs *out)
{
	out->rdi = in->rdi;
	out->rsi = 0x5000000001;
	out->r9 = 7;
	out->rax = 0x101;
	out->rbx = 0x102;
	out->r10 = 0x103;
	out->r12 = 0x104;
	out->r13 = 0x105;
	out->r14 = 0x106;
	out->r15 = 0x107;
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

TEST(CALL0001, "Ipc passes ids, timeouts and MR0..MR7 in their registers and takes them back")
{
	L4_ThreadId_t from = L4_nilthread;
	L4_MsgTag_t tag;

	world_start();
	set_mrs(0x1000);
	world.answer = answer_message;
	tag = L4_Ipc(id(0x3100000001), L4_anythread, 0x04000000, &from);
	CHECK_EQ(world.seen.rsi, 0x3100000001);
	CHECK_EQ(world.seen.rdx, ~0ul);
	CHECK_EQ(world.seen.r8, 0x04000000);
	check_message_registers(0x1000);
	CHECK_EQ(tag.raw, 7);
	CHECK_EQ(from.raw, 0x5000000001);
	check_message_words();
}

TEST(CALL0002, "Ipc without a receive phase does not touch from, which may be NULL")
{
	world_start();
	world.answer = answer_message;
	CHECK_EQ(L4_Ipc(id(0x41), L4_nilthread, 0, 0).raw, 7);
	CHECK_EQ(world.seen.rdx, 0);
}

TEST(CALL0003, "Lipc is bound like Ipc")
{
	L4_ThreadId_t from;

	world_start();
	set_mrs(0x1000);
	world.answer = answer_message;
	L4_Lipc(id(0x1240), L4_anylocalthread, 5, &from);
	CHECK_EQ(world.seen.rsi, 0x1240);
	CHECK_EQ(world.seen.rdx, ~0x3ful);
	check_message_registers(0x1000);
	check_message_words();
}

TEST(CALL0004, "Unmap passes control in RDX and MR0..MR7 both ways")
{
	world_start();
	set_mrs(0x1000);
	world.answer = answer_message;
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

TEST(CALL0005, "ExchangeRegisters: seven registers in, seven out")
{
	L4_Word_t control, sp, ip, flags, handle;
	L4_ThreadId_t pager, result;

	world_start();
	world.answer = answer_exregs;
	result = L4_ExchangeRegisters(id(1), 2, 3, 4, 5, 6, id(7), &control, &sp, &ip, &flags, &handle,
				      &pager);
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

static void answer_two(const struct regs *in, struct regs *out)
{
	(void)in;
	out->rax = 1;
	out->rdx = 0x77;
}

TEST(CALL0006, "ThreadControl: dest, pager, scheduler, space and UTCB in RDI RSI RDX R8 R9")
{
	world_start();
	world.answer = answer_two;
	CHECK_EQ(L4_ThreadControl(id(1), id(2), id(3), id(4), (void *)0x5000), 1);
	CHECK_EQ(world.seen.rdi, 1);
	CHECK_EQ(world.seen.r8, 2);
	CHECK_EQ(world.seen.rdx, 3);
	CHECK_EQ(world.seen.rsi, 4);
	CHECK_EQ(world.seen.r9, 0x5000);
}

TEST(CALL0007, "SpaceControl: RDI RSI RDX R8 R9, result RAX and the old control RDX")
{
	L4_Word_t old = 0;

	world_start();
	world.answer = answer_two;
	CHECK_EQ(L4_SpaceControl(id(1), 2, page(3), page(4), id(5), &old), 1);
	CHECK_EQ(world.seen.rdi, 1);
	CHECK_EQ(world.seen.rsi, 2);
	CHECK_EQ(world.seen.rdx, 3);
	CHECK_EQ(world.seen.r8, 4);
	CHECK_EQ(world.seen.r9, 5);
	CHECK_EQ(old, 0x77);
}

TEST(CALL0008, "Schedule: priority in RSI, time in RDX and back, processor R8, preemption R9")
{
	L4_Word_t old = 0;

	world_start();
	world.answer = answer_two;
	CHECK_EQ(L4_Schedule(id(1), 2, 3, 4, 5, &old), 1);
	CHECK_EQ(world.seen.rdi, 1);
	CHECK_EQ(world.seen.rdx, 2);
	CHECK_EQ(world.seen.r8, 3);
	CHECK_EQ(world.seen.rsi, 4);
	CHECK_EQ(world.seen.r9, 5);
	CHECK_EQ(old, 0x77);
}

TEST(CALL0009, "SystemClock answers in RAX; ThreadSwitch takes RDI")
{
	world_start();
	world.answer = answer_two;
	CHECK_EQ(L4_SystemClock().raw, 1);
	L4_ThreadSwitch(id(0x88));
	CHECK_EQ(world.seen.rdi, 0x88);
	L4_Yield();
	CHECK_EQ(world.seen.rdi, 0);
	CHECK_EQ(world.calls, 3);
}

TEST(CALL0010, "ProcessorControl: RDI RSI RDX R8, result RAX")
{
	world_start();
	world.answer = answer_two;
	CHECK_EQ(L4_ProcessorControl(1, 2, 3, 4), 1);
	CHECK_EQ(world.seen.rdi, 1);
	CHECK_EQ(world.seen.rsi, 2);
	CHECK_EQ(world.seen.rdx, 3);
	CHECK_EQ(world.seen.r8, 4);
}

TEST(CALL0011, "MemoryControl: attributes in RCX RSI R8 R11 besides MR0..MR7, result RDX")
{
	const L4_Word_t attributes[4] = { 0xa0, 0xa1, 0xa2, 0xa3 };

	world_start();
	set_mrs(0x1000);
	world.answer = answer_two;
	CHECK_EQ(L4_MemoryControl(9, attributes), 0x77);
	CHECK_EQ(world.seen.rdx, 9);
	CHECK_EQ(world.seen.rcx, 0xa0);
	CHECK_EQ(world.seen.rsi, 0xa1);
	CHECK_EQ(world.seen.r8, 0xa2);
	CHECK_EQ(world.seen.r11, 0xa3);
	check_message_registers(0x1000);
	CHECK_EQ(*world_word(0), 0x1000);
}

TEST(CALL0012, "a call does not disturb the caller's red zone or its registers")
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
	L4_Schedule(id(a), b, a, b, a, &old);
	for (L4_Word_t i = 0; i < 14; i++)
		sum += words[i];
	return sum;
}

TEST(CALL0013, "a leaf function that uses the whole red zone finds it again after a call")
{
	world_start();
	CHECK_EQ(leaf_schedule(3, 5), 3 * 91 + 14 * 5);
	CHECK_EQ(world.calls, 1);
}

TEST(CALL0014, "KernelInterface gives address, version, flags and id")
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

TEST(EXR0001, "start and stop functions use the control words of the interface")
{
	L4_Word_t sp, ip, flags;

	world_start();
	world.answer = answer_exregs;
	L4_Start(id(1));
	CHECK_EQ(world.seen.rsi, L4_EXREGS_SET_HALT | L4_EXREGS_RECEIVE | L4_EXREGS_SEND);
	L4_Start_SpIp(id(1), 2, 3);
	CHECK_EQ(world.seen.rsi, 0x11e);
	CHECK_EQ(world.seen.rdx, 2);
	CHECK_EQ(world.seen.r8, 3);
	L4_Start_SpIpFlags(id(1), 2, 3, 4);
	CHECK_EQ(world.seen.rsi, 0x13e);
	CHECK_EQ(world.seen.r9, 4);
	CHECK(L4_ThreadWasReceiving(L4_Stop(id(1))));
	CHECK_EQ(world.seen.rsi, 0x301);
	CHECK(!L4_ThreadWasHalted(L4_AbortReceive_and_stop(id(1))));
	CHECK_EQ(world.seen.rsi, 0x303);
	CHECK(!L4_ThreadWasSending(L4_AbortSend_and_stop(id(1))));
	CHECK_EQ(world.seen.rsi, 0x305);
	CHECK(L4_ThreadWasIpcing(L4_AbortIpc_and_stop_SpIpFlags(id(1), &sp, &ip, &flags)));
	CHECK_EQ(world.seen.rsi, 0x307);
	CHECK_EQ(sp, 0x111);
	CHECK_EQ(ip, 0x222);
	CHECK_EQ(flags, 0x202);
}

TEST(EXR0002, "ids are converted by a call only if they have the other form")
{
	world_start();
	world.answer = answer_exregs;
	CHECK_EQ(L4_GlobalIdOf(id(0x4400000001)).raw, 0x4400000001);
	CHECK_EQ(L4_LocalIdOf(id(0x1240)).raw, 0x1240);
	CHECK_EQ(L4_GlobalIdOf(L4_nilthread).raw, 0);
	CHECK_EQ(world.calls, 0);
	CHECK_EQ(L4_LocalIdOf(id(0x4400000001)).raw, 0xbf000240);
	CHECK_EQ(world.seen.rsi, 0);
	CHECK_EQ(world.calls, 1);
	CHECK(L4_SameThreads(id(0x1240), id(0x1280)));
	CHECK_EQ(world.calls, 3);
}

TEST(EXR0003, "pager and handle of another thread are read and set")
{
	world_start();
	world.answer = answer_exregs;
	CHECK_EQ(L4_PagerOf(id(1)).raw, 0x4400000001);
	CHECK_EQ(world.seen.rsi, L4_EXREGS_DELIVER);
	CHECK_EQ(L4_UserDefinedHandleOf(id(1)), 0x333);
	L4_Set_PagerOf(id(1), id(9));
	CHECK_EQ(world.seen.rsi, L4_EXREGS_SET_PAGER);
	CHECK_EQ(world.seen.rdi, 9);
	L4_Set_UserDefinedHandleOf(id(1), 0x99);
	CHECK_EQ(world.seen.rsi, L4_EXREGS_SET_HANDLE);
	CHECK_EQ(world.seen.r10, 0x99);
}

TEST(THR0001, "interrupts are attached by themselves as space and with no UTCB")
{
	world_start();
	world.answer = answer_two;
	CHECK_EQ(L4_AssociateInterrupt(id(5ul << 32 | 1), id(7)), 1);
	CHECK_EQ(world.seen.rdi, 5ul << 32 | 1);
	CHECK_EQ(world.seen.r8, 5ul << 32 | 1);
	CHECK_EQ(world.seen.rdx, 0);
	CHECK_EQ(world.seen.rsi, 7);
	CHECK_EQ(world.seen.r9, ~0ul);
	CHECK_EQ(L4_DeassociateInterrupt(id(5ul << 32 | 1)), 1);
	CHECK_EQ(world.seen.rsi, 5ul << 32 | 1);
}

TEST(THR0002, "error codes have names")
{
	CHECK_EQ(L4_ErrorCode_String(0)[9], 'o');
	CHECK_EQ(L4_ErrorCode_String(8)[12], 'm');
	CHECK_EQ(L4_ErrorCode_String(9)[0], 'i');
	CHECK_EQ(L4_ErrorCode_String(~0ul)[0], 'i');
}

/* ---- Ipc ---- */

static void check_ipc(L4_Word_t to, L4_Word_t from, L4_Word_t timeouts)
{
	CHECK_EQ(world.seen.rsi, to);
	CHECK_EQ(world.seen.rdx, from);
	CHECK_EQ(world.seen.r8, timeouts);
}

TEST(IPC0001, "each IPC function has its ids and timeouts")
{
	const L4_Word_t any = ~0ul, zero = 0x0400;
	L4_Time_t t, u;
	L4_ThreadId_t from;

	world_start();
	world.answer = answer_message;
	t.raw = 0x1111;
	u.raw = 0x2222;
	L4_Call(id(1));
	check_ipc(1, 1, 0);
	L4_Call_Timeouts(id(1), t, u);
	check_ipc(1, 1, 0x11112222);
	L4_Send(id(1));
	check_ipc(1, 0, 0);
	L4_Send_Timeout(id(1), t);
	check_ipc(1, 0, 0x11110000);
	L4_Reply(id(1));
	check_ipc(1, 0, zero << 16);
	L4_Receive(id(1));
	check_ipc(0, 1, 0);
	L4_Receive_Timeout(id(1), u);
	check_ipc(0, 1, 0x2222);
	L4_Wait(&from);
	check_ipc(0, any, 0);
	L4_Wait_Timeout(u, &from);
	check_ipc(0, any, 0x2222);
	L4_ReplyWait(id(1), &from);
	check_ipc(1, any, zero << 16);
	L4_ReplyWait_Timeout(id(1), u, &from);
	check_ipc(1, any, zero << 16 | 0x2222);
	L4_Lcall(id(0x40));
	check_ipc(0x40, 0x40, 0);
	L4_LreplyWait(id(0x40), &from);
	check_ipc(0x40, ~0x3ful, zero << 16);
	CHECK_EQ(from.raw, 0x5000000001);
}

static void answer_timeout(const struct regs *in, struct regs *out)
{
	answer_message(in, out);
	out->r9 = 0x8000;
}

TEST(IPC0002, "Sleep receives from the thread itself, with its time, and leaves the tag in MR0")
{
	world_start();
	world.answer = answer_timeout;
	L4_Sleep(L4_TimePeriod(1000));
	check_ipc(0, (L4_Word_t)world_word(0), 1000);
	CHECK(L4_IpcFailed(L4_MsgTag()));
}

TEST(IPC0003, "the flags of a tag have their tests, and propagation keeps the others")
{
	L4_MsgTag_t tag = L4_Niltag;

	CHECK(L4_IpcSucceeded(tag));
	tag.raw = 0x8000;
	CHECK(L4_IpcFailed(tag));
	L4_Set_Propagation(&tag);
	CHECK_EQ(tag.raw, 0x9000);
	CHECK(L4_IpcPropagated(tag) && !L4_IpcRedirected(tag) && !L4_IpcXcpu(tag));
	tag.raw = 0x6000;
	CHECK(!L4_IpcPropagated(tag) && L4_IpcRedirected(tag) && L4_IpcXcpu(tag));
}

/* ---- Unmap, Schedule, MemoryControl ---- */

/* Status bits of every fpage in registers: written and referenced. */
static void answer_status(const struct regs *in, struct regs *out)
{
	out->rdi = in->rdi;
	out->r9 = (in->r9 & ~7ul) | 6;
	out->rax = (in->rax & ~7ul) | 1;
	out->rbx = in->rbx;
}

TEST(SPC0001, "unmap, flush and status: control, rights in, status out")
{
	L4_Fpage_t f = L4_FpageLog2(0x400000, 12), back;

	world_start();
	world.answer = answer_status;
	L4_Set_Rights(&f, 7);
	back = L4_UnmapFpage(f);
	CHECK_EQ(world.seen.rdx, 0);
	CHECK_EQ(world.seen.r9, 0x4000c7);
	CHECK(L4_WasWritten(back) && L4_WasReferenced(back) && !L4_WaseXecuted(back));
	L4_Flush(f);
	CHECK_EQ(world.seen.rdx, L4_UNMAP_FLUSH);
	L4_GetStatus(f);
	CHECK_EQ(world.seen.rdx, 0);
	CHECK_EQ(world.seen.r9, 0x4000c0);
}

TEST(SPC0002, "lists of fpages: k is one less than their number, none is no call")
{
	L4_Fpage_t list[3] = { page(0x1c7), page(0x5c7), page(0x9c7) };

	world_start();
	world.answer = answer_status;
	L4_UnmapFpages(0, list);
	CHECK_EQ(world.calls, 0);
	L4_UnmapFpages(3, list);
	CHECK_EQ(world.seen.rdx, 2);
	CHECK_EQ(world.seen.rax, 0x5c7);
	CHECK_EQ(list[0].raw, 0x1c6);
	CHECK_EQ(list[1].raw, 0x5c1);
	L4_FlushFpages(3, list);
	CHECK_EQ(world.seen.rdx, 0x42);
}

TEST(SCH0001, "each scheduling function changes one word and keeps the others")
{
	L4_Time_t t, u;

	world_start();
	world.answer = answer_two;
	t.raw = 0x1111;
	u.raw = 0x2222;
	CHECK_EQ(L4_Set_Priority(id(1), 0x1ff), 1);
	CHECK_EQ(world.seen.rsi, 0xff);
	CHECK_EQ(world.seen.rdx & world.seen.r8 & world.seen.r9, ~0ul);
	L4_Set_ProcessorNo(id(1), 3);
	CHECK_EQ(world.seen.r8, 3);
	CHECK_EQ(world.seen.rdx & world.seen.rsi & world.seen.r9, ~0ul);
	L4_Set_Timeslice(id(1), t, u);
	CHECK_EQ(world.seen.rdx, 0x11112222);
	L4_Set_PreemptionDelay(id(1), 0x80, 0x1234);
	CHECK_EQ(world.seen.r9, 0x801234);
	L4_Set_Stride(id(1), 5);
	CHECK_EQ(world.seen.rsi, 0x501ff);
	L4_Timeslice(id(1), &t, &u);
	CHECK_EQ(world.seen.rdx, ~0ul);
	CHECK_EQ(t.raw, 0);
	CHECK_EQ(u.raw, 0x77);
}

TEST(MEM0001, "page attributes: the attribute is number 0 and the rights are cleared")
{
	world_start();
	world.answer = answer_two;
	L4_Set_PageAttribute(page(0x4c7), 4);
	CHECK_EQ(world.seen.r9, 0x4c0);
	CHECK_EQ(world.seen.rcx, 4);
	CHECK_EQ(world.seen.rdx, 0);
}

/* ---- sigma0 ---- */

/* Sends the page that was asked for, with all rights. */
static void answer_sigma0(const struct regs *in, struct regs *out)
{
	out->rdi = in->rdi;
	out->rsi = in->rsi;
	out->r9 = 2 << 6;
	out->rax = (in->rax & ~0x3fful) | 8;
	out->rbx = in->rax | 7;
}

static void answer_failure(const struct regs *in, struct regs *out)
{
	answer_sigma0(in, out);
	out->r9 = 0x8000;
}

TEST(SG00001, "a page is asked of (UserBase, 1) by label -6 with the window in BR0, which is restored")
{
	L4_Fpage_t got;

	world_start();
	world.answer = answer_sigma0;
	L4_Accept(L4_StringItemsAcceptor);
	got = L4_Sigma0_GetPage(L4_nilthread, L4_FpageLog2(0xb8000, 12));
	CHECK_EQ(world.seen.rsi, 48ul << 32 | 1);
	CHECK_EQ(world.seen.rdx, 48ul << 32 | 1);
	CHECK_EQ(world.seen.r9, l4_tag_kernel(L4_PROTO_SIGMA0, 0, 2).raw);
	CHECK_EQ(world.seen.rax, 0xb80c0);
	CHECK_EQ(world.seen.rbx, 0);
	CHECK_EQ(L4_Address(got), 0xb8000);
	CHECK_EQ(L4_Accepted().raw, 1);
}

TEST(SG00002, "any page has a base of ones; a high address makes three words")
{
	world_start();
	world.answer = answer_sigma0;
	L4_Sigma0_GetAny(id(0x77), 12, L4_FpageLog2(0x800000, 12));
	CHECK_EQ(world.seen.rsi, 0x77);
	CHECK_EQ(world.seen.rax, ~0x3fful | 12 << 4);
	L4_Sigma0_GetPage_RcvWindow_High(id(0x77), page(0xb80c8), L4_CompleteAddressSpace, 5);
	CHECK_EQ(world.seen.r9 & 0xffff, 3);
	CHECK_EQ(world.seen.r10, 5);
}

TEST(SG00003, "a failed call gives the nilpage")
{
	world_start();
	world.answer = answer_failure;
	CHECK(L4_IsNilFpage(L4_Sigma0_GetPage(L4_nilthread, L4_FpageLog2(0x1000, 12))));
}

static volatile L4_Word_t s0_pages, s0_last;	/* changed inside a call */

static void answer_special(const struct regs *in, struct regs *out)
{
	s0_pages++;
	s0_last = in->rax;
	answer_sigma0(in, out);
}

TEST(SG00004, "GetSpecial maps every page of the first region of the type")
{
	const struct l4_memdesc list[2] = { { 0x0 | 1, 0x7fffc00 }, { 0x200c00 | 0x1e, 0x203400 } };

	world_start();
	world.answer = answer_special;
	world_page.memory[0] = list[0];
	world_page.memory[1] = list[1];
	world_kip.memory_info += 2;
	CHECK_EQ(L4_Sigma0_GetSpecial(0x3e, 0, 4096), 0);
	CHECK_EQ(s0_pages, 0);
	CHECK_EQ(L4_Sigma0_GetSpecial(0x1e, 0, 4096), 0x200c00);
	CHECK_EQ(s0_pages, 4);
	CHECK_EQ(s0_last, 0x2030c0);
	CHECK_EQ(L4_Sigma0_GetSpecial(0x1e, (void *)0x700000, 4096), 0x700c00);
}

/* ---- Pecan's own ---- */

static void answer_inspect(const struct regs *in, struct regs *out)
{
	out->rax = in->rdx + 1;
	*world_word(1) = 0x11;
	*world_word(2) = 0x22;
}

TEST(PEC0001, "Inspect: what, object and start in RDI RSI RDX, next in RAX, the record in MR1..")
{
	L4_Word_t record[2];

	world_start();
	world.answer = answer_inspect;
	CHECK(L4_HasInspect());
	CHECK_EQ(L4_InspectRecord(1, 2, 3, record, 2), 4);
	CHECK_EQ(world.seen.rdi, 1);
	CHECK_EQ(world.seen.rsi, 2);
	CHECK_EQ(record[0], 0x11);
	CHECK_EQ(record[1], 0x22);
}

TEST(PEC0002, "a kernel that does not name the feature is never asked, whatever its word holds")
{
	world_start();
	__L4_Inspect = 0;
	CHECK(!L4_HasInspect());
	CHECK_EQ(L4_Inspect(0, 0, 0), 0);
	CHECK_EQ(world.calls, 0);
}

TEST(PEC0003, "a kernel-memory limit is bit 30 and KiB, cut at the largest")
{
	CHECK_EQ(L4_KmemLimit(64), L4_SPACE_KMEM_LIMIT | 64);
	CHECK_EQ(L4_KmemLimit(~0ul), 0x7fffffff);
	CHECK_EQ(L4_KmemLimitOf(L4_KmemLimit(64)), 64);
	CHECK_EQ(L4_KmemLimitOf(64), 0);
	world_start();
	CHECK(!L4_HasKmemLimit());
}
