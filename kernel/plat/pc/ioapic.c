/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ioapic.c - I/O APICs (82093AA), and interrupts by messages (MSI, MSI-X: PCI 3.0, 6.8). Lines are ACPI's
 * global system interrupts, then those for messages; line n has vector VECTOR_GSI + n and is delivered to the
 * boot CPU.
 *
 * A level-triggered line is masked at the controller until it is acknowledged. An edge-triggered line
 * is not, because the controller loses edges of a masked line: the first edge before the
 * acknowledgement is recorded here, and then the line is masked, so that a faulty device cannot
 * interrupt without limit. A message is recorded in the same way, but only its device could mask it.
 */
#include <core/arch.h>
#include <boot/boot.h>
#include <core/config.h>
#include <core/irq.h>
#include <x2/msi.h>
#include <arch/apic.h>
#include <arch/board.h>
#include <arch/kmap.h>
#include <lib/bits.h>
#include <lib/panic.h>
#include <lib/print.h>
#include <lib/section.h>
#include "pc.h"

enum {
	SELECT = 0x00 / 4, WINDOW = 0x10 / 4, REG_VERSION = 1, REG_TABLE = 0x10, REGISTER_BYTES = 4096,
	VERSION_NONE = 0xff,
	LINES_MAX = VECTOR_GSI_END - VECTOR_GSI,
	ENTRY_LOW_ACTIVE = 1 << 13, ENTRY_LEVEL = 1 << 15, ENTRY_MASKED = 1 << 16,
	DESTINATION_SHIFT = 24,
};

_Static_assert((int)LINES_MAX <= (int)CFG_IRQS, "a thread for each line");
_Static_assert((int)VECTOR_GSI == (int)L4_MSI_VECTOR, "user code computes the vectors of messages");

struct line {
	volatile uint32_t *registers;	/* of its controller, or 0 */
	uint8_t pin;
	bool message;			/* a message of a device: no controller */
	bool level, low;
	bool open;			/* masked neither by core nor after an interrupt */
	bool missed;			/* an edge came while it was not open */
};

static struct line lines[LINES_MAX];

static BOOT_CODE uint32_t reg_read(volatile uint32_t *r, uint32_t reg)
{
	r[SELECT] = reg;
	return r[WINDOW];
}

static void reg_write(volatile uint32_t *r, uint32_t reg, uint32_t v)
{
	r[SELECT] = reg;
	r[WINDOW] = v;
}

static void write_entry(unsigned n, bool masked)
{
	const struct line *l = &lines[n];
	uint32_t v = VECTOR_GSI + n;

	if (l->message)
		return;
	if (l->low)
		v |= ENTRY_LOW_ACTIVE;
	if (l->level)
		v |= ENTRY_LEVEL;
	if (masked)
		v |= ENTRY_MASKED;
	reg_write(l->registers, REG_TABLE + 2u * l->pin, v);
}

/* The MADT defines the mode of ISA lines; higher lines are PCI's: level, active low (ACPI 6.4, 5.2.15). */
static BOOT_CODE void set_mode(struct line *l, unsigned n, const struct acpi_interrupts *a)
{
	l->level = l->low = n >= ISA_LINES;
	for (unsigned i = 0; i < ISA_LINES; i++) {
		if (a->isa[i].line != n)
			continue;
		l->level = a->isa[i].level;
		l->low = a->isa[i].low;
	}
}

/* Returns the registers of a controller, or 0 if there is none. RAM is not tried: it would change. */
static BOOT_CODE volatile uint32_t *registers_at(const struct boot_info *boot, uint64_t base)
{
	volatile uint32_t *r = 0;
	uint32_t version = 0;

	if (is_aligned(base, 4) && !boot_is_ram(boot, base, sizeof(*r)))
		r = kmap_add(base, REGISTER_BYTES, true);
	if (r)
		version = reg_read(r, REG_VERSION);
	return version & 0xff && (version & 0xff) != VERSION_NONE ? r : 0;
}

/* Set up the lines of one controller, all masked. Returns the number of its last line + 1, or 0. */
static BOOT_CODE unsigned init_one(const struct boot_info *boot, const struct acpi_ioapic *io,
				   const struct acpi_interrupts *a)
{
	volatile uint32_t *r = registers_at(boot, io->base);
	unsigned pins = r ? (reg_read(r, REG_VERSION) >> 16 & 0xff) + 1 : 0, end = 0;

	for (unsigned pin = 0; pin < pins && io->first + pin < LINES_MAX; pin++) {
		unsigned n = io->first + pin;

		lines[n] = (struct line){ .registers = r, .pin = (uint8_t)pin };
		set_mode(&lines[n], n, a);
		reg_write(r, REG_TABLE + 2 * pin + 1, lapic_id() << DESTINATION_SHIFT);
		write_entry(n, true);
		end = n + 1;
	}
	return end;
}

BOOT_CODE unsigned ioapic_init(struct boot_info *boot, const struct acpi_interrupts *a)
{
	unsigned count = 0;

	for (unsigned i = 0; i < a->nioapics; i++) {
		unsigned end = init_one(boot, &a->ioapic[i], a);

		if (end == 0) {
			printk("boot: ACPI's I/O APIC at %x is not used: it is not there, or has no free lines\n",
			       a->ioapic[i].base);
			continue;
		}
		count = end > count ? end : count;
		if (boot->nreserved < BOOT_RESERVED_MAX)
			boot->reserved[boot->nreserved++] =
				(struct boot_memory){ a->ioapic[i].base, REGISTER_BYTES, 2 };
	}
	return count;
}

BOOT_CODE unsigned ioapic_add_messages(unsigned first)
{
	unsigned end = first + L4_MSI_IDS;

	if (end > LINES_MAX)
		return first;
	for (unsigned n = first; n < end; n++)
		lines[n].message = true;
	return end;
}

bool ioapic_usable(unsigned line)
{
	return line < LINES_MAX && (lines[line].registers || lines[line].message);
}

/* An interrupt of a line that is not open: none that core is to deliver now. */
static NOINLINE int accept_masked(unsigned line)
{
	if (ioapic_usable(line)) {
		write_entry(line, true);
		lines[line].missed = !lines[line].level;
	}
	lapic_eoi();
	return PLAT_IRQ_NONE;
}

int ioapic_accept(unsigned line)
{
	struct line *l = &lines[line];

	if (!l->open)
		return accept_masked(line);
	l->open = false;		/* an open line is usable, and has missed no edge */
	if (l->level)
		write_entry(line, true);
	lapic_eoi();
	return (int)line;
}

void plat_irq_check(void)
{
	for (unsigned line = 0; line < LINES_MAX; line++)
		ASSERT(!lines[line].open || (!lines[line].missed && ioapic_usable(line)
					     && irq_thread(line)->irq_state == IRQ_ARMED));
}

void ioapic_mask(unsigned line)
{
	lines[line].open = false;
	lines[line].missed = false;
	write_entry(line, true);
}

bool ioapic_unmask(unsigned line)
{
	struct line *l = &lines[line];

	if (l->missed) {
		l->missed = false;
		write_entry(line, false);
		return true;
	}
	l->open = true;
	write_entry(line, false);
	return false;
}
