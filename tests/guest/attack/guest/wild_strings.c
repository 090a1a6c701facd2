/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wild_strings.c - string items, simple and compound, from and to wild places: kernel addresses, the kernel
 * interface page, UTCBs, addresses that are not canonical, ranges that wrap around or leave the user's area.
 *
 * A sender in one space, a receiver in another or in the same, each without privileges; the test is their
 * pager. What each message must come to is worked out byte for byte (wild_expected.c): a byte comes from
 * where the sender may read, and goes to where the receiver may write; what is missing there is a page fault
 * of that side; an address outside the user's area, or no room, is an overflow. All memory that the two
 * spaces have is compared after each message, and so are errors, faults, and the words that arrived.
 */
#include "bad_values.h"
#include "random.h"
#include "wild_strings.h"

enum {
	UTCBS_A_PAGE = 4, NEAR_UTCB = 3 * UTCBS_A_PAGE, FIRST_FREE_MR = WORDS, CONTINUES = 1 << 9, MORE = 1,
	XFER_US = 400, SECOND_US = 1000000, REFILL = 8, OLD = 0x01d00000, F_ERROR = 1 << 15,
};

#define LONGEST ((1ul << (L4_BITS_PER_WORD - 10)) - 1)

extern char __program_start[], __program_end[];

static struct space spaces[SPACES];
static L4_ThreadId_t boss, sender, receivers[SPACES];
static uint8_t utcbs[SPACES][2][PAGE] __attribute__((aligned(PAGE)));
static volatile word sender_local;
static volatile word own_from;		/* from here on the page OWN has nothing that the kernel uses */
static struct plan plan;
static uint64_t seed;
static word odds;			/* of a good value, to one of each wild kind */

static word below(word limit) { return (random_next(&seed) >> 11) % limit; }

static bool same(const void *a, const void *b, word bytes)
{
	const volatile word *v = a, *w = b;

	for (word i = 0; i < bytes / sizeof(word); i++)
		if (v[i] != w[i])
			return false;
	return true;
}

static void copy(void *to, const void *from, word bytes)
{
	for (word i = 0; i < bytes / sizeof(word); i++)
		((volatile word *)to)[i] = ((const volatile word *)from)[i];
}

/* ---- the two sides ---- */

static void wait_for_turn(void)
{
	L4_Set_MsgTag(L4_Niltag);
	L4_Call(boss);
}

/* The part of its UTCBs that is compared, which only the space itself sees: from `utcbs`, and back. */
static void show_utcbs(unsigned space)
{
	copy((void *)(SPACE_UTCB + own_from), utcbs[space][0] + own_from, 2 * PAGE - own_from);
}

static void note_utcbs(unsigned space)
{
	copy(utcbs[space][0] + own_from, (void *)(SPACE_UTCB + own_from), 2 * PAGE - own_from);
}

static void send_wildly(void *unused)
{
	(void)unused;
	image_read();
	L4_Set_Pager(boss);
	sender_local = L4_MyLocalId().raw;
	own_from = sender_local + FIRST_FREE_MR * sizeof(word) - SPACE_UTCB;
	for (;;) {
		L4_MsgTag_t tag;

		wait_for_turn();
		show_utcbs(HERE);
		L4_Set_XferTimeouts(plan.xfer[HERE]);
		for (word i = 0; i < plan.words; i++)
			L4_LoadMR((int)i, plan.mr[i]);
		tag = L4_Send(plan.to);
		plan.is.send = L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
		note_utcbs(HERE);
	}
}

static void receive_wildly(void *near)
{
	L4_ThreadId_t from = L4_nilthread;

	image_read();
	L4_Set_Pager(boss);
	for (;;) {
		L4_MsgTag_t tag;

		wait_for_turn();
		if (!near)
			show_utcbs(THERE);
		L4_Set_XferTimeouts(plan.xfer[THERE]);
		for (int i = 1; i < WORDS; i++)
			L4_LoadMR(i, OLD + (word)i);
		for (word i = 0; i < plan.brs; i++)
			L4_LoadBR((int)i, plan.br[i]);
		tag = L4_Wait(&from);
		plan.is.receive = L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
		plan.tag = tag.raw;
		plan.from = from.raw;
		for (int i = 1; i < WORDS; i++)
			plan.arrived[i] = mr(i);
		if (!near)
			note_utcbs(THERE);
	}
}

