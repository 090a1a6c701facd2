/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * map_play.c - the steps of map_spec.c done by three spaces with real system calls, and the walks.
 *
 * Each space has a thread that acts and one that waits for items. A cached translation may be there
 * for every page that was touched, so before each step there is one: the model of the TLB then finds
 * whatever the step fails to invalidate.
 */
#include <stdio.h>
#include <string.h>
#include <boot/boot.h>
#include <core/arch.h>
#include <lib/bits.h>
#include "map_spec.h"
#include "map_walks.h"
#include "world.h"

enum { VA = 0x10000000, FRAMES_AT = 0x8000000, PAGE_LOG2 = 12, IRQ_LINES = 4 };

/* Of a huge world: the one page of 1 GiB on the host that ends below L4_USER_END. KIP and UTCBs are above. */
enum { HUGE_VA = 0, HUGE_FRAMES_AT = 0x40000000, HUGE_AREAS = 0x30000000 };

static l4_word_t first_number;		/* of the threads of space 1, which others follow */

/* ---- cells and addresses ---- */

static l4_word_t offset_of(unsigned cell)
{
	unsigned big = map_state.big;

	if (!big)
		return (l4_word_t)cell << map_state.log2;
	return ((l4_word_t)(cell / big) << BIG_LOG2 | (l4_word_t)(cell % big)) << map_state.log2;
}

static l4_word_t address_of(unsigned space, unsigned cell)
{
	if (map_state.log2 > PAGE_LOG2)
		return (space == SIGMA0 ? HUGE_FRAMES_AT : HUGE_VA) + offset_of(cell);
	return (space == SIGMA0 ? FRAMES_AT : VA) + offset_of(cell);
}

static unsigned cell_at(l4_word_t offset)
{
	unsigned cell = 0;

	while (cell < map_state.cells && offset_of(cell) != offset)
		cell++;
	CHECK(cell < map_state.cells);
	return cell;
}

static uint8_t cells_of(unsigned log2)
{
	unsigned pages = log2 - map_state.log2;

	if (map_state.big && pages >= BIG_LOG2)
		return (uint8_t)(map_state.big << (pages - BIG_LOG2));
	return (uint8_t)(1u << pages);
}

static struct region region(l4_word_t offset, unsigned log2)
{
	unsigned cell = cell_at((l4_word_t)align_down(offset, log2));

	return (struct region){ (uint8_t)cell, cells_of(log2), (uint8_t)log2 };
}

/* ---- both worlds ---- */

static l4_word_t number_of(unsigned space) { return first_number + 2 * (space - 1); }

static struct thread *actor(unsigned space)
{
	return space == SIGMA0 ? sigma0 : thread_numbered(number_of(space));
}

static struct thread *receiver(unsigned space) { return thread_numbered(number_of(space) + 1); }

/* New threads get the lowest numbers that are free: those that the space's threads had. */
static void make_space(unsigned i)
{
	struct thread *t = new_space();

	CHECK_EQ(l4_tid_number(t->id), number_of(i));
	t = new_thread(t);
	CHECK_EQ(l4_tid_number(t->id), number_of(i) + 1);
	CHECK(!receive_from(t, L4_ANYTHREAD));
}

static void boot(unsigned cells, unsigned big, unsigned log2)
{
	struct boot_info b;

	world_boot_info(&b);
	strcpy(b.cmdline, "kmem=2M");
	b.irq_lines = IRQ_LINES;
	world_boot_from(&b);
	new_space_areas = log2 > PAGE_LOG2 ? HUGE_AREAS : 0;
	PUT(root, 0);
	CHECK(send_to(root, sigma0));
	set_prio(sigma0, CFG_PRIO_DEFAULT);
	first_number = l4_tid_number(new_tid());
	for (unsigned i = 1; i < SPACES; i++)
		make_space(i);
	map_state = (struct map_state){ .cells = (uint8_t)cells, .big = (uint8_t)big, .log2 = (uint8_t)log2 };
}

static void boot_small(void) { boot(4, 0, PAGE_LOG2); }
static void boot_large(void) { boot(6, 3, PAGE_LOG2); }
static void boot_huge(void) { boot(3, 3, PAGE_LOG2 + BIG_LOG2); }

