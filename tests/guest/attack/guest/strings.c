/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * strings.c - a string between a victim and an adversary that keeps it from coming to an end: the pager of
 * its side does not answer, and unmaps or changes what is there already; or it is deleted. Or the pager
 * changes memory and buffers, and answers by another page: then the transfer continues, or faults again.
 *
 * The victim has a transfer timeout. It must get the right error with the exact offset, by that time at the
 * latest, and its own memory must hold what it sent, or the bytes that came and nothing else. What a pager
 * that answers makes of the string is its own loss: then only the time and all bytes beside the buffer are
 * judged. String and buffer begin at any byte of a page. One tick of the clock is allowed, and WAY_NS for the
 * 1,000 instructions or less from the timer's interrupt to the victim.
 */
#include "attack.h"
#include "log.h"

enum {
	PAGES = 3, LEAST_US = 500, MORE_US = 3000, WAY_NS = 1000, DEATH_US = 60000000,
	SENT = 5, UNTOUCHED = 77,	/* seeds of bytes */
	BUFFERS = 8, BR0 = -16,		/* words of the UTCB */
	PRIO_VICTIM = 160,
};

/* What is done when the string comes to a page that the adversary has not. */
enum trick { SILENCE, UNMAPPING, REWRITING, ANSWERING, DEATH, TRICKS };

static struct fight {
	bool victim_sends;
	enum trick trick;
	unsigned present;		/* pages of the adversary's side */
	word from_at, to_at, bytes;	/* the string and its buffer, from WINDOW on */
	struct space mine, its;
	L4_ThreadId_t adversary, pager;
	word limit;			/* us */
	volatile word faulted;		/* when the transfer stopped first, by the TSC */
	volatile word utcb;		/* the adversary's */
	volatile word ended, error;	/* at the victim; by the TSC */
} fight;

static struct taker taker;
static struct giver giver;

/* ---- the adversary's space ---- */

/* All its memory, and in every other fight its buffers: a string into wrong ones ends at once. */
static void rewrite(struct fight *f)
{
	for (unsigned i = 0; i < f->present * PAGE; i += sizeof(word))
		*(volatile word *)((word)WINDOW + i) = ~0ul;
	for (unsigned i = 0; f->to_at % 2 && i < BUFFERS; i++)
		((volatile word *)f->utcb)[BR0 - (int)i] ^= ~0ul;
}

/* Answers a fault by the first page that there is, or by nothing. */
static void answer(const struct fight *f, L4_ThreadId_t from, word address)
{
	load_map(1, fpage(WINDOW, 12, RW), address & -(word)PAGE);
	L4_Set_MsgTag(tag_make(0, 0, f->present ? 2 : 0));
	L4_Reply(from);
}

/* The pager of the adversary: it answers nothing, or not what is good. */
static void be_evil(void *arg)
{
	struct fight *f = arg;
	L4_ThreadId_t from;

	for (;;) {
		L4_Wait(&from);
		word address = mr(1);

		if (!f->faulted)
			f->faulted = (word)cpu_ticks();
		if (f->trick == UNMAPPING)
			L4_Flush(fpage(WINDOW, 14, L4_FullyAccessible));
		if (f->trick == REWRITING || f->trick == ANSWERING)
			rewrite(f);
		if (f->trick == ANSWERING)
			answer(f, from, address);
	}
}

static void attack(void *arg)
{
	struct fight *f = arg;

	image_read();
	f->utcb = L4_MyLocalId().raw;
	if (f->victim_sends)
		take(&taker);
	else
		give(&giver);
}

/* ---- the victim ---- */

static void work(void *arg)
{
	struct fight *f = arg;

	image_read();
	if (f->victim_sends)
		give(&giver);
	else
		take(&taker);
	f->error = f->victim_sends ? giver.error : taker.got.error;
	f->ended = (word)cpu_ticks();
}

/* ---- a round ---- */

static void make_sides(struct fight *f)
{
	unsigned whose = f->victim_sends ? DST : 0;

	space_make(&f->mine);
	space_make(&f->its);
	fill_bytes(pool(0), PAGES * PAGE, SENT);
	fill_bytes(pool(DST), PAGES * PAGE, UNTOUCHED);
	for (unsigned i = 0; i < PAGES; i++) {
		map_page(&f->mine, DST - whose + i, i * PAGE, RW);
		if (i < f->present)
			map_page(&f->its, whose + i, i * PAGE, RW);
	}
}

