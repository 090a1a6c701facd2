/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * string_faults.c - strings whose pages are missing on both sides, and how long their pagers may take
 * (api 5.7, 5.8; protocols 3).
 */
#include "string_items.h"
#include "bad_values.h"

enum { NO_IP = -1 };

TEST(GFLB0001, "pages missing on both sides are asked of both pagers, once each, with their true addresses")
{
	static struct pair p;

	pair_init(&p, 0, 0, 3 * PAGE);
	fill_bytes(pool(SERVED), 3 * PAGE, 17);
	pair_start(&p);
	pair_wait(&p);
	CHECK_EQ(p.giver.error, 0);
	CHECK_EQ(p.taker.got.error, 0);
	CHECK_EQ(p.from_pager.faults, 3);
	CHECK_EQ(p.to_pager.faults, 3);
	for (unsigned i = 0; i < 3; i++) {
		CHECK_EQ(p.from_pager.address[i] & -(word)PAGE, WINDOW + (word)i * PAGE);
		CHECK_EQ(p.to_pager.address[i] & -(word)PAGE, WINDOW + (word)i * PAGE);
		CHECK_EQ(p.from_pager.access[i], L4_Readable);
		CHECK_EQ(p.to_pager.access[i], L4_Writable);
		CHECK_EQ(p.from_pager.from[i], p.from.raw);
		CHECK_EQ(p.to_pager.from[i], p.to.raw);
		CHECK_EQ(p.to_pager.ip[i], NO_IP);
		CHECK_EQ(p.from_pager.ip[i] >> (L4_BITS_PER_WORD - 1), p.from_pager.ip[i] == (word)NO_IP);
	}
	CHECK(has_bytes(pool(SERVED + PARTNERS), 3 * PAGE, 17, 0));
}

TEST(GFLB0002, "the same at every alignment of the two sides, with pagers that take their time")
{
	static struct pair p;

	for (word i = 0; i < 6; i++) {
		struct mark mark = world_mark();
		word src = i * 700, dst = (5 - i) * 800;

		pair_init(&p, src, dst, 3 * PAGE);
		p.from_pager.delay = 300;
		p.to_pager.delay = 500;
		fill_bytes(pool(SERVED) + src, 3 * PAGE, i);
		pair_start(&p);
		pair_wait(&p);
		CHECK_EQ(p.giver.error, 0);
		CHECK_EQ(p.taker.got.error, 0);
		CHECK(has_bytes(pool(SERVED + PARTNERS) + dst, 3 * PAGE, i, 0));
		pair_end(&p);
		world_release(mark);
		L4_UnmapFpage(fpage(pool(SERVED), 19, L4_FullyAccessible));
	}
}

/* ---- transfer timeouts ---- */

static L4_Time_t xfer_time(unsigned kind)
{
	static const word us[] = { 0, 3000, 9000 };

	return kind == 3 ? L4_Never : L4_TimePeriod(us[kind]);
}

/* Error 5 is the side's whose timeout ended it: the receiver's only if that is the shorter one. */
static void check_ended(const struct pair *p, bool by_receiver)
{
	CHECK_EQ(p->giver.error & 0xf, by_receiver ? XFER_PARTNER_SEND : XFER_MINE_SEND);
	CHECK_EQ(p->taker.got.error & 0xf, by_receiver ? XFER_MINE_RECEIVE : XFER_PARTNER_RECEIVE);
}

TEST(GXFR0001, "of the sender's and the receiver's transfer timeout the smaller one strikes, not early")
{
	static struct pair p;

	for (unsigned kinds = 0; kinds < 15; kinds++) {
		struct mark mark = world_mark();
		unsigned mine = kinds & 3, yours = kinds >> 2;
		word least = mine < yours ? mine : yours, start;

		pair_init(&p, 0, 0, PAGE);
		p.to_pager.mute = true;
		p.giver.xfer = L4_Timeouts(xfer_time(mine), L4_ZeroTime);
		p.taker.xfer = L4_Timeouts(L4_ZeroTime, xfer_time(yours));
		map_page(&p.from_space, 0, 0, RW);
		start = now();
		pair_start(&p);
		pair_wait(&p);
		check_ended(&p, yours < mine);
		CHECK(now() - start >= least * 3000);
		CHECK_EQ(p.to_pager.faults, least > 0);
		pair_end(&p);
		world_release(mark);
	}
}