/* Does the core have rights for p that it has not for the page that p came from? */
static bool exceeds(const struct page *p, unsigned rights)
{
	const struct page *o = p->origin;
	l4_word_t va = o ? address_of(o->space, o->cell) + offset_of(p->frame) - offset_of(o->frame) : 0;

	return o && rights & ~arch_ptab_get(actor(o->space)->space, va).rights;
}

static void compare_page(unsigned space, unsigned cell, l4_word_t va)
{
	const struct page *p = page_at(space, cell);
	struct leaf leaf = arch_ptab_get(actor(space)->space, va);
	uint64_t frame = va + (p ? address_of(SIGMA0, p->frame) - address_of(space, p->cell) : 0);
	unsigned log2 = map_state.log2 + (p && p->cells > 1 ? BIG_LOG2 : 0u);

	if (leaf.present != (p != 0))
		differ("cell %u of space %u is %s", cell, space, leaf.present ? "still there" : "not there");
	if (!p)
		return;
	if (leaf.rights != p->rights)
		differ("rights of cell %u of space %u are %u, not %u", cell, space, leaf.rights, p->rights);
	if (exceeds(p, leaf.rights))
		differ("cell %u of space %u has rights that its origin has not", cell, space);
	if (leaf.log2 != log2)
		differ("cell %u of space %u is in a page of 2^%u", cell, space, leaf.log2);
	if (leaf.frame + va - align_down(va, leaf.log2) != frame)
		differ("cell %u of space %u shows another frame", cell, space);
}

/* The cell of 510 pages is looked at where it begins and where it ends. */
static void compare(void)
{
	l4_word_t last = (l4_word_t)((1 << BIG_LOG2) - 1) << map_state.log2;
	static unsigned turns;

	for (unsigned s = 1; s < SPACES; s++)
		for (unsigned c = 0; c < map_state.cells; c++) {
			compare_page(s, c, address_of(s, c));
			if (map_state.big && c % map_state.big == 2)
				compare_page(s, c, address_of(s, c - 2) + last);
		}
	for (unsigned s = 1; ++turns % 16 == 0 && s < SPACES; s++)
		host_tlb_check(actor(s)->space);
}

/* Every access to every page: what is allowed, and where it goes. */
static void probe(void)
{
	uint64_t pa = 0;

	for (unsigned s = 1; s < SPACES; s++)
		for (unsigned c = 0; c < map_state.cells; c++)
			for (unsigned access = L4_X; access <= L4_R; access <<= 1) {
				const struct page *p = page_at(s, c);
				bool may = p && p->rights & access;

				if (host_user_access(actor(s)->space, address_of(s, c), access, &pa) != may)
					differ("access %u to cell %u of space %u %s", access, c, s,
					       may ? "faults" : "does not fault");
			}
}

/* Load the TLB with every translation that may be in it; nothing is marked by that. */
static void load_tlb(void)
{
	uint64_t pa;

	for (unsigned s = 1; s < SPACES; s++)
		for (unsigned c = 0; c < map_state.cells; c++) {
			struct leaf leaf = arch_ptab_get(actor(s)->space, address_of(s, c));

			if (leaf.present && leaf.touched)
				host_user_access(actor(s)->space, address_of(s, c), L4_R, &pa);
			if (leaf.present && leaf.touched & leaf.rights & L4_W)
				host_user_access(actor(s)->space, address_of(s, c), L4_W, &pa);
		}
}

/* ---- items ---- */

/* As api 6.2 says; the window is all of the space, or around the hot spot. */
static void decode(struct step s, struct item *i)
{
	l4_word_t src = offset_of(s.arg[A_CELL]), dst = offset_of(s.arg[A_HOT]);
	unsigned log2 = s.arg[A_LOG2], window = s.arg[A_WINDOW];

	*i = (struct item){ .from = s.arg[A_SPACE], .to = s.arg[A_TO], .rights = s.arg[A_RIGHTS],
			    .grant = s.arg[A_STEP] == STEP_GRANT };
	i->all = region(src, log2);
	if (log2 <= window) {
		i->src = i->all;
		i->dst = region(dst, log2);
		return;
	}
	src = (l4_word_t)align_down(src, log2) + (dst & (l4_word_t)(pow2(log2) - 1));
	i->src = region(src, window);
	i->dst = region(dst, window);
}