static void start_sides(struct fight *f)
{
	word timeout = L4_Timeouts(L4_TimePeriod(f->limit), L4_TimePeriod(f->limit));
	L4_ThreadId_t victim;

	f->pager = space_start(&f->its, be_evil, f);
	taker_init(&taker);
	taker_buffer(&taker, WINDOW + f->to_at, (int)f->bytes);
	giver = (struct giver){ .at = WINDOW + f->from_at, .bytes = (int)f->bytes };
	taker.xfer = f->victim_sends ? 0 : timeout;
	giver.xfer = f->victim_sends ? timeout : 0;
	*(f->victim_sends ? &taker.pager : &giver.pager) = f->pager;
	if (f->victim_sends) {
		f->adversary = space_start(&f->its, attack, f);
		giver.to = f->adversary;
		space_start_prio(&f->mine, work, f, PRIO_VICTIM);
	} else {
		victim = space_start_prio(&f->mine, work, f, PRIO_VICTIM);
		giver.to = victim;
		f->adversary = space_start(&f->its, attack, f);
	}
}

/* Bytes that can be transferred without a page that the adversary has not. */
static word transferred(const struct fight *f)
{
	return f->present ? f->present * PAGE - (f->victim_sends ? f->to_at : f->from_at) : 0;
}

/* The victim's memory: what it sends, or what has come and what was there before. */
static bool bytes_are_right(const struct fight *f)
{
	word got = transferred(f), end = f->to_at + (f->trick == ANSWERING ? f->bytes : got);

	if (f->victim_sends)
		return has_bytes(pool(0), PAGES * PAGE, SENT, 0);
	return has_bytes(pool(DST), f->to_at, UNTOUCHED, 0)
	    && (f->trick == ANSWERING || has_bytes(pool(DST) + f->to_at, got, SENT, f->from_at))
	    && has_bytes(pool(DST) + end, PAGES * PAGE - end, UNTOUCHED, end);
}

static bool error_is_right(const struct fight *f)
{
	word kind = f->trick == DEATH ? (f->victim_sends ? SEND_ABORTED : RECEIVE_ABORTED)
		: f->victim_sends ? XFER_MINE_SEND : XFER_MINE_RECEIVE;

	return f->trick == ANSWERING || f->error == (kind | transferred(f) << OFFSET);
}

static bool is_right(struct fight *f, word tick)
{
	uint64_t ticks = f->ended - f->faulted;
	word took = (word)(ticks * 1000000 / L4_ProcDescInternalFreq(L4_ProcDesc(kip, 0)));

	if (error_is_right(f) && bytes_are_right(f)
	    && (f->trick == DEATH || took <= (f->limit + tick) * 1000 + WAY_NS))
		return true;
	log_clear();
	guest_note("victim sends", f->victim_sends);
	guest_note("trick", f->trick);
	guest_note("pages there", f->present);
	guest_note("string at", f->from_at);
	guest_note("buffer at", f->to_at);
	guest_note("error", f->error);
	guest_note("ns", took);
	guest_note("limit, us", f->limit);
	guest_note("tick, us", tick);
	guest_note("right bytes", bytes_are_right(f));
	return false;
}

static bool play(struct fight *f, word round, word tick)
{
	*f = (struct fight){
		.victim_sends = round % 2, .trick = round / 2 % TRICKS, .present = (unsigned)random_below(PAGES),
		.from_at = random_below(PAGE), .to_at = random_below(PAGE),
	};
	f->bytes = PAGES * PAGE - (f->from_at > f->to_at ? f->from_at : f->to_at);
	f->limit = f->trick == DEATH ? DEATH_US : LEAST_US + random_below(MORE_US);
	make_sides(f);
	start_sides(f);
	if (f->trick == DEATH) {
		AWAIT(f->faulted);
		thread_delete(f->adversary);
	}
	AWAIT(f->ended);
	CHECK(f->faulted);
	return is_right(f, tick);
}

TEST(ASTR0001, "a string that an adversary stops: the victim has the exact error and offset in time")
{
	word rounds = rounds_asked(), wrong = 0, tick = L4_SchedulePrecision(kip);

	for (word r = 0; r < rounds; r++) {
		struct mark mark = world_mark();

		if (r == 2 * TRICKS)
			memory_note();
		wrong += !play(&fight, r, tick);
		space_delete(&fight.mine);
		space_delete(&fight.its);
		world_release(mark);
	}
	wrong += memory_changed();
	guest_figure("string-stopped", rounds, wrong);
	CHECK_EQ(wrong, 0);
}
