/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * promises.c - what the library of such programs promises them, and they use without a check: any
 * feature by its name, the registers of a client in another space, silence of sigma0, transfer timeouts
 * and aborts of strings, and which thread runs first after a message.
 */
#include "foreign.h"

enum {
	UTCB_AREA = 0xbf000000, KIP_AREA = 0xbff00000, NEVER = 0, PAGE = 4096,
	X_H = 1, X_R = 2, X_S = 4, X_START = 0x11e, X_HALT = 0x101, X_DELIVER = 0x200,
	FREE_LINE = 3, DONE = 0x77, LOCAL_OF_ACROSS = UTCB_AREA + UTCB_SIZE / 2, PRIO_ROOT = 255,
};

static char given[2 * PAGE] __attribute__((aligned(4096)));
static char taken[2 * PAGE] __attribute__((aligned(4096)));

/* ---- features ---- */

/* That library's test of a feature takes each name for one that is there. */
static int has_feature(const char *name)
{
	const char *feature = (const char *)kip + kip[3] + 4 * sizeof(word);

	while (*feature)			/* the version string */
		feature++;
	return feature[1] == 0 || name[0] != 0;
}

/* Its call for a hierarchical scheduler: the domain stands where other kernels have the times. */
static word hs_schedule(L4_ThreadId_t t, word control, L4_ThreadId_t domain, word prio, word stride)
{
	word old;

	return L4_Schedule(t, domain.raw, ~0ul, stride << 16 | (prio & 0x1ff),
			   (control & 0x3f) << 26 | 1ul << 25, &old);
}

static word quantum_of(L4_ThreadId_t t)
{
	word old = ~0ul;

	CHECK(L4_Schedule(t, ~0ul, ~0ul, ~0ul, ~0ul, &old) != 0);
	return old & 0xffff;
}

void scheduling_extension(void)
{
	if (has_feature("hscheduling") && HS_REFUSED) {
		CHECK(hs_schedule(inside, 1, root, 50, 63) == 0 && error_code() == 5);
		CHECK(hs_schedule(across, 2, root, 10, 0) == 0 && error_code() == 5);
		CHECK(hs_schedule(root, 16, inside, 0, 500) == 0 && error_code() == 5);
		CHECK(hs_schedule(root, 2, root, 10, 0) == 0 && error_code() == 5);
	}
	CHECK(quantum_of(inside) == NEVER && quantum_of(across) == NEVER && quantum_of(root) == NEVER);
	utcb()[0] = make_tag(1, 1, 0);
	CHECK(call(across).raw == make_tag(1, 1, 0));
}

void other_extensions(void)
{
	L4_Fpage_t none = { 0 };
	word old;

	if (has_feature("ctrlxfer"))
		for (word bit = 9; bit <= 13; bit++) {
			struct exchange x = { .control = 1ul << bit };

			for (word i = 0; i < 64; i++)
				utcb()[i] = 0x5000 + i;
			CHECK(L4_ExchangeRegisters(inside, &x).raw == UTCB_AREA + UTCB_SIZE + UTCB_SIZE / 2);
			CHECK(x.control == X_R);
			CHECK(utcb()[0] == 0x5000 && utcb()[63] == 0x503f);
		}
	if (has_feature("logging"))
		CHECK(L4_Schedule(inside, ~0ul, ~0ul, 7 << 9 | 0x1ff, ~0ul, &old) != 0);
	if (has_feature("smallspaces"))
		CHECK(L4_SpaceControl(across, 0x80000001, none, none, NILTHREAD, &old) == 1);
	utcb()[0] = make_tag(2, 1, 0);
	CHECK(call(across).raw == make_tag(2, 1, 0));
}

/* ---- interrupts that were never attached ---- */

