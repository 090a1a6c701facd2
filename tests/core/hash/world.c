/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world.c - see world.h.
 */
#include <string.h>
#include <core/arch.h>
#include <arch/gateway.h>
#include <arch/layout.h>
#include <mem/mem.h>
#include "../../../kernel/arch/ppc32/attribute.h"
#include "../../../kernel/arch/ppc32/hash_entry.h"
#include "refill.h"
#include "world.h"

/* Physical memory. */
enum { GATEWAY_PA = 0x5000, TABLE_PA = 0x10000, TABLE_BYTES = 0x10000, SPACES_PA = 0x40000 };
enum { POOL_PA = 0x400000 };

enum { WIMG_I = 0x20, WIMG_M = 0x10, WIMG_G = 8, WIMG_W = 0x40, ATTRIBUTES = 5 };
#define DEVICES 0x80000000u

enum { LARGE = 8, LITTLE = 8 * PAGE };	/* spaces from this one on have so much memory */

static struct cpu_kind kind;
static struct page pages[SPACES][ADDRESSES];
static unsigned nspaces;

struct space *world_space(unsigned x) { return (struct space *)KMAP_POINTER(SPACES_PA) + x; }
struct page *model_page(unsigned x, unsigned i) { return &pages[x][i]; }
bool world_has(unsigned x) { return world_space(x)->arch.root; }
uint32_t world_number(unsigned x) { return vsid_number(world_space(x)->arch.seg & VSID_MASK); }

l4_word_t world_address(unsigned i)
{
	static const l4_word_t ends[ENDS] = { 0, 0x0ffff000, 0x10000000, 0x4ffff000, 0xb0000000, 0xbffff000 };

	if (i < SAME)
		return (l4_word_t)(i + 1) << 22 | 5 * PAGE;
	if (i < SAME + REST)
		return (l4_word_t)(i - SAME + 1) << 22 | (0x3ff - 5) * PAGE;
	if (i < FIRST_OF_RUN + RUN)
		return 0x50100000 + (i - FIRST_OF_RUN) * PAGE;
	return ends[i - FIRST_OF_RUN - RUN];
}

/* ---- spaces ---- */

void world_init(struct cpu_kind k, uint64_t seed)
{
	_Static_assert(SPACES_PA + SPACES * sizeof(struct space) <= POOL_PA, "the spaces are before the pool");
	kind = k;
	cpu_init(k, seed);
	memset(KMAP_POINTER(0), 0xff, PAGE);		/* no page table is there */
	for (unsigned n = 1; k.sets && n < LARGE; n++)
		for (unsigned i = 0; i < ADDRESSES; i++)
			cpu_leave_over((vsid_segment(n) & VSID_MASK) + (world_address(i) >> 28), world_address(i));
	ram_end = CPU_RAM_BYTES;
	hash_init(TABLE_PA, TABLE_BYTES);
	CHECK(cpu_is_synced());
	hash_set_gateway(GATEWAY_PA);
	tlb_init();
	kmem_init(KMAP_POINTER(POOL_PA), CPU_RAM_BYTES - POOL_PA);
	arch_kept_init();
}

bool world_create(unsigned x)
{
	struct space *s = world_space(x);

	memset(s, 0, sizeof(*s));
	account_open(&s->account, &mem.kmem.pool);
	if (x >= LARGE)
		CHECK(account_set_limit(&s->account, LITTLE));
	if (!arch_space_init(s)) {
		account_close(&s->account);
		return false;
	}
	nspaces++;
	return true;
}

void world_delete(unsigned x)
{
	struct space *s = world_space(x);

	for (unsigned i = 0; i < ADDRESSES; i++)
		world_clear(x, i);
	while (!arch_space_exit_step(s))
		;
	CHECK_EQ(s->account.used, 0);
	account_close(&s->account);
	nspaces--;
}

void world_run(unsigned x) { arch_tlb_load(arch_tlb_word(world_space(x), 0)); }

/* ---- pages ---- */

struct page world_random_page(void)
{
	bool device = cpu_random(8) == 0;
	uint32_t frame = cpu_random(CPU_RAM_BYTES / PAGE) * PAGE;

