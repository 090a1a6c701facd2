/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sigma0.c - tests of sigma0's regions, owners and policy (user/sigma0).
 */
#include "harness.h"
#include <stdlib.h>
#include <string.h>
#include <sigma0/policy.h>

enum { ROOM = 8 };

#define MB ((l4_word_t)1 << 20)

static struct policy p;
static struct extent memory[ROOM], ports[ROOM];
static union { struct l4_kip kip; char bytes[L4_KIP_BYTES]; } page;
static const l4_tid_t root = { (50ul << 32) | 1 }, other = { (60ul << 32) | 1 };

static void describe(unsigned type, l4_word_t low, l4_word_t high)
{
	l4_word_t n = page.kip.memory_info & 0xffffffff;
	struct l4_memdesc *d = (struct l4_memdesc *)(page.bytes + sizeof(struct l4_kip)) + n;

	d->low = (low & ~(l4_word_t)0x3ff) | type;
	d->high = high & ~(l4_word_t)0x3ff;
	page.kip.memory_info = (l4_word_t)sizeof(struct l4_kip) << 32 | (n + 1);
}

/* A PC with 64 MB: as protocols 7.4 shows one. Regions of sigma0 and root in the KIP. */
static void pc(void)
{
	memset(&page, 0, sizeof(page));
	page.kip.thread_info = 48ul << 20 | 16ul << 8 | 18;
	describe(L4_MEM_SHARED, 0, ~0ul);
	describe(L4_MEM_CONVENTIONAL, 0, 0x9fbff);
	describe(L4_MEM_ARCH | 2 << 4, 0x9fc00, 0x9ffff);
	describe(L4_MEM_CONVENTIONAL, MB, 64 * MB - 1);
	describe(L4_MEM_RESERVED, 60 * MB, 64 * MB - 1);
	describe(L4_MEM_BOOTLOADER | L4_MEM_T_SERVER << 4, 15 * MB, 15 * MB + 0x7fff);
	describe(L4_MEM_BOOTLOADER | L4_MEM_T_SERVER << 4, 16 * MB, 16 * MB + 0xffff);
	describe(L4_MEM_BOOTLOADER | L4_MEM_T_MODULE << 4, 32 * MB, 32 * MB + 0x12fff);
	page.kip.sigma0 = (struct l4_kip_server){ 0, 0, 15 * MB, 15 * MB + 0x8000 };
	page.kip.root = (struct l4_kip_server){ 0, 0, 16 * MB, 16 * MB + 0x10000 };
	policy_init(&p, &page.kip, &(struct policy_tables){ memory, ports, ROOM, ROOM });
}

static unsigned type_at(l4_word_t at)
{
	l4_word_t last;

	return regions_type(&p.regions, at, ~0ul, &last);
}

static bool given(l4_fpage_t f, l4_word_t base, unsigned log2)
{
	return f.raw == l4_fpage(base, log2, L4_RWX).raw;
}

TEST(HSIG0001, "later descriptors override earlier ones")
{
	pc();
	CHECK(type_at(0) == L4_MEM_CONVENTIONAL);
	CHECK(type_at(0x9fc00) == L4_MEM_ARCH);
	CHECK(type_at(0xb8000) == L4_MEM_SHARED);
	CHECK(type_at(61 * MB) == L4_MEM_RESERVED);
	CHECK(type_at(16 * MB) == L4_MEM_BOOTLOADER);
	CHECK(type_at(16 * MB + 0x10000) == L4_MEM_CONVENTIONAL);
	CHECK(type_at(~0ul) == L4_MEM_SHARED);
}

TEST(HSIG0002, "regions agree with painting byte by byte, in 2000 random orders")
{
	unsigned char model[256];
	struct regions r;

	srand(1);
	for (unsigned round = 0; round < 2000; round++) {
		memset(model, 0, sizeof(model));
		regions_init(&r);
		for (unsigned i = 0; i < 20; i++) {
			unsigned a = (unsigned)rand() % 256, b = (unsigned)rand() % 256;
			unsigned t = 1 + (unsigned)rand() % 4;

			CHECK(regions_paint(&r, a, b, t));
			for (unsigned k = a; k <= b; k++)
				model[k] = (unsigned char)t;
			for (unsigned k = 0; k + 1 < r.count; k++)
				CHECK(r.at[k].last + 1 < r.at[k + 1].base
				      || (r.at[k].last + 1 == r.at[k + 1].base
					  && r.at[k].type != r.at[k + 1].type));
		}
		for (unsigned k = 0; k < 256; k++) {
			l4_word_t last;

			CHECK(regions_type(&r, k, 255, &last) == model[k]);
			CHECK(last <= 255 && model[last] == model[k]);
			CHECK(last == 255 || model[last + 1] != model[k]);
		}
	}
}

