/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mptable.c - see mptable.h. Nothing in the table is believed: it is read by bytes, each within its size.
 */
#include <stdbool.h>
#include <string.h>

#include "mptable.h"

enum {
	POINTER_BYTES = 16, POINTER_TABLE = 4, POINTER_DEFAULT = 11,	/* a configuration without a table */
	TABLE_LENGTH = 4, TABLE_ENTRIES = 34,
	ENTRY_BYTES = 8, PROCESSOR_BYTES = 20,
	BUS_ID = 1, BUS_TYPE = 2, BUSES = 256,
	IOAPIC_ID = 1, IOAPIC_FLAGS = 3, IOAPIC_USABLE = 1, IOAPIC_ALL = 0xff,
	INTERRUPT_TYPE = 1, INTERRUPT_FLAGS = 2, INTERRUPT_BUS = 4, INTERRUPT_SOURCE = 5, INTERRUPT_IOAPIC = 6,
	INTERRUPT_LINE = 7, TYPE_INT = 0, TRIGGER_MASK = 3 << 2, TRIGGER_EDGE = 1 << 2,
};

enum entry { PROCESSOR, BUS, IOAPIC, INTERRUPT, LOCAL, ENTRIES };

/* What the entries before have said. */
struct machine { bool pci[BUSES]; unsigned ioapics; uint8_t ioapic; };

static unsigned read16(const unsigned char *at) { return at[0] | (unsigned)at[1] << 8; }

static bool sum_is_right(const unsigned char *at, size_t bytes)
{
	unsigned char sum = 0;

	for (size_t i = 0; i < bytes; i++)
		sum = (unsigned char)(sum + at[i]);
	return sum == 0;
}

uint32_t mptable_find(const unsigned char *memory, size_t bytes)
{
	for (size_t i = 0; i + POINTER_BYTES <= bytes; i += POINTER_BYTES) {
		const unsigned char *p = memory + i;

		if (memcmp(p, "_MP_", 4) == 0 && sum_is_right(p, POINTER_BYTES) && p[POINTER_DEFAULT] == 0)
			return read16(p + POINTER_TABLE) | (uint32_t)read16(p + POINTER_TABLE + 2) << 16;
	}
	return 0;
}

size_t mptable_bytes(const unsigned char *header)
{
	size_t bytes = read16(header + TABLE_LENGTH);

	return memcmp(header, "PCMP", 4) == 0 && bytes >= MPTABLE_HEADER ? bytes : 0;
}

/* The bytes of the entry that begins here, or 0. */
static size_t entry_bytes(const unsigned char *entry, size_t left)
{
	size_t bytes = entry[0] == PROCESSOR ? PROCESSOR_BYTES : ENTRY_BYTES;

	return entry[0] < ENTRIES && bytes <= left ? bytes : 0;
}

/* Buses and I/O APICs stand before the interrupts. */
static void learn(struct machine *m, const unsigned char *entry)
{
	if (entry[0] == BUS)
		m->pci[entry[BUS_ID]] = memcmp(entry + BUS_TYPE, "PCI   ", 6) == 0;
	if (entry[0] == IOAPIC && entry[IOAPIC_FLAGS] & IOAPIC_USABLE) {
		m->ioapics++;
		m->ioapic = entry[IOAPIC_ID];
	}
}

static bool is_line(const struct machine *m, const unsigned char *entry)
{
	return entry[0] == INTERRUPT && entry[INTERRUPT_TYPE] == TYPE_INT
	       && m->pci[entry[INTERRUPT_BUS]]
	       && (read16(entry + INTERRUPT_FLAGS) & TRIGGER_MASK) != TRIGGER_EDGE
	       && (entry[INTERRUPT_IOAPIC] == m->ioapic || entry[INTERRUPT_IOAPIC] == IOAPIC_ALL);
}

unsigned mptable_read(const unsigned char *table, size_t bytes, struct mptable_line *lines)
{
	struct machine m = { .ioapics = 0 };
	size_t at = MPTABLE_HEADER, step;
	unsigned count = 0;

	if (bytes < MPTABLE_HEADER || mptable_bytes(table) != bytes || !sum_is_right(table, bytes))
		return 0;
	for (unsigned n = read16(table + TABLE_ENTRIES); n > 0; n--, at += step) {
		const unsigned char *entry = table + at;

		step = at < bytes ? entry_bytes(entry, bytes - at) : 0;
		if (step == 0)
			return 0;
		learn(&m, entry);
		if (is_line(&m, entry) && count < MPTABLE_LINES)
			lines[count++] = (struct mptable_line){
				entry[INTERRUPT_BUS], entry[INTERRUPT_SOURCE] >> 2 & 0x1f,
				entry[INTERRUPT_SOURCE] & 3, entry[INTERRUPT_LINE],
			};
	}
	return m.ioapics == 1 ? count : 0;
}
