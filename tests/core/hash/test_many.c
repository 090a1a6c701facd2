/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_many.c - many pages and many spaces in the hash table of ppc32: full groups, a full table, numbers of
 * spaces that are used again, the gateway, attributes.
 */
#include <string.h>
#include <core/arch.h>
#include <arch/gateway.h>
#include <arch/layout.h>
#include <mem/mem.h>
#include <lib/bits.h>
#include "../../../kernel/arch/ppc32/attribute.h"
#include "../../../kernel/arch/ppc32/hash.h"
#include "../../../kernel/arch/ppc32/vsid.h"
#include "refill.h"
#include "world.h"

static const struct cpu_kind TWO_WAYS = { .ways = 2 }, ALL_WAYS = { .ways = 0 };
static const struct cpu_kind LATE = { .ways = 0, .late = true };

static struct page page_at(uint32_t frame)
{
	return (struct page){ .present = true, .write = true, .frame = frame };
}

/* ---- pages of one hash value ---- */

/* What is done to a page while others have taken its entry or not. */
static void change_page(unsigned i, unsigned how)
{
	struct page p = *model_page(0, i);

	p.referenced = p.changed = false;
	switch (how) {
	case 0:
		world_clear(0, i);
		world_set(0, i, p);
		break;
	case 1:
		p.write = false;
		world_set(0, i, p);
		break;
	case 2:
		p.frame += PAGE;
		world_set(0, i, p);
		break;
	case 3:
		p.attr = 1;
		world_set(0, i, p);
		break;
	default:
		world_check_page(0, i);
	}
}

static void play_same(unsigned n, unsigned how)
{
	CHECK(world_create(0));
	world_run(0);
	for (unsigned i = 0; i < n; i++)
		world_set(0, i, page_at(2 * i * PAGE));
	for (unsigned i = 0; i < 3 * n; i++)
		world_touch(0, i * 7 % n, i % 3 ? CPU_LOAD : CPU_STORE);
	for (unsigned i = 0; i < n; i++) {
		change_page(i, how);
		world_touch(0, i, i % 2 ? CPU_STORE : CPU_LOAD);
		world_touch(0, (i + n / 2) % n, CPU_LOAD);
	}
	world_check();
	world_delete(0);
}

static void same_pages(struct cpu_kind kind)
{
	world_init(kind, 3);
	for (unsigned n = 14; n <= SAME; n += 1 + n / 6)
		for (unsigned how = 0; how < 5; how++)
			play_same(n, how);
}

TEST_ROW(HHSH0010, "14 to 32 pages of one hash value keep their status through evictions and changes",
	 same_pages(TWO_WAYS))
TEST_ROW(HHSH0011, "the same if the TLB replaces nothing and status comes late", same_pages(LATE))

TEST(HHSH0013, "16 pages of one hash value have entries, and the entry of each further one is another's")
{
	world_init(TWO_WAYS, 14);
	CHECK(world_create(0));
	world_run(0);
	for (unsigned i = 0; i < SAME; i++) {
		world_set(0, i, page_at(i * PAGE));
		CHECK(machine_refill(world_space(0), world_address(i), CPU_LOAD, CPU_MISS));
		model_page(0, i)->referenced = true;
		CHECK_EQ(world_evictions(), i < 16 ? 0 : i - 15);
	}
	for (unsigned i = 0; i < SAME; i++)
		world_check_page(0, i);
	world_check();
}

/* ---- a full table ---- */

enum { MANY = 9000, MANY_AT = 0x20000000 };

TEST(HHSH0012, "a space with more pages than the hash table has entries reaches all of them")
{
	struct space *s;
	uint64_t pa = 0;
	uint32_t wimg;
	unsigned seen = 0, referenced = 0;

	world_init(TWO_WAYS, 4);
	world_create(0);
	world_create(1);
	world_set(1, 0, page_at(0));
	s = world_space(0);
	for (unsigned i = 0; i < MANY; i++) {
		CHECK_EQ(arch_ptab_reserve(s, MANY_AT + i * PAGE, 12, true), LEAF_ROOM);
		arch_ptab_set(s, MANY_AT + i * PAGE, (struct leaf){ .present = true, .log2 = 12, .rights = L4_RWX,
								    .frame = i * PAGE });
	}
	for (unsigned i = 0; i < MANY; i++) {
		world_run(0);
		CHECK(world_access(s, MANY_AT + i * PAGE, i % 2 ? CPU_STORE : CPU_LOAD, &pa, &wimg));
		CHECK_EQ(pa, i * PAGE);
		if (i % 100 == 0) {
			world_run(1);
			world_touch(1, 0, CPU_STORE);
		}
	}
	world_check();
	for (unsigned i = 0; i < MANY; i++, referenced += seen >> 6 & 1) {
		struct arch_ptes e = arch_ptes_of(s, MANY_AT + i * PAGE);

		CHECK_EQ(arch_ptes_clear(e, 1, false, &seen), 1);
		CHECK_EQ(seen, i % 2 ? 3 << 6 : 1 << 6);
	}
	CHECK_EQ(referenced, MANY);
	world_delete(0);
	world_check();
}