static void core_item(struct step s, const struct item *i)
{
	struct thread *from = actor(i->from), *to = receiver(i->to);
	l4_word_t hot = address_of(i->to, s.arg[A_HOT]);
	l4_fpage_t send = l4_fpage(address_of(i->from, i->all.cell), i->all.log2, i->rights);
	unsigned window = s.arg[A_WINDOW];

	accept_window(to, window == WINDOW_ALL ? L4_COMPLETE : l4_fpage(hot, window, 0));
	put_map(from, send, hot, i->grant);
	CHECK(send_to(from, to));
	CHECK_SENT(from);
	if (get_mr(to, 0) != l4_tag(0, 0, 2).raw || get_mr(to, 2) != send.raw)
		differ("the item did not arrive as it was sent");
	CHECK(!receive_from(to, L4_ANYTHREAD));
}

/* A page that was derived from another one of its own space: then the order of a walk shows in status. */
static bool knotted(void)
{
	for (const struct page *p = map_state.page; p < map_state.page + PAGES; p++)
		for (const struct page *o = p->there ? p->origin : 0; o; o = o->origin)
			if (o->space == p->space)
				return true;
	return false;
}

static bool eventful(void)
{
	for (const struct page *p = map_state.page; p < map_state.page + PAGES; p++)
		if (p->there && (p->own | p->up | p->kids))
			return true;
	return false;
}

/* The item being tried, and whether a child that the model asks for is itself moved by it. */
static struct item trying;
static bool unclear;

static bool inside(const struct page *p, unsigned space, struct region r)
{
	return p->space == space && p->cell < r.cell + r.cells && r.cell < p->cell + p->cells;
}

static bool yes(const struct page *child)
{
	unclear |= inside(child, trying.from, trying.all) || inside(child, trying.to, trying.dst);
	return true;
}

/* The k-th page of c's cell, and how many there are. */
static l4_word_t page_of(const struct page *c, unsigned k)
{
	return address_of(c->space, c->cell) + ((l4_word_t)k << map_state.log2);
}

static unsigned pages_of(const struct page *c)
{
	return map_state.big && c->cell % map_state.big == 2 ? (1u << BIG_LOG2) - 2 : 1;
}

static bool stands_at(const struct page *c, unsigned k)
{
	return arch_ptab_get(actor(c->space)->space, page_of(c, k)).present;
}

static void flush_at(const struct page *c, unsigned k)
{
	put_mr(actor(c->space), 0, l4_fpage(page_of(c, k), map_state.log2, L4_RWX).raw);
	CALL(actor(c->space), L4_CALL_UNMAP, L4_UNMAP_FLUSH);
}

/* Of c's cell the k-th page has moved with what was derived from it: that goes. */
static void take_derived(const struct page *child, unsigned k)
{
	for (const struct page *c = map_state.page; c < map_state.page + PAGES; c++) {
		if (!c->there || c->origin != child->origin)
			continue;
		if (!stands_at(c, k))
			differ("a page has moved with a part of what was derived from it");
		flush_at(c, k);
	}
}

/*
 * Each page of a cell of 510 moves with what was derived from it, or without it; those of the model do the
 * same. So if only some have moved with it, the rest goes.
 */
static bool stands(const struct page *child)
{
	unsigned n = pages_of(child), stand = 0;

	for (unsigned k = 0; k < n; k++)
		stand += stands_at(child, k);
	for (unsigned k = 0; stand < n && k < n; k++)
		if (stands_at(child, k))
			take_derived(child, k);
	return stand == n;
}

static bool play_item(struct step s)
{
	struct map_state before = map_state;
	struct item i;
	bool odd;

	decode(s, &i);
	trying = i;
	unclear = false;
	map_ask = yes;
	spec_map(&i);
	odd = unclear || (knotted() && eventful());
	map_state = before;
	if (odd)
		return false;
	core_item(s, &i);
	map_ask = stands;
	spec_map(&i);
	return true;
}

/* ---- unmap, touch ---- */

