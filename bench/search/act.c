/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * act.c - messages, unmaps and receivers that are drawn from a step's bytes. Every IPC has a timeout.
 */
#include <l4/misc.h>

#include "bench_device.h"
#include "search.h"

enum {
	WORDS = 63, BUFFERS = 32, LIMIT_US = 20000,
	MESSAGES = 64, FEW = 12, SMALL_LOG2S = 4, SHORT = 100,
	STRING_MAX = 1 << 16, SUBSTRINGS = 5, ODD = 64, FPAGES = 64,
	LENGTH_SHIFT = 10, SUBSTRING_SHIFT = 4, CONTINUES = 1 << 9, MORE = 1,
};

volatile char bulk[BULK_PAGES][PAGE] __attribute__((aligned(1 << BULK_LOG2)));
L4_ThreadId_t sink[SPACES];

static struct { volatile L4_Word_t accept, buffers[BUFFERS]; } taken[SPACES];

/* ---- what is drawn ---- */

static L4_Word_t seed_of(const union step *s)
{
	return (s->seed[0] | s->seed[1] << 8 | s->seed[2] << 16 | (L4_Word_t)s->seed[3] << 24)
	       * (L4_Word_t)0x9e3779b97f4a7c15 + (L4_Word_t)0x243f6a8885a308d3;
}

static L4_Word_t draw(L4_Word_t *seed, L4_Word_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (*seed >> 11) % below;
}

/* Dense, or so far apart that page tables are missing at each level; the memory of main, or free. */
static L4_Word_t draw_address(L4_Word_t *seed)
{
	switch (draw(seed, 4)) {
	case 0:
		return FREE_AT + draw(seed, BULK_PAGES) * PAGE;
	case 1:
		return FREE_AT + (draw(seed, 8) << (12 + 9 * draw(seed, 4)));
	default:
		return (L4_Word_t)bulk + draw(seed, BULK_PAGES) * PAGE;
	}
}

static L4_Fpage_t draw_fpage(L4_Word_t *seed)
{
	L4_Word_t log2 = draw(seed, 2) ? 12 : 12 + draw(seed, 11), at = draw_address(seed);

	switch (draw(seed, 12)) {
	case 0:
		return device_ports(0, (unsigned)draw(seed, 17));
	case 1:
		return L4_FpageAddRights(L4_CompleteAddressSpace, draw(seed, 8));
	case 2:
		log2 = 21 + draw(seed, 20);
	}
	return L4_FpageAddRights(L4_FpageLog2(at >> log2 << log2, (int)log2), draw(seed, 4) ? 7 : draw(seed, 8));
}

static L4_Word_t draw_length(L4_Word_t *seed)
{
	static const unsigned most[] = { 8, ODD, PAGE, STRING_MAX };

	return draw(seed, 3) ? draw(seed, most[draw(seed, 4)]) : most[draw(seed, 4)];
}

/* One string item or buffer of several substrings; returns its words. */
static unsigned draw_string(L4_Word_t *seed, L4_Word_t *w, unsigned room)
{
	unsigned parts = draw(seed, 2) ? 1 : 1 + (unsigned)draw(seed, SUBSTRINGS);

	if (room < 2)
		return 0;
	parts = parts < room ? parts : room - 1;
	w[0] = draw_length(seed) << LENGTH_SHIFT | (parts - 1) << SUBSTRING_SHIFT | MORE;
	if (draw(seed, 4) == 0)
		w[0] |= CONTINUES;
	for (unsigned i = 1; i <= parts; i++)
		w[i] = (L4_Word_t)bulk + draw(seed, (1 << BULK_LOG2) - STRING_MAX - ODD) + draw(seed, 2) * ODD / 3;
	return 1 + parts;
}

static unsigned draw_item(L4_Word_t *seed, unsigned how, L4_Word_t *w, unsigned room)
{
	L4_Fpage_t f;

	if (room < 2)
		return 0;
	if (how & 4 && draw(seed, 2))
		return draw_string(seed, w, room);
	f = draw_fpage(seed);
	w[0] = how & 8 && draw(seed, 2) ? L4_GrantItem(f, draw_address(seed)).raw[0]
					: L4_MapItem(f, draw_address(seed)).raw[0];
	w[1] = f.raw;
	return 2;
}

/* ---- what is done ---- */

static void send(const union step *s, L4_Word_t *seed)
{
	unsigned words = s->n % 3 ? 0 : s->n / 3 % WORDS, items = s->n / 4 % 32, n = words;
	L4_Word_t w[WORDS + 1], tag;
	L4_ThreadId_t to = sink[s->how % SPACES];
	L4_Time_t limit = L4_TimePeriod(LIMIT_US);

	for (unsigned i = 0; i < words; i++)
		w[i] = draw(seed, ~0UL);
	for (unsigned i = 0; i < items; i++)
		n += draw_item(seed, s->how / SPACES, w + n, WORDS - n);
	tag = (n - words) << 6 | words;
	L4_LoadMRs(1, (int)n, w);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = tag });
	if (s->how & 0x40)
		L4_Set_XferTimeouts(L4_Timeouts(limit, limit));
	L4_Call_Timeouts(to, limit, limit);
	L4_Set_XferTimeouts(L4_Timeouts(L4_Never, L4_Never));
}

