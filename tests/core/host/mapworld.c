/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mapworld.c - see mapworld.h.
 */
#include <core/arch.h>
#include <core/upcall.h>
#include <lib/str.h>
#include "mapworld.h"

struct space mw_space[SPACES];
bool (*mapworld_hook)(void);
unsigned mapworld_steps, mapworld_budget = MAPWORLD_BUDGET;
enum map_resource mw_world;

static unsigned unmaps, items;

static _Alignas(PAGE) unsigned char pool[POOL_FRAMES * PAGE];

static void make_space(unsigned i)
{
	struct space *s = &mw_space[i];

	*s = (struct space){ .state = SPACE_LIVE, .number = i + 1, .sigma0 = i == 0 };
	s->redirector = L4_ANYTHREAD;
	s->kip_area = l4_fpage(KIP_AT, 12, 0);
	s->utcb_area = l4_fpage(UTCB_AT, UTCB_LOG2, 0);
	list_init(&s->threads);
	tree_init(&s->utcbs);
	account_open(&s->account, &mem.kmem.pool);
	CHECK(account_set_limit(&s->account, LIMIT_FRAMES * PAGE));
	slab_init(&s->blocks, &s->account, SPACE_BLOCK);
	space_init_maps(s);
	CHECK(arch_space_init(s));
}

void mapworld_setup(void)
{
	host_reset();
	host_fail_never();
	host_tlb_reset();
	memset(&kernel, 0, sizeof(kernel));
	memset(&mem, 0, sizeof(mem));
	tlb_init();
	kmem_init(pool, sizeof(pool));
	arch_kept_init();
	mem.reserved[0].base = RESERVED;
	mem.reserved[0].size = 0x200000;
	mem.nreserved = 1;
	for (unsigned i = 0; i < SPACES; i++)
		make_space(i);
	for (unsigned w = 0; w < RESOURCES; w++)
		CHECK_EQ(mapdb_root(&mw_space[0].map[w]), L4_OK);
	mapworld_hook = 0;
	mapworld_steps = unmaps = items = 0;
	mw_world = RESOURCE_MEMORY;
}

unsigned mw_walks(void)
{
	unsigned walks = 0;

	for (unsigned s = 0; s < SPACES; s++)
		for (unsigned w = 0; w < RESOURCES; w++)
			walks += mw_space[s].map[w].walk.active + mw_space[s].map[w].clear.active;
	return walks;
}

void mw_general(void)
{
	mem.walks += !mem.general;
	mem.general = true;
}

void mapworld_check(void)
{
	kmem_check();
	attribute_check();
	tlb_check();
	ASSERT(mem.walks == mw_walks() + mem.general);	/* M10 */
	for (unsigned i = 0; i < SPACES; i++) {
		account_check(&mw_space[i].account);
		for (unsigned w = 0; w < RESOURCES; w++)
			mapdb_check(&mw_space[i].map[w]);
		tlb_check_space(&mw_space[i]);
		host_tlb_check(&mw_space[i]);
	}
}

static bool step_walk(struct mapspace *m)
{
	unsigned budget = mapworld_budget;

	return walk_run(&m->walk, &budget);
}

/* A check of everything takes far longer than a step; after a hostile call it is always done. */
enum { CHECK_EVERY = 8 };

static void stepped(void)
{
	bool (*hook)(void) = mapworld_hook, check;

	mapworld_steps++;
	mapworld_hook = 0;		/* what the hook does is not interrupted in turn */
	check = hook && hook();
	if (check || mapworld_steps % CHECK_EVERY == 0)
		mapworld_check();
	mapworld_hook = hook;
}

enum map_result mw_step(struct map_op *op)
{
	unsigned budget = mapworld_budget;

	return mapdb_step(op, &budget);
}

/* Every other time in one step, if possible. */
static enum map_result do_item(unsigned f, unsigned t, struct map_item i)
{
	unsigned budget = mapworld_budget;
	struct map_op op;
	enum map_result r = MAP_DONE;

	if (items++ % 2 && !l4_fpage_is_nil(i.window) && range_item(&mw_space[f], &mw_space[t], &i, &budget)) {
		mapworld_check();
		return MAP_DONE;
	}
	if (!mapdb_begin(&op, &mw_space[f], &mw_space[t], &i))
		return MAP_DONE;
	do {
		r = mw_step(&op);
		if (r == MAP_MORE)
			stepped();
	} while (r == MAP_MORE);
	mapworld_check();
	return r;
}

enum map_result mw_item(unsigned f, unsigned t, l4_fpage_t send, l4_word_t hot, l4_fpage_t window,
			bool grant)
{
	return do_item(f, t, (struct map_item){ send, hot, grant, window, false, 0 });
}

static struct mapspace *world_of(unsigned s) { return &mw_space[s].map[mw_world]; }

static l4_fpage_t fpage_of(l4_word_t base, unsigned log2, unsigned rights)
{
	return mw_world == RESOURCE_PORTS ? l4_io_fpage(base / PAGE, log2 - KMEM_FRAME_LOG2)
					  : l4_fpage(base, log2, rights);
}

