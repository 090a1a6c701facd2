/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cut_messages.c - messages that do not arrive whole, and words in them that are ignored: cut strings,
 * missing buffers, items and buffers of wrong kinds, the C bits and cache hints (api 5.3 to 5.6).
 */
#include "map.h"
#include "string_items.h"
#include "bad_values.h"

enum {
	C = 1, HINT = 1 << 1, JOIN = 1 << 9, PARTS = 4, LENGTH = 10,	/* string descriptor */
	MAP = 8, GRANT = 10, XFER_ITEM = 12, UNDEFINED_ITEM = 14,	/* first word of an item */
	BRS = 33, ITEM_WORDS = 16, LABEL = 0xabc, ERROR_FLAG = 0x8000,
};

static word string_word(word bytes, word flags) { return bytes << LENGTH | flags; }

/* A message of u words 1001.. and these items, and the buffer registers of its receiver. */
struct message {
	word u, t, item[ITEM_WORDS];
	word br[BRS];
	word send_error, send_tag;
	struct received got;
};

static void take_message(void *arg)
{
	struct message *m = arg;
	L4_ThreadId_t from;
	L4_MsgTag_t tag;

	for (int i = 0; i < BRS; i++)
		L4_LoadBR(i, m->br[i]);
	tag = L4_Wait(&from);
	receive_note(&m->got, tag, from);
}

/* Send m from this thread to a new one of s. */
static void deliver(struct space *s, struct message *m)
{
	struct mark mark = world_mark();
	L4_ThreadId_t to = space_start(s, take_message, m);
	L4_MsgTag_t tag;

	msg_load(LABEL, m->u, 1000);
	for (word i = 0; i < ITEM_WORDS; i++)
		L4_LoadMR((int)(m->u + 1 + i), m->item[i]);
	L4_Set_MsgTag(tag_make(LABEL, m->u, m->t));
	tag = L4_Send(to);
	m->send_tag = tag.raw;
	m->send_error = L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
	CHECK(m->got.done);
	thread_delete(to);
	space_forget_last(s);
	world_release(mark);
}

/* Both sides have an overflow after so many bytes, and the words in front of the items arrived. */
static void check_cut_at(const struct message *m, word bytes)
{
	CHECK_EQ(m->send_error, SEND_OVERFLOW | bytes << OFFSET);
	CHECK_EQ(m->got.error, RECEIVE_OVERFLOW | bytes << OFFSET);
	for (word i = 1; i <= m->u; i++)
		CHECK_EQ(m->got.mr[i], 1000 + i);
}

static void check_whole(const struct message *m)
{
	CHECK_EQ(m->send_error, 0);
	CHECK_EQ(m->got.error, 0);
	CHECK_EQ(m->got.tag, tag_make(LABEL, m->u, m->t).raw);
}

TEST(GCUT0001, "a message cut in its second string: words, first string and counts are delivered")
{
	static struct message m;
	struct space s;

	make_target(&s, 1);
	fill_bytes(pool(0), 200, 3);
	fill_bytes(pool(DST), PAGE, 70);
	m = (struct message){
		.u = 2, .t = 4,
		.item = { string_word(10, 0), pool(0), string_word(50, 0), pool(0) + 10 },
		.br = { 1, string_word(100, C), WINDOW, string_word(20, 0), WINDOW + 100 },
	};
	deliver(&s, &m);
	check_cut_at(&m, 30);
	CHECK_EQ(m.send_tag, ERROR_FLAG);
	CHECK_EQ(m.got.tag, tag_make(LABEL, 2, 4).raw | ERROR_FLAG);
	CHECK(has_bytes(pool(DST), 10, 3, 0));
	CHECK(has_bytes(pool(DST) + 10, 90, 70, 10));
	CHECK(has_bytes(pool(DST) + 100, 20, 3, 10));
	CHECK(has_bytes(pool(DST) + 120, 100, 70, 120));
}

TEST(GCUT0002, "control-transfer and undefined items are an overflow; what is in front of them arrived")
{
	static struct message m;
	struct space s;

	make_target(&s, 1);
	fill_bytes(pool(0), 10, 4);
	for (word kind = XFER_ITEM; kind <= (UNDEFINED_ITEM | C); kind++) {
		fill_bytes(pool(DST), 100, 90);
		m = (struct message){
			.u = 1, .t = 6,
			.item = { string_word(10, 0), pool(0), kind, 7, string_word(10, 0), pool(0) },
			.br = { 1, string_word(50, C), WINDOW, string_word(50, 0), WINDOW + 50 },
		};
		deliver(&s, &m);
		check_cut_at(&m, 10);
		CHECK(has_bytes(pool(DST), 10, 4, 0));
		CHECK(has_bytes(pool(DST) + 10, 90, 90, 10));
	}
}

