/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hostile.c - what hostile threads execute: hostile_main, which runs in their spaces; and the generator of
 * their calls and of their code, which runs in the test. See hostile.h, and hostile_arch.h for the machine.
 */
#include "bad_values.h"
#include "hostile_arch.h"
#include "ports.h"
#include "random.h"

enum {
	BR0 = 48, PAGER = 52, HANDLER = 53, VIRTUAL_SENDER = 58,
	XFER = 56, MR0 = 64, COPY = 4, MEMORY_WINDOW_LOG2 = 20,
};

/* ---- in the hostile space ---- */

void hostile_main(void)
{
	struct area *a = (struct area *)((word)__builtin_frame_address(0) & -(word)sizeof(struct area));
	word mine = ((word)a - pool(HOSTILE_PAGE)) >> AREA_LOG2;
	volatile struct hostile_count *count = (struct hostile_count *)COUNTS_PLACE + mine % HOSTILES;
	word mr0 = SPACE_UTCB + UTCB_BYTES * mine + MR0_OFFSET;

	hostile_mrs(mr0);
	L4_Set_ExceptionHandler(a->handler);
	for (;;) {
		word n = random_next(&a->state) >> 8;
		const struct record *r = &a->record[n % RECORDS], *other = &a->record[n / 32 % RECORDS];
		volatile word *utcb = hostile_mrs(mr0) - MR0;

		a->regs = r->regs;
		if (n / 1024 % COPY == 0)
			((word *)&a->regs)[n / 4096 % REGS] = ((const word *)&other->regs)[n >> 20 & 7];
		if (r->where < UTCB_WORDS)
			utcb[r->where] = r->word;
		count->calls += r->regs.sp & 1;
		regs_call(&a->regs, r->target);
	}
}

/* ---- values ---- */

L4_ThreadId_t hostile_known[HOSTILE_KNOWN];
static uint64_t state;

static void weigh(void);

void hostile_seed(word seed)
{
	state = seed * 2 + 1;
	weigh();
}

word hostile_random(void) { return (word)random_next(&state); }
word hostile_below(word limit) { return (word)(random_next(&state) >> 11) % limit; }

static word below(word limit) { return hostile_below(limit); }

/* Mostly one of the last quarter, which are those of hostile threads. */
word hostile_id(void)
{
	if (below(2))
		return hostile_known[HOSTILE_KNOWN - 1 - below(HOSTILE_KNOWN / 4)].raw;
	return hostile_known[below(HOSTILE_KNOWN)].raw;
}

word hostile_in_areas(void) { return pool(HOSTILE_PAGE) + below(1ul << HOSTILE_LOG2); }

word hostile_address(void)
{
	switch (below(8)) {
	case 0:
		return WINDOW + below(1ul << MEMORY_WINDOW_LOG2);
	case 1:
		return SPACE_UTCB + below(1ul << SPACE_UTCB_LOG2);
	case 2:
		return hostile_far();
	case 3:
		return wild[below(WILDS)] + below(64) - 32;
	case 4:
		return (word)hostile_main + below(PAGE);
	default:
		return hostile_in_areas();
	}
}

word hostile_fpage(void)
{
	word log2 = 12 + below(7), base = hostile_address();

	if (below(64) == 0)
		return below(2) ? L4_CompleteAddressSpace.raw | below(8) : ports_fpage(below(65536), 64).raw | 6;
	return (base >> log2 << log2) | log2 << 4 | (below(4) ? 7 : below(8));
}

/* Zero, or short; never is rare. */
word hostile_time(void)
{
	switch (below(128)) {
	case 0:
		return 0;
	case 1:
		return below(65536);
	case 2: case 3: case 4: case 5: case 6: case 7: case 8: case 9:
		return period(1 + below(100));
	default:
		return L4_ZeroTime.raw;
	}
}

word hostile_word(void)
{
	switch (below(8)) {
	case 0: case 1:
		return hostile_id();
	case 2:
		return hostile_fpage();
	case 3: case 4:
		return hostile_address();
	case 5:
		return below(64);
	case 6:
		return random_next(&state) >> below(64);
	default:
		return wild[below(WILDS)];
	}
}

/* ---- messages ---- */

word hostile_item(void)
{
	if (below(3) == 0)
		return below(PAGE) << 10 | below(4) << 4 | below(2);		/* a string */
	return (hostile_address() & ~0x3fful) | 8 | (below(4) == 0) << 1 | (below(8) == 0);
}

word hostile_tag(void)
{
	static const int kinds[] = { N_INTERRUPT, N_PAGEFAULT, N_PREEMPTION, N_EXCEPTION, N_SIGMA0, N_IO_FAULT };
	word u = below(8) ? below(6) : below(64), t = below(2) ? 0 : 2 * below(3), label = random_next(&state);

	if (below(4) == 0)
		label = (word)kinds[below(sizeof kinds / sizeof *kinds)] << 4 | below(8);
	return label << 16 | (below(4) ? 0 : below(16) << 12) | t << 6 | u;
}

/* ---- records ---- */

static uint8_t weighted[512];		/* indices of kinds, each as often as its weight says */
static word weights;

static void weigh(void)
{
	weights = 0;
	for (unsigned i = 0; i < hostile_kind_count; i++)
		for (word n = 0; n < hostile_kinds[i].weight; n++)
			weighted[weights++] = (uint8_t)i;
}

static const struct kind *any_kind(void) { return &hostile_kinds[weighted[below(weights)]]; }

/* Half of these words are buffer registers, pagers, handlers, senders; the others are anything. */
static void set_utcb(struct record *c)
{
	switch (below(16)) {
	case 0: case 1:
		c->where = BR0;
		c->word = (below(2) ? hostile_fpage() & ~15ul : L4_CompleteAddressSpace.raw) | below(2);
		break;
	case 2:
		c->where = BR0 - 1 - below(4);
		c->word = below(2) ? hostile_in_areas() : below(PAGE) << 10 | below(2);
		break;
	case 3:
		c->where = below(2) ? VIRTUAL_SENDER : below(2) ? PAGER : HANDLER;
		c->word = hostile_id();
		break;
	case 4:
		c->where = XFER;
		c->word = hostile_time() << 16 | hostile_time();
		break;
	case 5: case 6:
		c->where = below(UTCB_WORDS);
		c->word = hostile_word();
		break;
	case 7: case 8:
		c->where = MR0 + hostile_mr();
		c->word = below(2) ? hostile_item() : hostile_word();
		break;
	default:
		c->where = UTCB_WORDS;
	}
}

static void make_record(struct record *c)
{
	const struct kind *k = any_kind();
	word *w = (word *)&c->regs;

	for (unsigned i = 0; i < REGS; i++)
		w[i] = hostile_word();
	c->regs.flags = below(16) ? FLAGS_START : random_next(&state);
	c->regs.sp = k->is_call;		/* is counted */
	c->target = k->is_call ? hostile_link(k->at) : k->at;
	k->make(c);
	set_utcb(c);
}

void hostile_records(struct area *a, unsigned n)
{
	a->state = random_next(&state);
	for (word at = below(RECORDS); n > 0; n--)
		make_record(&a->record[at++ % RECORDS]);
}

/* ---- code ---- */

word hostile_any_link(void)
{
	const struct kind *k;

	do
		k = any_kind();
	while (!k->is_call);
	return hostile_link(k->at);
}

void hostile_code(struct area *a)
{
	for (uint8_t *at = a->code; at < a->code + PAGE - HOSTILE_PIECE; )
		at = hostile_put(at);
}