TEST(GXFR0002, "the transfer timeout runs from the first fault on over all of them: it is not restarted")
{
	static struct pair p;
	word factor = 1 + entry_us() / 20;

	pair_init(&p, 0, 0, 4 * PAGE);
	p.to_pager.delay = 3000 * factor;
	p.taker.xfer = L4_Timeouts(L4_Never, L4_TimePeriod(5000 * factor));
	for (unsigned i = 0; i < 4; i++)
		map_page(&p.from_space, i, i * PAGE, RW);
	pair_start(&p);
	pair_wait(&p);
	CHECK_EQ(p.giver.error, XFER_PARTNER_SEND | (word)PAGE << OFFSET);
	CHECK_EQ(p.taker.got.error, XFER_MINE_RECEIVE | (word)PAGE << OFFSET);
}

TEST(GXFR0003, "with never on both sides a pager may take as long as it likes")
{
	static struct pair p;

	pair_init(&p, 0, 0, 4 * PAGE);
	p.to_pager.delay = p.from_pager.delay = 40000;
	pair_start(&p);
	pair_wait(&p);
	CHECK_EQ(p.giver.error, 0);
	CHECK_EQ(p.taker.got.error, 0);
}

TEST(GXFR0004, "whichever page is missing, error 5 is for the side with the shorter transfer timeout")
{
	static struct pair p;

	for (unsigned kind = 0; kind < 6; kind++) {
		struct mark mark = world_mark();
		unsigned mine = kind % 3 == 1 ? 2 : 1, yours = kind % 3 == 2 ? 2 : 1;

		pair_init(&p, 0, 0, PAGE);
		p.from_pager.mute = p.to_pager.mute = true;
		p.giver.xfer = L4_Timeouts(xfer_time(mine), L4_Never);
		p.taker.xfer = L4_Timeouts(L4_Never, xfer_time(yours));
		map_page(kind < 3 ? &p.to_space : &p.from_space, 0, 0, RW);
		pair_start(&p);
		pair_wait(&p);
		check_ended(&p, yours < mine);
		CHECK_EQ(p.from_pager.faults, kind < 3);
		CHECK_EQ(p.to_pager.faults, kind >= 3);
		thread_delete(p.giver.pager);
		thread_delete(p.taker.pager);
		space_delete(&p.from_space);
		space_delete(&p.to_space);
		world_release(mark);
	}
}

static void give_hastily(void *arg)
{
	struct giver *g = arg;
	L4_Msg_t msg;
	L4_MsgTag_t tag;

	L4_Set_Pager(g->pager);
	L4_MsgClear(&msg);
	L4_MsgAppendSimpleStringItem(&msg, L4_StringItem(g->bytes, (void *)g->at));
	L4_MsgLoad(&msg);
	tag = L4_Send_Timeout(g->to, L4_ZeroTime);
	g->error = L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
	g->done = 1;
}

TEST(GTMO0014, "the timeouts of send and receive do not end a transfer that has begun")
{
	static struct pair p;

	pair_init(&p, 0, 0, 2 * PAGE);
	p.from_pager.delay = p.to_pager.delay = 8000;
	p.to = space_start(&p.to_space, take, &p.taker);
	p.giver.to = p.to;
	p.from = space_start(&p.from_space, give_hastily, &p.giver);
	pair_wait(&p);
	CHECK_EQ(p.giver.error, 0);
	CHECK_EQ(p.taker.got.error, 0);
}

TEST(GSTT0001, "while a transfer waits for a page Schedule calls its sides sending and receiving")
{
	static struct pair p;

	pair_init(&p, 0, 0, 2 * PAGE);
	p.to_pager.mute = true;
	pair_start(&p);
	CHECK_EQ(thread_state(p.from), L4_SCHEDRESULT_SENDING);
	CHECK_EQ(thread_state(p.to), L4_SCHEDRESULT_RECEIVING);
	thread_delete(p.from);
	CHECK(p.taker.got.done);
	CHECK(p.taker.got.error == RECEIVE_NOT_EXISTING || (p.taker.got.error & 0xf) == RECEIVE_ABORTED);
}
