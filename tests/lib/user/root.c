/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root.c - tests of the root task's memory pool, page tables, init file and initial stack (user/root).
 */
#include "harness.h"
#include <stdlib.h>
#include <string.h>
#include <pecan/addresses.h>
#include <pecan/elf.h>
#include <proto/promise.h>
#include <root/memory/layout.h>
#include <root/memory/vtab.h>
#include <root/task/stack.h>
#include <stdio.h>
#include <supervisor/config.h>
#include <x2/arch.h>

enum { PAGES = 1023, FRAMES = POOL_LOWEST + PAGES };

static struct pool pool;
static uint8_t states[FRAMES + FRAMES / 8 + 1];
static char *arena;

static void fresh(void)
{
	free(arena);
	arena = aligned_alloc(PAGE_BYTES, FRAMES * PAGE_BYTES);
	direct_base = (l4_word_t)arena;
	memset(states, 0, sizeof(states));
	pool_init(&pool, states, FRAMES);
	pool_add(&pool, 0, FRAMES);
}

TEST(HPOL0001, "the first 64 KiB are left out; other pages can be had once, and come back as large blocks")
{
	static l4_word_t got[FRAMES];
	unsigned n = 0;

	fresh();
	CHECK(pool.total == PAGES && pool.free == PAGES);
	while ((got[n] = pool_alloc(&pool, 0)) != 0)
		CHECK(got[n++] >= 0x10000);
	CHECK(n == PAGES && pool.free == 0);
	for (unsigned i = 0; i < n; i++)
		pool_free(&pool, got[i], 0);
	CHECK(pool.free == PAGES);
	CHECK(pool_alloc(&pool, POOL_ORDERS - 1) == (512 << PAGE_LOG2));
	CHECK(pool_alloc(&pool, POOL_ORDERS - 1) == 0);
}

TEST(HPOL0002, "blocks are aligned to their size and never overlap, in a random order of 20000 steps")
{
	static uint8_t used[FRAMES];
	static struct { l4_word_t at; unsigned order; } held[FRAMES];
	unsigned n = 0;

	fresh();
	memset(used, 0, sizeof(used));
	srand(3);
	for (unsigned step = 0; step < 20000; step++) {
		if (rand() % 2 && n > 0) {
			unsigned i = (unsigned)rand() % n;

			memset(used + (held[i].at >> PAGE_LOG2), 0, 1u << held[i].order);
			pool_free(&pool, held[i].at, held[i].order);
			held[i] = held[--n];
			continue;
		}
		unsigned order = (unsigned)rand() % 5;
		l4_word_t at = pool_alloc(&pool, order);

		if (at == 0)
			continue;
		CHECK(at % (PAGE_BYTES << order) == 0);
		for (unsigned k = 0; k < 1u << order; k++)
			CHECK(!used[(at >> PAGE_LOG2) + k]);
		memset(used + (at >> PAGE_LOG2), 1, 1u << order);
		memset(direct(at), 0xff, PAGE_BYTES << order);
		held[n].at = at;
		held[n++].order = order;
	}
	while (n-- > 0)
		pool_free(&pool, held[n].at, held[n].order);
	CHECK(pool.free == pool.total);
}

/* So many pages on the account. */
static bool takes(struct account *a, unsigned pages)
{
	while (pages > 0 && account_page(a))
		pages--;
	return pages == 0;
}

TEST(HPOL0003, "reservations are refused beyond what is free, an account stops at its limit")
{
	struct account a = { &pool, 0, 3, 0 }, b = { &pool, 0, ~0ul, 0 };

	fresh();
	CHECK(account_reserve(&b, 1000) && !account_reserve(&b, 1024) && account_reserve(&b, 1023));
	CHECK(!account_reserve(&b, ~0ul) && pool.kept == 1023 && b.reserved == 1023);
	CHECK(account_reserve(&b, 1000) && pool.kept == 1000 && pool.reserved == 1000);
	CHECK(takes(&a, 3) && !account_page(&a));
	CHECK(pool.free == pool.total - 3);
}

