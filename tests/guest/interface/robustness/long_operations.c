/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * long_operations.c - operations that take the kernel many steps, and what can come in between: deletion of
 * the sender, the receiver or the caller, a cancellation, another unmap of the same pages. The test has the
 * higher priority: it sleeps while the operation is under way and strikes when it wakes, a little later in
 * each round.
 */
#include "machine.h"
#include "bad_values.h"

#define RWX L4_FullyAccessible
#define RW L4_ReadWriteOnly

enum {
	ITEMS = 31, POOL_LOG2 = 20, WINDOW_STEP = 1 << POOL_LOG2,
	PRIO_BELOW = 90, PRIO_RECEIVER = 91, ROUNDS = 12,
	TRANSFER_STEP_US = 40, REVOKE_STEP_US = 30,
};

static L4_Fpage_t whole_pool(word rights) { return fpage(pool(0), POOL_LOG2, rights); }

/* 31 items of 256 pages each: some 8,000 entries to make. */
struct bulk { L4_ThreadId_t to; volatile word done, error; };

static void send_bulk(void *arg)
{
	struct bulk *b = arg;
	L4_MsgTag_t tag;

	for (int i = 0; i < ITEMS; i++)
		load_map(1 + 2 * i, whole_pool(RW), WINDOW + (word)i * WINDOW_STEP);
	L4_Set_MsgTag(tag_make(0, 0, 2 * ITEMS));
	tag = L4_Send(b->to);
	b->error = L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
	b->done = 1;
}

struct transfer { struct space space; L4_ThreadId_t sender, receiver; struct bulk bulk; struct receiver r; };

/* Begin a long transfer from this space to a new one, and let it run for a while. */
static void begin_transfer(struct transfer *t, word us)
{
	space_make(&t->space);
	t->r = (struct receiver){ .from = L4_anythread, .window = L4_CompleteAddressSpace.raw };
	t->receiver = space_start_prio(&t->space, receive_once, &t->r, PRIO_RECEIVER);
	while (thread_state(t->receiver) != L4_SCHEDRESULT_WAITING)
		sleep_us(20);
	t->bulk = (struct bulk){ .to = t->receiver };
	t->sender = thread_start_prio(send_bulk, &t->bulk, PRIO_BELOW);
	if (us)
		sleep_us(us);
}

static void end_transfer(struct transfer *t)
{
	sleep_us(100);
	thread_delete(t->sender);
	space_delete(&t->space);
}

static void wait_done(volatile word *done)
{
	for (unsigned i = 0; i < 1000 && !*done; i++)
		sleep_us(1000);
	CHECK(*done);
}

static bool seen(struct space *s, word offset) { return !probe_read(s, WINDOW + offset).faulted; }

TEST(GLNG0001, "a message with 31 items of 256 pages each is mapped whole")
{
	static struct transfer t;

	begin_transfer(&t, 0);
	wait_done(&t.bulk.done);
	CHECK(t.r.got.done);
	CHECK_EQ(t.bulk.error, 0);
	for (unsigned i = 0; i < ITEMS; i += 5)
		CHECK(seen(&t.space, i * WINDOW_STEP) && seen(&t.space, i * WINDOW_STEP + 255 * PAGE));
	end_transfer(&t);
	check_alive();
}

TEST(GLNG0002, "the receiver is deleted in the middle of a transfer: the sender gets an error")
{
	static struct transfer t;

	for (word i = 0; i < ROUNDS; i++) {
		struct mark mark = world_mark();

		begin_transfer(&t, i * TRANSFER_STEP_US);
		thread_delete(t.receiver);
		wait_done(&t.bulk.done);
		CHECK(t.bulk.error == 0 || t.bulk.error == SEND_NOT_EXISTING
		      || (t.bulk.error & 0xf) == SEND_ABORTED);
		end_transfer(&t);
		world_release(mark);
	}
	check_alive();
}

TEST(GLNG0003, "the sender is deleted in the middle of a transfer: the receiver gets an error, or has it all")
{
	static struct transfer t;

	for (word i = 0; i < ROUNDS; i++) {
		struct mark mark = world_mark();

		begin_transfer(&t, i * TRANSFER_STEP_US);
		thread_delete(t.sender);
		sleep_us(1000);
		if (t.r.got.done)
			CHECK(t.r.got.error == 0 || t.r.got.error == RECEIVE_NOT_EXISTING
			      || (t.r.got.error & 0xf) == RECEIVE_ABORTED);
		else
			CHECK_EQ(thread_state(t.receiver), L4_SCHEDRESULT_WAITING);
		end_transfer(&t);
		world_release(mark);
	}
	check_alive();
}

