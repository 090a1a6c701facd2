/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * threads.c - threads and spaces of the foreign root server. The pager of the second space is this
 * program's first thread: while it waits for a message it serves page faults, 1:1.
 */
#include "foreign.h"

enum {
	STACK_WORDS = 1024, UTCB_AREA = 0xbf000000, KIP_AREA = 0xbff00000,
	PAGE_LOG2 = 12, SHARED = 0x62000000, DONE = 0x77, TRIES = 100000,
};

L4_ThreadId_t inside, across;
static word stack[6][STACK_WORDS] __attribute__((aligned(16)));
static word shared[4096 / sizeof(word)] __attribute__((aligned(4096)));	/* alone on its page */
static volatile word progress;

/* The SP of a thread that begins at thread_start with this stack, and calls that function. */
word frame(int n, void (*run)(void))
{
	word *sp = &stack[n][STACK_WORDS - 2];

	*sp = (word)run;
	return (word)sp;
}

/* The start message: IP and SP. */
L4_MsgTag_t start(L4_ThreadId_t t, int n, void (*run)(void))
{
	utcb()[0] = make_tag(0, 2, 0);
	utcb()[1] = (word)thread_start;
	utcb()[2] = frame(n, run);
	return send(t, ZERO_TIME);
}

void stop_here(void)
{
	for (;;)
		receive(my_global_id(), 0);
}

void report(void)
{
	progress = my_global_id().raw;
	utcb()[0] = make_tag(DONE, 0, 0);
	send(root, 0);
}

/* ---- the pager ---- */

void map_page(word address)
{
	L4_Fpage_t f = fpage(address, PAGE_LOG2, RIGHTS_ALL);

	*(volatile char *)address = *(volatile char *)address;
	load_map_item(1, f, address);
	utcb()[0] = make_tag(0, 0, 2);
}

/* Serve page faults of t until it sends something else. */
L4_MsgTag_t serve(L4_ThreadId_t t)
{
	L4_MsgTag_t tag = receive(t, period(500000000));
	L4_ThreadId_t from;

	while (!failed(tag) && (long)tag.raw >> 20 == -2) {
		map_page(utcb()[1]);
		tag = L4_Ipc(t, t, (word)ZERO_TIME << 16 | period(500000000), &from);
	}
	return tag;
}

/* ---- inside the space ---- */

static void echo(void)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag;

	report();
	tag = wait(&from);
	for (;;) {
		utcb()[0] = tag.raw & ~0xf000ul;
		utcb()[1]++;
		tag = reply_wait(from, &from);
	}
}

void thread_starts(void)
{
	inside = global_id(user_base + 10, 1);
	CHECK(L4_ThreadControl(inside, root, root, root, UTCB_AREA + UTCB_SIZE) == 1);
	CHECK(!failed(start(inside, 0, echo)));
	CHECK(serve(inside).raw >> 16 == DONE);
	CHECK(progress == inside.raw);
}

void ping_pong_inside(void)
{
	L4_ThreadId_t local = { UTCB_AREA + UTCB_SIZE + UTCB_SIZE / 2 }, from;
	L4_MsgTag_t tag;

	for (word i = 0; i < 1000; i++) {
		utcb()[0] = make_tag(i, 1, 0);
		utcb()[1] = i;
		tag = i & 1 ? L4_Lipc(local, local, 0, &from) : L4_Ipc(inside, inside, 0, &from);
		if (tag.raw != make_tag(i, 1, 0) || utcb()[1] != i + 1 || from.raw != local.raw) {
			CHECK(!"an answer is wrong");
			return;
		}
	}
}

/* ---- the second space ---- */

void echo_all(void)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag;

	touch_image(__init_array_start);
	report();
	tag = wait(&from);
	for (;;) {
		for (word i = 1; i <= (tag.raw & 0x3f); i++)
			utcb()[i] = ~utcb()[i];
		utcb()[0] = tag.raw & ~0xf000ul;
		tag = reply_wait(from, &from);
	}
}

void second_space(void)
{
	word old;

	across = global_id(user_base + 11, 1);
	CHECK(L4_ThreadControl(across, across, root, NILTHREAD, ~0ul) == 1);
	CHECK(L4_SpaceControl(across, 0, fpage(KIP_AREA, 12, 0), fpage(UTCB_AREA, 14, 0), ANYTHREAD, &old));
	CHECK(old == 0);
	CHECK(L4_ThreadControl(across, across, root, root, UTCB_AREA) == 1);
	CHECK(!failed(start(across, 1, echo_all)));
	CHECK(serve(across).raw >> 16 == DONE);
	CHECK(progress == across.raw);
}

