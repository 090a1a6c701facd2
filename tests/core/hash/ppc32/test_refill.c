/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_refill.c - kernel/arch/ppc32/refill.S: what it does itself, and what it leaves to C. refill.c checks
 * at each refill that registers are preserved.
 */
#include <string.h>
#include <arch/layout.h>
#include "../refill.h"
#include "../world.h"

enum { TABLE_PA = 0x10000, TABLE_BYTES = 0x10000 };

static uint8_t before[TABLE_BYTES];

/* Refills for an access to page i with that result; returns if it was done. If not, nothing has changed. */
static bool refills(unsigned i, enum cpu_access access, enum cpu_result result)
{
	struct space *s = world_space(0);
	l4_word_t at = world_address(i);
	arch_pte_t *e = pte_below(s->arch.root, at), pte = e ? *e : 0;
	bool done;

	memcpy(before, KMAP_POINTER(TABLE_PA), TABLE_BYTES);
	done = machine_refill(s, at, access, result);
	CHECK(done || !memcmp(before, KMAP_POINTER(TABLE_PA), TABLE_BYTES));
	CHECK(done || !e || *e == pte);
	return done;
}

static void set(unsigned i, bool write)
{
	world_set(0, i, (struct page){ .present = true, .write = write, .frame = i * PAGE });
}

TEST(HHSR0001, "the refill is done for pages that are mapped with that right, and for nothing else")
{
	world_init((struct cpu_kind){ .ways = 2 }, 1);
	CHECK(world_create(0));
	world_run(0);
	set(0, true);
	set(1, false);
	CHECK_EQ(arch_ptab_reserve(world_space(0), world_address(2), 12, true), LEAF_ROOM);
	CHECK(refills(0, CPU_LOAD, CPU_MISS));
	model_page(0, 0)->referenced = true;
	world_clear(0, 0);
	set(0, true);
	CHECK(refills(0, CPU_STORE, CPU_MISS));
	CHECK(!refills(1, CPU_STORE, CPU_MISS));
	CHECK(refills(1, CPU_FETCH, CPU_MISS));
	CHECK(!refills(0, CPU_STORE, CPU_PROTECTED));
	CHECK(!refills(0, CPU_FETCH, CPU_PROTECTED));
	CHECK(!refills(1, CPU_STORE, CPU_PROTECTED));
	for (unsigned access = CPU_LOAD; access <= CPU_FETCH; access++) {
		CHECK(!refills(2, (enum cpu_access)access, CPU_MISS));		/* a table without the page */
		CHECK(!refills(3, (enum cpu_access)access, CPU_MISS));		/* no table */
		CHECK(!machine_refill(world_space(0), L4_USER_END, (enum cpu_access)access, CPU_MISS));
		CHECK(!machine_refill(world_space(0), ~(l4_word_t)0, (enum cpu_access)access, CPU_MISS));
	}
	world_check();
}

TEST(HHSR0002, "16 pages of one hash value have an entry, and each further one takes that of another")
{
	world_init((struct cpu_kind){ .ways = 2 }, 2);
	CHECK(world_create(0));
	world_run(0);
	for (unsigned i = 0; i < SAME; i++) {
		set(i, true);
		CHECK(refills(i, i % 2 ? CPU_STORE : CPU_LOAD, CPU_MISS));
		model_page(0, i)->referenced = true;
		model_page(0, i)->changed = i % 2;
		CHECK_EQ(world_evictions(), i < 16 ? 0 : i - 15);
	}
	for (unsigned i = 0; i < SAME; i++)
		world_check_page(0, i);
	world_check();
}

TEST(HHSR0003, "pages of a hash value and of its complement take each other's entries, and keep their status")
{
	world_init((struct cpu_kind){ .ways = 2 }, 3);
	CHECK(world_create(0));
	world_run(0);
	for (unsigned i = 0; i < SAME + REST; i++)
		set(i, true);
	for (unsigned n = 0; n < 1000; n++) {
		unsigned i = cpu_random(SAME + REST);
		bool write = cpu_random(2);
		uint64_t pa;
		uint32_t wimg;

		if (cpu_access(world_address(i), write ? CPU_STORE : CPU_LOAD, &pa, &wimg) == CPU_MISS)
			CHECK(refills(i, write ? CPU_STORE : CPU_LOAD, CPU_MISS));
		model_page(0, i)->referenced = true;
		model_page(0, i)->changed |= write;
		world_check_page(0, i);
	}
	for (unsigned i = 0; i < SAME + REST; i++)
		world_check_page(0, i);
	world_check();
	CHECK(world_evictions() > 100);
}