static void play_unmap(struct step s)
{
	unsigned space = s.arg[A_SPACE], log2 = s.arg[A_LOG2], rights = s.arg[A_RIGHTS], got, want;
	bool flush = s.arg[A_STEP] == STEP_FLUSH;
	struct region r = region(offset_of(s.arg[A_CELL]), log2);
	l4_fpage_t f = l4_fpage(address_of(space, r.cell), log2, rights);

	put_mr(actor(space), 0, f.raw);
	CALL(actor(space), L4_CALL_UNMAP, flush ? L4_UNMAP_FLUSH : 0);
	got = get_mr(actor(space), 0) & L4_RWX;
	want = spec_unmap(space, r, rights, flush);
	if (got != want)
		differ("status is %u, not %u", got, want);
}

static bool play_touch(struct step s)
{
	unsigned space = s.arg[A_SPACE], cell = s.arg[A_CELL], access = s.arg[A_RIGHTS];
	uint64_t pa;
	bool could;

	if (knotted())
		return false;
	could = host_user_access(actor(space)->space, address_of(space, cell), access, &pa);
	if (could != spec_touch(space, cell, access))
		differ("access %u to cell %u of space %u %s", access, cell, space,
		       could ? "does not fault" : "faults");
	return true;
}

static void play_renew(unsigned space)
{
	CHECK(delete_thread(receiver(space)->id));
	CHECK(delete_thread(actor(space)->id));
	make_space(space);
	spec_renew(space);
}

static bool play(struct step s)
{
	load_tlb();
	switch (s.arg[A_STEP]) {
	case STEP_MAP:
	case STEP_GRANT:
		if (!play_item(s))
			return false;
		break;
	case STEP_TOUCH:
		if (!play_touch(s))
			return false;
		break;
	case STEP_RENEW:
		play_renew(s.arg[A_SPACE]);
		break;
	default:
		play_unmap(s);
	}
	compare();
	return true;
}

/* ---- keys ---- */

enum { PAGE_KEY = 9 };

/* The pages of one space, with the spaces called by other names. */
static size_t key_of(uint8_t *out, unsigned space, const uint8_t *name)
{
	size_t n = 0;

	for (unsigned c = 0; c < map_state.cells; c++) {
		const struct page *p = page_at(space, c);

		if (!p || p->cell != c)
			continue;
		out[n++] = (uint8_t)(name[space] << 4 | c);
		out[n++] = p->cells;
		out[n++] = p->rights;
		out[n++] = p->frame;
		out[n++] = p->origin ? (uint8_t)(name[p->origin->space] << 4 | p->origin->cell) : 0xff;
		out[n++] = p->span;
		out[n++] = p->own;
		out[n++] = p->up;
		out[n++] = p->kids;
	}
	return n;
}

/* The spaces do not differ: of all ways to name them the one with the smallest key. */
static size_t key(uint8_t *out)
{
	static const uint8_t order[][SPACES] = {
		{ 0, 1, 2, 3 }, { 0, 1, 3, 2 }, { 0, 2, 1, 3 }, { 0, 2, 3, 1 }, { 0, 3, 1, 2 }, { 0, 3, 2, 1 },
	};
	uint8_t other[PAGES * PAGE_KEY], name[SPACES];
	size_t n = 0, m;

	for (unsigned i = 0; i < ARRAY_LEN(order); i++) {
		m = 0;
		for (unsigned k = 0; k < SPACES; k++)
			name[order[i][k]] = (uint8_t)k;
		for (unsigned k = 1; k < SPACES; k++)
			m += key_of(other + m, order[i][k], name);
		if (i == 0 || memcmp(other, out, m) < 0)
			memcpy(out, other, n = m);
	}
	return n;
}

/* ---- words ---- */

static void say_space(unsigned space, char *out, size_t size)
{
	if (space == SIGMA0)
		snprintf(out, size, "sigma0");
	else
		snprintf(out, size, "space %u", space);
}

static void say(struct step s, char *out, size_t size)
{
	static const char *const name[] = { "", "maps", "grants", "unmaps", "flushes", "touches", "ends:" };
	char from[16], to[40] = "", window[24];

	say_space(s.arg[A_SPACE], from, sizeof(from));
	snprintf(window, sizeof(window), ", window 2^%u", s.arg[A_WINDOW]);
	if (s.arg[A_STEP] == STEP_MAP || s.arg[A_STEP] == STEP_GRANT)
		snprintf(to, sizeof(to), " to cell %u of space %u%s", s.arg[A_HOT], s.arg[A_TO],
			 s.arg[A_WINDOW] == WINDOW_ALL ? "" : window);
	snprintf(out, size, "%s %s cell %u (2^%u), %s%s%s%s", from, name[s.arg[A_STEP]], s.arg[A_CELL],
		 s.arg[A_LOG2], s.arg[A_RIGHTS] & L4_R ? "r" : "-", s.arg[A_RIGHTS] & L4_W ? "w" : "-",
		 s.arg[A_RIGHTS] & L4_X ? "x" : "-", to);
}

