/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pci.c - see pci.h.
 */
#include <stdlib.h>
#include <string.h>
#include <pecan/mmio.h>
#include <x2/msi.h>
#include "machine.h"
#include "pci.h"

enum { ADDRESS = 0xcf8, DATA = 0xcfc, DEVICES = 80, STATUS_CAPS = 1 << 4, CAP_MSIX = 0x11, MSIX_BYTES = 12,
       MSIX_ENABLE = 1 << 15, MSIX_SIZE = 0x7ff, MASKED = 1, CAPS_FIRST = 0x40, WIDE = 4, IO = 1,
       HEADER_STATUS = 6, INTERRUPT_PIN = 0x3d };
#define CONFIG_ENABLE	(1u << 31)

static struct pci_device *devices[DEVICES];
static unsigned count;
static uint32_t address;
static bool absent;

void pci_no_bus(void) { absent = true; }

uint32_t pci_get32(const struct pci_device *d, unsigned offset)
{
	uint32_t value;

	memcpy(&value, d->space + offset, sizeof value);
	return value;
}

void pci_set32(struct pci_device *d, unsigned offset, uint32_t value)
{
	memcpy(d->space + offset, &value, sizeof value);
}

void pci_add(struct pci_device *d, unsigned place, uint32_t id, uint32_t class)
{
	memset(d, 0, sizeof *d);
	d->place = place;
	d->caps_end = CAPS_FIRST;
	pci_set32(d, 0, id << 16 | id >> 16);
	pci_set32(d, 8, class << 8);
	devices[count++] = d;
}

void pci_region(struct pci_device *d, unsigned bar, uint32_t physical, uint32_t bytes)
{
	d->bar_mask[bar] = ~(bytes - 1);
	pci_set32(d, PCI_BAR0 + 4 * bar, physical);
	machine_memory(physical, bytes, NULL);
}

void pci_ports_region(struct pci_device *d, unsigned bar, uint32_t first, uint32_t count)
{
	d->bar_mask[bar] = ~(count - 1);
	pci_set32(d, PCI_BAR0 + 4 * bar, first | IO);
}

unsigned pci_capability(struct pci_device *d, uint8_t kind, unsigned bytes)
{
	unsigned at = d->caps_end;

	d->space[at] = kind;
	d->space[at + 1] = d->space[PCI_CAP_LIST];
	d->space[PCI_CAP_LIST] = (uint8_t)at;
	d->space[HEADER_STATUS] |= STATUS_CAPS;
	d->caps_end += (bytes + 3) & ~3u;
	return at;
}

void pci_messages(struct pci_device *d, unsigned bar, unsigned n) { pci_messages_at(d, bar, 0, n); }

void pci_messages_at(struct pci_device *d, unsigned bar, uint32_t offset, unsigned n)
{
	d->msix = pci_capability(d, CAP_MSIX, MSIX_BYTES);
	d->msix_bar = bar;
	d->msix_offset = offset;
	d->space[d->msix + 2] = (uint8_t)(n - 1);
	pci_set32(d, d->msix + 4, offset | bar);
	for (unsigned i = 0; i < PCI_MESSAGES; i++)
		d->table[i * 4 + 3] = MASKED;
}

bool pci_send(struct pci_device *d, unsigned n)
{
	const uint32_t *entry = &d->table[n % PCI_MESSAGES * 4];

	if (n >= PCI_MESSAGES || !(pci_get32(d, d->msix) >> 16 & MSIX_ENABLE) || entry[3] & MASKED
	    || !(pci_get32(d, PCI_COMMAND) & PCI_COMMAND_MASTER))
		return false;
	if ((entry[0] & 0xfff00000) != L4_MSI_ADDRESS || entry[1] != 0)
		kernel_stop("the address of a message is no interrupt controller's");
	machine_interrupt(entry[2] - L4_MSI_VECTOR);
	return true;
}

/* ---- a line ---- */

void pci_raise(const struct pci_device *d)
{
	if (!(pci_get32(d, PCI_COMMAND) & PCI_NO_INTX))
		machine_interrupt(PCI_LINE);
}

/* A table of the MultiProcessor Specification, in the firmware's memory: see user/drivers/pci/mptable.h. */
static void add_table(void)
{
	enum { FIRMWARE = 0xf0000, BYTES = 0x10000, HEADER = 44, TABLE_AT = 0x400, ENTRIES = 3 };
	static const uint8_t entry[ENTRIES][8] = {
		{ 1, 0, 'P', 'C', 'I', ' ', ' ', ' ' }, { 2, 1, 0x11, 1 },
		{ 3, 0, 0xf, 0, 0, PCI_LINE_PLACE >> 3 << 2, 1, PCI_LINE },
	};
	uint8_t *memory = calloc(1, BYTES), *table = memory + TABLE_AT, sum = 0;

	machine_memory(FIRMWARE, BYTES, memory);
	memcpy(memory, "_MP_\0\4\17\0\1\4", 10);
	for (unsigned i = 0; i < 16; i++)
		sum += memory[i];
	memory[10] = (uint8_t)-sum;
	memcpy(table, "PCMP", 4);
	table[4] = HEADER + sizeof entry;
	table[34] = ENTRIES;
	memcpy(table + HEADER, entry, sizeof entry);
	sum = 0;
	for (unsigned i = 0; i < HEADER + sizeof entry; i++)
		sum += table[i];
	table[7] = (uint8_t)-sum;
}

void pci_line(struct pci_device *d)
{
	d->space[INTERRUPT_PIN] = 1;
	add_table();
}