TEST(HPOL0004, "what an account has reserved cannot be taken by others, and all else can")
{
	struct account a = { &pool, 0, 1000, 0 }, b = { &pool, 0, ~0ul, 0 };
	l4_word_t page;

	fresh();
	CHECK(account_reserve(&a, 100) && takes(&a, 40) && pool.kept == 60);
	CHECK(account_has(&b, 923) && !account_has(&b, 924));
	CHECK(takes(&b, 923) && !account_page(&b) && pool.free == 60);
	CHECK(account_has(&a, 60) && !account_has(&a, 61) && takes(&a, 60) && !account_page(&a));
	CHECK(pool.kept == 0 && pool.free == 0);
	account_free(&b, POOL_LOWEST << PAGE_LOG2);
	CHECK(!account_reserve(&b, 924) && pool.kept == 0);
	page = account_page(&a);
	CHECK(page != 0 && a.used == 101);
	account_free(&a, page);
	CHECK(pool.kept == 0 && a.used == 100 && account_reserve(&a, 0) && pool.reserved == 0);
}

TEST(HPOL0005, "what was reserved for a block that goes to another account is not kept: it is not free")
{
	struct account a = { &pool, 0, ~0ul, 0 }, b = a, other = a;

	fresh();
	CHECK(account_reserve(&a, 600) && account_raw(&a, 9) != 0 && pool.kept == 88);
	CHECK(account_reserve(&b, pool.free - pool.kept) && pool.kept == pool.free);
	account_move(&a, &other, 9);
	CHECK(a.used == 0 && other.used == 512 && pool.kept == pool.free);
	CHECK(!account_reserve(&other, other.used + 1));
}

enum { LOOKS = 300 };

static bool stopped_early;

/* The first page of [*at, last], by as many calls as it takes: each looks at LOOKS words. 0: none. */
static l4_word_t next_page(const struct vtab *v, l4_word_t *at, l4_word_t last)
{
	l4_word_t word = 0;

	while (word == 0 && *at <= last && *at >> VTAB_TOP_BIT == 0) {
		unsigned looks = LOOKS;

		word = vtab_next(v, at, last, &looks);
		stopped_early |= word == 0 && looks != 0 && *at <= last && *at >> VTAB_TOP_BIT == 0;
	}
	return word;
}

TEST(HVTB0001, "pages are found again, in order, across the whole address space; tables go back")
{
	struct account a = { &pool, 0, 200, 0 };
	struct vtab v = { 0 };
	l4_word_t at[64], next = 0;
	unsigned n = 0;

	fresh();
	for (unsigned i = 0; i < 20; i++)
		at[n++] = ((l4_word_t)i << 43) | ((l4_word_t)i << 12);
	for (unsigned i = 0; i < n; i++)
		CHECK(vtab_get(&v, at[i]) == 0 && vtab_put(&v, &a, at[i], (at[i] << 1 & ~PAGE_MASK) | VTAB_PRESENT));
	for (unsigned i = 0; i < n; i++)
		CHECK(vtab_get(&v, at[i] + 0xfff) == ((at[i] << 1 & ~PAGE_MASK) | VTAB_PRESENT));
	CHECK(vtab_get(&v, 0x123456789000) == 0 && !vtab_put(&v, &a, ~0ul, 1));
	for (unsigned i = 0; i < n; i++, next += PAGE_BYTES)
		CHECK(next_page(&v, &next, ~0ul) != 0 && next == at[i]);
	CHECK(next_page(&v, &next, ~0ul) == 0);
	next = at[3];
	CHECK(next_page(&v, &next, at[3]) != 0 && next == at[3]);
	next = at[3] + PAGE_BYTES;
	CHECK(next_page(&v, &next, at[4] - PAGE_BYTES) == 0 && next > at[4] - PAGE_BYTES && !stopped_early);
	for (unsigned i = 0; i < n; i++)
		vtab_drop(&v, &a, at[i]);
	CHECK(a.used == 0 && pool.free == pool.total && v.top == 0);
}

