/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pairs.c - a round trip with one change, and with two: what two changes add to it together should be
 * no more than what they add each. One function does all of these round trips, as the data says, so
 * that they differ in nothing else.
 */
#include "bench.h"
#include "bench_device.h"

enum {
	LIMIT_SECONDS	= 100,
	SECOND		= 1000000,
	RESERVED_FLAG	= 1 << 14,
	WORDS		= 10,
	STRING		= 64,
	PRIORITY_OTHER	= PRIORITY - 10,
	SETTLING	= 40,
};

enum change {
	TIMEOUT, TIMEOUT_PARTNER, SSE, SSE_PARTNER, REDIRECTED, REDIRECTED_PARTNER, FLAG_P, FLAG_RESERVED,
	PORT, PRIORITY_LOWER, WORDS_10, STRING_64, MAP_4K, CHANGES,
};

static const char *const name_of[CHANGES] = {
	"timeout", "timeout_partner", "sse", "sse_partner", "redirected", "redirected_partner", "flag_p",
	"flag_reserved", "port", "priority", "words_10", "string_64", "map_4k",
};

/* What one side does; the partner sees the same memory. */
struct way {
	L4_Word_t timeouts;
	bool vector, port;
};

static volatile struct way partner_way;
static char string_here[PAGE] __attribute__((aligned(PAGE)));
static char string_there[PAGE] __attribute__((aligned(PAGE)));
static volatile char map_page[PAGE] __attribute__((aligned(PAGE)));

static void partner_main(void)
{
	L4_StringItem_t buffer = L4_StringItem(PAGE, string_there);
	L4_ThreadId_t from;

	page_touch(string_there);
	L4_Accept(L4_AddAcceptor(L4_MapGrantItems(L4_CompleteAddressSpace), L4_StringItemsAcceptor));
	L4_LoadBRs(1, 2, buffer.raw);
	L4_Wait(&from);
	for (;;) {
		if (partner_way.vector)
			vector_use();
		L4_Set_MsgTag(L4_Niltag);
		L4_Ipc(from, L4_anythread, partner_way.timeouts, &from);
	}
}

static inline void trip(L4_ThreadId_t to, L4_MsgTag_t tag, const struct way *w)
{
	L4_ThreadId_t from;

	if (w->port)
		device_write();
	if (w->vector)
		vector_use();
	L4_Set_MsgTag(tag);
	L4_Ipc(to, to, w->timeouts, &from);
}

static L4_Word_t timeouts(L4_Time_t send, bool finite)
{
	return L4_Timeouts(send, finite ? L4_TimePeriod((L4_Word64_t)LIMIT_SECONDS * SECOND) : L4_Never);
}

static bool has(unsigned set, enum change c)
{
	return set >> c & 1;
}

/* The message registers for that set, and the tag that goes with them. */
static L4_MsgTag_t load(unsigned set)
{
	L4_StringItem_t s = L4_StringItem(STRING, string_here);
	L4_MapItem_t m = L4_MapItem(page_of(map_page, 12), (L4_Word_t)map_page);
	unsigned untyped = has(set, WORDS_10) ? WORDS : 0, end = untyped;
	L4_MsgTag_t tag;

	if (has(set, STRING_64)) {
		L4_LoadMR((int)++end, s.raw[0]);
		L4_LoadMR((int)++end, s.raw[1]);
	}
	if (has(set, MAP_4K)) {
		L4_LoadMR((int)++end, m.raw[0]);
		L4_LoadMR((int)++end, m.raw[1]);
	}
	L4_Set_VirtualSender(main_thread);
	tag.raw = untyped | (end - untyped) << 6 | (has(set, FLAG_P) ? __L4_TAG_PROPAGATED : 0)
		  | (has(set, FLAG_RESERVED) ? RESERVED_FLAG : 0);
	return tag;
}

static struct way prepare(L4_ThreadId_t to, unsigned set)
{
	struct way w = { timeouts(L4_Never, has(set, TIMEOUT)), has(set, SSE), has(set, PORT) };

	partner_way.timeouts = timeouts(L4_ZeroTime, has(set, TIMEOUT_PARTNER));
	partner_way.vector = has(set, SSE_PARTNER);
	L4_Set_Priority(to, has(set, PRIORITY_LOWER) ? PRIORITY_OTHER : PRIORITY);
	redirect(to, has(set, REDIRECTED_PARTNER) ? main_thread : L4_anythread);
	redirect(main_thread, has(set, REDIRECTED) ? to : L4_anythread);
	return w;
}

static char *append(char *to, const char *text)
{
	while (*text)
		*to++ = *text++;
	*to = 0;
	return to;
}

/* Vector registers that a set before has used are no longer loaded on each switch afterwards. */
static void settle(L4_ThreadId_t to)
{
	const struct way w = prepare(to, 0);

	for (unsigned i = 0; i < SETTLING; i++)
		trip(to, load(0), &w);
}

/* pair_base, pair_A or pair_A+B. */
static void measure(L4_ThreadId_t to, unsigned set)
{
	char name[64], *end = append(name, set ? "pair" : "pair_base");
	const char *separator = "_";
	struct way w;

	for (unsigned c = 0; c < CHANGES; c++)
		if (has(set, c)) {
			end = append(append(end, separator), name_of[c]);
			separator = "+";
		}
	settle(to);
	w = prepare(to, set);
	for (unsigned i = 0; i < REPEAT_POINT; i++) {
		L4_MsgTag_t tag = load(set);

		SCOPE_BEGIN(W_CLIFF);
		trip(to, tag, &w);
		SCOPE_END(W_CLIFF);
		if (L4_IpcFailed(L4_MsgTag()))
			fail(name);
		L4_UnmapFpage(page_of(map_page, 12));
	}
	prepare(to, 0);
	cost(name, W_CLIFF, REPEAT_POINT, 1);
}

/*
 * A pair of a change and itself is the change alone. No page may be missing when the first window begins:
 * where a space is redirected its faults would be, too.
 */
void pairs(void)
{
	const unsigned touching = 1U << STRING_64 | 1U << PORT | 1U << SSE | 1U << SSE_PARTNER;
	L4_ThreadId_t to = thread_there(partner_main);
	struct way w;

	page_touch(map_page);
	page_touch(string_here);
	w = prepare(to, touching);
	trip(to, load(touching), &w);
	measure(to, 0);
	for (unsigned a = 0; a < CHANGES; a++)
		for (unsigned b = a; b < CHANGES; b++)
			measure(to, 1U << a | 1U << b);
}