TEST(GLNG0004, "the receiver's whole space is deleted in the middle of a transfer")
{
	static struct transfer t;

	for (word i = 0; i < ROUNDS; i++) {
		struct mark mark = world_mark();

		begin_transfer(&t, i * TRANSFER_STEP_US);
		space_delete(&t.space);
		wait_done(&t.bulk.done);
		thread_delete(t.sender);
		world_release(mark);
	}
	check_alive();
}

TEST(GLNG0005, "a transfer that is aborted by ExchangeRegisters ends for both with error 7")
{
	static struct transfer t;
	unsigned aborted = 0;

	for (word i = 0; i < ROUNDS; i++) {
		struct mark mark = world_mark();
		word old[5];
		L4_ThreadId_t pager;

		begin_transfer(&t, i * TRANSFER_STEP_US);
		L4_ExchangeRegisters(t.sender, 4, 0, 0, 0, 0, L4_nilthread, &old[0], &old[1], &old[2],
				     &old[3], &old[4], &pager);
		sleep_us(1000);
		if (t.bulk.error) {
			CHECK(t.bulk.error == SEND_CANCELLED || (t.bulk.error & 0xf) == SEND_ABORTED);
			if ((t.bulk.error & 0xf) == SEND_ABORTED) {
				aborted++;
				CHECK_EQ(t.r.got.error & 0xf, RECEIVE_ABORTED);
			}
		}
		end_transfer(&t);
		world_release(mark);
	}
	guest_note("aborted in the middle", aborted);
	CHECK(aborted > 0);
	check_alive();
}

TEST(GLNG0006, "the pages are revoked in the middle of their transfer: those mapped before are removed")
{
	static struct transfer t;

	for (word i = 0; i < ROUNDS; i++) {
		struct mark mark = world_mark();

		begin_transfer(&t, i * TRANSFER_STEP_US);
		L4_UnmapFpage(whole_pool(RWX));
		wait_done(&t.bulk.done);
		L4_UnmapFpage(whole_pool(RWX));
		for (unsigned k = 0; k < ITEMS; k += 10)
			CHECK(!seen(&t.space, k * WINDOW_STEP) && !seen(&t.space, k * WINDOW_STEP + 99 * PAGE));
		end_transfer(&t);
		world_release(mark);
	}
	check_alive();
}

/* ---- unmap ---- */

struct revoke { word control; volatile word done; };

static void revoke_pool(void *arg)
{
	struct revoke *r = arg;

	L4_LoadMR(0, whole_pool(RWX).raw);
	L4_Unmap(r->control);
	r->done = 1;
}

static void begin_mapped(struct transfer *t)
{
	begin_transfer(t, 0);
	wait_done(&t->bulk.done);
	CHECK_EQ(t->bulk.error, 0);
}

static void check_nothing(struct transfer *t)
{
	for (unsigned k = 0; k < ITEMS; k += 6)
		CHECK(!seen(&t->space, k * WINDOW_STEP + k * PAGE));
}

TEST(GLNG0007, "a thread is deleted in the middle of its Unmap: the kernel finishes the work")
{
	static struct transfer t;
	static struct revoke r;

	for (word i = 0; i < ROUNDS / 2; i++) {
		struct mark mark = world_mark();
		L4_ThreadId_t caller;

		begin_mapped(&t);
		r = (struct revoke){ 0, 0 };
		caller = thread_start_prio(revoke_pool, &r, PRIO_BELOW);
		sleep_us(20 + i * REVOKE_STEP_US);
		thread_delete(caller);
		L4_UnmapFpage(fpage(pool(255), 12, RWX));
		check_nothing(&t);
		end_transfer(&t);
		world_release(mark);
	}
	check_alive();
}

TEST(GLNG0008, "two revoke the same pages at once: when either returns, nothing is left")
{
	static struct transfer t;
	static struct revoke r;

	for (word i = 0; i < ROUNDS / 2; i++) {
		struct mark mark = world_mark();

		begin_mapped(&t);
		r = (struct revoke){ 0, 0 };
		thread_delete(t.sender);
		t.sender = thread_start_prio(revoke_pool, &r, PRIO_BELOW);
		sleep_us(20 + i * REVOKE_STEP_US);
		L4_UnmapFpage(whole_pool(RWX));
		check_nothing(&t);
		wait_done(&r.done);
		end_transfer(&t);
		world_release(mark);
	}
	check_alive();
}

TEST(GLNG0009, "pages are mapped again while they are being revoked")
{
	static struct transfer t;
	static struct revoke r;

	for (word i = 0; i < ROUNDS / 2; i++) {
		struct mark mark = world_mark();

		begin_mapped(&t);
		r = (struct revoke){ 0, 0 };
		thread_delete(t.sender);
		t.sender = thread_start_prio(revoke_pool, &r, PRIO_BELOW);
		sleep_us(20 + i * REVOKE_STEP_US);
		map_page(&t.space, 3, 0x40000000, RW);
		wait_done(&r.done);
		check_nothing(&t);
		L4_UnmapFpage(whole_pool(RWX));
		CHECK(!seen(&t.space, 0x40000000));
		end_transfer(&t);
		world_release(mark);
	}
	check_alive();
}