TEST(HVTB0002, "when the account is exhausted a page is refused, and what was made is freed")
{
	for (unsigned limit = 0; limit < 7; limit++) {
		struct account a = { &pool, 0, limit, 0 };
		struct vtab v = { 0 };

		fresh();
		CHECK(vtab_put(&v, &a, 0x400000, 1) == (limit >= 4));
		CHECK(a.used == (limit >= 4 ? 4u : 0u));
		CHECK(limit < 4 || !vtab_put(&v, &a, 0x7fffff000000, 1));
		CHECK(a.used == (limit >= 4 ? 4u : 0u));
		vtab_drop(&v, &a, 0x400000);
		CHECK(a.used == 0 && pool.free == pool.total);
	}
}

TEST(HVTB0003, "a table goes with its last page, at once, and no other does; 512 pages fill one")
{
	struct account a = { &pool, 0, 200, 0 };
	struct vtab v = { 0 };

	fresh();
	for (unsigned i = 0; i < 512; i++)
		CHECK(vtab_put(&v, &a, 0x400000 + i * PAGE_BYTES, 0x1000 | VTAB_PRESENT));
	CHECK(vtab_put(&v, &a, 0x7fffff000000, 0x1000 | VTAB_PRESENT) && a.used == 7);
	vtab_drop(&v, &a, 0x7fffff000000);
	vtab_drop(&v, &a, 0x7fffff000000);
	CHECK(a.used == 4 && vtab_get(&v, 0x7fffff000000) == 0);
	for (unsigned i = 0; i < 511; i++)
		vtab_drop(&v, &a, 0x400000 + i * PAGE_BYTES);
	CHECK(a.used == 4 && vtab_get(&v, 0x5ff000) == (0x1000 | VTAB_PRESENT));
	vtab_drop(&v, &a, 0x5ff000);
	CHECK(a.used == 0 && v.top == 0 && pool.free == pool.total);
}

TEST(HVTB0004, "the note that a page is to come keeps its tables, goes with it, and is found like a page")
{
	struct account a = { &pool, 0, 200, 0 };
	struct vtab v = { 0 };
	l4_word_t at = 0x400000;

	fresh();
	CHECK(vtab_missing(&v, at) == 4 && vtab_put(&v, &a, at, VTAB_RESERVED) && vtab_missing(&v, at) == 0);
	CHECK(vtab_missing(&v, at + (1 << 21)) == 1 && vtab_missing(&v, 1ul << 40) == 3 && a.used == 4);
	vtab_drop(&v, &a, at + PAGE_BYTES);
	CHECK(a.used == 4 && next_page(&v, &at, ~0ul) == VTAB_RESERVED && at == 0x400000);
	CHECK(vtab_put(&v, &a, at, 0x1000 | VTAB_PRESENT) && a.used == 4);
	vtab_drop(&v, &a, at);
	CHECK(a.used == 0 && v.top == 0 && pool.free == pool.total);
}

TEST(HPOL0006, "memory of the pool is found in any range that touches it, and nowhere else")
{
	fresh();
	CHECK(pool_holds(&pool, POOL_LOWEST, 1) && pool_holds(&pool, 0, POOL_LOWEST + 1));
	CHECK(!pool_holds(&pool, 0, POOL_LOWEST) && !pool_holds(&pool, POOL_LOWEST, 0));
	CHECK(pool_holds(&pool, pool.frames - 1, 5) && !pool_holds(&pool, pool.frames, 5));
	CHECK(pool_alloc(&pool, 0) != 0 && pool_holds(&pool, POOL_LOWEST, 1));
}

static struct config config;

static const char *parse(const char *text, struct place *at)
{
	return config_parse(&config, text, strlen(text), at);
}

static const struct grant *of(const char *name) { return grants_of(&config.grants, name); }

