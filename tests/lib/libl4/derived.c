/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * derived.c - what is made of the bindings: IPC functions, unmapping, scheduling, sigma0, Pecan's
 * own calls.
 */
#include <l4/ipc.h>
#include <l4/misc.h>
#include <l4/pecan.h>
#include <l4/schedule.h>
#include <l4/short.h>
#include <l4/sigma0.h>
#include <l4/space.h>
#include <x2/call.h>
#include "harness.h"
#include "world.h"

/* ---- Ipc ---- */

static void check_ipc(L4_Word_t to, L4_Word_t from, L4_Word_t timeouts)
{
	CHECK_EQ(world.seen.rsi, to);
	CHECK_EQ(world.seen.rdx, from);
	CHECK_EQ(world.seen.r8, timeouts);
}

TEST(LIPC0001, "each IPC function has its ids and timeouts")
{
	const L4_Word_t any = ~0ul, zero = 0x0400;
	L4_Time_t t, u;
	L4_ThreadId_t from;

	world_start();
	world.answer = world_message;
	t.raw = 0x1111;
	u.raw = 0x2222;
	L4_Call(world_id(1));
	check_ipc(1, 1, 0);
	L4_Call_Timeouts(world_id(1), t, u);
	check_ipc(1, 1, 0x11112222);
	L4_Send(world_id(1));
	check_ipc(1, 0, 0);
	L4_Send_Timeout(world_id(1), t);
	check_ipc(1, 0, 0x11110000);
	L4_Reply(world_id(1));
	check_ipc(1, 0, zero << 16);
	L4_Receive(world_id(1));
	check_ipc(0, 1, 0);
	L4_Receive_Timeout(world_id(1), u);
	check_ipc(0, 1, 0x2222);
	L4_Wait(&from);
	check_ipc(0, any, 0);
	L4_Wait_Timeout(u, &from);
	check_ipc(0, any, 0x2222);
	L4_ReplyWait(world_id(1), &from);
	check_ipc(1, any, zero << 16);
	L4_ReplyWait_Timeout(world_id(1), u, &from);
	check_ipc(1, any, zero << 16 | 0x2222);
	L4_Lcall(world_id(0x40));
	check_ipc(0x40, 0x40, 0);
	L4_LreplyWait(world_id(0x40), &from);
	check_ipc(0x40, ~0x3ful, zero << 16);
	CHECK_EQ(from.raw, 0x5000000001);
}

static void answer_timeout(const struct regs *in, struct regs *out)
{
	world_message(in, out);
	out->r9 = 0x8000;
}

TEST(LIPC0002, "Sleep receives from the thread itself, with its time, and leaves the tag in MR0")
{
	world_start();
	world.answer = answer_timeout;
	L4_Sleep(L4_TimePeriod(1000));
	check_ipc(0, (L4_Word_t)world_word(0), 1000);
	CHECK(L4_IpcFailed(L4_MsgTag()));
}

TEST(LIPC0003, "the flags of a tag have their tests, and propagation keeps the others")
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

/* Only the registers of the words that are sent are looked at: the others hold anything. */
static void check_short(L4_Word_t sent)
{
	const unsigned long *r[] = { &world.seen.rax, &world.seen.rbx, &world.seen.r10, &world.seen.r12,
				     &world.seen.r13, &world.seen.r14, &world.seen.r15 };

	CHECK_EQ(world.seen.rdi, world_word(0));
	for (L4_Word_t i = 0; i < sent; i++)
		CHECK_EQ(*r[i], 0x2001 + i);
}

TEST(LIPC0004, "a short Ipc sends the words of its tag, takes as many as asked, and leaves memory alone")
{
	L4_MsgTag_t tag;

	for (L4_Word_t n = 0; n <= L4_SHORT_WORDS; n++) {
		L4_Word_t words[] = { 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007 };
		L4_ThreadId_t partner = world_id(1);

		world_start();
		world.answer = world_message;
		*world_word(0) = 0x3000;
		tag.raw = 0x50000 | n;
		CHECK_EQ(L4_ShortIpc(&partner, world_id(2), 0x11112222, tag, words, 7 - n).raw, 7);
		check_ipc(1, 2, 0x11112222);
		CHECK_EQ(world.seen.r9, 0x50000 | n);
		CHECK_EQ(partner.raw, 0x5000000001);
		check_short(n);
		for (L4_Word_t i = 0; i < 7; i++)
			CHECK_EQ(words[i], i < 7 - n ? 0x101 + i : 0x2001 + i);
		CHECK_EQ(*world_word(0), 0x3000);
	}
}

