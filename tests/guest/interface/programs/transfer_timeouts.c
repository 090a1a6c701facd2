/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * transfer_timeouts.c - transfer timeouts: which of the two expires, and which error each side gets (api
 * 5.6, 5.8; ambiguity B14). The receiver's being shorter: the sender has 6, the receiver 5; in all other
 * cases the sender has 5, the receiver 6; whose page is missing does not matter.
 */
#include "string_items.h"

enum { KINDS = 4, NEVER = KINDS - 1, UNIT_US = 3000 };

/* Whose page is missing. */
enum side { SENDER, RECEIVER, BOTH, SIDES };

/* Zero, short, long, never: in the order of their length. */
static L4_Time_t length(unsigned kind)
{
	static const word us[] = { 0, UNIT_US, 3 * UNIT_US };

	return kind == NEVER ? L4_Never : L4_TimePeriod(us[kind]);
}

static void pair_timeouts(struct pair *p, unsigned sender, unsigned receiver)
{
	p->giver.xfer = L4_Timeouts(length(sender), L4_ZeroTime);
	p->taker.xfer = L4_Timeouts(L4_ZeroTime, length(receiver));
}

/* The first page is there, the second is not, on that side. */
static void pair_second_missing(struct pair *p, enum side side)
{
	pair_present(p, side == RECEIVER ? 2 : 1, side == SENDER ? 2 : 1);
}

static void check_codes(struct pair *p, unsigned sender, unsigned receiver, word offset)
{
	bool receivers = receiver < sender;

	CHECK_EQ(p->giver.error, (receivers ? XFER_PARTNER_SEND : XFER_MINE_SEND) | offset << OFFSET);
	CHECK_EQ(p->taker.got.error, (receivers ? XFER_MINE_RECEIVE : XFER_PARTNER_RECEIVE) | offset << OFFSET);
}

static void strike(enum side side, unsigned sender, unsigned receiver)
{
	static struct pair p;
	word least = sender < receiver ? sender : receiver, begin;

	pair_init(&p, 0, 0, 2 * PAGE);
	p.from_pager.mute = p.to_pager.mute = true;
	pair_timeouts(&p, sender, receiver);
	pair_second_missing(&p, side);
	begin = now();
	pair_start(&p);
	pair_wait(&p);
	check_codes(&p, sender, receiver, PAGE);
	CHECK(now() - begin >= (least == 0 ? 0 : least == 1 ? UNIT_US : 3 * UNIT_US));
	CHECK_EQ(p.from_pager.faults + p.to_pager.faults > 0, least > 0);
	pair_end(&p);
}

TEST(GXFT0001, "each pair of values, on either side's fault: the receiver's shorter 6 and 5, else 5 and 6")
{
	for (enum side side = SENDER; side < SIDES; side++)
		for (unsigned kinds = 0; kinds < KINDS * KINDS - 1; kinds++) {
			struct mark mark = world_mark();

			guest_note("side", side);
			guest_note("sender", kinds / KINDS);
			guest_note("receiver", kinds % KINDS);
			strike(side, kinds / KINDS, kinds % KINDS);
			world_release(mark);
		}
}

TEST(GXFT0002, "never on both sides: pagers that do not answer hold the transfer")
{
	static struct pair p;

	for (enum side side = SENDER; side < SIDES; side++) {
		struct mark mark = world_mark();

		pair_init(&p, 0, 0, 2 * PAGE);
		p.from_pager.mute = p.to_pager.mute = true;
		pair_timeouts(&p, NEVER, NEVER);
		pair_second_missing(&p, side);
		pair_start(&p);
		sleep_us(100 * UNIT_US);
		CHECK(!p.giver.done && !p.taker.got.done);
		CHECK_EQ(thread_state(p.from), L4_SCHEDRESULT_SENDING);
		CHECK_EQ(thread_state(p.to), L4_SCHEDRESULT_RECEIVING);
		pair_end(&p);
		world_release(mark);
	}
}

TEST(GXFT0003, "without a fault no transfer timeout strikes, not zero either")
{
	static struct pair p;

	pair_init(&p, 0, 0, 2 * PAGE);
	pair_timeouts(&p, 0, 0);
	pair_present(&p, 2, 2);
	fill_bytes(pool(0), 2 * PAGE, 9);
	pair_start(&p);
	pair_wait(&p);
	CHECK_EQ(p.giver.error, 0);
	CHECK_EQ(p.taker.got.error, 0);
	CHECK(has_bytes(pool(DST), 2 * PAGE, 9, 0));
}

TEST(GXFT0004, "a timeout that is long enough does not strike")
{
	static struct pair p;

	for (enum side side = SENDER; side < SIDES; side++) {
		struct mark mark = world_mark();

		pair_init(&p, 0, 0, 2 * PAGE);
		p.giver.xfer = L4_Timeouts(L4_TimePeriod(25000000), L4_Never);
		p.taker.xfer = L4_Timeouts(L4_Never, L4_TimePeriod(30000000));
		p.from_pager.delay = p.to_pager.delay = UNIT_US;
		pair_second_missing(&p, side);
		pair_start(&p);
		pair_wait(&p);
		CHECK_EQ(p.giver.error, 0);
		CHECK_EQ(p.taker.got.error, 0);
		pair_end(&p);
		world_release(mark);
	}
}

TEST(GXFT0005, "after a transfer timeout, and a late reply of the pager, the spaces exchange strings")
{
	static struct pair p;
	static struct taker t;

	pair_init(&p, 0, 0, 2 * PAGE);
	p.to_pager.delay = 3 * UNIT_US;
	pair_timeouts(&p, NEVER, 1);
	pair_second_missing(&p, RECEIVER);
	pair_start(&p);
	pair_wait(&p);
	check_codes(&p, NEVER, 1, PAGE);
	sleep_us(10 * UNIT_US);
	taker_init(&t);
	taker_buffer(&t, WINDOW, PAGE);
	fill_bytes(pool(8), PAGE, 3);
	CHECK_EQ(send_string(space_start(&p.to_space, take, &t), pool(8), PAGE), 0);
	CHECK_EQ(t.got.error, 0);
	CHECK(has_bytes(pool(DST), PAGE, 3, 0));
}
