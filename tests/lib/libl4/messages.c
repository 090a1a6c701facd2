/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * messages.c - tags, items, the message object, acceptors and string buffers.
 */
#include <l4/message.h>
#include <l4/pagefault.h>
#include <stdlib.h>
#include <string.h>
#include <x2/msg.h>
#include "harness.h"
#include "world.h"

static L4_MsgTag_t tag_of(L4_Word_t raw)
{
	L4_MsgTag_t t;

	t.raw = raw;
	return t;
}

/* ---- Tag ---- */

TEST(LTAG0001, "the fields of a tag are those of the kernel")
{
	L4_MsgTag_t t = tag_of(l4_tag(0x1234, 5, 6).raw);

	CHECK_EQ(L4_Label(t), 0x1234);
	CHECK_EQ(L4_UntypedWords(t), 5);
	CHECK_EQ(L4_TypedWords(t), 6);
	CHECK_EQ(t.X.label, 0x1234);
	L4_Set_Label(&t, ~0ul);
	CHECK_EQ(t.raw, ~0xfffful | l4_tag(0, 5, 6).raw);
	CHECK(L4_IsMsgTagEqual(t, t) && L4_IsMsgTagNotEqual(t, L4_Niltag));
}

TEST(LTAG0002, "adding a label replaces it, sign-extended")
{
	L4_MsgTag_t t = tag_of(l4_tag(0x1234, 5, 6).raw);

	CHECK_EQ(L4_MsgTagAddLabel(t, 7).raw, l4_tag(7, 5, 6).raw);
	CHECK_EQ(L4_Label(t), 0x1234);
	L4_MsgTagAddLabelTo(&t, -1);
	CHECK_EQ(L4_Label(t), 0xffffffffffff);
}

TEST(LTAG0003, "a page fault is known by its label")
{
	CHECK(__L4_IsPagefault(tag_of(l4_tag_kernel(L4_PROTO_PAGEFAULT, 2, 2).raw)));
	CHECK_EQ(__L4_PagefaultAccess(tag_of(0xffffffffffe20002)), L4_Writable);
	CHECK(!__L4_IsPagefault(tag_of(l4_tag_kernel(L4_PROTO_EXCEPTION, 0, 2).raw)));
	CHECK(!__L4_IsPagefault(tag_of(l4_tag_kernel(L4_PROTO_PAGEFAULT, 2, 3).raw)));
}

/* ---- Items ---- */

TEST(LITM0001, "map and grant items are what the kernel expects")
{
	L4_Fpage_t f = L4_FpageLog2(0x400000, 12);
	L4_MapItem_t m = L4_MapItem(f, 0x12345678);
	L4_GrantItem_t g = L4_GrantItem(f, 0x12345678);

	CHECK_EQ(m.raw[0], l4_map_item(0x12345678));
	CHECK_EQ(g.raw[0], l4_grant_item(0x12345678));
	CHECK_EQ(m.raw[1], f.raw);
	CHECK(L4_IsMapItem(m) && L4_IsGrantItem(g));
	CHECK_EQ(l4_item_kind(m.raw[0]), L4_ITEM_MAP);
	CHECK_EQ(l4_item_kind(g.raw[0]), L4_ITEM_GRANT);
	CHECK_EQ(L4_MapItemSndFpage(m).raw, f.raw);
	CHECK_EQ(L4_GrantItemSndBase(g), 0x12345400);
	CHECK_EQ(m.X.snd_base, 0x12345678 >> 10);
	m.raw[0] |= 1;
	CHECK(L4_IsMapItem(m));
}

TEST(LITM0002, "a simple string has its size and address")
{
	L4_StringItem_t s = L4_StringItem(100, &s);

	CHECK_EQ(s.raw[0], 100 << 10);
	CHECK_EQ(s.raw[1], &s);
	CHECK_EQ(s.X.string_length, 100);
	CHECK(s.X.str.string_ptr == &s);
	CHECK(L4_IsStringItem(&s) && !L4_CompoundString(&s));
	CHECK_EQ(l4_item_kind(s.raw[0]), L4_ITEM_STRING);
	CHECK_EQ(L4_Substrings(&s), 1);
	CHECK(L4_Substring(&s, 1) == &s);
}

/* Room for a string of many words; the item is its beginning. */
union big_string { L4_Word_t raw[64]; L4_StringItem_t item; };