void ping_pong_across(void)
{
	for (word n = 0; n < 640; n++) {
		word u = n % 64;
		L4_MsgTag_t tag;

		for (word i = 1; i <= u; i++)
			utcb()[i] = n * 100 + i;
		utcb()[0] = make_tag(n, u, 0);
		tag = call(across);
		while (!failed(tag) && (long)tag.raw >> 20 == -2) {
			map_page(utcb()[1]);
			tag = call(across);
		}
		if (tag.raw != make_tag(n, u, 0)) {
			CHECK(!"a tag is wrong");
			return;
		}
		for (word i = 1; i <= u; i++)
			if (utcb()[i] != ~(n * 100 + i)) {
				CHECK(!"a word is wrong");
				return;
			}
	}
}

/* ---- memory ---- */

static void receive_page(void)
{
	L4_MsgTag_t tag;

	accept(fpage(SHARED, PAGE_LOG2, 0).raw);
	report();
	tag = receive(root, 0);
	*(volatile word *)(word)SHARED = failed(tag) ? 1 : 4711;
	report();
	(void)*(volatile word *)(word)SHARED;
	stop_here();
}

void revoke(void)
{
	L4_ThreadId_t t = global_id(user_base + 12, 1);
	L4_Fpage_t f = fpage((word)shared, PAGE_LOG2, RIGHTS_ALL);

	CHECK(L4_ThreadControl(t, across, root, root, UTCB_AREA + UTCB_SIZE) == 1);
	CHECK(!failed(start(t, 2, receive_page)));
	CHECK(serve(t).raw >> 16 == DONE);
	shared[0] = 0;
	utcb()[0] = f.raw & ~7ul;
	L4_Unmap(0);
	load_map_item(1, f, 0);
	utcb()[0] = make_tag(0, 0, 2);
	CHECK(!failed(send(t, period(500000000))));
	CHECK(serve(t).raw >> 16 == DONE);
	CHECK(shared[0] == 4711);
	utcb()[0] = f.raw;
	L4_Unmap(0);
	CHECK((utcb()[0] & 6) == 6);
	CHECK(L4_ThreadControl(t, NILTHREAD, NILTHREAD, NILTHREAD, ~0ul) == 1);
}

/* ---- replies that load no message register ---- */

static void touch_shared(void)
{
	shared[0] = 4712;
	report();
	stop_here();
}

/* Answer t, and wait for its next message, in three ways. */
static L4_MsgTag_t answer(L4_ThreadId_t t, word way)
{
	L4_ThreadId_t from;
	word limits = (word)ZERO_TIME << 16 | period(500000000);

	if (way != 2)
		return L4_Ipc(t, way ? ANYTHREAD : t, limits, &from);
	CHECK(!failed(send(t, ZERO_TIME)));
	return receive(t, period(500000000));
}

static int is_fault(L4_MsgTag_t tag) { return !failed(tag) && (long)tag.raw >> 20 == -2; }

/*
 * The tag of a fault is message register 0, however it came: a pager that loads none, as it has nothing to
 * map, sends it back, and the thread faults again. Each page that it needs is mapped at the fourth fault.
 */
void reply_unloaded(void)
{
	L4_ThreadId_t t = global_id(user_base + 12, 2);
	L4_MsgTag_t tag;
	word n = 0;

	CHECK(L4_ThreadControl(t, across, root, root, UTCB_AREA + UTCB_SIZE) == 1);
	CHECK(!failed(start(t, 2, touch_shared)));
	for (tag = receive(t, period(500000000)); is_fault(tag); tag = answer(t, n++ % 3)) {
		CHECK(utcb()[0] == tag.raw);
		if (n % 4 == 3)
			map_page(utcb()[1]);
	}
	CHECK(tag.raw >> 16 == DONE && utcb()[0] == tag.raw);
	CHECK(n >= 4 && shared[0] == 4712);
	CHECK(failed(receive(root, period(1000))) && utcb()[0] == E_FLAG);
	CHECK(L4_ThreadControl(t, NILTHREAD, NILTHREAD, NILTHREAD, ~0ul) == 1);
}

/* ---- registers, priorities, exceptions ---- */