TEST(HCFG0001, "a system description gives rights, ranges, limits, names and the start list")
{
	struct place at;
	const struct grant *p;
	const struct rules *rules;

	CHECK(parse("# rights\n\ntask console # the driver\n rights log; irq 4 1\n ports 3f8-3ff 60\n"
		    "physical a0000-bffff\n\tmemory 8M\nkernel-memory 512K; priority 200\nstart\n"
		    "uses names; provides console console.* ; restart 5 60 ; heartbeat 3; keep 16K; tasks 512\n"
		    "task shell;rights spawn kill\nrights inspect power terminal # all\n"
		    "  start  -x \"a b\"  # twice\nstart;priority 10 20\ntask *; uses console", &at) == 0);
	p = of("console");
	CHECK(p->rights == ROOT_RIGHT_LOG && p->priority == 200 && p->max_priority == 200);
	CHECK(p->memory == 8 << 20 && p->kmem_kib == 512 && p->keep == 16384);
	CHECK(grants_hold_range(&p->irqs, 1, 1) && !grants_hold_range(&p->irqs, 2, 2));
	CHECK(grants_hold_range(&p->ports, 0x3f8, 0x3ff) && !grants_hold_range(&p->ports, 0x3f8, 0x400));
	CHECK(grants_hold_range(&p->physical, 0xb8000, 0xbffff) && !grants_hold_range(&p->physical, 1, 0));
	CHECK(grants_hold_name(&p->uses, "names") && !grants_hold_name(&p->uses, "name"));
	CHECK(!grants_hold_name(&p->uses, "console"));
	CHECK(grants_hold_name(&p->provides, "console") && grants_hold_name(&p->provides, "console.2"));
	CHECK(!grants_hold_name(&p->provides, "consoles"));
	rules = &config.rules[p - config.grants.program];
	CHECK(rules->restarts == 5 && rules->within == 60 && rules->heartbeat == 3 && p->tasks == 512);
	p = of("shell");
	CHECK(p->rights == (ROOT_RIGHT_SPAWN | ROOT_RIGHT_KILL | ROOT_RIGHT_INSPECT | ROOT_RIGHT_POWER
			    | ROOT_RIGHT_TERMINAL));
	CHECK(p->priority == 10 && p->max_priority == 20 && p->memory == DEFAULT_MEMORY);
	CHECK(config_rules(&config, 1)->restarts == 0);
	CHECK(config.grants.starts == 3
	      && grants_started(&config.grants, 0) == of("console"));
	CHECK(config.grants.start[0].args[0] == 0 && strcmp(config.grants.start[1].args, "-x \"a b\"") == 0);
	CHECK(grants_started(&config.grants, 2) == p && p->tasks == CONFIG_TASKS);
	CHECK(config.grants.start[2].args[0] == 0);
}

