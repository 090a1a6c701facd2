/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * storm.c - many threads of several spaces that send, receive, map, grant and unmap at random, while
 * the test deletes, makes, renames, stops and redirects them at random. The sequence is the same on
 * every run. What is checked: messages arrive whole or not at all, ids are never forged, the kernel
 * continues, and its memory comes back.
 */
#include <l4/pecan.h>
#include "bad_values.h"
#include "random.h"

enum {
	SPACES = 3, THREADS = 12, PRIO_LOW = 85, PRIO_SPREAD = 8, SLICE_US = 300, STORM_US = 3000000,
	MAGIC = 0x57a7, WINDOW_PAGES = 64, STORM_STEPS = 1500,
};

struct member {
	volatile L4_ThreadId_t id;
	uint64_t seed;
	word utcb, stack;
	unsigned space;			/* SPACES: this one */
};

static struct member member[THREADS];
static struct space space[SPACES];
static volatile word received, corrupt, errors[8];
static uint64_t state = 0x243f6a8885a308d3;

static L4_ThreadId_t someone(uint64_t *seed)
{
	return (L4_ThreadId_t){ .raw = member[random_next(seed) % THREADS].id.raw };
}

/* A message contains its sender's number, so that a forged one is detected. */
static void load_words(uint64_t *seed)
{
	word u = 3 + random_next(seed) % 60, first = random_next(seed);

	L4_LoadMR(1, first);
	L4_LoadMR(2, ~first);
	L4_LoadMR(3, L4_MyGlobalId().raw);
	for (word i = 4; i <= u; i++)
		L4_LoadMR((int)i, first + i);
	L4_Set_MsgTag(tag_make(MAGIC, u, 0));
}

static void load_item(uint64_t *seed)
{
	word log2 = 12 + random_next(seed) % 5, base = pool(random_next(seed) % 240);
	L4_Fpage_t f = fpage(base, (int)log2, random_next(seed) % 8);

	if (random_next(seed) % 3 == 0)
		f = fpage(WINDOW + (random_next(seed) % WINDOW_PAGES) * PAGE, 12, 7);
	L4_LoadMR(1, 7);
	L4_LoadMR(2, ~7ul);
	L4_LoadMR(3, L4_MyGlobalId().raw);
	L4_LoadMR(4, (random_next(seed) % 4 ? L4_MapItem(f, random_next(seed) % WINDOW_PAGES * PAGE).raw[0]
				     : L4_GrantItem(f, 0).raw[0]));
	L4_LoadMR(5, f.raw);
	L4_Set_MsgTag(tag_make(MAGIC, 3, 2));
}

static void check_message(L4_MsgTag_t tag)
{
	word u = L4_UntypedWords(tag), first = mr(1);

	received++;
	if (L4_Label(tag) != MAGIC || u < 3 || mr(2) != ~first) {
		corrupt++;
		return;
	}
	for (word i = 4; i <= u; i++)
		corrupt += mr((int)i) != first + i;
}

static word short_time(uint64_t *seed)
{
	return random_next(seed) % 4 ? L4_ZeroTime.raw : period(random_next(seed) % 800 + 1);
}

static void one_ipc(uint64_t *seed)
{
	L4_ThreadId_t to = L4_nilthread, source = L4_nilthread, from = L4_nilthread;
	word what = random_next(seed) % 4;
	word timeouts = short_time(seed) << 16 | period(random_next(seed) % 900 + 1);
	L4_MsgTag_t tag;

	if (what != 0)
		to = someone(seed);
	if (what != 1)
		source = random_next(seed) % 3 ? L4_anythread : someone(seed);
	L4_Accept(L4_MapGrantItems(L4_FpageLog2(WINDOW, 18)));
	if (random_next(seed) % 4)
		load_words(seed);
	else
		load_item(seed);
	tag = L4_Ipc(to, source, timeouts, &from);
	if (L4_IpcFailed(tag))
		errors[L4_ErrorCode() >> 1 & 7]++;
	else if (what != 1)
		check_message(tag);
}

static void one_unmap(uint64_t *seed)
{
	word log2 = 12 + random_next(seed) % 7;
	L4_Fpage_t f = fpage(WINDOW + random_next(seed) % WINDOW_PAGES * PAGE, (int)log2, random_next(seed) % 8);

	L4_LoadMR(0, f.raw);
	L4_LoadMR(1, fpage(pool(random_next(seed) % 240), 12, random_next(seed) % 8).raw);
	L4_Unmap(random_next(seed) % 2 ? 0x40 : 1);
}

static void run_member(void *arg)
{
	struct member *m = arg;
	uint64_t seed = m->seed;

	for (;;) {
		switch (random_next(&seed) % 8) {
		case 0:
			one_unmap(&seed);
			break;
		case 1:
			L4_ThreadSwitch(random_next(&seed) % 2 ? L4_nilthread : someone(&seed));
			break;
		default:
			one_ipc(&seed);
			break;
		}
	}
}

/* ---- what the test does to them ---- */

static void make_space(unsigned i)
{
	space_make(&space[i]);
}

static void make_member(unsigned i)
{
	struct member *m = &member[i];
	L4_ThreadId_t t = tid_new();
	bool here;

	m->seed = random_next(&state) | 1;
	m->space = (unsigned)(random_next(&state) % (SPACES + 1));
	here = m->space == SPACES;
	adopt(t);
	CHECK_EQ(thread_control(t, here ? supervisor : space[m->space].anchor, supervisor, supervisor,
				here ? m->utcb : SPACE_UTCB + UTCB_BYTES * i), 0);
	m->id.raw = t.raw;
	L4_Set_Timeslice(t, L4_TimePeriod(SLICE_US), L4_Never);
	thread_go(t, PRIO_LOW + random_next(&state) % PRIO_SPREAD, thread_frame(m->stack, run_member, m));
}