/* A short string, or a map or grant item of up to eight pages. */
static void draw_small(L4_Word_t *seed, L4_Word_t *w)
{
	int log2 = 12 + (int)draw(seed, SMALL_LOG2S);
	L4_Word_t at = (draw(seed, 2) ? FREE_AT : (L4_Word_t)bulk) + draw(seed, BULK_PAGES) * PAGE;
	L4_Word_t to = FREE_AT + draw(seed, BULK_PAGES) * PAGE;
	L4_Fpage_t f = L4_FpageAddRights(L4_FpageLog2(at >> log2 << log2, log2), draw(seed, 4) ? 7 : 6);

	w[1] = f.raw;
	switch (draw(seed, 3)) {
	case 0:
		w[0] = (1 + draw(seed, SHORT)) << LENGTH_SHIFT | MORE;
		w[1] = (L4_Word_t)bulk + draw(seed, BULK_PAGES) * PAGE;
		break;
	case 1:
		w[0] = L4_GrantItem(f, to).raw[0];
		break;
	default:
		w[0] = L4_MapItem(f, to).raw[0];
	}
}

static void mixture(const union step *s, L4_Word_t *seed)
{
	L4_Time_t limit = L4_TimePeriod(LIMIT_US);

	for (unsigned m = 0; m <= s->n % MESSAGES; m++) {
		L4_Word_t w[2 * FEW];
		unsigned n = 2 + 2 * (unsigned)draw(seed, FEW);

		for (unsigned i = 0; i < n; i += 2)
			draw_small(seed, w + i);
		L4_LoadMRs(1, (int)n, w);
		L4_Set_MsgTag((L4_MsgTag_t){ .raw = n << 6 });
		L4_Call_Timeouts(sink[s->how % SPACES], limit, limit);
	}
}

static void unmap(const union step *s, L4_Word_t *seed)
{
	unsigned n = 1 + s->n % (s->how & 2 ? FPAGES : 4);

	for (unsigned i = 0; i < n; i++)
		L4_LoadMR((int)i, draw_fpage(seed).raw);
	L4_Unmap((n - 1) | (s->how & 1 ? 0x40 : 0));
}

/* Where no program is: in the memory that main maps, or where there is nothing. */
static L4_Fpage_t draw_window(const union step *s, L4_Word_t *seed)
{
	unsigned log2 = 12 + (unsigned)draw(seed, 11);

	if (s->how & 4)
		return page_of(bulk, BULK_LOG2);
	return s->how & 2 ? L4_FpageLog2(FREE_AT, FREE_LOG2)
			  : L4_FpageLog2(FREE_AT + (draw(seed, BULK_PAGES) * PAGE >> log2 << log2), (int)log2);
}

/* How the sink of a space receives from its next message on. */
static void set_accept(unsigned who, const union step *s, L4_Word_t *seed)
{
	L4_Fpage_t window = draw_window(s, seed);
	unsigned n = 0;
	L4_Word_t w[BUFFERS];

	for (unsigned i = 0; i < s->n % 16u; i++)
		n += draw_string(seed, w + n, BUFFERS - n);
	for (unsigned i = 0; i < BUFFERS; i++)
		taken[who].buffers[i] = i < n ? w[i] : 0;
	taken[who].accept = (window.raw & ~0xfUL) | (n > 0);
	L4_Set_MsgTag(L4_Niltag);
	L4_Call_Timeouts(sink[who], L4_TimePeriod(LIMIT_US), L4_TimePeriod(LIMIT_US));
}

void act(const union step *s)
{
	L4_Word_t seed = seed_of(s);

	switch (s->what % STEPS) {
	case STEP_SEND:
		send(s, &seed);
		break;
	case STEP_UNMAP:
		unmap(s, &seed);
		break;
	case STEP_MIXTURE:
		set_accept(s->how % SPACES, &(union step){ .how = 2, .n = BUFFERS / 2 - 1 }, &seed);
		mixture(s, &seed);
		break;
	case STEP_ACCEPT:
		set_accept(s->who % SPACES, s, &seed);
		break;
	case STEP_TOUCH:
		for (unsigned i = 0; i < s->n; i++)
			page_touch(bulk[(draw(&seed, BULK_PAGES) + i) % BULK_PAGES]);
		break;
	}
}

/* ---- receivers ---- */

static void sink_run(unsigned who)
{
	L4_ThreadId_t from = L4_nilthread;

	for (;;) {
		L4_Word_t w[BUFFERS];

		for (unsigned i = 0; i < BUFFERS; i++)
			w[i] = taken[who].buffers[i];
		L4_LoadBRs(1, BUFFERS, w);
		L4_Accept((L4_Acceptor_t){ .raw = taken[who].accept });
		L4_Set_MsgTag(L4_Niltag);
		L4_Ipc(from, L4_anythread, L4_Timeouts(L4_ZeroTime, L4_Never), &from);
	}
}

void sink_main_0(void) { sink_run(0); }
void sink_main_1(void) { sink_run(1); }
void sink_main_2(void) { sink_run(2); }