static void rest(void *unused)
{
	(void)unused;
	guest_wait();
}

/* ---- a message ---- */

/* Do the n bytes from `at` on, which may wrap around, have one of those from `begin` on? */
static bool touches(word at, word n, word begin, word bytes) { return at - begin < bytes || begin - at < n; }

/* Have they memory in use by the programs that play, which is in no shadow? */
static bool in_use(word at, word n)
{
	word end = 1ul << SPACE_UTCB_LOG2, free = 3 * PAGE;

	return touches(at, n, (word)__program_start, (word)(__program_end - __program_start))
	    || touches(at, n, SPACE_UTCB, own_from) || touches(at, n, SPACE_UTCB + free, end - free);
}

static word any_place(void)
{
	switch (below(odds)) {
	case 0:
		return TOP_AT + below(PAGE);
	case 1:
		return SPACE_KIP + below(PAGE);
	case 2:
		return SPACE_UTCB + own_from + below(2 * PAGE - own_from);
	case 3:
		return SPACE_UTCB + 2 * PAGE + below(PAGE);
	case 4:
		return wild[below(WILDS)] + below(64) - 32;
	case 5:
		return ~(random_next(&seed) >> (16 + below(L4_BITS_PER_WORD - 24)));
	case 6:
		return below(2) ? -(1 + below(2 * PAGE)) : random_next(&seed) >> below(L4_BITS_PER_WORD);
	default:
		return WINDOW + below(WINDOW_PAGES * PAGE);
	}
}

static word place(void)
{
	word at = any_place();

	while (in_use(at, 1))
		at = any_place();
	return at;
}

static word length(word at, word usual)
{
	switch (below(odds)) {
	case 0:
		return below(3);
	case 1:
		return below(2) ? LONGEST - below(3) : random_next(&seed) >> (10 + below(L4_BITS_PER_WORD - 10));
	case 2:
		return (USER_END - at + below(17) - 8) & LONGEST;
	case 3:
		return below(3 * PAGE);
	default:
		return below(usual);
	}
}

static struct string any_string(bool simple, word usual)
{
	struct string s = { .descriptors = simple ? 1 : 1 + (unsigned)below(DESCRIPTORS) };

	for (unsigned i = 0; i < s.descriptors; i++) {
		s.d[i].parts = simple ? 1 : 1 + below(PARTS);
		for (word k = 0; k < s.d[i].parts; k++)
			s.d[i].at[k] = place();
		s.d[i].length = length(s.d[i].at[0], usual);
	}
	return s;
}

/* Its words, from *n on. */
static void append(word *words, word *n, const struct string *s, word more)
{
	for (unsigned i = 0; i < s->descriptors; i++) {
		word c = i + 1 < s->descriptors ? CONTINUES : 0;

		words[(*n)++] = s->d[i].length << 10 | c | (s->d[i].parts - 1) << 4 | more;
		for (word k = 0; k < s->d[i].parts; k++)
			words[(*n)++] = s->d[i].at[k];
	}
}

static void make_words(struct plan *p)
{
	p->words = p->u + 1;
	for (word i = 1; i <= p->u; i++)
		p->mr[i] = random_next(&seed);
	for (unsigned i = 0; i < p->strings; i++)
		append(p->mr, &p->words, &p->string[i], 0);
	p->mr[0] = tag_make(3, p->u, p->words - 1 - p->u - p->cut).raw;
	p->brs = 1;
	p->br[0] = p->accepts;
	for (unsigned i = 0; i < p->buffers; i++)
		append(p->br, &p->brs, &p->buffer[i], i + 1 < p->buffers ? MORE : 0);
	p->br[p->brs++] = 0;
}

/* Inside a space a string may be moved from its end on, which is nowhere in use either. */
static void keep_off(const struct plan *p, struct string *s, struct string *buffer)
{
	word *src = &s->d[0].at[0], *dst = &buffer->d[0].at[0], sent = s->d[0].length, room = buffer->d[0].length;
	word n = !p->near || *dst - *src >= sent || room == 0 ? 1 : sent < room ? sent : room;

	if (in_use(*src, n) || in_use(*dst, n))
		*dst = *src;
}

