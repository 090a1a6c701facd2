/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mptable.c - tests of the PCI server's reader of the table that says which interrupt line a device has
 * (user/drivers/pci/arch/x86/mptable.c). Each table stands in memory of exactly its size.
 */
#include "harness.h"
#include <drivers/pci/arch/x86/mptable.h>
#include <stdlib.h>
#include <string.h>

enum {
	PROCESSOR_BYTES = 20, ENTRY_BYTES = 8, MUTATIONS = 200000, CHANGES = 6, SUM = 7,
	MEMORY = 1024, POINTER = 16, POINTER_SUM = 10, POINTER_DEFAULT = 11,
};

/* A machine with one processor, a PCI bus 0, an ISA bus 1, an I/O APIC 2, and four interrupts. */
static const unsigned char entries[][ENTRY_BYTES] = {
	{ 1, 0, 'P', 'C', 'I', ' ', ' ', ' ' }, { 1, 1, 'I', 'S', 'A', ' ', ' ', ' ' },
	{ 2, 2, 0x11, 1, 0, 0, 0xc0, 0xfe },
	{ 3, 0, 0, 0, 0, 3 << 2, 2, 11 }, { 3, 0, 1, 0, 0, 3 << 2 | 1, 2, 10 },
	{ 3, 0, 0, 0, 1, 4, 2, 4 }, { 3, 0, 15, 0, 0, 31 << 2 | 3, 0xff, 23 },
	{ 4, 3, 0, 0, 1, 0, 0xff, 0 },
};

enum { ENTRIES = sizeof(entries) / ENTRY_BYTES, BYTES = MPTABLE_HEADER + PROCESSOR_BYTES + sizeof(entries) };

static void set_sum_at(unsigned char *memory, size_t bytes, unsigned at)
{
	unsigned char sum = 0;

	memory[at] = 0;
	for (size_t i = 0; i < bytes; i++)
		sum = (unsigned char)(sum + memory[i]);
	memory[at] = (unsigned char)-sum;
}

static void set_sum(unsigned char *table, size_t bytes)
{
	set_sum_at(table, bytes, SUM);
}

static unsigned char *make_table(void)
{
	unsigned char *t = calloc(1, BYTES);

	memcpy(t, "PCMP", 4);
	t[4] = BYTES & 0xff;
	t[5] = BYTES >> 8;
	t[34] = ENTRIES + 1;
	memcpy(t + MPTABLE_HEADER + PROCESSOR_BYTES, entries, sizeof(entries));
	set_sum(t, BYTES);
	return t;
}

static unsigned char *entry(unsigned char *table, unsigned n)
{
	return table + MPTABLE_HEADER + PROCESSOR_BYTES + n * ENTRY_BYTES;
}

TEST(HMPT0001, "the lines of PCI devices are read: bus, device, pin; those of other buses are not")
{
	struct mptable_line lines[MPTABLE_LINES];
	unsigned char *t = make_table();

	CHECK(mptable_bytes(t) == BYTES && mptable_read(t, BYTES, lines) == 3);
	CHECK(lines[0].bus == 0 && lines[0].device == 3 && lines[0].pin == 0 && lines[0].line == 11);
	CHECK(lines[1].device == 3 && lines[1].pin == 1 && lines[1].line == 10);
	CHECK(lines[2].device == 31 && lines[2].pin == 3 && lines[2].line == 23);
	free(t);
}

TEST(HMPT0002, "an edge-triggered line, an interrupt of another kind or of another I/O APIC is left out")
{
	static const struct { unsigned at; unsigned char value; } cases[] = {
		{ 2, 1 << 2 }, { 2, 1 << 2 | 3 }, { 1, 3 }, { 6, 7 }, { 4, 9 }, { 4, 1 },
	};
	struct mptable_line lines[MPTABLE_LINES];

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned char *t = make_table();

		entry(t, 3)[cases[i].at] = cases[i].value;
		set_sum(t, BYTES);
		CHECK(mptable_read(t, BYTES, lines) == 2 && lines[0].line == 10);
		free(t);
	}
}

TEST(HMPT0003, "a wrong sum, length, name or number of entries, no or two usable I/O APICs: no lines")
{
	static const struct { unsigned at; unsigned char value; } cases[] = {
		{ 0, 'p' }, { 4, BYTES - 1 }, { 5, 1 }, { 34, ENTRIES + 2 }, { 35, 1 },
		{ MPTABLE_HEADER, 1 }, { MPTABLE_HEADER, 5 }, { BYTES - ENTRY_BYTES, 0 },
		{ MPTABLE_HEADER + PROCESSOR_BYTES + 2 * ENTRY_BYTES + 3, 0 },
		{ MPTABLE_HEADER + PROCESSOR_BYTES + 1 * ENTRY_BYTES, 2 },
	};
	struct mptable_line lines[MPTABLE_LINES];

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned char *t = make_table();

		t[cases[i].at] = cases[i].value;
		if (i == sizeof(cases) / sizeof(cases[0]) - 1)
			entry(t, 1)[3] = 1;		/* what was a bus is a usable I/O APIC now */
		set_sum(t, BYTES);
		CHECK(mptable_read(t, BYTES, lines) == 0);
		free(t);
	}
}

TEST(HMPT0004, "a table cut off at any byte, or with a wrong sum, gives no lines and is not read beyond")
{
	struct mptable_line lines[MPTABLE_LINES];
	unsigned char *t = make_table();

	for (size_t bytes = MPTABLE_HEADER; bytes < BYTES; bytes++) {
		unsigned char *cut = malloc(bytes);

		memcpy(cut, t, bytes);
		cut[4] = (unsigned char)bytes;
		set_sum(cut, bytes);
		CHECK(mptable_read(cut, bytes, lines) == 0);
		free(cut);
	}
	t[SUM]++;
	CHECK(mptable_read(t, BYTES, lines) == 0);
	free(t);
}

TEST(HMPT0005, "the pointer is found at multiples of 16 bytes, with its sum, and if there is a table")
{
	unsigned char *memory = calloc(1, MEMORY), *p = memory + MEMORY - POINTER;

	CHECK(mptable_find(memory, MEMORY) == 0);
	memcpy(p, "_MP_\x30\x5a\x0f\0\1\4", 10);
	set_sum_at(p, POINTER, POINTER_SUM);
	CHECK(mptable_find(memory, MEMORY) == 0xf5a30 && mptable_find(memory, MEMORY - 1) == 0);
	p[POINTER_SUM]++;
	CHECK(mptable_find(memory, MEMORY) == 0);
	p[POINTER_DEFAULT] = 5;
	set_sum_at(p, POINTER, POINTER_SUM);
	CHECK(mptable_find(memory, MEMORY) == 0);
	free(memory);
}

TEST(HMPT0006, "200,000 tables with changed bytes and a right sum: nothing is read beyond, lines are of PCI")
{
	struct mptable_line lines[MPTABLE_LINES];
	unsigned seed = 1;

	for (unsigned n = 0; n < MUTATIONS; n++) {
		unsigned char *t = make_table();

		for (unsigned i = 0; i < 1 + n % CHANGES; i++)
			t[(unsigned)rand_r(&seed) % BYTES] = (unsigned char)rand_r(&seed);
		t[4] = BYTES & 0xff;		/* the PCI server maps as many bytes as the table says */
		t[5] = BYTES >> 8;
		set_sum(t, BYTES);
		CHECK(mptable_read(t, BYTES, lines) <= ENTRIES);
		free(t);
	}
}