/* ---- deletion ---- */

struct kill { struct space *space; volatile word done; };

static void kill_space(void *arg)
{
	struct kill *k = arg;

	space_delete(k->space);
	k->done = 1;
}

TEST(GLNG0010, "a thread is deleted in the middle of deleting a space: the space is deleted all the same")
{
	static struct transfer t;
	static struct kill k;

	for (word i = 0; i < ROUNDS / 2; i++) {
		struct mark mark = world_mark();
		L4_ThreadId_t killer;
		word old;

		begin_mapped(&t);
		k = (struct kill){ &t.space, 0 };
		killer = thread_start_prio(kill_space, &k, PRIO_BELOW);
		sleep_us(20 + i * REVOKE_STEP_US);
		thread_delete(killer);
		sleep_us(1000);
		space_delete(&t.space);
		CHECK_EQ(L4_SpaceControl(t.space.anchor, 0, L4_Nilpage, L4_Nilpage, L4_nilthread, &old), 0);
		thread_delete(t.sender);
		world_release(mark);
	}
	check_alive();
}

/* ---- trees ---- */

TEST(GLNG0011, "a page mapped two thousand times is revoked by one call")
{
	static struct receiver r;
	struct space s;

	space_make(&s);
	for (word m = 0; m < 66; m++) {
		struct mark mark = world_mark();
		L4_ThreadId_t t;

		r = (struct receiver){ .from = L4_Myself(), .window = L4_CompleteAddressSpace.raw };
		t = space_start(&s, receive_once, &r);
		for (int i = 0; i < ITEMS; i++) {
			word at = WINDOW + (m * ITEMS + (word)i) * PAGE;

			load_map(1 + 2 * i, fpage(pool(0), 12, RW), at);
		}
		L4_Set_MsgTag(tag_make(0, 0, 2 * ITEMS));
		CHECK(L4_IpcSucceeded(L4_Send_Timeout(t, L4_ZeroTime)));
		thread_delete(t);
		space_forget_last(&s);
		world_release(mark);
	}
	CHECK(seen(&s, 2000 * PAGE));
	L4_UnmapFpage(fpage(pool(0), 12, RWX));
	for (word i = 0; i < 2046; i += 341)
		CHECK(!seen(&s, i * PAGE));
	check_alive();
}

/* A thread that maps its page at `at` on to the address `at` + PAGE of the partner. */
struct hop { L4_ThreadId_t to; word at; };

static void hop_on(void *arg)
{
	struct hop *h = arg;
	L4_Fpage_t f = fpage(h->at, 12, RW);
	L4_MsgTag_t tag;

	load_map(1, f, h->at + PAGE);
	L4_Set_MsgTag(tag_make(0, 0, 2));
	tag = L4_Send(h->to);
	(void)tag;
}

TEST(GLNG0012, "a page handed back and forth three hundred times is revoked by one call at the top")
{
	static struct receiver r;
	static struct hop h;
	static struct space s[2];
	word depth = 0;

	space_make(&s[0]);
	space_make(&s[1]);
	map_page(&s[0], 0, 0, RW);
	for (word i = 0; i < 300; i++) {
		struct mark mark = world_mark();
		L4_ThreadId_t a, b;

		r = (struct receiver){ .from = L4_anythread, .window = L4_CompleteAddressSpace.raw };
		b = space_start(&s[(i + 1) % 2], receive_once, &r);
		h = (struct hop){ b, WINDOW + i * PAGE };
		a = space_start(&s[i % 2], hop_on, &h);
		CHECK(r.got.done);
		thread_delete(a);
		thread_delete(b);
		space_forget_last(&s[0]);
		space_forget_last(&s[1]);
		world_release(mark);
	}
	for (word i = 0; i < 300; i += 10)
		if (seen(&s[i % 2], i * PAGE))
			depth = i;
	guest_note("depth reached", depth);
	CHECK(depth >= 100);
	L4_UnmapFpage(fpage(pool(0), 12, RWX));
	for (word i = 0; i < 300; i += 10)
		CHECK(!seen(&s[i % 2], i * PAGE));
	check_alive();
}

TEST(GLNG0013, "a hundred and twenty queued senders all get an error when their partner is deleted")
{
	static struct bulk b[120];
	L4_ThreadId_t victim = thread_waiting(supervisor);

	for (unsigned i = 0; i < 120; i++) {
		b[i] = (struct bulk){ .to = victim };
		thread_start(send_bulk, &b[i]);
	}
	thread_delete(victim);
	sleep_us(5000);
	for (unsigned i = 0; i < 120; i++) {
		CHECK(b[i].done);
		CHECK_EQ(b[i].error, SEND_NOT_EXISTING);
	}
	check_alive();
}
