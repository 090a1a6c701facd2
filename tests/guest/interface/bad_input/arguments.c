/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arguments.c - invalid arguments, to every call. The kernel must continue, return an error, and change
 * nothing; the checks after each test show that the rest still works.
 */
#include "bad_values.h"

TEST(GWLD0001, "ThreadControl with wild destinations")
{
	for (unsigned i = 0; i < WILDS; i++)
		if (!precious(wild[i]) || L4_IsLocalId(wild_id(i)))
			thread_control(wild_id(i), supervisor, NIL, NIL, -1ul);
	check_alive();
}

TEST(GWLD0002, "ThreadControl with wild space specifiers")
{
	for (unsigned i = 0; i < WILDS; i++) {
		L4_ThreadId_t t = tid_new();

		adopt(t);
		if (wild[i] != 0 && !in_utcbs(wild[i]))
			CHECK_EQ(thread_control(t, wild_id(i), supervisor, NIL, -1ul),
				 L4_ErrInvalidSpace);
	}
	check_alive();
}

TEST(GWLD0003, "ThreadControl with wild schedulers and pagers")
{
	for (unsigned i = 0; i < WILDS; i++) {
		L4_ThreadId_t t = tid_new();

		adopt(t);
		if (wild[i] != 1 && !in_utcbs(wild[i]))
			CHECK_EQ(thread_control(t, supervisor, wild_id(i), NIL, -1ul),
				 L4_ErrInvalidScheduler);
		thread_control(t, supervisor, supervisor, wild_id(i), utcb_new());
	}
	check_alive();
}

TEST(GWLD0004, "ThreadControl with wild UTCB locations: error 6")
{
	for (unsigned i = 0; i < WILDS; i++) {
		L4_ThreadId_t t = tid_new();

		adopt(t);
		if (wild[i] != -1ul)
			CHECK_EQ(thread_control(t, supervisor, supervisor, supervisor, wild[i]),
				 L4_ErrUtcbArea);
	}
	check_alive();
}

TEST(GWLD0005, "SpaceControl with wild areas, of every size")
{
	for (unsigned i = 0; i < WILDS; i++)
		for (word size = 0; size < 64; size += 7) {
			L4_ThreadId_t t = tid_new();
			L4_Fpage_t f = { .raw = (wild[i] & ~0x3fful) | size << 4 | 7 };
			word old;

			CHECK_EQ(thread_control(t, t, supervisor, NIL, -1ul), 0);
			L4_SpaceControl(t, wild[i] & ~(1ul << 30), f, L4_FpageLog2(SPACE_UTCB, 16),
					L4_anythread, &old);
			L4_SpaceControl(t, 0, L4_FpageLog2(SPACE_KIP, 12), f, L4_anythread, &old);
			L4_SpaceControl(t, 0, f, f, wild_id(i), &old);
			thread_delete(t);
		}
	check_alive();
}

TEST(GWLD0006, "SpaceControl with wild space specifiers: error 3")
{
	for (unsigned i = 0; i < WILDS; i++) {
		word old;

		if (in_utcbs(wild[i]))
			continue;
		CHECK_EQ(L4_SpaceControl(wild_id(i), 0, L4_FpageLog2(SPACE_KIP, 12),
					 L4_FpageLog2(SPACE_UTCB, 16), L4_anythread, &old), 0);
		CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidSpace);
	}
}

/* Arguments for one Ipc made by a worker, which may fault in the gateway. */
struct call { L4_ThreadId_t to, from; word timeouts, tag, window; volatile word result, done; };

static void call_once(void *arg)
{
	struct call *c = arg;
	L4_ThreadId_t from = L4_nilthread;

	L4_Accept((L4_Acceptor_t){ .raw = c->window });
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = c->tag });
	c->result = L4_Ipc(c->to, c->from, c->timeouts, &from).raw;
	c->done = 1;
}

TEST(GWLD0007, "Ipc to wild ids, local and global")
{
	static struct call c;

	for (unsigned i = 0; i < WILDS; i++) {
		L4_ThreadId_t t;

		if (in_utcbs(wild[i]))
			continue;
		c = (struct call){ .to = wild_id(i), .timeouts = ZERO_TIMEOUTS };
		t = thread_start(call_once, &c);
		CHECK(!c.done || wild[i] <= 1 || (c.result & 0x8000));
		thread_delete(t);
	}
	check_alive();
}

TEST(GWLD0008, "Ipc from wild ids")
{
	static struct call c;

	for (unsigned i = 0; i < WILDS; i++) {
		L4_ThreadId_t t;

		c = (struct call){ .from = wild_id(i), .timeouts = ZERO_TIMEOUTS };
		t = thread_start(call_once, &c);
		CHECK(!c.done || wild[i] == 0 || (c.result & 0x8000));
		thread_delete(t);
	}
	check_alive();
}

TEST(GWLD0009, "Ipc with wild timeouts to a thread that does not answer")
{
	static struct call c;

	for (unsigned i = 0; i < WILDS; i++) {
		L4_ThreadId_t t;

		c = (struct call){ .to = supervisor, .from = supervisor, .timeouts = wild[i] };
		c.to = thread_waiting(supervisor);
		t = thread_start(call_once, &c);
		thread_delete(t);
		thread_delete(c.to);
	}
	check_alive();
}