/* ---- random steps ---- */

/* A size, and a cell where a region of that size begins. */
static void any_region(unsigned *cell, unsigned *log2)
{
	static const uint8_t small[] = { 0, 0, 0, 1, 2 };
	static const uint8_t large[] = { 0, 0, 1, BIG_LOG2, BIG_LOG2, BIG_LOG2, BIG_LOG2 + 1 };
	unsigned most = sizeof(large) - (map_state.cells == map_state.big);

	*log2 = map_state.log2 + (map_state.big ? large[dice(most)] : small[dice(sizeof(small))]);
	*cell = dice(map_state.cells);
	if (map_state.big && *cell % map_state.big == 2)
		*cell -= dice(2) + 1;
	*cell = region(offset_of(*cell), *log2).cell;
}

static struct step random_step(void)
{
	static const uint8_t rights[] = { L4_RWX, L4_RWX, L4_RWX, L4_R, L4_R | L4_W, L4_R | L4_X, L4_W, L4_X, 0 };
	unsigned cell, log2, hot, window, what = dice(24);
	struct step s = { { 0 } };

	any_region(&cell, &log2);
	any_region(&hot, &window);
	s.arg[A_SPACE] = (uint8_t)(1 + dice(SPACES - 1));
	s.arg[A_RIGHTS] = rights[dice(sizeof(rights))];
	s.arg[A_CELL] = (uint8_t)cell;
	s.arg[A_LOG2] = (uint8_t)log2;
	if (what < 12) {
		s.arg[A_STEP] = what < 10 ? STEP_MAP : STEP_GRANT;
		if (dice(3) == 0)
			s.arg[A_SPACE] = SIGMA0;
		s.arg[A_TO] = (uint8_t)(1 + dice(SPACES - 1));
		s.arg[A_HOT] = (uint8_t)hot;
		s.arg[A_WINDOW] = dice(2) ? WINDOW_ALL : (uint8_t)window;
	} else if (what == 23) {
		s.arg[A_STEP] = dice(4) ? STEP_TOUCH : STEP_RENEW;
		s.arg[A_RIGHTS] = L4_W;
		s.arg[A_LOG2] = map_state.log2;
	} else if (what < 16) {
		s.arg[A_STEP] = what < 14 ? STEP_UNMAP : STEP_FLUSH;
		if (what < 14 && dice(8) == 0)
			s.arg[A_SPACE] = SIGMA0;
	} else {
		s.arg[A_STEP] = STEP_TOUCH;
		s.arg[A_RIGHTS] = (uint8_t)(1u << dice(3));
		s.arg[A_LOG2] = map_state.log2;
	}
	return s;
}

/* Those of large pages come last. */
static const char *const faults[] = {
	"a mapping has rights that its source has not", "a second map of a frame adds no rights",
	"it adds rights that the mapper has not", "pages mapped on hang from their grandparent",
	"a page stays when another frame is mapped over it", "what was derived twice survives an unmap",
	"kept status is read twice", "a page takes its status along when it goes",
	"an unmap reads the own status too", "a granter keeps the page", "a granted page forgets its status",
	"what a window is too small for stays with the granter",
	"children keep rights that a grant took away", "a large page derived from a part of one stays",
	"a flush of a part takes the part alone", "a large page is put among small ones",
};

enum { LARGE_FAULTS = 3 };

const struct game map_game = {
	"map", &map_state, sizeof(map_state), faults, ARRAY_LEN(faults) - LARGE_FAULTS,
	boot_small, play, probe, key, random_step, say,
};
const struct game large_game = {
	"large", &map_state, sizeof(map_state), faults, ARRAY_LEN(faults),
	boot_large, play, probe, key, random_step, say,
};
const struct game huge_game = {
	"huge", &map_state, sizeof(map_state), faults, ARRAY_LEN(faults),
	boot_huge, play, probe, key, random_step, say,
};
