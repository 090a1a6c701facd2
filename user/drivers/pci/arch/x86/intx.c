/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * intx.c - see intx.h. The kernel has set the mode of each line, level and polarity, by another table (ACPI's
 * MADT): lines from 16 on are level-triggered and active low, and the others as that says. A kernel without
 * messages does not use the I/O APICs, whose lines these are.
 */
#include <l4/pecan.h>
#include <pecan/memory.h>

#include "../../config.h"
#include "../../device.h"
#include "../../intx.h"
#include "mptable.h"

/* Where the pointer to the table may be: the end of the memory below 640 KiB, and the firmware's. */
static const struct { L4_Word_t at, bytes; } places[] = { { 0x9fc00, 0x400 }, { 0xf0000, 0x10000 } };

static struct mptable_line lines[MPTABLE_LINES];
static unsigned count;

static uint32_t find_table(void)
{
	uint32_t table = 0;

	for (unsigned i = 0; i < sizeof(places) / sizeof(places[0]) && table == 0; i++) {
		void *memory;

		if (pecan_phys(places[i].at, places[i].bytes, &memory) != ROOT_OK)
			continue;
		table = mptable_find(memory, places[i].bytes);
		pecan_unmap(memory);
	}
	return table;
}

static size_t table_bytes(uint32_t table)
{
	void *header;
	size_t bytes;

	if (table == 0 || pecan_phys(table, MPTABLE_HEADER, &header) != ROOT_OK)
		return 0;
	bytes = mptable_bytes(header);
	pecan_unmap(header);
	return bytes;
}

void intx_init(void)
{
	uint32_t table = L4_HasMsi() ? find_table() : 0;
	size_t bytes = table_bytes(table);
	void *memory;

	if (bytes == 0 || pecan_phys(table, bytes, &memory) != ROOT_OK)
		return;
	count = mptable_read(memory, bytes, lines);
	pecan_unmap(memory);
}

bool intx_line(const struct device *d, unsigned *line)
{
	unsigned pin = config_read16(d->place, REG_INTERRUPT) >> 8;

	for (unsigned i = 0; i < count; i++) {
		const struct mptable_line *l = &lines[i];

		if ((l->bus << 8 | l->device << 3) != (int)(d->place & ~7u) || l->pin + 1u != pin)
			continue;
		*line = l->line;
		return true;
	}
	return false;
}