void interrupt_unknown(void)
{
	L4_ThreadId_t irq = global_id(FREE_LINE, 1);
	word old;

	CHECK(L4_Schedule(irq, ~0ul, ~0ul, 12, ~0ul, &old) == 0 && error_code() == 2);
	CHECK(failed(receive(irq, period(1000))) && error_code() == 5);
	utcb()[0] = 0;
	CHECK(failed(send(irq, period(1000))) && error_code() == 4);
	CHECK(L4_ThreadControl(irq, irq, NILTHREAD, irq, ~0ul) == 0 && error_code() == 2);
	CHECK(L4_ThreadControl(irq, irq, NILTHREAD, root, ~0ul) == 1);
	CHECK(L4_Schedule(irq, ~0ul, ~0ul, 13, ~0ul, &old) != 0);
	CHECK(L4_ThreadControl(irq, irq, NILTHREAD, irq, ~0ul) == 1);
	CHECK(L4_ThreadControl(irq, irq, NILTHREAD, irq, ~0ul) == 1);
	CHECK(L4_Schedule(irq, ~0ul, ~0ul, ~0ul, ~0ul, &old) != 0);
	CHECK(failed(receive(irq, period(1000))) && error_code() == 3);
	utcb()[0] = 0;
	CHECK(failed(send(irq, period(1000))) && error_code() == 2);
}

/* ---- the registers of a client ---- */

static struct exchange exchange_of(word control)
{
	struct exchange x = { .control = control, .handle = 0x4242 };

	CHECK(L4_ExchangeRegisters(across, &x).raw == LOCAL_OF_ACROSS);
	return x;
}

void exchange_client(void)
{
	struct exchange x = exchange_of(X_DELIVER);

	CHECK(x.control == X_R && x.pager.raw == root.raw && x.handle == 0);
	exchange_of(0x40);
	CHECK(exchange_of(X_DELIVER).handle == 0x4242);
	CHECK(exchange_of(X_HALT | X_R | X_DELIVER).control == X_R);
	CHECK(exchange_of(X_DELIVER).control == X_H);
	utcb()[0] = make_tag(3, 0, 0);
	CHECK(failed(send(across, ZERO_TIME)) && error_code() == 2);
	x = (struct exchange){ .control = X_START, .ip = (word)thread_start, .sp = frame(1, echo_all) };
	CHECK(L4_ExchangeRegisters(across, &x).raw == LOCAL_OF_ACROSS);
	CHECK(x.control == X_H);
	CHECK(serve(across).raw >> 16 == DONE);
	utcb()[0] = make_tag(4, 0, 0);
	CHECK(call(across).raw == make_tag(4, 0, 0));
}

/* ---- sigma0 ---- */

void sigma0_silent(void)
{
	static const long label[] = { 0, 5, -1, -3, -5, -9, -1000 };
	L4_ThreadId_t from;

	for (word i = 0; i < sizeof label / sizeof *label; i++)
		for (word u = 0; u < 4; u++) {
			utcb()[0] = (word)label[i] << 20 | u;
			utcb()[1] = utcb()[2] = 0;
			CHECK(failed(L4_Ipc(sigma0, sigma0, period(1000), &from)) && error_code() == 3);
		}
	utcb()[0] = (-1001ul << 20) | 2;
	utcb()[1] = 2;
	utcb()[2] = 1;
	CHECK(!failed(call(sigma0)));
	sigma0_gives();
}

/* ---- strings ---- */

enum outcome { TIMES_OUT, ABORTED };

/* One string whose second page is missing at the side in the other space. */
static struct { L4_ThreadId_t giver, taker; word times_of_giver, times_of_taker, given, taken; } try;

static void give_string(void)
{
	L4_MsgTag_t tag;

	(void)*(volatile char *)given;
	utcb()[TCR_XFER] = try.times_of_giver << 16;
	utcb()[0] = make_tag(0, 0, 2);
	utcb()[1] = sizeof given << 10;
	utcb()[2] = (word)given;
	tag = send(try.taker, 0);
	try.given = failed(tag) ? error_code() : 0;
	report();
	stop_here();
}

static void take_string(void)
{
	L4_MsgTag_t tag;

	*(volatile char *)taken = 0;
	utcb()[TCR_XFER] = try.times_of_taker;
	utcb()[BR0] = 1;
	utcb()[BR0 - 1] = sizeof taken << 10;
	utcb()[BR0 - 2] = (word)taken;
	tag = receive(try.giver, 0);
	try.taken = failed(tag) ? error_code() : 0;
	report();
	stop_here();
}

/* As the pager of both: serve their faults but that on `missing`, until both have reported their results. */
static int both_report(word missing, enum outcome outcome)
{
	struct exchange x = { .control = X_S | X_R };
	L4_ThreadId_t from, to = NILTHREAD;
	int reports = 0;

	while (reports < 2) {
		L4_MsgTag_t tag = L4_Ipc(to, ANYTHREAD, (word)ZERO_TIME << 16 | period(500000000), &from);

		to = NILTHREAD;
		if (failed(tag))
			return 0;
		if ((long)tag.raw >> 20 != -2) {
			reports++;
		} else if ((utcb()[1] & -(word)PAGE) != missing) {
			map_page(utcb()[1]);
			to = from;
		} else if (outcome == ABORTED) {
			CHECK(L4_ExchangeRegisters(from, &x).raw != 0);
		}
	}
	return 1;
}

