// SPDX-License-Identifier: BSD-2-Clause
// overloads.cc - the C++ names: what they are for, that they choose right, and that ordinary
// expressions with them are not ambiguous.
#include <l4/arch.h>
#include <l4/bootinfo.h>
#include <l4/ipc.h>
#include <l4/kip.h>
#include <l4/pecan.h>
#include <l4/schedule.h>
#include <l4/sigma0.h>
#include <l4/space.h>
#include <l4/tracebuffer.h>
#include <l4/amd64/compat.h>
#include "harness.h"

// world.h is C: only what is needed of it.
extern "C" {
void world_start(void);
}

TEST(LCXX0001, "fpages, ids and clocks have operators")
{
	L4_Fpage_t f = L4_FpageLog2(0x1000, 12) + L4_ReadWriteOnly;
	L4_ThreadId_t t = L4_GlobalId(60, 1);
	L4_Clock_t c = { 1000 }, d = c + 5;

	f += L4_eXecutable;
	CHECK_EQ(L4_Rights(f), 7);
	f -= L4_Writable;
	CHECK_EQ(L4_Rights(f - L4_Readable), 1);
	CHECK(t == L4_GlobalId(60, 1) && t != L4_nilthread);
	CHECK_EQ(d.raw, 1005);
	CHECK_EQ((c - 1).raw, 999);
	CHECK_EQ((c + -1).raw, 999);
	CHECK_EQ((c + L4_Word64_t(7)).raw, 1007);
	CHECK_EQ((d - c).raw, 5);
	CHECK(c < d && d > c && c <= c && c >= c && c == c && c != d);
}

TEST(LCXX0002, "messages are appended, put and read by the type of what is appended")
{
	L4_Msg_t msg;
	L4_MapItem_t m;
	L4_Fpage_t f = L4_FpageLog2(0x1000, 12);
	L4_StringItem_t s = L4_StringItem(10, &msg);
	L4_Word_t w = 0;

	L4_Clear(&msg);
	L4_Append(&msg, L4_Word_t(11));
	L4_Append(&msg, 12);
	L4_Append(&msg, -1);
	L4_Append(&msg, L4_MapItem(f, 0x2000));
	L4_Append(&msg, L4_GrantItem(f, 0x3000));
	L4_Append(&msg, s);
	L4_Append(&msg, &s);
	L4_Set_Label(&msg, 5);
	CHECK_EQ(L4_Label(&msg), 5);
	CHECK_EQ(L4_UntypedWords(L4_MsgTag(&msg)), 3);
	CHECK_EQ(L4_TypedWords(L4_MsgTag(&msg)), 8);
	CHECK_EQ(L4_Get(&msg, 2), ~0ul);
	L4_Put(&msg, 1, L4_Word_t(99));
	L4_Get(&msg, 1, &w);
	CHECK_EQ(w, 99);
	CHECK_EQ(L4_Get(&msg, 0, &m), 2);
	CHECK(L4_MapItem(m));
	CHECK_EQ(L4_SndBase(m), 0x2000);
	CHECK_EQ(L4_SndFpage(m).raw, f.raw);
	CHECK_EQ(L4_Get(&msg, 4, &s), 2);
	CHECK(L4_StringItem(&s));
}

TEST(LCXX0003, "a control-transfer item is put, not put for ever")
{
	L4_Msg_t msg;
	L4_CtrlXferItem_t c;

	L4_Clear(&msg);
	L4_Init(&c, 3);
	c.X.mask = 1;
	c.X.reg[0] = 77;
	L4_Put(&msg, 0, &c);
	CHECK_EQ(msg.msg[2], 77);
	CHECK(L4_CtrlXferItem(&c));
}

TEST(LCXX0004, "strings grow by += of a string, a temporary or an address")
{
	union {
		L4_Word_t raw[32];
		L4_StringItem_t item;
	} b;
	L4_StringItem_t s = L4_StringItem(7, &b);

	b.item = L4_StringItem(50, &b);
	b.item += s;
	b.item += L4_StringItem(8, &b);
	b.item += static_cast<void *>(&s);
	CHECK_EQ(b.raw[2], 7 << 10 | 1 << 9);
	CHECK_EQ(b.raw[4], 8 << 10 | 1 << 4);
	CHECK_EQ(b.raw[6], L4_Word_t(&s));
	CHECK((s + L4_UseDefaultCacheAllocation).raw[0] == s.raw[0]);
	CHECK(L4_CacheAlloctionHint(s) == L4_UseDefaultCacheAllocation);
}

TEST(LCXX0005, "acceptors and tags have operators")
{
	L4_Acceptor_t a = L4_MapGrantItems(L4_CompleteAddressSpace) + L4_StringItemsAcceptor;
	L4_MsgTag_t t = L4_Niltag;

	CHECK(L4_StringItems(a) && L4_MapGrantItems(a));
	a -= L4_StringItemsAcceptor;
	CHECK(!L4_StringItems(a));
	a += L4_StringItemsAcceptor;
	CHECK_EQ((a - L4_MapGrantItems(L4_CompleteAddressSpace)).raw, 1);
	t += 9;
	CHECK_EQ(L4_Label(t), 9);
	CHECK(t == L4_Niltag + 9 && t != L4_Niltag);
}

TEST(LCXX0006, "a feature is there by its whole name only")
{
	world_start();
	CHECK(L4_HasFeature("inspect"));
	CHECK(!L4_HasFeature("inspec") && !L4_HasFeature("inspecting") && !L4_HasFeature("none"));
	CHECK(L4_KernelInterface() == L4_GetKernelInterface());
}

TEST(LCXX0007, "I/O fpages and 32-bit ids convert")
{
	L4_IoFpage_t io;

	io.raw = L4_IoFpageLog2(0x60, 3).raw;
	CHECK_EQ(L4_Fpage(io).raw, io.raw);
	CHECK(L4_ThreadId(L4_ThreadId32(L4_GlobalId(60, 1))) == L4_GlobalId(60, 1));
	CHECK(L4_ThreadId32(L4_nilthread) == L4_nilthread32);
	CHECK(L4_ThreadId32(L4_nilthread) != L4_anythread32);
}

TEST(LCXX0008, "calls on other threads and buffers have short names")
{
	L4_MsgBuffer_t b;
	L4_Word_t sp, ip, flags;
	L4_ThreadId_t from, other = L4_GlobalId(60, 1);
	L4_Fpage_t f = L4_Nilpage;

	world_start();
	L4_Clear(&b);
	L4_Append(&b, L4_StringItem(10, &b));
	L4_Accept(L4_StringItemsAcceptor, &b);
	L4_Start(other, 1, 2);
	L4_Start(other, 1, 2, 3);
	L4_Stop(other, &sp, &ip, &flags);
	L4_AbortReceive_and_stop(other, &sp, &ip, &flags);
	l4_abort_send_and_stop(other, &sp, &ip, &flags);
	L4_AbortIpc_and_stop(other, &sp, &ip, &flags);
	L4_Set_Pager(other, other);
	L4_Set_UserDefinedHandle(other, 5);
	CHECK(L4_Pager(other) != other && L4_UserDefinedHandle(other) != 5);
	CHECK(L4_Inspect(0, 0, 0) != 0);
	L4_GetTraceBuffer();
	L4_Tbuf_RecordEvent(1, "text", 1, 2);
	CHECK_EQ(L4_Timeouts(L4_Never, L4_ZeroTime), 0x400);
	(void)from;
	(void)f;
}