TEST(GWLD0010, "messages with wild tags are delivered whole, refused, or cut with an overflow")
{
	static struct receiver r;

	for (unsigned i = 0; i < WILDS; i++) {
		L4_ThreadId_t t;

		r = (struct receiver){ .from = L4_Myself(), .window = L4_CompleteAddressSpace.raw };
		t = thread_start(receive_once, &r);
		for (int m = 1; m < 64; m++)
			L4_LoadMR(m, 0);
		L4_Set_MsgTag((L4_MsgTag_t){ .raw = wild[i] & ~0x1000ul });
		L4_Send_Timeout(t, L4_ZeroTime);
		CHECK(r.got.done);
		thread_delete(t);
	}
	check_alive();
}

/* Map items of random words: into another space, which is then deleted. */
TEST(GWLD0011, "map and grant items with wild send bases, fpages and windows")
{
	static struct receiver r;
	struct space s;

	for (unsigned i = 0; i < WILDS; i++) {
		space_make(&s);
		for (unsigned k = 0; k < 3; k++) {
			L4_ThreadId_t t;

			r = (struct receiver){ .from = L4_Myself(),
					       .window = k == 1 ? wild[i] & ~15ul : 0x10 };
			t = space_start(&s, receive_once, &r);
			L4_LoadMR(1, (wild[i] & ~0x3fful) | 8);
			L4_LoadMR(2, k == 2 ? (wild[(i + 7) % WILDS] & ~0x3fful) | (i & 63) << 4 | 7
					    : fpage(pool(1), 12, 7).raw);
			L4_Set_MsgTag(tag_make(1, 0, 2));
			L4_Send_Timeout(t, L4_ZeroTime);
			thread_delete(t);
		}
		space_delete(&s);
	}
	check_alive();
}

TEST(GWLD0012, "map items with every size of send fpage and of window")
{
	static struct receiver r;
	struct space s;

	for (word size = 0; size < 64; size++) {
		space_make(&s);
		for (unsigned k = 0; k < 2; k++) {
			L4_ThreadId_t t;

			r = (struct receiver){ .from = L4_Myself(),
					       .window = k ? WINDOW | size << 4 : 0x10 };
			t = space_start(&s, receive_once, &r);
			L4_LoadMR(1, WINDOW | 8);
			L4_LoadMR(2, k ? fpage(pool(0), 13, 7).raw : pool(0) | size << 4 | 7);
			L4_Set_MsgTag(tag_make(1, 0, 2));
			L4_Send_Timeout(t, L4_ZeroTime);
			thread_delete(t);
		}
		space_delete(&s);
	}
	check_alive();
}

struct unmap { word control, fpage; volatile word done; };

static void unmap_wild(void *arg)
{
	struct unmap *u = arg;

	for (int i = 0; i < 64; i++)
		L4_LoadMR(i, u->fpage);
	L4_Unmap(u->control);
	u->done++;
}

TEST(GWLD0013, "Unmap with wild controls and fpages, in a space that loses all it has")
{
	static struct unmap u;
	struct space s;

	space_make(&s);
	for (unsigned i = 0; i < WILDS; i++)
		for (unsigned k = 0; k < 3; k++) {
			L4_ThreadId_t t;

			u = (struct unmap){ k == 0 ? wild[i] : k == 1 ? 0x40 : 0x41,
					    k == 0 ? 0x17 : wild[i] | 7, 0 };
			t = space_start(&s, unmap_wild, &u);
			CHECK_EQ(u.done, 1);
			thread_delete(t);
			space_forget_last(&s);
		}
	check_alive();
}

TEST(GWLD0014, "Unmap of this space's fpages of every size, read only: nothing is lost")
{
	for (word size = 10; size < 64; size++)
		L4_GetStatus(L4_FpageLog2(0, (int)size));
	CHECK_EQ(*(volatile word *)kip, KIP_MAGIC);
	check_alive();
}

static L4_ThreadId_t exregs_raw(L4_ThreadId_t t, word control, word value)
{
	word old[5];
	L4_ThreadId_t pager;

	return L4_ExchangeRegisters(t, control, value, value, value, value,
				    (L4_ThreadId_t){ .raw = value }, &old[0], &old[1], &old[2], &old[3],
				    &old[4], &pager);
}

struct exchange { L4_ThreadId_t dest; volatile word result, done; };

static void exchange_wild(void *arg)
{
	struct exchange *e = arg;

	e->result = exregs_raw(e->dest, 0x200, 0).raw;
	e->done = 1;
}

TEST(GWLD0015, "ExchangeRegisters with wild destinations: nilthread, or a fault of the caller")
{
	static struct exchange e;

	for (unsigned i = 0; i < WILDS; i++) {
		L4_ThreadId_t t;

		if (in_utcbs(wild[i]))
			continue;
		e = (struct exchange){ .dest = wild_id(i) };
		t = thread_start_pager(exchange_wild, &e, L4_Myself());
		CHECK(!e.done || e.result == 0);
		thread_delete(t);
	}
	check_alive();
}

static void receive_any(void *unused)
{
	L4_ThreadId_t from;

	(void)unused;
	for (;;)
		L4_Wait(&from);
}

TEST(GWLD0016, "ExchangeRegisters with every control word, on a waiting thread")
{
	for (word control = 0; control < 1024; control++) {
		struct mark mark = world_mark();
		L4_ThreadId_t t = thread_start_prio(receive_any, 0, 90);

		exregs_raw(t, control, 0x1000);
		exregs_raw(t, control ^ 0x1ff, 0x1000);
		thread_delete(t);
		world_release(mark);
	}
	check_alive();
}