static void string_between(int giver_across, word giver_time, word taker_time, enum outcome outcome)
{
	static word number = 20;
	L4_ThreadId_t here = global_id(user_base + number, 1), there = global_id(user_base + number + 1, 1);

	for (word i = 0; i < sizeof given; i++)
		given[i] = taken[i] = 0;
	try.giver = giver_across ? there : here;
	try.taker = giver_across ? here : there;
	try.times_of_giver = giver_time;
	try.times_of_taker = taker_time;
	try.given = try.taken = ~0ul;
	CHECK(L4_ThreadControl(here, root, root, root, UTCB_AREA + 4 * UTCB_SIZE) == 1);
	CHECK(L4_ThreadControl(there, across, root, root, UTCB_AREA + 4 * UTCB_SIZE) == 1);
	CHECK(!failed(start(try.taker, 4, take_string)));
	CHECK(!failed(start(try.giver, 5, give_string)));
	CHECK(both_report((word)(giver_across ? given : taken) + PAGE, outcome));
	CHECK(L4_ThreadControl(here, NILTHREAD, NILTHREAD, NILTHREAD, ~0ul) == 1);
	CHECK(L4_ThreadControl(there, NILTHREAD, NILTHREAD, NILTHREAD, ~0ul) == 1);
	utcb()[0] = (word)given | 13 << 4 | RIGHTS_ALL;
	L4_Unmap(0);
	utcb()[0] = (word)taken | 13 << 4 | RIGHTS_ALL;
	L4_Unmap(0);
	number += 2;
}

/* Both errors, with the first page as offset. */
static void check_string(word given_error, word taken_error)
{
	CHECK(try.given == (given_error | (word)PAGE << 4));
	CHECK(try.taken == (taken_error | (word)PAGE << 4));
}

void transfer_timeouts(void)
{
	for (int giver_across = 0; giver_across < 2; giver_across++) {
		string_between(giver_across, period(2000), period(60000), TIMES_OUT);
		check_string(10, 13);
		string_between(giver_across, period(60000), period(2000), TIMES_OUT);
		check_string(12, 11);
		string_between(giver_across, ZERO_TIME, ZERO_TIME, TIMES_OUT);
		check_string(10, 13);
		string_between(giver_across, NEVER, ZERO_TIME, TIMES_OUT);
		check_string(12, 11);
	}
}

void transfer_aborts(void)
{
	for (int giver_across = 0; giver_across < 2; giver_across++) {
		string_between(giver_across, NEVER, NEVER, ABORTED);
		check_string(14, 15);
	}
}

/* ---- which thread runs first ---- */

static volatile word step;

static void send_and_step(void)
{
	step = 1;
	utcb()[0] = make_tag(6, 0, 0);
	send(root, 0);
	step = 2;
	stop_here();
}

void sender_first(void)
{
	L4_ThreadId_t t = global_id(user_base + 15, 1);
	word old;

	CHECK(L4_ThreadControl(t, root, root, root, UTCB_AREA + 5 * UTCB_SIZE) == 1);
	CHECK(L4_Schedule(t, ~0ul, ~0ul, PRIO_ROOT, ~0ul, &old) != 0);
	/* t continues on the slice of the receiver: without an end, as a busy host ends any other at any time. */
	CHECK(L4_Schedule(root, 0, ~0ul, ~0ul, ~0ul, &old) != 0);
	step = 0;
	CHECK(!failed(start(t, 3, send_and_step)));
	receive(root, period(100000));		/* long enough for t to send, also on a busy host */
	CHECK(step == 1);
	CHECK(receive(t, ZERO_TIME).raw == make_tag(6, 0, 0));
	CHECK(step == 2);
	CHECK(L4_Schedule(root, period(10000) << 16, ~0ul, ~0ul, ~0ul, &old) != 0);
	CHECK(L4_ThreadControl(t, NILTHREAD, NILTHREAD, NILTHREAD, ~0ul) == 1);
}
