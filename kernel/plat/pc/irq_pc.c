/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * irq_pc.c - selects the interrupt controller: the I/O APICs if the CPU has a local APIC, the firmware
 * describes them, and the command line does not switch them off; else the 8259s. I/O APICs that are not
 * used have all lines masked.
 */
#include <core/arch.h>
#include <boot/boot.h>
#include <arch/apic.h>
#include <arch/board.h>
#include <arch/features.h>
#include <lib/print.h>
#include <lib/section.h>
#include "pc.h"

_Static_assert((int)VECTOR_TIMER == (int)VECTOR_PIC + (int)PIC_CASCADE, "free, and below the lines");

static struct {
	bool ioapic;
	unsigned lines, messages;
} irqs;

static BOOT_CODE void reserve_lapic(struct boot_info *boot)
{
	if (boot->nreserved < BOOT_RESERVED_MAX)
		boot->reserved[boot->nreserved++] = (struct boot_memory){ lapic_base(), 4096, 2 };
}

BOOT_CODE void pc_reserve_ports(struct boot_info *boot, uint16_t first, uint16_t count)
{
	if (boot->nports < CFG_RESERVED_PORTS)
		boot->ports[boot->nports++] = (struct port_range){ first, count };
}

BOOT_CODE void plat_irq_init(struct boot_info *boot)
{
	struct acpi_interrupts a = { 0 };
	bool apic = feature_used(FEATURE_APIC);

	pic_init(boot);
	if (apic) {
		lapic_init(false);
		reserve_lapic(boot);
		irqs.lines = acpi_interrupts(boot, &a) ? ioapic_init(boot, &a) : 0;
	}
	irqs.ioapic = irqs.lines > 0 && feature_used(FEATURE_IOAPIC);
	if (!irqs.ioapic)
		irqs.lines = PIC_LINES;
	if (apic && !irqs.ioapic)
		lapic_init(true);
	boot->irq_lines = irqs.ioapic ? ioapic_add_messages(irqs.lines) : irqs.lines;
	irqs.messages = boot->irq_lines - irqs.lines;
	feature_line("I/O APIC", irqs.ioapic ? "used" : !apic ? "off (no local APIC)"
				 : feature_used(FEATURE_IOAPIC) ? "absent" : "off (command line)");
	printk("interrupts: %u lines by %s, %u messages, timer by %s\n", irqs.lines,
	       irqs.ioapic ? "I/O APIC" : "8259 PIC", irqs.messages, apic ? "local APIC" : "8254 PIT");
	if (a.processors > 1)
		printk("processors: 1 of %u is used\n", a.processors);
}

bool plat_irq_messages(void) { return irqs.messages > 0; }

int plat_irq_accept(unsigned vector)
{
	if (vector >= VECTOR_GSI)
		return ioapic_accept(vector - VECTOR_GSI);
	if (irqs.ioapic) {
		lapic_eoi();			/* from an 8259, before pic_init masked its lines */
		return PLAT_IRQ_NONE;
	}
	if (vector == VECTOR_PIC + PIC_TIMER && !feature_used(FEATURE_APIC)) {
		pic_eoi(PIC_TIMER);
		return PLAT_IRQ_TIMER;
	}
	return pic_accept(vector - VECTOR_PIC);
}

bool plat_irq_usable(unsigned line)
{
	if (irqs.ioapic)
		return ioapic_usable(line);
	return line < irqs.lines && line != PIC_CASCADE
	    && (line != PIC_TIMER || feature_used(FEATURE_APIC));
}

void plat_irq_mask(unsigned line)
{
	if (irqs.ioapic)
		ioapic_mask(line);
	else
		pic_mask(line);
}

bool plat_irq_unmask(unsigned line)
{
	if (irqs.ioapic)
		return ioapic_unmask(line);
	pic_unmask(line);
	return false;
}