/* Waits until another thread has changed progress from 0, or for minutes: the host may be busy. */
static void await_progress(void)
{
	for (int tries = 0; progress == 0 && tries < TRIES; tries++)
		receive(root, period(5000));
}

static void redirected(void)
{
	progress = 99;
	stop_here();
}

void exchange(void)
{
	struct exchange x = { .control = 0x200 };
	word *sp = &stack[0][STACK_WORDS - 2];
	L4_ThreadId_t local_of_inside = { UTCB_AREA + UTCB_SIZE + UTCB_SIZE / 2 };

	CHECK(L4_ExchangeRegisters(inside, &x).raw == UTCB_AREA + UTCB_SIZE + UTCB_SIZE / 2);
	CHECK(x.control == 2);
	x = (struct exchange){ .control = 0x40, .handle = 5 };
	CHECK(L4_ExchangeRegisters(local_of_inside, &x).raw == inside.raw);
	x = (struct exchange){ .control = 0 };
	L4_ExchangeRegisters(inside, &x);
	CHECK(x.handle == 5);
	x = (struct exchange){ .control = 0 };
	CHECK(L4_ExchangeRegisters(across, &x).raw == UTCB_AREA + UTCB_SIZE / 2);		/* we are its pager */
	x = (struct exchange){ .control = 0 };
	CHECK(L4_ExchangeRegisters(global_id(user_base + 11, 2), &x).raw == 0 && error_code() == 2);
	*sp = (word)redirected;
	x = (struct exchange){ .control = 0x100 | 0x1e, .sp = (word)sp, .ip = (word)thread_start };
	progress = 0;
	CHECK(L4_ExchangeRegisters(inside, &x).raw != 0);
	await_progress();
	CHECK(progress == 99);
}

static void count(void)
{
	for (;;)
		progress++;
}

void schedule(void)
{
	L4_ThreadId_t t = global_id(user_base + 13, 1);
	word old;

	CHECK(L4_ThreadControl(t, root, root, root, UTCB_AREA + 2 * UTCB_SIZE) == 1);
	CHECK(L4_Schedule(t, ~0ul, ~0ul, 10, ~0ul, &old) == 6);
	progress = 0;
	CHECK(!failed(start(t, 3, count)));
	CHECK(progress == 0);
	CHECK(L4_Schedule(t, ~0ul, ~0ul, ~0ul, ~0ul, &old) == 3);
	L4_ThreadSwitch(t);
	await_progress();
	CHECK(progress > 0);
	CHECK(L4_ThreadControl(t, NILTHREAD, NILTHREAD, NILTHREAD, ~0ul) == 1);
}

static void trap(void)
{
	utcb()[TCR_HANDLER] = root.raw;
	undefined_instruction();
	report();
	stop_here();
}

void exceptions(void)
{
	L4_ThreadId_t t = global_id(user_base + 14, 1);
	L4_MsgTag_t tag;

	CHECK(L4_ThreadControl(t, root, root, root, UTCB_AREA + 3 * UTCB_SIZE) == 1);
	CHECK(!failed(start(t, 3, trap)));
	tag = serve(t);
	CHECK((long)tag.raw >> 20 == -5);
	CHECK((tag.raw & 0x3f) >= EXC_WORDS);
	CHECK(utcb()[EXC_NUMBER] == EXC_INVALID);
	utcb()[1] += EXC_INVALID_BYTES;
	utcb()[0] = make_tag(0, EXC_WORDS, 0);
	CHECK(!failed(send(t, ZERO_TIME)));
	CHECK(serve(t).raw >> 16 == DONE);
	CHECK(L4_ThreadControl(t, NILTHREAD, NILTHREAD, NILTHREAD, ~0ul) == 1);
}

void delete_all(void)
{
	word old;

	CHECK(L4_ThreadControl(inside, NILTHREAD, NILTHREAD, NILTHREAD, ~0ul) == 1);
	CHECK(L4_ThreadControl(across, NILTHREAD, NILTHREAD, NILTHREAD, ~0ul) == 1);
	utcb()[0] = 0;
	CHECK(failed(send(inside, ZERO_TIME)) && error_code() == 4);
	CHECK(L4_SpaceControl(across, 0, fpage(KIP_AREA, 12, 0), fpage(UTCB_AREA, 14, 0), ANYTHREAD, &old) == 0
	      && error_code() == 3);
}