/* ---- many spaces ---- */

enum { SOME = 1000, EA = FIRST_OF_RUN };	/* a page of the run */

static void one_address(struct cpu_kind kind)
{
	world_init(kind, 5);
	for (unsigned x = 0; x < SOME; x++) {
		CHECK(world_create(x));
		world_set(x, EA, page_at(x * PAGE));
	}
	for (unsigned x = 0; x < SOME; x++) {
		world_run(x);
		world_touch(x, EA, x % 2 ? CPU_STORE : CPU_LOAD);
		world_touch(x, EA, CPU_FETCH);
	}
	for (unsigned x = 0; x < SOME; x++) {
		struct page p = page_at((SOME - x) * PAGE);

		world_run(x * 7 % SOME);
		p.write = x % 3;
		if (x % 2)
			world_set(x, EA, p);
		else
			world_clear(x, EA);
	}
	for (unsigned x = 0; x < SOME; x++) {
		world_run(x);
		world_touch(x, EA, x % 2 ? CPU_LOAD : CPU_STORE);
		world_touch(x, EA, CPU_STORE);
		world_check_page(x, EA);
	}
	world_check();
}

TEST_ROW(HHSH0020, "1,000 spaces with one address reach their own pages, before and after changes by others",
	 one_address(ALL_WAYS))
TEST_ROW(HHSH0021, "the same with two ways, and status that comes late", one_address(LATE))

enum { EXISTING = 3, CREATED = (1 << VSID_NUMBER_BITS) + 1000, WITH_PAGES = 1024 };

TEST(HHSH0022, "of 2^20 + 1,000 spaces that are created and deleted no two that exist have one number")
{
	world_init(TWO_WAYS, 6);
	for (unsigned i = 0; i < CREATED; i++) {
		unsigned x = i % EXISTING;

		if (i >= EXISTING)
			world_delete(x);
		CHECK(world_create(x));
		for (unsigned y = 0; y < EXISTING; y++)
			CHECK(y == x || !world_has(y) || world_number(y) != world_number(x));
		CHECK(world_number(x) > 0 && vsid_root(world_number(x)) == world_space(x)->arch.root);
		if (i % WITH_PAGES)
			continue;
		world_run(x);
		world_set(x, EA, page_at(i % 4096 * PAGE));
		world_touch(x, EA, CPU_STORE);
	}
	world_check();
}

TEST(HHSH0023, "a number is used again after as many others as are free")
{
	uint32_t first;
	unsigned others = 0;

	world_init(TWO_WAYS, 7);
	world_create(1);
	world_create(0);
	first = world_number(0);
	do {
		world_delete(0);
		CHECK(world_create(0));
	} while (world_number(0) != first && ++others);
	CHECK_EQ(others, vsid.end - 3);		/* without number 0, that of the other space, and the first */
	CHECK(others >= mem.kmem.frames);
}

TEST(HHSH0024, "if 16 numbers are taken a space is not created, until one is returned")
{
	uint32_t number;
	size_t used;

	world_init(TWO_WAYS, 8);
	world_create(0);
	world_delete(0);
	vsid.end = 17;
	for (unsigned x = 0; x < 16; x++)
		CHECK(world_create(x));
	used = mem.kmem.frames_free;
	CHECK(!world_create(16));
	CHECK_EQ(mem.kmem.frames_free, used);
	number = world_number(5);
	world_delete(5);
	CHECK(world_create(16));
	CHECK_EQ(world_number(16), number);
	CHECK(!world_create(17));
	world_check();
}

/* ---- the gateway ---- */

