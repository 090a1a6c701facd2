/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acpi.c - the two ACPI tables that the kernel needs: the MADT, for the I/O APICs and how the ISA
 * interrupts are wired to them, and the FADT, for a timer (ACPI 6.4, 5.2.5 to 5.2.12). Devices are
 * found by user-level drivers.
 */
#include <core/arch.h>
#include <boot/boot.h>
#include <arch/board.h>
#include <arch/kmap.h>
#include <lib/str.h>
#include "pc.h"

struct rsdp {
	char signature[8];
	uint8_t sum;
	char oem[6];
	uint8_t revision;
	uint32_t rsdt, length;
	uint64_t xsdt;
} __attribute__((packed));

struct header {
	char signature[4];
	uint32_t length;
	uint8_t revision, sum;
	char oem[26];
} __attribute__((packed));

struct fadt { struct header h; uint8_t before[40]; uint32_t pm_timer; } __attribute__((packed));
struct madt { struct header h; uint32_t lapic, flags; } __attribute__((packed));
struct entry { uint8_t type, length; } __attribute__((packed));
struct entry_lapic { struct entry e; uint8_t processor, id; uint32_t flags; } __attribute__((packed));
struct entry_ioapic { struct entry e; uint8_t id, reserved; uint32_t base, first; } __attribute__((packed));
struct entry_override { struct entry e; uint8_t bus, irq; uint32_t line; uint16_t flags; }
	__attribute__((packed));

enum { MADT_LAPIC = 0, LAPIC_ENABLED = 1 };	/* the entry's flag */
enum { MADT_IOAPIC = 1, MADT_OVERRIDE = 2, RSDP_V1_BYTES = 20, TABLE_MAX = 1 << 20 };
enum { POLARITY_LOW = 3, TRIGGER_LEVEL = 3 };
enum { EBDA_SEGMENT = 0x40e, BIOS_AREA = 0xe0000, BIOS_END = 0x100000, EBDA_BYTES = 1024 };

_Static_assert(sizeof(struct header) == 36 && sizeof(struct madt) == 44, "ACPI 5.2.6, 5.2.12");
_Static_assert(offsetof(struct fadt, pm_timer) == 76, "ACPI 5.2.9");

static bool sum_ok(const void *p, size_t n)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += ((const uint8_t *)p)[i];
	return sum == 0;
}

static bool rsdp_ok(const struct rsdp *r)
{
	return memcmp(r->signature, "RSD PTR ", sizeof(r->signature)) == 0 && sum_ok(r, RSDP_V1_BYTES);
}

static uint64_t scan(uint64_t from, uint64_t end)
{
	for (uint64_t pa = from; pa + sizeof(struct rsdp) <= end; pa += 16)
		if (rsdp_ok(arch_frame_ptr(pa)))
			return pa;
	return 0;
}

/* Searches the memory of the BIOS; called if the boot loader passed no address (ACPI 5.2.5.1). */
static uint64_t find_rsdp(void)
{
	uint16_t segment;
	uint64_t ebda, found = 0;

	memcpy(&segment, arch_frame_ptr(EBDA_SEGMENT), sizeof(segment));
	ebda = (uint64_t)segment << 4;
	if (ebda >= 0x80000 && ebda < 0xa0000)
		found = scan(ebda, ebda + EBDA_BYTES);
	return found ? found : scan(BIOS_AREA, BIOS_END);
}

/* Returns the table at pa, mapped completely, or 0 if it has another signature or is invalid. */
static const struct header *table_at(uint64_t pa, const char *signature)
{
	const struct header *h = pa ? kmap_add(pa, sizeof(*h), false) : 0;

	if (!h || memcmp(h->signature, signature, sizeof(h->signature)) != 0)
		return 0;
	if (h->length < sizeof(*h) || h->length > TABLE_MAX || !kmap_add(pa, h->length, false))
		return 0;
	return sum_ok(h, h->length) ? h : 0;
}

/* Searches the root table, whose entries have 4 (RSDT) or 8 (XSDT) bytes. */
static const struct header *find_in(uint64_t root, const char *root_name, unsigned size, const char *name)
{
	const struct header *r = table_at(root, root_name), *found;

	for (uint32_t at = sizeof(*r); r && at + size <= r->length; at += size) {
		uint64_t pa = 0;

		memcpy(&pa, (const char *)r + at, size);
		found = table_at(pa, name);
		if (found)
			return found;
	}
	return 0;
}

static const struct header *find_table(struct boot_info *boot, const char *name)
{
	const struct header *found = 0;
	const struct rsdp *r;

	if (!boot->rsdp)
		boot->rsdp = find_rsdp();
	r = boot->rsdp ? kmap_add(boot->rsdp, sizeof(*r), false) : 0;
	if (!r || !rsdp_ok(r))
		return 0;
	if (r->revision >= 2)
		found = find_in(r->xsdt, "XSDT", 8, name);
	return found ? found : find_in(r->rsdt, "RSDT", 4, name);
}

static void add_ioapic(struct acpi_interrupts *out, const struct entry_ioapic *e)
{
	if (out->nioapics < IOAPICS_MAX)
		out->ioapic[out->nioapics++] = (struct acpi_ioapic){ e->base, e->first };
}

/* Flags 0 mean the mode of the ISA bus: active high, edge-triggered. */
static void add_override(struct acpi_interrupts *out, const struct entry_override *e)
{
	if (e->bus != 0 || e->irq >= ISA_LINES)
		return;
	out->isa[e->irq] = (struct acpi_isa){
		.line = e->line,
		.low = (e->flags & 3) == POLARITY_LOW,
		.level = (e->flags >> 2 & 3) == TRIGGER_LEVEL,
	};
}

static void read_madt(const struct header *madt, struct acpi_interrupts *out)
{
	const char *at = (const char *)madt + sizeof(struct madt), *end = (const char *)madt + madt->length;

	while (at + sizeof(struct entry) <= end) {
		const struct entry *e = (const void *)at;

		if (e->length < sizeof(*e) || at + e->length > end)
			return;
		if (e->type == MADT_LAPIC && e->length >= sizeof(struct entry_lapic))
			out->processors += ((const struct entry_lapic *)e)->flags & LAPIC_ENABLED;
		if (e->type == MADT_IOAPIC && e->length >= sizeof(struct entry_ioapic))
			add_ioapic(out, (const void *)e);
		if (e->type == MADT_OVERRIDE && e->length >= sizeof(struct entry_override))
			add_override(out, (const void *)e);
		at += e->length;
	}
}

bool acpi_interrupts(struct boot_info *boot, struct acpi_interrupts *out)
{
	const struct header *madt = find_table(boot, "APIC");

	if (!madt || madt->length < sizeof(struct madt))
		return false;
	for (unsigned i = 0; i < ISA_LINES; i++)
		out->isa[i] = (struct acpi_isa){ .line = i };
	read_madt(madt, out);
	return out->nioapics > 0;
}

uint16_t acpi_pm_timer(struct boot_info *boot)
{
	const struct header *h = find_table(boot, "FACP");

	return h && h->length >= sizeof(struct fadt) ? (uint16_t)((const struct fadt *)h)->pm_timer : 0;
}