TEST(HCFG0002, "a wrong word is named by its line and column")
{
	static const struct { const char *text; unsigned line, column; } wrong[] = {
		{ "task a\nstart\nstop b\n", 3, 1 }, { "task\n", 1, 5 }, { "task a; tasks 513", 1, 15 },
		{ "task a;start\n\n rights spawn fly\n", 3, 15 },
		{ "start\ntask a\n", 1, 1 }, { "task a\nirq 1 2-\n", 2, 7 }, { "task a\nports 9-8\n", 2, 7 },
		{ "task a\nirq 1,2\n", 2, 5 }, { "task a;memory 4G\n", 1, 15 }, { "task a;priority 255\n", 1, 17 },
		{ "task a\n priority 5 4\n", 2, 13 }, { "task a\nports 1 2 3 4 5 6 7 8 9\n", 2, 23 },
		{ "task a; irq zz\n", 1, 13 }, { "task 12345678901234567890123456789012\n", 1, 6 },
		{ "task a b\n", 1, 8 }, { "task a\ntask a\n", 2, 6 }, { "task *\nstart\n", 2, 1 },
		{ "task *;task *", 1, 13 }, { "task a; restart 17 1", 1, 17 }, { "task a; restart 3", 1, 18 },
		{ "task a; restart 3 0", 1, 19 }, { "task a; heartbeat x", 1, 19 }, { "task a; pci 1.8", 1, 13 },
		{ "task a; heartbeat 1", 1, 19 }, { "task a; keep 2M", 1, 14 }, { "task a; keep", 1, 13 },
		{ "task a; confined 1", 1, 18 }, { "task a; confined\n rights spawn", 2, 9 },
		{ "task a; rights spawn; confined", 1, 23 }, { "task a; pci 1.100.2", 1, 13 },
		{ "task a; paths", 1, 14 }, { "task a; paths /disk", 1, 15 }, { "task a; paths r", 1, 16 },
		{ "task a; paths r /disk /home", 1, 23 }, { "task a; paths w disk", 1, 17 },
		{ "task a; paths w /disk/", 1, 17 }, { "task a; paths w /disk//a", 1, 17 },
		{ "task a; paths w /disk/a/../b", 1, 17 }, { "task a; paths w /disk/.", 1, 17 },
		{ "task a; paths w /diskette", 1, 17 }, { "task a; paths rw /disk", 1, 15 },
		{ "task a; disk", 1, 13 }, { "task a; disk 1M", 1, 16 }, { "task a; disk 1M 0", 1, 17 },
		{ "task a; disk 1M 1T", 1, 17 }, { "task a; disk 1M 1KK", 1, 17 }, { "task a; disk 100 1M", 1, 14 },
		{ "task a; disk 1M 1000", 1, 17 }, { "task a; disk x 1M", 1, 18 }, { "task a; disk 0-1M", 1, 14 },
		{ "task a; disk 1M 2M 3M", 1, 20 }, { "task a; disk 0 1M\n disk 1M 1M", 2, 2 },
		{ "task a; disk 0 1073741825G", 1, 16 }, { "task a; disk 1152921504606846977 512", 1, 14 },
		{ "task a; disk 1152921504606847488 512", 1, 14 },
		{ "task a; disk 99999999999999999999999 512", 1, 14 }, { "task a; disk -512 512", 1, 14 },
		{ "task a; when-found; pci 1:2", 1, 9 }, { "task a; pci 1:2; when-found x", 1, 29 },
		{ "task a; pci 1.8.2.3", 1, 13 }, { "task a; pci ff00:1", 1, 13 },
		{ "task a; small 12", 1, 15 }, { "task a; small", 1, 14 }, { "task a; small 128", 1, 15 },
		{ "task a; small 2", 1, 15 }, { "task a; small 4M", 1, 15 }, { "task a; small 8 8", 1, 17 },
		{ "task a; memory 1M 2M", 1, 19 }, { "task a; uses 12345678901234567890123456789012", 1, 14 },
	};
	struct place at;

	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		CHECK(parse(wrong[i].text, &at) != 0);
		CHECK(at.line == wrong[i].line && at.column == wrong[i].column);
	}
	CHECK(parse("task a; rights spawn\n", &at) != 0 && parse("", &at) != 0);
}

TEST(HCFG0013, "`small` is 0 or a size of a small space; without it the size follows from the program")
{
	static const unsigned sizes[] = { 0, 4, 8, 16, 32, 64 };
	struct place at;
	char text[40];

	for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		snprintf(text, sizeof(text), "task a; start; small %u", sizes[i]);
		CHECK(parse(text, &at) == 0 && of("a")->small_mib == sizes[i]);
	}
	CHECK(parse("task a; start; task *; memory 1M", &at) == 0);
	CHECK(of("a")->small_mib == SMALL_DEFAULT);
	CHECK(of("b")->small_mib == SMALL_DEFAULT);
}

enum { K = 1 << 10, M = 1 << 20, SMALL_MAX_LOG2 = 26 };