void mw_map(unsigned f, unsigned t, l4_word_t src, l4_word_t dst, unsigned log2, unsigned rights)
{
	CHECK_EQ(mw_item(f, t, fpage_of(src, log2, rights), dst, L4_COMPLETE, false), MAP_DONE);
}

void mw_map_no_revoke(unsigned f, unsigned t, l4_word_t src, l4_word_t dst, unsigned log2, unsigned rights)
{
	struct map_item i = { fpage_of(src, log2, rights), dst, false, L4_COMPLETE, true, 0 };

	CHECK_EQ(do_item(f, t, i), MAP_DONE);
}

void mw_grant(unsigned f, unsigned t, l4_word_t src, l4_word_t dst, unsigned log2, unsigned rights)
{
	CHECK_EQ(mw_item(f, t, fpage_of(src, log2, rights), dst, L4_COMPLETE, true), MAP_DONE);
}

/* Runs the walk of m to its end. */
static void finish_walk(struct mapspace *m)
{
	while (m->walk.active && !step_walk(m))
		stepped();
}

bool mw_unmap_once(unsigned s, l4_word_t base, unsigned log2, bool flush, unsigned *status)
{
	return mw_revoke_once(s, l4_fpage(base, log2, L4_RWX), flush, status);
}

bool mw_revoke_once(unsigned s, l4_fpage_t f, bool flush, unsigned *status)
{
	struct thread self = { .space = &mw_space[s] };
	struct mapspace *m = &mw_space[s].map[RESOURCE_MEMORY];
	l4_fpage_t was = f;
	bool done;

	tlb_switch(self.space);
	if (kernel_unmap_fast(&self.id, &f, flush ? L4_UNMAP_FLUSH : 0)) {
		CHECK_EQ(f.raw | L4_RWX, was.raw | L4_RWX);
		*status = l4_fpage_rights(f);
		mapworld_check();
		return true;
	}
	done = range_unmap(m, &f, flush);
	*status = done ? l4_fpage_rights(f) : 0;
	tlb_switch(self.space);
	mapworld_check();
	return done;
}

unsigned mw_unmap_by_walk(unsigned s, l4_word_t base, unsigned log2, unsigned rights, bool flush)
{
	struct mapspace *m = world_of(s);

	finish_walk(m);
	walk_begin(m, base, log2, rights, flush);
	finish_walk(m);
	mapworld_check();
	return m->walk.status;
}

/* Every other time in one step, if possible. */
unsigned mw_unmap(unsigned s, l4_word_t base, unsigned log2, unsigned rights, bool flush)
{
	unsigned status = 0;

	finish_walk(world_of(s));
	if (mw_world == RESOURCE_MEMORY && log2 < MAPDB_ALL && unmaps++ % 2
	    && mw_revoke_once(s, l4_fpage(base, log2, rights), flush, &status))
		return status;
	return mw_unmap_by_walk(s, base, log2, rights, flush) | status;
}

bool mw_set_attribute(unsigned s, l4_word_t base, unsigned log2, uint8_t attr)
{
	struct mapspace *m = &mw_space[s].map[RESOURCE_MEMORY];

	finish_walk(m);
	if (!walk_begin_attribute(m, base, log2 < MAPDB_ALL ? log2 : MAPDB_ALL, attr))	/* as sys_unmap_region */
		return false;
	finish_walk(m);
	mapworld_check();
	return true;
}

unsigned mw_rights_at(unsigned s, l4_word_t va)
{
	struct leaf leaf = leaf_get(world_of(s), va);

	return leaf.present ? leaf.rights : 0;
}

uint64_t mw_frame_at(unsigned s, l4_word_t va)
{
	struct leaf leaf = leaf_get(world_of(s), va);

	CHECK(leaf.present);
	return leaf_frame(leaf, va);
}

bool mw_touch(unsigned s, l4_word_t va, unsigned access)
{
	uint64_t pa;

	if (!host_user_access(&mw_space[s], va, access, &pa))
		return false;
	CHECK_EQ(pa, mw_frame_at(s, va));
	return true;
}

void mw_destroy(unsigned s)
{
	mw_space[s].state = SPACE_DYING;
	for (unsigned w = 0; w < RESOURCES; w++) {
		struct mapspace *m = &mw_space[s].map[w];

		while (!clear_step(m) || !walk_step(m))
			stepped();
		walk_begin(m, 0, MAPDB_ALL, L4_RWX, true);
		while (!step_walk(m))
			stepped();
		CHECK_EQ(m->nodes, 0);
	}
	tlb_leave(&mw_space[s]);
	while (!arch_space_exit_step(&mw_space[s]))
		;
	CHECK_EQ(mw_space[s].account.used, 0);
	account_close(&mw_space[s].account);
	make_space(s);
}

size_t mw_nodes_of(unsigned s) { return mw_space[s].map[RESOURCE_MEMORY].nodes; }
size_t mw_pages_of(unsigned s) { return mw_space[s].map[RESOURCE_MEMORY].pages; }