	return (struct page){
		.present = true, .write = cpu_random(2), .frame = device ? DEVICES + frame : frame,
		.attr = device || cpu_random(3) ? 0 : (uint8_t)cpu_random(ATTRIBUTES),
		.kept = (uint8_t)cpu_random(64),
	};
}

void world_check_status(const struct page *p, unsigned touched, bool exact)
{
	unsigned want = (p->referenced ? L4_R | L4_X : 0) | (p->changed ? L4_R | L4_W : 0);

	if (exact || !kind.late)
		CHECK_EQ(touched, want);
	else
		CHECK_EQ(touched & ~want, 0);
}

void world_set(unsigned x, unsigned i, struct page p)
{
	struct page *old = &pages[x][i];
	struct space *s = world_space(x);
	l4_word_t at = world_address(i);

	CHECK_EQ(arch_ptab_reserve(s, at, 12, true), LEAF_ROOM);
	arch_ptab_set(s, at, (struct leaf){
		.present = true, .log2 = 12, .rights = p.write ? L4_RWX : L4_R | L4_X, .attr = p.attr,
		.touched = (uint8_t)((p.referenced ? L4_R : 0) | (p.changed ? L4_W : 0)),
		.kept = p.kept, .frame = p.frame });
	if (old->present) {
		p.referenced |= old->referenced;
		p.changed |= old->changed;
	}
	*old = p;
}

void world_clear(unsigned x, unsigned i)
{
	struct page *p = &pages[x][i];

	if (p->present)
		world_check_status(p, arch_ptab_clear(world_space(x), world_address(i), 12), true);
	p->present = false;
}

void world_check_page(unsigned x, unsigned i)
{
	struct leaf leaf = arch_ptab_get(world_space(x), world_address(i));
	const struct page *p = &pages[x][i];

	CHECK_EQ(leaf.present, p->present);
	if (!p->present)
		return;
	CHECK_EQ(leaf.log2, 12);
	CHECK_EQ(leaf.rights, p->write ? L4_RWX : L4_R | L4_X);
	CHECK_EQ(leaf.frame, p->frame);
	CHECK_EQ(leaf.attr, p->attr);
	CHECK_EQ(leaf.kept, p->kept);
	CHECK(!leaf.own);
	world_check_status(p, leaf.touched, false);
}

/* ---- user code ---- */

bool world_access(struct space *s, l4_word_t ea, enum cpu_access access, uint64_t *pa, uint32_t *wimg)
{
	for (unsigned n = 0; n < 3; n++) {
		enum cpu_result r = cpu_access(ea, access, pa, wimg);

		if (r == CPU_DONE)
			return true;
		if (!machine_refill(s, ea, access, r))
			return false;
	}
	test_fail(__FILE__, __LINE__, "the access faults for ever");
}

static uint32_t wimg_of(const struct page *p)
{
	static const uint32_t wimg[ATTRIBUTES] = { 0, WIMG_I | WIMG_G, WIMG_M, WIMG_G, WIMG_W };

	return p->frame >= DEVICES ? WIMG_I | WIMG_M | WIMG_G : wimg[p->attr];
}

void world_touch(unsigned x, unsigned i, enum cpu_access access)
{
	struct page *p = &pages[x][i];
	unsigned offset = cpu_random(PAGE);
	bool allowed = p->present && (access != CPU_STORE || p->write);
	uint64_t pa = 0;
	uint32_t wimg = 0;

	if (access == CPU_FETCH && p->present && wimg_of(p) & WIMG_G) {
		CHECK(!world_access(world_space(x), world_address(i) + offset, access, &pa, &wimg));
		p->referenced = true;		/* the hash table was searched */
		return;
	}
	CHECK_EQ(world_access(world_space(x), world_address(i) + offset, access, &pa, &wimg), allowed);
	if (!allowed)
		return;
	CHECK_EQ(pa, p->frame + offset);
	CHECK_EQ(wimg, wimg_of(p));
	p->referenced = true;
	p->changed |= access == CPU_STORE;
}

unsigned world_evictions(void) { return cpu_local()->hash.victim / sizeof(struct hash_entry); }

void world_check(void)
{
	hash_check();
	vsid_check();
	kmem_check();
}