TEST(HHSH0030, "all spaces read and execute the gateway and cannot write it, while its group is full")
{
	uint64_t pa = 0;
	uint32_t wimg;

	world_init(ALL_WAYS, 9);
	for (unsigned x = 0; x < 40; x++) {
		/* The hash value is VSID xor page index: 15 and 0xffff for the gateway. */
		struct space *s = world_space(x);
		uint32_t index = 15 ^ 0xffff;
		l4_word_t at;

		CHECK(world_create(x));
		index ^= (s->arch.seg & VSID_MASK) + 3;
		at = 0x30000000 | (l4_word_t)(index & 0xffff) << 12;
		CHECK_EQ(arch_ptab_reserve(s, at, 12, true), LEAF_ROOM);
		arch_ptab_set(s, at, (struct leaf){ .present = true, .log2 = 12, .rights = L4_R,
						    .frame = x * PAGE });
		world_run(x);
		CHECK(world_access(s, at, CPU_LOAD, &pa, &wimg));
		CHECK_EQ(pa, x * PAGE);
		CHECK(world_access(s, GATEWAY_ADDRESS, CPU_FETCH, &pa, &wimg) && pa == 0x5000);
		CHECK(world_access(s, GATEWAY_ADDRESS, CPU_LOAD, &pa, &wimg) && pa == 0x5000 && wimg == 0);
		CHECK(!world_access(s, GATEWAY_ADDRESS, CPU_STORE, &pa, &wimg));
		CHECK(!world_access(s, GATEWAY_ADDRESS - PAGE, CPU_LOAD, &pa, &wimg));
	}
	world_check();
}

/* ---- attributes, caches ---- */

TEST(HHSH0040, "there are five attributes; those of memory of devices make no difference")
{
	world_init(TWO_WAYS, 10);
	CHECK(world_create(0));
	world_run(0);
	for (unsigned attr = 0; attr < 5; attr++) {
		CHECK_EQ(arch_attribute(attr), attr);
		CHECK_EQ(arch_attribute_name((uint8_t)attr), attr);
		CHECK_EQ(attribute_of(attribute_bits(0, (uint8_t)attr)), attr);
		CHECK_EQ(attribute_bits(0x80000000, (uint8_t)attr), attribute_bits(CPU_RAM_BYTES, 0));
		CHECK_EQ(attribute_of(attribute_bits(0x80000000, (uint8_t)attr)), 0);
	}
	CHECK_EQ(arch_attribute(5), ARCH_NO_ATTRIBUTE);
	CHECK_EQ(arch_attribute(~(l4_word_t)0), ARCH_NO_ATTRIBUTE);
}

/* Flushes; checks how many bytes it did, how many lines, and that a sync came last. */
static void check_flush(uint64_t pa, uint64_t bytes, uint64_t done, unsigned lines)
{
	cpu_flushed = 0;
	memset(cpu_log, 0, sizeof(cpu_log));
	CHECK_EQ(arch_cache_flush(pa, bytes), done);
	CHECK_EQ(cpu_flushed, lines);
	CHECK(!strcmp(cpu_log, lines ? "fs" : ""));
}

TEST(HHSH0041, "of a frame of RAM all lines that the region reaches are flushed, of a device none")
{
	world_init(TWO_WAYS, 11);
	check_flush(0x5000, 3 * PAGE, PAGE, PAGE / 32);
	check_flush(0x5010, 32, 32, 2);
	check_flush(0x5fe4, 1, 1, 1);
	check_flush(0x80000000, 0x1000000, 0x1000000, 0);
}

TEST(HHSH0042, "code that was written is in memory before the instruction cache loses older code")
{
	world_init(TWO_WAYS, 13);
	memset(cpu_log, 0, sizeof(cpu_log));
	cache_make_code(KMAP_POINTER(0x5010), 100);
	CHECK(!strcmp(cpu_log, "dsisx"));
}

/* ---- tables ---- */

TEST(HHSH0050, "page tables are made one by one, freed if they are empty, and all at the end of the space")
{
	struct space *s;
	uint64_t used;

	world_init(TWO_WAYS, 12);
	CHECK(world_create(0));
	s = world_space(0);
	used = s->account.used;
	CHECK_EQ(arch_ptab_get(s, 0x1000).log2, 22);
	CHECK_EQ(arch_ptab_reserve(s, 0x1000, 12, false), LEAF_MORE);
	CHECK_EQ(arch_ptab_reserve(s, 0x1000, 12, false), LEAF_ROOM);
	CHECK_EQ(arch_ptab_get(s, 0x1000).log2, 12);
	CHECK_EQ(s->account.used, used + PAGE);
	arch_ptab_prune(s, 0x2000);
	CHECK_EQ(s->account.used, used);
	for (unsigned i = 0; i < 768; i++)
		CHECK_EQ(arch_ptab_reserve(s, (l4_word_t)i << 22, 12, true), LEAF_ROOM);
	arch_ptab_set(s, 0, (struct leaf){ .present = true, .log2 = 12, .rights = L4_RWX });
	arch_ptab_prune(s, 0);
	CHECK_EQ(s->account.used, used + 768 * PAGE);
	CHECK_EQ(arch_ptab_clear(s, 0, 12), 0);
	world_delete(0);
	world_check();
}