TEST(HSIG0003, "owners agree with a table of bytes, in 2000 random orders, and neighbours are joined")
{
	static struct extent table[300];

	srand(2);
	for (unsigned round = 0; round < 2000; round++) {
		struct owners o = { table, 0, 300 };
		unsigned char model[256] = { 0 };

		for (unsigned i = 0; i < 40; i++) {
			unsigned a = (unsigned)rand() % 256, b = a + (unsigned)rand() % 16;
			unsigned who = 1 + (unsigned)rand() % 3, others = 0, mine = 0;
			enum owned state = owners_state(&o, a, b > 255 ? b = 255 : b, (l4_tid_t){ who });

			for (unsigned k = a; k <= b; k++) {
				others += model[k] != 0 && model[k] != who;
				mine += model[k] == who;
			}
			CHECK((state == OWNED_OTHER) == (others != 0));
			CHECK((state == OWNED_MINE) == (mine == b - a + 1));
			if (others != 0)
				continue;
			owners_claim(&o, a, b, (l4_tid_t){ who });
			memset(model + a, (int)who, b - a + 1);
			for (unsigned k = 0; k + 1 < o.count; k++)
				CHECK(table[k].last < table[k + 1].base
				      && !(table[k].last + 1 == table[k + 1].base
					   && table[k].owner.raw == table[k + 1].owner.raw));
		}
	}
}

TEST(HSIG0004, "conventional memory goes to the first thread that asks, and again to that one")
{
	pc();
	CHECK(given(policy_page(&p, other, 2 * MB, 12), 2 * MB, 12));
	CHECK(given(policy_page(&p, other, 2 * MB, 12), 2 * MB, 12));
	CHECK(l4_fpage_is_nil(policy_page(&p, root, 2 * MB, 12)));
	CHECK(l4_fpage_is_nil(policy_page(&p, root, 2 * MB, 21)));
	CHECK(given(policy_page(&p, root, 2 * MB + 4096, 12), 2 * MB + 4096, 12));
}

TEST(HSIG0005, "shared memory goes to every thread, reserved memory to none")
{
	pc();
	CHECK(given(policy_page(&p, root, 0xb8000, 12), 0xb8000, 12));
	CHECK(given(policy_page(&p, other, 0xb8000, 12), 0xb8000, 12));
	CHECK(l4_fpage_is_nil(policy_page(&p, root, 60 * MB, 12)));
	CHECK(l4_fpage_is_nil(policy_page(&p, root, 32 * MB, 25)));
	CHECK(l4_fpage_is_nil(policy_fault(&p, root, 60 * MB)));
}

TEST(HSIG0006, "an unaligned base is rounded down; sizes below a page and absurd ones are refused")
{
	pc();
	CHECK(given(policy_page(&p, root, 4 * MB + 0x5400, 14), 4 * MB + 0x4000, 14));
	CHECK(l4_fpage_is_nil(policy_page(&p, root, 5 * MB, 11)));
	CHECK(l4_fpage_is_nil(policy_page(&p, root, 5 * MB, 0)));
	CHECK(l4_fpage_is_nil(policy_page(&p, root, 0, 63)));
	CHECK(l4_fpage_is_nil(policy_page(&p, root, ~0ul, 12)));
}

TEST(HSIG0007, "the root server owns its image, no thread gets sigma0's; `high`'s page goes with the image")
{
	pc();
	CHECK(given(policy_fault(&p, root, 16 * MB + 0x123), 16 * MB, 12));
	CHECK(given(policy_page(&p, root, 16 * MB, 16), 16 * MB, 16));
	CHECK(l4_fpage_is_nil(policy_page(&p, other, 16 * MB, 12)));
	CHECK(l4_fpage_is_nil(policy_page(&p, other, 16 * MB + 0x10000, 12)));
	CHECK(l4_fpage_is_nil(policy_page(&p, root, 15 * MB, 12)));
	CHECK(l4_fpage_is_nil(policy_fault(&p, root, 15 * MB + 0x8000)));
}

TEST(HSIG0008, "a module is refused to faults until its owner requested it")
{
	pc();
	CHECK(l4_fpage_is_nil(policy_fault(&p, root, 32 * MB)));
	CHECK(given(policy_page(&p, root, 32 * MB, 12), 32 * MB, 12));
	CHECK(given(policy_fault(&p, root, 32 * MB + 8), 32 * MB, 12));
	CHECK(l4_fpage_is_nil(policy_fault(&p, other, 32 * MB + 8)));
	CHECK(l4_fpage_is_nil(policy_page(&p, other, 32 * MB, 14)));
}

TEST(HSIG0009, "a fault on conventional memory takes the page; a page of mixed type needs all parts")
{
	pc();
	CHECK(given(policy_fault(&p, other, 3 * MB + 5), 3 * MB, 12));
	CHECK(l4_fpage_is_nil(policy_fault(&p, root, 3 * MB)));
	CHECK(l4_fpage_is_nil(policy_fault(&p, root, 0x9f000)));
	CHECK(given(policy_page(&p, root, 0x9f000, 12), 0x9f000, 12));
	CHECK(given(policy_fault(&p, root, 0x9f000), 0x9f000, 12));
}