TEST(HLAY0001, "a small space has room for segments, memory and system part, in the smallest such size")
{
	static const struct {
		l4_word_t base, bytes, memory;
		unsigned small, max, log2;
		bool refused;
	} cases[] = {
		{ 512 * K, 100 * K, M, SMALL_DEFAULT, SMALL_MAX_LOG2, 22, false },
		{ 512 * K, 512 * K, M, SMALL_DEFAULT, SMALL_MAX_LOG2, 22, false },	/* no byte is left */
		{ 512 * K, 516 * K, M, SMALL_DEFAULT, SMALL_MAX_LOG2, 23, false },
		{ 512 * K, 100 * K, 16 * M, SMALL_DEFAULT, SMALL_MAX_LOG2, 25, false },
		{ 512 * K, 512 * K, 61 * M, SMALL_DEFAULT, SMALL_MAX_LOG2, 26, false },
		{ 512 * K, 512 * K, 61 * M + 1, SMALL_DEFAULT, SMALL_MAX_LOG2, 0, false },
		{ 512 * K, 512 * K, 61 * M, SMALL_DEFAULT, 25, 0, false },
		{ 512 * K, 512 * K, GRANTS_MEMORY, SMALL_DEFAULT, SMALL_MAX_LOG2, 0, false },
		{ 4 * M, 100 * K, M, SMALL_DEFAULT, SMALL_MAX_LOG2, 23, false },
		{ 1024 * M, 100 * K, M, SMALL_DEFAULT, SMALL_MAX_LOG2, 0, false },
		{ 512 * K, 100 * K, M, SMALL_DEFAULT, 0, 0, false },			/* a machine without */
		{ 512 * K, 100 * K, M, 16, 0, 0, false },
		{ 512 * K, 100 * K, M, 0, SMALL_MAX_LOG2, 0, false },
		{ 512 * K, 100 * K, 16 * M, 4, SMALL_MAX_LOG2, 22, false },
		{ 512 * K, 1536 * K, M, 4, SMALL_MAX_LOG2, 22, false },
		{ 512 * K, 1540 * K, M, 4, SMALL_MAX_LOG2, 0, true },
		{ 512 * K, 100 * K, M, 64, SMALL_MAX_LOG2, 26, false },
	};
	static struct elf elf = { .runs = 2 };

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct grant p = { .memory = cases[i].memory, .small_mib = cases[i].small };
		l4_word_t base = cases[i].base, middle = base + PAGE_BYTES;
		struct layout l;
		bool refused;

		elf.run[0] = (struct elf_run){ base, middle - 1, L4_R | L4_X };
		elf.run[1] = (struct elf_run){ middle, base + cases[i].bytes - 1, L4_R | L4_W };
		l = layout_of(&elf, &p, cases[i].max, &refused);
		CHECK_EQ(l.small_log2, cases[i].log2);
		CHECK(refused == cases[i].refused);
		if (l.small_log2 != 0)
			CHECK_EQ(l.system, ((l4_word_t)1 << l.small_log2) - 2 * M);
		else
			CHECK_EQ(l.system, layout_large(&elf).system);
	}
}

TEST(HLAY0002, "the system part of a large space is at its end, or lower if segments are there, or nowhere")
{
	static struct elf elf = { .runs = 1 };
	l4_word_t top;

	elf.run[0] = (struct elf_run){ 4 * M, 5 * M - 1, L4_R };
	top = layout_large(&elf).system;
	CHECK(top % (2 * M) == 0 && top + 4 * M > L4_USER_END && layout_large(&elf).small_log2 == 0);
	elf.run[0] = (struct elf_run){ top, top + PAGE_BYTES - 1, L4_R };
	CHECK(layout_large(&elf).system == top - PECAN_SYSTEM_STEP);
	elf.run[0] = (struct elf_run){ 0, L4_USER_END - 1, L4_R };
	CHECK(layout_large(&elf).system == 0);
}

/* As config_parse; what is wrong contains this text. */
static bool refused(const char *text, unsigned line, unsigned column, const char *wrong)
{
	struct place at;
	const char *why = parse(text, &at);

	return why != 0 && strstr(why, wrong) != 0 && at.line == line && at.column == column;
}

TEST(HCFG0011, "kernel memory follows from `memory`; less is refused with the size that would do")
{
	struct place at;
	const struct grant *p;

	CHECK(promise_kmem_kib(4 << 20) == 128 + 4 * (34 + 2));
	CHECK(promise_kmem_kib(16 << 20) == 128 + 4 * (133 + 8));
	CHECK(parse("task a; start; memory 16M; task b; memory 16M; task c; kernel-memory 3M; start", &at) == 0);
	p = of("a");
	CHECK(p->kmem_kib == 692 && p->kmem_reserve_kib == 692);
	p = of("b");
	CHECK(p->kmem_kib == 692 && p->kmem_reserve_kib == PROMISE_KMEM_BASE);
	p = of("c");
	CHECK(p->kmem_kib == 3072 && p->kmem_reserve_kib == 3072);
	CHECK(refused("task a; start\nkernel-memory 691K\nmemory 16M", 3, 8, "it needs 692K"));
	CHECK(refused("task a; start\ntask *; kernel-memory 100K", 2, 23, "it needs 272K"));
}