TEST(GCUT0003, "the bits between s and the window in BR0 are ignored")
{
	static struct message m;
	struct space s;

	make_target(&s, 0);
	fill(0, 1);
	for (word bits = 0; bits < 8; bits++) {
		m = (struct message){
			.t = 2, .item = { L4_MapItem(fpage(pool(0), 12, RW), 0).raw[0], fpage(pool(0), 12, RW).raw },
			.br = { window(bits * PAGE, 12).raw | bits << 1 },
		};
		deliver(&s, &m);
		check_whole(&m);
		CHECK_EQ(seen(&s, bits * PAGE), 0);
		m = (struct message){ .t = 2, .item = { string_word(1, 0), pool(0) }, .br = { bits << 1 } };
		deliver(&s, &m);
		check_cut_at(&m, 0);
	}
}

TEST(GCUT0004, "buffers that are missing, not announced by C, or past BR32 take nothing; those up to BR32 do")
{
	static struct message m;
	struct space s;

	make_target(&s, 1);
	fill_bytes(pool(0), 100, 5);
	m = (struct message){ .t = 2, .item = { string_word(10, 0), pool(0) }, .br = { 1 } };
	deliver(&s, &m);
	check_cut_at(&m, 0);
	m = (struct message){
		.t = 4, .item = { string_word(10, 0), pool(0), string_word(10, 0), pool(0) },
		.br = { 1, string_word(20, 0), WINDOW, string_word(20, 0), WINDOW + 20 },
	};
	deliver(&s, &m);
	check_cut_at(&m, 10);
	for (word past = 0; past < 2; past++) {
		m = (struct message){
			.t = 2, .item = { string_word(10, 0), pool(0) },
			.br = { 1, string_word(20, (30 + past) << PARTS), WINDOW },
		};
		deliver(&s, &m);
		if (past)
			check_cut_at(&m, 0);
		else
			check_whole(&m);
	}
}

TEST(GCUT0005, "a descriptor, or the rest of a compound string, that the message lacks: overflow at 0")
{
	static struct message m;
	struct space s;

	make_target(&s, 1);
	fill_bytes(pool(0), 100, 5);
	for (word parts = 0; parts < 32; parts++)
		for (word joined = 0; joined <= JOIN; joined += JOIN) {
			if (parts < 2 && !joined)
				continue;
			m = (struct message){
				.u = 1, .t = 3, .item = { string_word(10, parts << PARTS | joined), pool(0), pool(0) },
				.br = { 1, string_word(1000, 0), WINDOW },
			};
			m.t = parts == 0 ? 2 : 3;
			deliver(&s, &m);
			check_cut_at(&m, 0);
		}
	for (word short_by = 1; short_by <= 2; short_by++)	/* the words are there, but not in the message */
		for (word parts = short_by - 1; parts < 10; parts++) {
			m = (struct message){ .br = { 1, string_word(1000, 0), WINDOW } };
			m.t = parts + 2 - short_by;
			m.item[0] = string_word(10, parts << PARTS);
			for (word i = 1; i < ITEM_WORDS; i++)
				m.item[i] = pool(0);
			deliver(&s, &m);
			check_cut_at(&m, 0);
		}
}

TEST(GCUT0006, "an empty string is delivered and uses up its buffer")
{
	static struct message m;
	struct space s;

	make_target(&s, 1);
	fill_bytes(pool(0), 10, 6);
	fill_bytes(pool(DST), 100, 33);
	m = (struct message){
		.t = 4, .item = { string_word(0, 0), pool(0), string_word(10, 0), pool(0) },
		.br = { 1, string_word(20, C), WINDOW, string_word(20, 0), WINDOW + 50 },
	};
	deliver(&s, &m);
	check_whole(&m);
	CHECK(has_bytes(pool(DST), 50, 33, 0));
	CHECK(has_bytes(pool(DST) + 50, 10, 6, 0));
}