TEST(HSIG0010, "any address: aligned conventional memory, never page 0, low memory last, in the end none")
{
	l4_fpage_t f;
	l4_word_t total = 0;

	pc();
	f = policy_any(&p, root, 20);
	CHECK(l4_fpage_log2(f) == 20 && l4_fpage_base(f) == MB);
	while (!l4_fpage_is_nil(f = policy_any(&p, root, 12))) {
		CHECK(l4_fpage_base(f) != 0 && type_at(l4_fpage_base(f)) == L4_MEM_CONVENTIONAL);
		total += 4096;
	}
	CHECK(total == 59 * MB - 0x8000 - 0x1000 - 0x10000 - 0x1000 - 0x13000 - MB + 0x9e000);
}

TEST(HSIG0011, "any address avoids what a 1:1 window cannot show while there is other memory")
{
	pc();
	describe(L4_MEM_CONVENTIONAL, 0xbe000000, 0xbfffffff);
	policy_init(&p, &page.kip, &(struct policy_tables){ memory, ports, ROOM, ROOM });
	CHECK(l4_fpage_base(policy_any(&p, root, 25)) == 0xbe000000);
	policy_init(&p, &page.kip, &(struct policy_tables){ memory, ports, ROOM, ROOM });
	CHECK(l4_fpage_base(policy_any(&p, root, 24)) != 0xbf000000);
}

TEST(HSIG0012, "ports are handed out once")
{
	pc();
	CHECK(policy_ports(&p, root, l4_io_fpage(0x3f8, 3)).raw == l4_io_fpage(0x3f8, 3).raw);
	CHECK(policy_ports(&p, root, l4_io_fpage(0x3f9, 0)).raw == l4_io_fpage(0x3f9, 0).raw);
	CHECK(l4_fpage_is_nil(policy_ports(&p, other, l4_io_fpage(0x3fa, 0))));
	CHECK(l4_fpage_is_nil(policy_ports(&p, other, l4_io_fpage(0, 16))));
	CHECK(l4_fpage_is_nil(policy_ports(&p, other, l4_io_fpage(0, 17))));
	CHECK(l4_fpage_is_nil(policy_ports(&p, other, l4_io_fpage(0, 63))));
	CHECK(!l4_fpage_is_nil(policy_ports(&p, other, l4_io_fpage(0x60, 0))));
	CHECK(l4_fpage_is_nil(policy_ports(&p, root, l4_io_fpage(0x60, 2))));
}

/*
 * Tables grow into memory that is only claimed here: the test's "physical" memory is one allocation,
 * described at its own address.
 */
static char *arena(l4_word_t size)
{
	char *at = aligned_alloc(size, size);

	pc();
	page.kip.memory_info = 0;
	describe(L4_MEM_CONVENTIONAL, (l4_word_t)at, (l4_word_t)at + size - 1);
	policy_init(&p, &page.kip, &(struct policy_tables){ memory, ports, ROOM, ROOM });
	return at;
}

TEST(HSIG0013, "tables of extents grow in memory of sigma0's own, which no other thread then gets")
{
	char *at = arena(4 * MB);
	l4_word_t base = (l4_word_t)at + 2 * MB;
	unsigned got = 0;

	for (unsigned i = 0; i < 512; i += 2)
		got += !l4_fpage_is_nil(policy_page(&p, i & 2 ? root : other, base + i * 4096, 12));
	CHECK(got == 256);
	for (unsigned i = 0; i < 512; i += 2)
		CHECK(l4_fpage_is_nil(policy_page(&p, i & 2 ? other : root, base + i * 4096, 12)));
	for (unsigned i = 0; i < 4096; i += 2)
		CHECK(!l4_fpage_is_nil(policy_ports(&p, root, l4_io_fpage(i, 0))));
	CHECK(l4_fpage_is_nil(policy_page(&p, root, (l4_word_t)p.memory.at, 12)));
	CHECK(l4_fpage_is_nil(policy_page(&p, root, (l4_word_t)p.ports.at, 12)));
	free(at);
}

TEST(HSIG0014, "without memory for a larger table new owners are refused and old ones still served")
{
	char *at = arena(64 * 1024);
	unsigned given_to = 0;
	l4_word_t first = 0;

	for (unsigned i = 0; i < 16; i++) {
		l4_fpage_t f = policy_page(&p, i & 1 ? root : other, (l4_word_t)at + i * 4096, 12);

		if (!l4_fpage_is_nil(f) && given_to++ == 0)
			first = l4_fpage_base(f);
	}
	CHECK(given_to >= 7 && p.memory.count <= p.memory.room);
	for (unsigned i = 0; i < 200; i += 2)
		policy_ports(&p, root, l4_io_fpage(i, 0));
	CHECK(p.ports.count < p.ports.room && p.memory.count <= p.memory.room);
	CHECK(!l4_fpage_is_nil(policy_page(&p, other, first, 12)));
	free(at);
}
