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

/* Strike in the middle of a transfer, in each round a little later, and look at the end of it. */
static void in_transfers(void (*strike)(struct transfer *t))
{
	static struct transfer t;

	for (word i = 0; i < ROUNDS; i++) {
		struct mark mark = world_mark();

		begin_transfer(&t, i * TRANSFER_STEP_US);
		strike(&t);
		end_transfer(&t);
		world_release(mark);
	}
	check_alive();
}

static void delete_receiver(struct transfer *t)
{
	thread_delete(t->receiver);
	wait_done(&t->bulk.done);
	CHECK(t->bulk.error == 0 || t->bulk.error == SEND_NOT_EXISTING || (t->bulk.error & 0xf) == SEND_ABORTED);
}

static void delete_sender(struct transfer *t)
{
	thread_delete(t->sender);
	sleep_us(1000);
	if (t->r.got.done)
		CHECK(t->r.got.error == 0 || t->r.got.error == RECEIVE_NOT_EXISTING
		      || (t->r.got.error & 0xf) == RECEIVE_ABORTED);
	else
		CHECK_EQ(thread_state(t->receiver), L4_SCHEDRESULT_WAITING);
}

static void delete_receivers_space(struct transfer *t)
{
	space_delete(&t->space);
	wait_done(&t->bulk.done);
}

static unsigned aborted;

static void abort_sender(struct transfer *t)
{
	L4_ThreadId_t pager;
	word old[5];

	L4_ExchangeRegisters(t->sender, 4, 0, 0, 0, 0, L4_nilthread, &old[0], &old[1], &old[2], &old[3], &old[4],
			     &pager);
	sleep_us(1000);
	if (t->bulk.error)
		CHECK(t->bulk.error == SEND_CANCELLED || (t->bulk.error & 0xf) == SEND_ABORTED);
	if ((t->bulk.error & 0xf) == SEND_ABORTED) {
		aborted++;
		CHECK_EQ(t->r.got.error & 0xf, RECEIVE_ABORTED);
	}
}

static void revoke_pages(struct transfer *t)
{
	L4_UnmapFpage(whole_pool(RWX));
	wait_done(&t->bulk.done);
	L4_UnmapFpage(whole_pool(RWX));
	for (unsigned k = 0; k < ITEMS; k += 10)
		CHECK(!seen(&t->space, k * WINDOW_STEP) && !seen(&t->space, k * WINDOW_STEP + 99 * PAGE));
}

TEST_ROW(GLNG0002, "the receiver is deleted in the middle of a transfer: the sender gets an error",
	 in_transfers(delete_receiver))
TEST_ROW(GLNG0003, "the sender is deleted in the middle of a transfer: the receiver gets an error, or all",
	 in_transfers(delete_sender))
TEST_ROW(GLNG0004, "the receiver's whole space is deleted in the middle of a transfer",
	 in_transfers(delete_receivers_space))
TEST_ROW(GLNG0006, "the pages are revoked in the middle of their transfer: those mapped before are removed",
	 in_transfers(revoke_pages))

TEST(GLNG0005, "a transfer that is aborted by ExchangeRegisters ends for both with error 7")
{
	aborted = 0;
	in_transfers(abort_sender);
	guest_note("aborted in the middle", aborted);
	CHECK(aborted > 0);
}

/* ---- unmap ---- */

static volatile word revoked;

static void revoke_pool(void *unused)
{
	(void)unused;
	L4_LoadMR(0, whole_pool(RWX).raw);
	L4_Unmap(0);
	revoked = 1;
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

/* The same in the middle of an operation of t->sender, which begins when all is mapped. */
static void in_operations(void (*operation)(void *), void (*strike)(struct transfer *t))
{
	static struct transfer t;

	for (word i = 0; i < ROUNDS / 2; i++) {
		struct mark mark = world_mark();

		begin_mapped(&t);
		thread_delete(t.sender);
		revoked = 0;
		t.sender = thread_start_prio(operation, &t, PRIO_BELOW);
		sleep_us(20 + i * REVOKE_STEP_US);
		strike(&t);
		end_transfer(&t);
		world_release(mark);
	}
	check_alive();
}

static void delete_revoker(struct transfer *t)
{
	thread_delete(t->sender);
	L4_UnmapFpage(fpage(pool(255), 12, RWX));
	check_nothing(t);
}

static void revoke_too(struct transfer *t)
{
	L4_UnmapFpage(whole_pool(RWX));
	check_nothing(t);
	wait_done(&revoked);
}

static void map_another(struct transfer *t)
{
	map_page(&t->space, 3, 0x40000000, RW);
	wait_done(&revoked);
	check_nothing(t);
	L4_UnmapFpage(whole_pool(RWX));
	CHECK(!seen(&t->space, 0x40000000));
}

TEST_ROW(GLNG0007, "a thread is deleted in the middle of its Unmap: the kernel finishes the work",
	 in_operations(revoke_pool, delete_revoker))
TEST_ROW(GLNG0008, "two revoke the same pages at once: when either returns, nothing is left",
	 in_operations(revoke_pool, revoke_too))
TEST_ROW(GLNG0009, "pages are mapped again while they are being revoked",
	 in_operations(revoke_pool, map_another))

/* ---- deletion ---- */

static void kill_space(void *t)
{
	space_delete(&((struct transfer *)t)->space);
}

static void delete_killer(struct transfer *t)
{
	word old;

	thread_delete(t->sender);
	sleep_us(1000);
	space_delete(&t->space);
	CHECK_EQ(L4_SpaceControl(t->space.anchor, 0, L4_Nilpage, L4_Nilpage, L4_nilthread, &old), 0);
}

TEST_ROW(GLNG0010, "a thread is deleted in the middle of deleting a space: the space is deleted all the same",
	 in_operations(kill_space, delete_killer))

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