static void make_plan(struct plan *p)
{
	L4_Time_t limit;

	odds = below(2) ? 12 : 99;
	*p = (struct plan){
		.strings = 1 + (unsigned)below(STRINGS), .near = !below(4), .accepts = below(16),
		.cut = !below(16), .zero = below(2), .receivers = below(2), .serving = below(4), .u = below(4),
		.sender = sender,
	};
	p->buffers = below(8) ? p->strings : 1;
	for (unsigned i = 0; i < p->strings; i++)
		p->string[i] = any_string(p->near || below(2), PAGE / 4);
	for (unsigned i = 0; i < p->buffers; i++)
		p->buffer[i] = any_string(p->near || below(2), 2 * PAGE);
	if (p->near && below(2))		/* a little above its own beginning */
		p->buffer[0].d[0].at[0] = p->string[0].d[0].at[0] + below(PAGE / 2);
	for (unsigned i = 0; i < p->buffers; i++)
		keep_off(p, &p->string[i], &p->buffer[i]);
	make_words(p);
	limit = p->zero ? L4_ZeroTime : L4_TimePeriod(XFER_US);
	p->xfer[HERE] = p->receivers ? 0 : L4_Timeouts(limit, L4_Never);
	p->xfer[THERE] = p->receivers ? L4_Timeouts(L4_Never, limit) : 0;
	p->to = receivers[p->near ? HERE : THERE];
}

/* ---- the pager ---- */

static unsigned page_of(unsigned space, unsigned page) { return space * PAGES + page; }

/* Does it answer this fault? The answer is loaded then. */
static bool take_fault(struct plan *p, L4_MsgTag_t tag, L4_ThreadId_t from)
{
	word at = mr(1), n = p->is.faults++;
	struct fault now = fault_of(p, at, tag_nibble(tag), mr(2) == ~0ul ? from : L4_nilthread);
	bool again = n > 0 && n < FAULTS && p->is.fault[n - 1].at == now.at
		  && p->is.fault[n - 1].from == now.from;
	unsigned space = from.raw == receivers[THERE].raw ? THERE : HERE;
	L4_Fpage_t f = fpage(pool(page_of(space, HOLE)), 12, RW);

	if (n < FAULTS)
		p->is.fault[n] = now;
	if (!p->serving || again || !(in_hole(at) || in_kernels_area(at)))
		return false;
	load_map(1, f, at & -(word)PAGE);
	L4_Set_MsgTag(tag_make(0, 0, 2));
	return true;
}

static void play(struct plan *p)
{
	L4_ThreadId_t from;

	L4_Set_MsgTag(L4_Niltag);
	CHECK(L4_IpcSucceeded(L4_Reply(p->to)));
	L4_Set_MsgTag(L4_Niltag);
	CHECK(L4_IpcSucceeded(L4_Reply(sender)));
	for (unsigned ready = 0; ready < 2; ) {
		L4_MsgTag_t tag = L4_Wait_Timeout(L4_TimePeriod(SECOND_US), &from);

		CHECK(L4_IpcSucceeded(tag));
		if (tag_protocol(tag) != N_PAGEFAULT)
			ready++;
		else if (take_fault(p, tag, from))
			L4_Reply(from);
	}
	for (unsigned s = 0; s < SPACES; s++)
		L4_UnmapFpage(fpage(pool(page_of(s, HOLE)), 12, L4_FullyAccessible));
}

/* ---- what it came to ---- */

static bool memory_is_right(void)
{
	bool right = same(kip, kip_before, PAGE);

	for (unsigned s = 0; s < SPACES; s++)
		right &= same((void *)pool(page_of(s, 0)), shadow[s], OWN * PAGE)
		      && same(utcbs[s][0] + own_from, shadow[s][OWN] + own_from, 2 * PAGE - own_from);
	return right;
}

static bool is_buffer(const struct plan *p, word at)
{
	for (unsigned i = 0; i < p->buffers; i++)
		if (at == p->buffer[i].d[0].at[0])
			return true;
	return false;
}

/* Word n as it was sent; or, of a message that failed, as it was before. */
static bool is_sent(const struct plan *p, word n)
{
	return p->arrived[n] == p->mr[n] || (p->want.send && p->arrived[n] == OLD + n);
}