TEST(HCFG0012, "a started task has its `memory` or `reserve`, another one 512 KiB of it; the sums are right")
{
	struct place at;
	struct promise_sums s;

	CHECK(parse("task a; memory 8M; start; start; keep 20K; task b; memory 8M; reserve 3M; start\n"
		    "task c; memory 8M; task d; memory 256K; task e; reserve 1M", &at) == 0);
	for (unsigned i = 0; i < 6; i++) {
		static const l4_word_t kib[] = { 8192, 3072, 512, 256, 1024, 512 };
		const char name[] = { (char)('a' + i), 0 };

		CHECK(of(name)->reserve == kib[i] << 10);
	}
	s = promise_sums(&config.grants);
	CHECK(s.memory == (19 << 20) + 2 * (24 << 10) && s.kmem_kib == 3 * promise_kmem_kib(8 << 20));
	CHECK(parse("task a; start; memory 8M; keep 1", &at) == 0);
	CHECK(promise_sums(&config.grants).memory == (8 << 20) + (8 << 10));
	CHECK(refused("task a; start\nmemory 2M; reserve 3M", 2, 20, "`reserve` is more"));
}

TEST(HCFG0014, "a section that reserves less than the record and the arguments of its task take is refused")
{
	struct place at;

	CHECK(parse("task a; start; reserve 8K; task *; memory 8K", &at) == 0);
	CHECK(refused("task a; start; task b; reserve 0", 1, 32, "8K"));
	CHECK(refused("task a; start; task *; memory 8191", 1, 31, "8K"));
}

static uint8_t stack[4096] __attribute__((aligned(16)));
static const struct elf no_elf = { .entry = 0x401000, .headers = 0x400040, .header_count = 3 };

#define TOP 0x7000000ul

static const l4_word_t *at(l4_word_t address)
{
	return (const l4_word_t *)(stack + (address - (TOP - 4096)));
}

static const char *text(l4_word_t address) { return (const char *)at(address); }

TEST(HSTK0001, "the stack has the entry, argc at 16 bytes, argv, and the auxiliary vector")
{
	l4_word_t sp;

	memset(stack, 0, sizeof(stack));
	sp = stack_build(stack, TOP, &no_elf, "echo", " one \"two words\"  three \"\"");
	CHECK(sp != 0 && *at(sp) == 0x401000 && (sp + 8) % 16 == 0 && *at(sp + 8) == 5);
	CHECK(strcmp(text(*at(sp + 16)), "echo") == 0 && strcmp(text(*at(sp + 24)), "one") == 0);
	CHECK(strcmp(text(*at(sp + 32)), "two words") == 0 && strcmp(text(*at(sp + 40)), "three") == 0);
	CHECK(*text(*at(sp + 48)) == 0 && *at(sp + 56) == 0 && *at(sp + 64) == 0);
	CHECK(*at(sp + 72) == 3 && *at(sp + 80) == 0x400040);
}

TEST(HSTK0003, "in quotation marks \\ keeps the next character, elsewhere it is one like any other")
{
	l4_word_t sp;

	memset(stack, 0, sizeof(stack));
	sp = stack_build(stack, TOP, &no_elf, "echo", "\"a\\\"b\\\\ c\" d\\e \"f\\");
	CHECK(sp != 0 && *at(sp + 8) == 4);
	CHECK(strcmp(text(*at(sp + 24)), "a\"b\\ c") == 0 && strcmp(text(*at(sp + 32)), "d\\e") == 0);
	CHECK(strcmp(text(*at(sp + 40)), "f\\") == 0);
}

TEST(HSTK0002, "arguments that do not fit are refused")
{
	static char long_args[8192], many[200];

	memset(long_args, 'x', sizeof(long_args) - 1);
	for (unsigned i = 0; i < sizeof(many) - 1; i++)
		many[i] = i & 1 ? ' ' : 'a';
	CHECK(stack_build(stack, TOP, &no_elf, "x", long_args) == 0);
	CHECK(stack_build(stack, TOP, &no_elf, "x", many) == 0);
	memset(stack, 0, sizeof(stack));
	many[124] = 0;
	CHECK(stack_build(stack, TOP, &no_elf, "x", many) != 0);
}
