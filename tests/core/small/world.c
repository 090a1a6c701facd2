/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world.c - see world.h.
 */
#include <string.h>
#include <core/arch.h>
#include <arch/area.h>
#include <arch/layout.h>
#include <mem/mapdb.h>
#include <mem/range.h>
#include <mem/teardown.h>
#include <lib/bits.h>
#include "../../../kernel/arch/ia32/entry.h"
#include "../../../kernel/arch/ia32/local.h"
#include "world.h"

enum { KIP_AT = 0x100000, UTCB_AT = 0x110000, RAM = 0x8000000, RAM_LOG2 = 22 };
enum { LIMIT_FRAMES = 200, BUDGET = 56 };

static struct space *space[SPACES];

struct space *world_space(unsigned x) { return space[x]; }

l4_word_t world_frame(unsigned x, unsigned set) { return RAM + ((l4_word_t)(2 * x + set) << RAM_LOG2); }

/* ---- spaces ---- */

static void make_space(unsigned x)
{
	struct space *s = space[x] = space_create(&mem.kmem.pool);

	CHECK(s && account_set_limit(&s->account, LIMIT_FRAMES * PAGE));
	CHECK_EQ(space_configure(s, l4_fpage(KIP_AT, 12, 0), l4_fpage(UTCB_AT, 12, 0)), L4_OK);
}

void world_map_first(unsigned x)
{
	world_map(0, x, world_frame(x, 0), VA, 12, L4_RWX);
	world_map(0, x, world_frame(x, 0) + PAGE, READ, 12, L4_R);
}

void world_init(void)
{
	cpu_init();
	tlb_init();
	kmem_init(KMAP_POINTER(0), CPU_RAM_BYTES);
	arch_kept_init();
	tree_init(&mem.space_tree);
	slab_init(&mem.spaces, 0, align_up(sizeof(struct space), 6));
	mem.spaces.clear = sizeof(void *);	/* P4, as boot.c */
	mem.kip_frame = arch_frame_pa(kmem_frame(&mem.kmem.pool));
	small_init("");
	for (unsigned x = 0; x < SPACES; x++)
		make_space(x);
	space[0]->sigma0 = true;
	for (unsigned w = 0; w < RESOURCES; w++)
		CHECK_EQ(mapdb_root(&space[0]->map[w]), L4_OK);
}

void world_delete(unsigned x)
{
	struct space *s = space[x];

	teardown_begin(s);
	while (teardown_step(s))
		;
	CHECK_EQ(s->map[RESOURCE_MEMORY].nodes, 0);
	CHECK_EQ(s->account.used, 0);
	space_check_spare(s);
	make_space(x);
}

l4_word_t world_control(unsigned x, l4_word_t specifier)
{
	return arch_space_control(space[x], APPLY | specifier);
}

/* ---- mappings: every other time in one step, if possible ---- */

void world_map(unsigned f, unsigned t, l4_word_t src, l4_word_t dst, unsigned log2, unsigned rights)
{
	struct map_item i = { l4_fpage(src, log2, rights), dst, false, L4_COMPLETE, false, 0 };
	enum map_result r = MAP_MORE;
	unsigned budget = BUDGET;
	struct map_op op;
	static unsigned n;

	if (n++ % 2 && range_item(space[f], space[t], &i, &budget))
		return;
	if (!mapdb_begin(&op, space[f], space[t], &i))
		return;
	while (r == MAP_MORE) {
		budget = BUDGET;
		r = mapdb_step(&op, &budget);
	}
	CHECK_EQ(r, MAP_DONE);
}

void world_unmap(unsigned x, l4_word_t at, unsigned log2, unsigned rights, bool flush)
{
	struct mapspace *m = &space[x]->map[RESOURCE_MEMORY];
	l4_fpage_t page = l4_fpage(at, log2, rights);
	static unsigned n;

	if (log2 < MAPDB_ALL && n++ % 2 && range_unmap(m, &page, flush ? L4_UNMAP_FLUSH : 0))
		return;
	walk_begin(m, at, log2, rights, flush);
	while (!walk_step(m))
		;
}

/* ---- switches ---- */

/* Translate whatever the CPU may: at addresses of slots, and of the large space that is loaded. */
static void prefetch(void)
{
	static const l4_word_t at[] = { VA, READ, LOW, DERIVED, LAST, BEYOND, FAR };

	for (unsigned i = 0; i < ARRAY_LEN(at); i++) {
		cpu_prefetch(at[i]);
		for (l4_word_t slot = 0; slot < 5; slot++)
			cpu_prefetch(KMAP_SMALL + (slot << 22) + (at[i] & 0x3fffff));
	}
}

static void load_segments(const struct space *s)
{
	if (!segments_loaded(s))
		set_segments(s);
	cpu_load_segments();
}

static bool is_held;			/* as cpu_local.floor: the short path must not switch */

void world_run(unsigned x)
{
	struct space *s = space[x];

	if (area_base(s))
		tlb_sync();
	else
		tlb_switch(s);
	load_segments(s);
	if (tlb_globals)
		small_step();
	is_held = !s->tlb.direct || tlb_globals;
	prefetch();
}

void world_run_short(unsigned x)
{
	struct space *s = space[x];
	uint32_t direct = (uint32_t)s->tlb.direct;

	if (is_held || !direct) {
		world_run(x);
		return;
	}
	if (!(direct & DIRECT_SMALL) && direct != tlb_cr3) {
		tlb_cr3 = direct;
		tlb_switched(s);
		cpu_write_cr3(direct);
	}
	load_segments(s);
	prefetch();
}

/* ---- user code ---- */

static void check_linear(const struct space *s, l4_word_t va, l4_word_t linear)
{
	l4_word_t end = s->arch.base ? s->arch.base + s->arch.size : L4_USER_END;

	CHECK_EQ(linear, s->arch.base + va);
	CHECK(linear - s->arch.base < end - s->arch.base);
}

bool world_touch(unsigned x, l4_word_t va, bool write)
{
	struct space *s = space[x];
	struct leaf leaf;
	uint64_t pa = 0;
	bool ok;

	CHECK_EQ(cpu_within_limit(va), va < (s->arch.base ? s->arch.size : L4_USER_END));
	if (!cpu_within_limit(va)) {
		CHECK(va >= L4_USER_END || !arch_ptab_get(s, va).present);
		return false;
	}
	check_linear(s, va, cpu_linear(va));
	ok = cpu_access(cpu_linear(va), write, &pa);
	leaf = arch_ptab_get(s, va);
	CHECK(!s->arch.base || !leaf.present || leaf.log2 == PTE_PAGE_LOG2);
	CHECK_EQ(ok, leaf.present && leaf.rights & (write ? L4_W : L4_R));
	CHECK(!ok || pa == leaf.frame + (va & (pow2(leaf.log2) - 1)));
	CHECK(!ok || leaf.touched & (write ? L4_W : L4_R));
	return true;
}

void world_check(void)
{
	kmem_check();
	small_check();
	tlb_check();
	for (unsigned x = 0; x < SPACES; x++) {
		account_check(&space[x]->account);
		tlb_check_space(space[x]);
		mapdb_check(&space[x]->map[RESOURCE_MEMORY]);
	}
}