static void delete_member(unsigned i)
{
	L4_ThreadId_t t = { .raw = member[i].id.raw };

	thread_delete(t);
	disown(t);
}

static void rename_member(unsigned i)
{
	L4_ThreadId_t old = { .raw = member[i].id.raw }, t;

	t = L4_GlobalId(L4_ThreadNo(old), L4_Version(old) + 0x10000);
	adopt(t);
	CHECK_EQ(thread_control(t, old, L4_nilthread, L4_nilthread, -1ul), 0);
	disown(old);
	member[i].id.raw = t.raw;
}

static void remake_space(unsigned n)
{
	for (unsigned i = 0; i < THREADS; i++)
		if (member[i].space == n)
			delete_member(i);
	thread_delete(space[n].anchor);
	disown(space[n].anchor);
	make_space(n);
	for (unsigned i = 0; i < THREADS; i++)
		if (member[i].space == n)
			make_member(i);
}

static void disturb(unsigned i)
{
	L4_ThreadId_t t = { .raw = member[i].id.raw };

	if (member[i].space < SPACES)
		return;
	if (random_next(&state) % 2)
		L4_AbortIpc_and_stop(t);
	else
		L4_Stop(t);
	sleep_us(50);
	L4_Start(t);
}

static void one_action(void)
{
	unsigned i = (unsigned)(random_next(&state) % THREADS);

	switch (random_next(&state) % 16) {
	case 0: case 1: case 2: case 3: case 4:
		delete_member(i);
		make_member(i);
		break;
	case 5: case 6:
		rename_member(i);
		break;
	case 7: case 8: case 9:
		disturb(i);
		break;
	case 10: case 11:
		CHECK(L4_Set_Priority((L4_ThreadId_t){ .raw = member[i].id.raw },
				      PRIO_LOW + random_next(&state) % PRIO_SPREAD));
		break;
	case 12:
		remake_space((unsigned)(random_next(&state) % SPACES));
		break;
	default:
		sleep_us(300);
		break;
	}
}

/* So many steps, and more until so many messages have come. */
static void storm(word steps, word messages)
{
	struct mark mark = world_mark();
	word end = now() + STORM_US;

	for (unsigned i = 0; i < SPACES; i++)
		make_space(i);
	for (unsigned i = 0; i < THREADS; i++) {
		member[i].utcb = utcb_new();
		member[i].stack = stack_new();
	}
	for (unsigned i = 0; i < THREADS; i++)
		make_member(i);
	for (word i = 0; (i < steps || received < messages) && now() < end; i++) {
		one_action();
		sleep_us(random_next(&state) % 200);
	}
	for (unsigned i = 0; i < THREADS; i++)
		delete_member(i);
	for (unsigned i = 0; i < SPACES; i++) {
		thread_delete(space[i].anchor);
		disown(space[i].anchor);
	}
	L4_Flush(fpage(WINDOW, 18, 7));
	pool_anew();		/* which extents pages are in depends on the neighbouring pages before */
	world_release(mark);
}

/* The kernel keeps the parts of its thread table that were ever used: use them all. */
static void use_numbers(void)
{
	for (word n = 0; n < 0x1400; n += 64) {
		L4_ThreadId_t t = L4_GlobalId(user_base + 0x10 + n, 1);

		if (L4_ThreadNo(t) == L4_ThreadNo(L4_Myself()))
			continue;
		CHECK_EQ(thread_control(t, supervisor, supervisor, L4_nilthread, -1ul), 0);
		thread_delete(t);
	}
}

/* A page of this space is mapped a second time, to `at`, and removed there. */
static void map_twice(word at)
{
	static struct receiver r;
	L4_Fpage_t f = fpage(pool(0), 12, 6);
	L4_ThreadId_t t;

	L4_Flush(fpage(at, 12, 7));
	r = (struct receiver){ .from = L4_Myself(), .window = L4_FpageLog2(at, 12).raw };
	t = thread_start(receive_once, &r);
	load_map(1, f, 0);
	L4_Set_MsgTag(tag_make(0, 0, 2));
	CHECK(L4_IpcSucceeded(L4_Send_Timeout(t, L4_ZeroTime)));
	L4_Flush(fpage(at, 12, 7));
}

/*
 * And the page tables of this space for the window; and an extent inside another one, after which pages that
 * are mapped one by one are extents of their own: some storms make one, and some do not.
 */
static void use_window(void)
{
	map_twice(WINDOW);
	map_twice(pool(5));
}

TEST(GSTM0001, "a storm of messages, mappings and deletions: messages stay whole, memory comes back")
{
	struct l4_inspect_system before, after;
	word enough = entry_us() > SLOW_US ? 100 : 1000;

	received = corrupt = 0;
	use_numbers();
	use_window();
	storm(200, 0);
	if (L4_HasInspect())
		L4_InspectRecord(L4_INSPECT_SYSTEM, 0, 0, &before, sizeof before / sizeof(word));
	storm(STORM_STEPS, enough);
	guest_note("messages", received);
	for (unsigned i = 0; i < 8; i++)
		guest_note("failed with error", errors[i]);
	CHECK(received >= enough);
	CHECK_EQ(corrupt, 0);
	check_alive();
	if (!L4_HasInspect())
		return;
	L4_InspectRecord(L4_INSPECT_SYSTEM, 0, 0, &after, sizeof after / sizeof(word));
	CHECK_EQ(after.threads, before.threads);
	CHECK_EQ(after.spaces, before.spaces);
	CHECK_EQ(after.mappings, before.mappings);
	CHECK_EQ(after.kmem_used, before.kmem_used);
}