/* ---- configuration space ---- */

static struct pci_device *selected(void)
{
	unsigned place = address >> 8 & 0xffff;

	for (unsigned i = 0; i < count; i++)
		if (address & CONFIG_ENABLE && devices[i]->place == place)
			return devices[i];
	return NULL;
}

uint32_t pci_port_read(unsigned port)
{
	const struct pci_device *d = selected();

	if (absent)
		return ~0u;
	if (port == ADDRESS)
		return address;
	return d && port == DATA ? pci_get32(d, address & 0xfc) : ~0u;
}

static void write_bar(struct pci_device *d, unsigned bar, uint32_t value)
{
	bool upper = bar > 0 && (pci_get32(d, PCI_BAR0 + 4 * bar - 4) & 7) == WIDE;
	uint32_t flags = upper ? 0 : pci_get32(d, PCI_BAR0 + 4 * bar) & 0xf;

	if (flags & IO)
		flags = IO;
	pci_set32(d, PCI_BAR0 + 4 * bar, (value & d->bar_mask[bar]) | (d->bar_mask[bar] ? flags : 0));
}

void pci_port_write(unsigned port, uint32_t value, unsigned bytes)
{
	struct pci_device *d = selected();
	unsigned offset = (address & 0xfc) + (port & 3), bar = (offset - PCI_BAR0) / 4;

	if (port == ADDRESS) {
		address = value;
		return;
	}
	if (!d || port < DATA || offset < PCI_COMMAND)
		return;
	if (d->msix && offset == d->msix + 2)		/* how many messages there are can only be read */
		value = (value & ~(uint32_t)MSIX_SIZE) | (pci_get32(d, d->msix) >> 16 & MSIX_SIZE);
	if (offset >= PCI_BAR0 && bar < PCI_BARS)
		write_bar(d, bar, value);
	else
		memcpy(d->space + offset, &value, bytes);
	if (d->configured && offset >= PCI_BAR0 + 4 * PCI_BARS)
		d->configured(d, offset, value);
}

/* ---- registers ---- */

static bool has_ports(const struct pci_device *d, unsigned bar)
{
	return (pci_get32(d, PCI_BAR0 + 4 * bar) & 3) == IO;
}

/* The device with this register; its region and the offset in it. */
static struct pci_device *find(const volatile void *at, unsigned bytes, unsigned *bar, uint32_t *offset)
{
	uint64_t physical = machine_register(at, bytes);

	for (unsigned i = 0; i < count; i++)
		for (*bar = 0; *bar < PCI_BARS; ++*bar) {
			uint32_t mask = devices[i]->bar_mask[*bar];

			*offset = (uint32_t)physical & ~mask;
			if (mask && !has_ports(devices[i], *bar)
			    && (pci_get32(devices[i], PCI_BAR0 + 4 * *bar) & mask) == (physical & mask))
				return devices[i];
		}
	kernel_stop("the device with these registers is not where it was");
}

static bool has_table(const struct pci_device *d, unsigned bar, uint32_t offset)
{
	return d->msix && bar == d->msix_bar && offset >= d->msix_offset;
}

static uint32_t read(const volatile void *at, unsigned bytes)
{
	unsigned bar;
	uint32_t offset;
	struct pci_device *d = find(at, bytes, &bar, &offset);

	if (has_table(d, bar, offset))
		return d->table[(offset - d->msix_offset) / 4 % (PCI_MESSAGES * 4)];
	return d->read(d, bar, offset, bytes);
}

static void write(volatile void *at, uint32_t value, unsigned bytes)
{
	unsigned bar;
	uint32_t offset;
	struct pci_device *d = find(at, bytes, &bar, &offset);

	if (has_table(d, bar, offset))
		d->table[(offset - d->msix_offset) / 4 % (PCI_MESSAGES * 4)] = value;
	else
		d->write(d, bar, offset, value, bytes);
}

uint8_t mmio_read8(const volatile void *at) { return (uint8_t)read(at, 1); }
uint16_t mmio_read16(const volatile void *at) { return (uint16_t)read(at, 2); }
uint32_t mmio_read32(const volatile void *at) { return read(at, 4); }
void mmio_write8(volatile void *at, uint8_t value) { write(at, value, 1); }
void mmio_write16(volatile void *at, uint16_t value) { write(at, value, 2); }
void mmio_write32(volatile void *at, uint32_t value) { write(at, value, 4); }

/* The device that answers at a port; its region and the offset in it. NULL: none. */
static struct pci_device *at_port(unsigned port, unsigned *bar, uint32_t *offset)
{
	for (unsigned i = 0; i < count; i++)
		for (*bar = 0; *bar < PCI_BARS; ++*bar) {
			const struct pci_device *d = devices[i];

			*offset = port - (pci_get32(d, PCI_BAR0 + 4 * *bar) & ~3u);
			if (has_ports(d, *bar) && *offset <= ~d->bar_mask[*bar]
			    && pci_get32(d, PCI_COMMAND) & PCI_COMMAND_IO)
				return devices[i];
		}
	return NULL;
}

uint8_t pci_region_in(unsigned port)
{
	unsigned bar;
	uint32_t offset;
	struct pci_device *d = at_port(port, &bar, &offset);

	return d ? (uint8_t)d->read(d, bar, offset, 1) : 0xff;
}

void pci_region_out(unsigned port, uint8_t value)
{
	unsigned bar;
	uint32_t offset;
	struct pci_device *d = at_port(port, &bar, &offset);

	if (d)
		d->write(d, bar, offset, value, 1);
}