TEST(LIPC0005, "short call and short reply-and-wait have the ids and timeouts of the long ones")
{
	L4_Word_t words[2] = { 0x2001, 0x2002 };
	L4_ThreadId_t partner = world_id(1);
	L4_MsgTag_t tag;

	world_start();
	world.answer = world_message;
	tag.raw = 2;
	CHECK_EQ(L4_ShortCall(world_id(1), tag, words, 0).raw, 7);
	check_ipc(1, 1, 0);
	check_short(2);
	CHECK_EQ(L4_ShortReplyWait(&partner, tag, words, 1).raw, 7);
	check_ipc(1, ~0ul, 0x0400ul << 16);
	check_short(2);
	CHECK_EQ(partner.raw, 0x5000000001);
	CHECK_EQ(words[0], 0x101);
	CHECK_EQ(words[1], 0x2002);
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

TEST(LSPC0001, "unmap, flush and status: control, rights in, status out")
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

TEST(LSPC0002, "lists of fpages: k is one less than their number, none is no call")
{
	L4_Fpage_t list[3] = { world_page_of(0x1c7), world_page_of(0x5c7), world_page_of(0x9c7) };

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

TEST(LSCH0001, "each scheduling function changes one word and keeps the others")
{
	L4_Time_t t, u;

	world_start();
	world.answer = world_two;
	t.raw = 0x1111;
	u.raw = 0x2222;
	CHECK_EQ(L4_Set_Priority(world_id(1), 0x1ff), 1);
	CHECK_EQ(world.seen.rsi, 0xff);
	CHECK_EQ(world.seen.rdx & world.seen.r8 & world.seen.r9, ~0ul);
	L4_Set_ProcessorNo(world_id(1), 3);
	CHECK_EQ(world.seen.r8, 3);
	CHECK_EQ(world.seen.rdx & world.seen.rsi & world.seen.r9, ~0ul);
	L4_Set_Timeslice(world_id(1), t, u);
	CHECK_EQ(world.seen.rdx, 0x11112222);
	L4_Set_PreemptionDelay(world_id(1), 0x80, 0x1234);
	CHECK_EQ(world.seen.r9, 0x801234);
	L4_Set_Stride(world_id(1), 5);
	CHECK_EQ(world.seen.rsi, 0x501ff);
	L4_Timeslice(world_id(1), &t, &u);
	CHECK_EQ(world.seen.rdx, ~0ul);
	CHECK_EQ(t.raw, 0);
	CHECK_EQ(u.raw, 0x77);
}

TEST(LMEM0001, "page attributes: the attribute is number 0 and the rights are cleared")
{
	world_start();
	world.answer = world_two;
	L4_Set_PageAttribute(world_page_of(0x4c7), 4);
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

TEST(LSG00001, "a page is asked of (UserBase, 1) by label -6 with the window in BR0, which is restored")
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

TEST(LSG00002, "any page has a base of ones; a high address makes three words")
{
	world_start();
	world.answer = answer_sigma0;
	L4_Sigma0_GetAny(world_id(0x77), 12, L4_FpageLog2(0x800000, 12));
	CHECK_EQ(world.seen.rsi, 0x77);
	CHECK_EQ(world.seen.rax, ~0x3fful | 12 << 4);
	L4_Sigma0_GetPage_RcvWindow_High(world_id(0x77), world_page_of(0xb80c8), L4_CompleteAddressSpace, 5);
	CHECK_EQ(world.seen.r9 & 0xffff, 3);
	CHECK_EQ(world.seen.r10, 5);
}

TEST(LSG00003, "a failed call gives the nilpage")
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

TEST(LSG00004, "GetSpecial maps every page of the first region of the type")
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

TEST(LPEC0001, "Inspect: what, object and start in RDI RSI RDX, next in RAX, the record in MR1..")
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

TEST(LPEC0002, "a kernel that does not name the feature is never asked, whatever its word holds")
{
	world_start();
	__L4_Inspect = 0;
	CHECK(!L4_HasInspect());
	CHECK_EQ(L4_Inspect(0, 0, 0), 0);
	CHECK_EQ(world.calls, 0);
}

static void answer_tls(const struct regs *in, struct regs *out)
{
	out->rax = in->rdi == 0x1230;
}

TEST(LPEC0004, "SetTls: the address in RDI, the result in RAX; a kernel without the feature is not asked")
{
	world_start();
	world.answer = answer_tls;
	CHECK(L4_HasTls());
	CHECK_EQ(L4_SetTls((void *)0x1230), 1);
	CHECK_EQ(L4_SetTls((void *)0x1238), 0);
	CHECK_EQ(world.calls, 2);
	__L4_SetTls = 0;
	CHECK(!L4_HasTls());
	CHECK_EQ(L4_SetTls((void *)0x1230), 0);
	CHECK_EQ(world.calls, 2);
}

TEST(LPEC0005, "a map item that revokes nothing is a map item with bit 4 set")
{
	L4_Fpage_t f = L4_FpageLog2(0x7000, 12);
	L4_MapItem_t m = L4_MapItemNoRevoke(f, 0x12345678);

	CHECK_EQ(m.raw[0], L4_MapItem(f, 0x12345678).raw[0] | L4_ITEM_NO_REVOKE);
	CHECK_EQ(m.raw[1], f.raw);
	CHECK(L4_IsMapItem(m));
	CHECK_EQ(L4_MapItemSndBase(m), L4_MapItemSndBase(L4_MapItem(f, 0x12345678)));
	world_start();
	CHECK(!L4_HasNoRevoke());
}

TEST(LPEC0003, "a kernel-memory limit is bit 30 and KiB, cut at the largest")
{
	CHECK_EQ(L4_KmemLimit(64), L4_SPACE_KMEM_LIMIT | 64);
	CHECK_EQ(L4_KmemLimit(~0ul), 0x7fffffff);
	CHECK_EQ(L4_KmemLimitOf(L4_KmemLimit(64)), 64);
	CHECK_EQ(L4_KmemLimitOf(64), 0);
	world_start();
	CHECK(!L4_HasKmemLimit());
}
