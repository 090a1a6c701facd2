/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pc.h - functions that are called across the files of this folder.
 */
#ifndef PLAT_PC_H
#define PLAT_PC_H

#include <x2/word.h>

struct boot_info;

/* irq_pc.c: make these ports unavailable to user code. */
void pc_reserve_ports(struct boot_info *boot, uint16_t first, uint16_t count);

/*
 * memory.c: remove RAM in [from, end) that does not exist, and the rest of its range, from the memory map,
 * with a message. Existing RAM must be in the direct map.
 */
void pc_check_memory(struct boot_info *boot, uint64_t from, uint64_t end);

/* screen.c */
void screen_putc(char c);

/* acpi.c: the interrupt records of the MADT (ACPI 6.4, 5.2.12). */
enum { IOAPICS_MAX = 8, ISA_LINES = 16 };

struct acpi_ioapic { uint32_t base; uint32_t first; };	/* address of registers; first line */
struct acpi_isa { uint32_t line; bool low, level; };	/* line of an ISA interrupt, and its mode */

struct acpi_interrupts {
	unsigned nioapics;
	unsigned processors;		/* number that the firmware has enabled */
	struct acpi_ioapic ioapic[IOAPICS_MAX];
	struct acpi_isa isa[ISA_LINES];
};

/* Returns false if there is no MADT, or no I/O APIC in it. */
bool acpi_interrupts(struct boot_info *boot, struct acpi_interrupts *out);

/* Returns the port of the power management timer, or 0. */
uint16_t acpi_pm_timer(struct boot_info *boot);

/* pit.c: channel 2 of the 8254, which counts down. pit_start returns false if it does not run. */
enum { PIT_HZ = 1193182 };
bool pit_start(void);
uint16_t pit_count(void);

/* pic.c: the two 8259 */
enum { PIC_LINES = 16, PIC_CASCADE = 2, PIC_TIMER = 0 };
void pic_init(struct boot_info *boot);	/* all lines masked, vectors from VECTOR_PIC */
int pic_accept(unsigned line);		/* masks, acknowledges, returns line; or PLAT_IRQ_NONE: spurious */
void pic_eoi(unsigned line);
void pic_mask(unsigned line);
void pic_unmask(unsigned line);

/* ioapic.c: lines are global system interrupts */
unsigned ioapic_init(struct boot_info *boot, const struct acpi_interrupts *a);	/* number of lines */
unsigned ioapic_add_messages(unsigned first);	/* lines for messages (x2/msi.h); number of all lines */
bool ioapic_usable(unsigned line);
int ioapic_accept(unsigned line);
void ioapic_mask(unsigned line);
bool ioapic_unmask(unsigned line);

#endif