TEST(LITM0003, "substrings and further parts make one string")
{
	union big_string b = { { 0 } }, copy = { { 0 } };
	L4_StringItem_t other = L4_StringItem(7, (void *)0x3000), *last, *end;

	b.item = L4_StringItem(50, (void *)0x1000);
	L4_AddSubstringAddressTo(&b.item, (void *)0x2000);
	CHECK_EQ(L4_Substrings(&b.item), 2);
	CHECK(L4_Substring(&b.item, 2) == (void *)0x2000);
	CHECK_EQ((char *)L4_AddSubstringTo(&b.item, &other) - (char *)&b, 24);
	CHECK(L4_CompoundString(&b.item));
	CHECK_EQ(b.raw[3], 7 << 10);
	end = __L4_EndOfString(&b.item, &last);
	CHECK_EQ((char *)end - (char *)&b, 40);
	CHECK_EQ((char *)last - (char *)&b, 24);
	__L4_Copy_String(&copy.item, &b.item);
	CHECK_EQ(memcmp(&copy, &b, 40), 0);
	L4_AddSubstringAddressTo(&b.item, (void *)0x4000);
	CHECK_EQ(L4_Substrings(last), 2);
	CHECK_EQ(b.raw[5], 0x4000);
}

TEST(LITM0004, "cache hints are two bits of a string item")
{
	L4_StringItem_t s = L4_StringItem(100, &s);
	L4_CacheAllocationHint_t h = { 4 };

	CHECK_EQ(L4_AddCacheAllocationHint(s, h).raw[0], 100 << 10 | 4);
	L4_AddCacheAllocationHintTo(&s, h);
	CHECK(L4_IsCacheAllocationHintEqual(L4_CacheAlloctionHint(s), h));
	CHECK(L4_IsCacheAllocationHintNotEqual(h, L4_UseDefaultCacheAllocation));
	CHECK(L4_IsStringItem(&s));
}

/* ---- The message object ---- */

static L4_Msg_t msg;

TEST(LMSG0001, "append builds tag and words; map and grant items count two typed words")
{
	L4_Fpage_t f = L4_FpageLog2(0x400000, 12);

	L4_MsgClear(&msg);
	L4_Set_MsgLabel(&msg, 0x77);
	L4_MsgAppendWord(&msg, 11);
	L4_MsgAppendMapItem(&msg, L4_MapItem(f, 0x1000));
	L4_MsgAppendGrantItem(&msg, L4_GrantItem(f, 0x2000));
	CHECK_EQ(msg.tag.raw, l4_tag(0x77, 1, 4).raw);
	CHECK_EQ(msg.msg[1], 11);
	CHECK_EQ(msg.msg[2], 0x1008);
	CHECK_EQ(msg.msg[4], 0x200a);
	CHECK_EQ(L4_MsgLabel(&msg), 0x77);
	CHECK_EQ(L4_MsgMsgTag(&msg).raw, msg.tag.raw);
}

TEST(LMSG0002, "a later untyped word moves the typed words up")
{
	L4_MapItem_t m;

	L4_MsgClear(&msg);
	L4_MsgAppendMapItem(&msg, L4_MapItem(L4_Nilpage, 0x1000));
	L4_MsgAppendWord(&msg, 11);
	L4_MsgAppendWord(&msg, 12);
	CHECK_EQ(msg.tag.raw, l4_tag(0, 2, 2).raw);
	CHECK_EQ(L4_MsgWord(&msg, 0), 11);
	CHECK_EQ(L4_MsgWord(&msg, 1), 12);
	CHECK_EQ(L4_MsgGetMapItem(&msg, 0, &m), 2);
	CHECK_EQ(L4_MapItemSndBase(m), 0x1000);
}

TEST(LMSG0003, "what does not fit is not appended")
{
	L4_Msg_t before;

	L4_MsgClear(&msg);
	for (L4_Word_t i = 0; i < 62; i++)
		L4_MsgAppendWord(&msg, i);
	before = msg;
	L4_MsgAppendMapItem(&msg, L4_MapItem(L4_Nilpage, 0x1000));
	CHECK_EQ(memcmp(&before, &msg, sizeof msg), 0);
	L4_MsgAppendWord(&msg, 99);
	CHECK_EQ(msg.msg[63], 99);
	CHECK_EQ(L4_UntypedWords(msg.tag), 63);
	before = msg;
	L4_MsgAppendWord(&msg, 100);
	CHECK_EQ(memcmp(&before, &msg, sizeof msg), 0);
}

TEST(LMSG0004, "put and get of a whole message")
{
	L4_Word_t words[3] = { 1, 2, 3 }, got[3], items[4] = { 8, 0, 10, 0 }, back[4];

	L4_MsgPut(&msg, 0x55, 3, words, 4, items);
	CHECK_EQ(msg.tag.raw, l4_tag(0x55, 3, 4).raw);
	CHECK_EQ(msg.msg[4], 8);
	L4_MsgGet(&msg, got, back);
	CHECK_EQ(memcmp(got, words, sizeof got) | memcmp(back, items, sizeof back), 0);
}