/* The words of a string: its descriptors as they were, no address of the sender's. */
static bool string_arrived(const struct plan *p, const struct string *s, word *n)
{
	bool right = true;

	for (unsigned i = 0; i < s->descriptors; i++) {
		right &= is_sent(p, *n);
		for (word end = ++*n + s->d[i].parts; *n < end; ++*n) {
			word w = p->arrived[*n];

			right &= w == 0 || is_buffer(p, w) || (p->want.send && w == OLD + *n);
		}
	}
	return right;
}

static bool words_are_right(const struct plan *p)
{
	word from = p->want.send ? 0 : p->near ? sender_local : sender.raw;
	bool right = p->from == from && !(p->tag & F_ERROR) == !p->want.send;
	word n = 1;

	if (!p->want.send)
		right &= p->tag == p->mr[0];
	for (; n <= p->u; n++)
		right &= is_sent(p, n);
	for (unsigned i = 0; i < p->strings; i++)
		right &= string_arrived(p, &p->string[i], &n);
	for (; n < WORDS; n++)
		right &= p->arrived[n] == OLD + n;
	return right;
}

static bool outcome_is_right(const struct plan *p)
{
	const struct outcome *a = &p->want, *b = &p->is;

	return a->send == b->send && a->receive == b->receive && a->faults == b->faults
	    && same(a->fault, b->fault, a->faults * sizeof *a->fault);
}

/* ---- all of it ---- */

static void fill_all(void)
{
	for (unsigned s = 0; s < SPACES; s++) {
		for (word i = 0; i < PAGES * PAGE; i += sizeof(word))
			*(volatile word *)(shadow[s][0] + i) = random_next(&seed);
		copy((void *)pool(page_of(s, 0)), shadow[s], OWN * PAGE);
		copy(utcbs[s], shadow[s][OWN], 2 * PAGE);
	}
}

static void make_space(unsigned i)
{
	struct space *s = &spaces[i];
	struct received r;

	space_make(s);
	for (unsigned p = 0; p < WINDOW_PAGES; p++)
		if (p != HOLE)
			map_page(s, page_of(i, p), p * PAGE, p == READ_ONLY ? L4_Readable : RW);
	map_into(s, fpage(pool(page_of(i, TOP)), 12, RW), 0, L4_FpageLog2(TOP_AT, 12), &r);
	CHECK_EQ(r.error, 0);
	if (i == HERE)
		sender = space_start(s, send_wildly, 0);
	else
		receivers[THERE] = space_start(s, receive_wildly, 0);
	s->utcbs = UTCBS_A_PAGE;
	space_start(s, rest, 0);
	s->utcbs = NEAR_UTCB;
}

static void make_world(void)
{
	boss = L4_Myself();
	seed = 0x9e3779b97f4a7c15;
	copy(kip_before, kip, PAGE);
	for (unsigned i = 0; i < SPACES; i++)
		make_space(i);
	receivers[HERE] = space_start(&spaces[HERE], receive_wildly, &plan);
	for (unsigned ready = 0; ready < 3; ready++) {
		L4_ThreadId_t from;

		L4_Wait(&from);
	}
}

static bool is_right(const struct plan *p)
{
	bool memory = memory_is_right(), words = words_are_right(p), outcome = outcome_is_right(p);

	if (memory && words && outcome)
		return true;
	guest_note("string: memory, words, outcome", (word)memory << 8 | (word)words << 4 | outcome);
	guest_note("send error", p->is.send);
	guest_note("specified", p->want.send);
	return false;
}

/* One message; how it ended is counted. */
static bool play_any(word *ends)
{
	bool right;

	make_plan(&plan);
	ends[wild_expect(&plan)]++;
	play(&plan);
	ends[RESULTS] += plan.is.faults;
	right = is_right(&plan);
	if (!right)
		fill_all();
	return right;
}

word wild_strings(word rounds)
{
	static const char *const names[] = { "strings whole", "refused", "late", "faults" };
	struct mark mark = world_mark();
	word wrong = 0, ends[RESULTS + 1] = { 0 };

	make_world();
	for (word i = 0; i < rounds; i++) {
		if (i % REFILL == 0)
			fill_all();
		wrong += !play_any(ends);
	}
	for (unsigned i = 0; i < SPACES; i++)
		space_delete(&spaces[i]);
	world_release(mark);
	for (unsigned i = 0; i <= RESULTS; i++) {
		guest_note(names[i], ends[i]);
		CHECK(ends[i] > rounds / 8);
	}
	return wrong;
}