TEST(GCUT0007, "strings and buffers in the kernel, in the non-canonical hole, at the end of all: overflow")
{
	static const word where[] = {
		KERNEL_IMAGE, KERNEL_MEMORY, ~7ul, NO_ADDRESS, NO_ADDRESS | TOP_BIT, ~0x5ffffful, ~0x3ffffffful,
	};
	static struct message m;
	struct space s;

	make_target(&s, 1);
	for (unsigned i = 0; i < sizeof where / sizeof *where; i++) {
		m = (struct message){
			.u = 1, .t = 2, .item = { string_word(64, 0), where[i] },
			.br = { 1, string_word(64, 0), WINDOW },
		};
		deliver(&s, &m);
		check_cut_at(&m, 0);
		m.got.done = false;
		m.item[1] = pool(0);
		m.br[2] = where[i];
		deliver(&s, &m);
		check_cut_at(&m, 0);
	}
	check_alive();
}

TEST(GCUT0008, "a string of any length is cut at its buffer, and nothing behind that is looked at")
{
	static struct message m;
	struct space s;

	make_target(&s, 1);
	fill_bytes(pool(0), PAGE, 8);
	for (unsigned bits = 13; bits <= L4_BITS_PER_WORD - 10; bits++) {
		m = (struct message){
			.t = 2, .item = { string_word((1ul << bits) - 1, 0), pool(0) },
			.br = { 1, string_word(PAGE, 0), WINDOW },
		};
		deliver(&s, &m);
		check_cut_at(&m, PAGE);
		CHECK(has_bytes(pool(DST), PAGE, 8, 0));
	}
}

/* ---- words that mean nothing ---- */

TEST(GCBI0001, "C bits of map items are ignored: the counts in the tag decide how many there are")
{
	static struct message m;
	struct space s;

	make_target(&s, 0);
	fill(0, 3);
	for (word bits = 0; bits < 8; bits++) {
		L4_UnmapFpage(fpage(pool(0), 14, L4_FullyAccessible));
		m = (struct message){ .u = 3, .t = 6, .br = { window(0, 16).raw } };
		for (word i = 0; i < 3; i++) {
			m.item[2 * i] = L4_MapItem(fpage(pool(i), 12, RW), i * PAGE).raw[0] & ~(word)C;
			m.item[2 * i] |= bits >> i & 1;
			m.item[2 * i + 1] = fpage(pool(i), 12, RW).raw;
		}
		deliver(&s, &m);
		check_whole(&m);
		for (word i = 0; i < 3; i++)
			CHECK_EQ(seen(&s, i * PAGE), i);
	}
}

TEST(GCBI0002, "C bits of string items and of items of different kinds are ignored too")
{
	static struct message m;
	struct space s;

	make_target(&s, 1);
	fill(1, 1);
	fill_bytes(pool(0), 40, 9);
	for (word bits = 0; bits < 8; bits++) {
		fill_bytes(pool(DST), 200, 50);
		L4_UnmapFpage(fpage(pool(1), 12, L4_FullyAccessible));
		m = (struct message){
			.t = 6,
			.item = { string_word(10, bits & 1), pool(0), L4_MapItem(fpage(pool(1), 12, RW), 0).raw[0],
				  fpage(pool(1), 12, RW).raw, string_word(30, bits >> 2 & 1), pool(0) + 10 },
			.br = { window(PAGE, 12).raw | 1, string_word(50, C), WINDOW, string_word(50, 0),
				WINDOW + 100 },
		};
		m.item[2] = (m.item[2] & ~(word)C) | (bits >> 1 & 1);
		deliver(&s, &m);
		check_whole(&m);
		CHECK(has_bytes(pool(DST), 10, 9, 0));
		CHECK(has_bytes(pool(DST) + 100, 30, 9, 10));
		CHECK_EQ(seen(&s, PAGE), 1);
	}
}

TEST(GCBI0003, "cache hints of strings and buffers change nothing")
{
	static struct message m;
	struct space s;

	make_target(&s, 1);
	fill_bytes(pool(0), 40, 11);
	for (word hints = 0; hints < 16; hints++) {
		fill_bytes(pool(DST), 100, 50);
		m = (struct message){
			.t = 2, .item = { string_word(40, (hints & 3) * HINT), pool(0) },
			.br = { 1, string_word(50, (hints >> 2) * HINT), WINDOW },
		};
		deliver(&s, &m);
		check_whole(&m);
		CHECK(has_bytes(pool(DST), 40, 11, 0));
		CHECK(has_bytes(pool(DST) + 40, 60, 50, 40));
	}
}