TEST(LMSG0005, "put and get by place leave the tag alone")
{
	L4_MapItem_t m;
	L4_GrantItem_t g;
	L4_Word_t w = 0;

	L4_MsgClear(&msg);
	L4_Set_MsgMsgTag(&msg, tag_of(l4_tag(0, 2, 4).raw));
	L4_MsgPutWord(&msg, 1, 22);
	L4_MsgPutMapItem(&msg, 0, L4_MapItem(L4_Nilpage, 0x1000));
	L4_MsgPutGrantItem(&msg, 2, L4_GrantItem(L4_Nilpage, 0x2000));
	CHECK_EQ(msg.tag.raw, l4_tag(0, 2, 4).raw);
	L4_MsgGetWord(&msg, 1, &w);
	CHECK_EQ(w, 22);
	CHECK_EQ(msg.msg[3], 0x1008);
	CHECK_EQ(L4_MsgGetMapItem(&msg, 0, &m) + L4_MsgGetGrantItem(&msg, 2, &g), 4);
	CHECK_EQ(L4_GrantItemSndBase(g), 0x2000);
}

TEST(LMSG0006, "load and store move exactly the words of the tag")
{
	L4_Msg_t back;

	world_start();
	memset(&back, 0xee, sizeof back);
	*world_word(4) = 0x4444;
	L4_MsgClear(&msg);
	L4_MsgAppendWord(&msg, 11);
	L4_MsgAppendMapItem(&msg, L4_MapItem(L4_Nilpage, 0x1000));
	L4_MsgLoad(&msg);
	CHECK_EQ(*world_word(0), msg.tag.raw);
	CHECK_EQ(*world_word(3), 0);
	CHECK_EQ(*world_word(4), 0x4444);
	L4_MsgStore(L4_MsgTag(), &back);
	CHECK_EQ(memcmp(&back, &msg, 32), 0);
	CHECK_EQ(back.raw[4], 0xeeeeeeeeeeeeeeee);
}

TEST(LMSG0007, "a tag that claims too many words overruns nothing")
{
	struct { L4_Msg_t m; L4_Word_t guard; } *box = malloc(sizeof *box);

	world_start();
	box->guard = 0x1234;
	L4_MsgStore(tag_of(0xfff), &box->m);
	L4_MsgLoad(&box->m);
	L4_MsgAppendWord(&box->m, 1);
	L4_MsgAppendMapItem(&box->m, L4_MapItem(L4_Nilpage, 0));
	CHECK_EQ(box->guard, 0x1234);
	CHECK_EQ(box->m.tag.raw, 0xfff);
}

TEST(LMSG0008, "a compound string goes in with all its words and comes out in the caller's item")
{
	union big_string b = { { 0 } }, back = { { 0 } };
	L4_StringItem_t other = L4_StringItem(7, (void *)0x3000);

	b.item = L4_StringItem(50, (void *)0x1000);
	L4_AddSubstringTo(&b.item, &other);
	L4_MsgClear(&msg);
	L4_MsgAppendWord(&msg, 11);
	L4_MsgAppendSimpleStringItem(&msg, other);
	L4_MsgAppendStringItem(&msg, &b.item);
	CHECK_EQ(msg.tag.raw, l4_tag(0, 1, 6).raw);
	CHECK_EQ(L4_MsgGetStringItem(&msg, 0, &back.item), 2);
	CHECK_EQ(back.raw[1], 0x3000);
	CHECK_EQ(L4_MsgGetStringItem(&msg, 2, &back.item), 4);
	CHECK_EQ(memcmp(&back, &b, 32), 0);
	L4_MsgPutStringItem(&msg, 0, &b.item);
	CHECK_EQ(memcmp(&msg.msg[2], &b, 32), 0);
}

TEST(LMSG0009, "control-transfer items carry the registers of their mask")
{
	L4_CtrlXferItem_t c, back;

	memset(&back, 0, sizeof back);
	L4_CtrlXferItemInit(&c, 3);
	CHECK(L4_IsCtrlXferItem(&c));
	L4_MsgClear(&msg);
	L4_MsgAppendCtrlXferItem(&msg, &c);
	CHECK_EQ(msg.tag.raw, 0);
	c.X.mask = 0x15;
	c.X.reg[0] = 100;
	c.X.reg[2] = 102;
	c.X.reg[4] = 104;
	L4_MsgAppendCtrlXferItem(&msg, &c);
	CHECK_EQ(msg.tag.raw, l4_tag(0, 0, 4).raw);
	CHECK_EQ(msg.msg[1], 3 << 4 | 0xc | 0x15 << 12);
	CHECK_EQ(msg.msg[4], 104);
	CHECK_EQ(L4_MsgGetCtrlXferItem(&msg, 1, &back), 4);
	CHECK_EQ(back.X.reg[2], 102);
	CHECK_EQ(back.X.reg[1], 0);
}

TEST(LMSG0010, "fault configuration is one word for each fault, chained")
{
	L4_MsgClear(&msg);
	L4_AppendFaultConfCtrlXferItems(&msg, 1ul << 2 | 1ul << 40, 5, 0);
	CHECK_EQ(msg.tag.raw, l4_tag(0, 2, 0).raw);
	CHECK_EQ(msg.msg[1], 5 << 12 | 2 << 4 | 0xd);
	CHECK_EQ(msg.msg[2], 5 << 12 | 40 << 4 | 0xc);
}

/* ---- Acceptors ---- */

TEST(LACC0001, "a window keeps no rights, so it reads as no other kind")
{
	L4_Fpage_t f = L4_FpageAddRights(L4_FpageLog2(0x400000, 22), L4_FullyAccessible);
	L4_Acceptor_t a = L4_MapGrantItems(f);

	CHECK_EQ(a.raw, 0x400160);
	CHECK(L4_HasMapGrantItems(a) && !L4_HasStringItems(a));
	CHECK_EQ(L4_RcvWindow(a).raw, 0x400160);
	CHECK_EQ(l4_acceptor_window(a.raw).raw, 0x400160);
	CHECK_EQ(L4_MapGrantItems(L4_CompleteAddressSpace).raw, 0x10);
}

TEST(LACC0002, "acceptors are added with all kinds, and the right one's window wins")
{
	L4_Acceptor_t w = L4_MapGrantItems(L4_FpageLog2(0x400000, 22));
	L4_Acceptor_t v = L4_MapGrantItems(L4_FpageLog2(0x800000, 22)), sum;

	sum = L4_AddAcceptor(w, L4_StringItemsAcceptor);
	CHECK_EQ(sum.raw, w.raw | 1);
	sum = L4_AddAcceptorTo(sum, L4_CtrlXferAcceptor);
	CHECK_EQ(sum.raw, w.raw | 3);
	CHECK_EQ(L4_AddAcceptor(sum, v).raw, v.raw | 3);
	CHECK_EQ(L4_RemoveAcceptor(sum, L4_StringItemsAcceptor).raw, w.raw | 2);
	CHECK_EQ(L4_RemoveAcceptorFrom(sum, v).raw, 3);
	CHECK_EQ(L4_AddAcceptor(L4_UntypedWordsAcceptor, w).raw, w.raw);
}

TEST(LACC0003, "accept writes BR0, accepted reads it")
{
	world_start();
	L4_Accept(L4_StringItemsAcceptor);
	CHECK_EQ(*world_word(L4_TCR_BR0), 1);
	CHECK_EQ(L4_Accepted().raw, 1);
}

TEST(LACC0004, "string buffers are chained and loaded into BR1..")
{
	union big_string b = { { 0 } };
	L4_StringItem_t s = L4_StringItem(100, (void *)0x1000);
	L4_MsgBuffer_t buffer;

	world_start();
	memset(&buffer, 0xee, sizeof buffer);
	L4_MsgBufferClear(&buffer);
	L4_AcceptStrings(L4_StringItemsAcceptor, &buffer);
	CHECK_EQ(*world_word(L4_TCR_BR0), 1);
	CHECK_EQ(*world_word(L4_TCR_BR0 - 1), 0);
	b.item = s;
	L4_AddSubstringTo(&b.item, &s);
	L4_MsgBufferAppendRcvString(&buffer, &b.item);
	L4_MsgBufferAppendSimpleRcvString(&buffer, s);
	CHECK_EQ(buffer.raw[0] & 1, 1);
	CHECK_EQ(buffer.raw[2] & 1, 1);
	CHECK_EQ(buffer.raw[4], 100 << 10);
	L4_AcceptStrings(L4_StringItemsAcceptor, &buffer);
	for (int i = 0; i < 6; i++)
		CHECK_EQ(*world_word(L4_TCR_BR0 - 1 - i), buffer.raw[i]);
}

TEST(LACC0005, "a buffer list never outgrows the buffer registers")
{
	L4_StringItem_t s = L4_StringItem(100, (void *)0x1000);
	struct { L4_MsgBuffer_t b; L4_Word_t guard; } box;

	world_start();
	box.guard = 0x1234;
	L4_MsgBufferClear(&box.b);
	for (int i = 0; i < 20; i++)
		L4_MsgBufferAppendSimpleRcvString(&box.b, s);
	CHECK_EQ(box.guard, 0x1234);
	CHECK_EQ(box.b.raw[28] & 1, 1);
	CHECK_EQ(box.b.raw[30] & 1, 0);
	L4_AcceptStrings(L4_StringItemsAcceptor, &box.b);
	CHECK_EQ(*world_word(L4_TCR_BR0 - 32), 0x1000);
}
