/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pic.c - the two 8259 interrupt controllers of the PC/AT.
 *
 * An edge of a masked line stays in the request register and interrupts when the line is unmasked, so it
 * need not be recorded here. Lines 7 and 15 also signal withdrawn requests (spurious interrupts).
 */
#include <arch/apic.h>
#include <arch/board.h>
#include <arch/port.h>
#include <lib/section.h>
#include "pc.h"

enum { MASTER = 0x20, SLAVE = 0xa0, DATA = 1, HALF = 8, SPURIOUS = 7, TRIGGER_MODES = 0x4d0 };
enum { ICW1 = 0x11, ICW4 = 0x01, OCW2_SPECIFIC_EOI = 0x60, OCW2_LOWEST = 0xc0, OCW3_READ_ISR = 0x0b };

static uint16_t masks;

static void write_masks(void)
{
	port_out8(MASTER + DATA, (uint8_t)masks);
	port_out8(SLAVE + DATA, (uint8_t)(masks >> HALF));
}

static BOOT_CODE void init_one(uint16_t port, uint8_t vector, uint8_t wiring)
{
	port_out8(port, ICW1);
	port_out8(port + DATA, vector);
	port_out8(port + DATA, wiring);
	port_out8(port + DATA, ICW4);
}

BOOT_CODE void pic_init(struct boot_info *boot)
{
	pc_reserve_ports(boot, MASTER, 2);
	pc_reserve_ports(boot, SLAVE, 2);
	pc_reserve_ports(boot, TRIGGER_MODES, 2);
	init_one(MASTER, VECTOR_PIC, 1 << PIC_CASCADE);
	init_one(SLAVE, VECTOR_PIC + HALF, PIC_CASCADE);
	port_out8(MASTER, OCW2_LOWEST | PIC_TIMER);	/* other interrupts come between two of its ticks */
	masks = (uint16_t)~(1 << PIC_CASCADE);
	write_masks();
}

static bool in_service(unsigned line)
{
	uint16_t port = line < HALF ? MASTER : SLAVE;

	port_out8(port, OCW3_READ_ISR);
	return port_in8(port) >> line % HALF & 1;
}

void pic_eoi(unsigned line)
{
	if (line >= HALF)
		port_out8(SLAVE, (uint8_t)(OCW2_SPECIFIC_EOI | line % HALF));
	port_out8(MASTER, (uint8_t)(OCW2_SPECIFIC_EOI | (line >= HALF ? PIC_CASCADE : line)));
}

int pic_accept(unsigned line)
{
	if (line % HALF == SPURIOUS && !in_service(line)) {
		if (line >= HALF)
			port_out8(MASTER, OCW2_SPECIFIC_EOI | PIC_CASCADE);
		return PLAT_IRQ_NONE;
	}
	pic_mask(line);
	pic_eoi(line);
	return (int)line;
}

void pic_mask(unsigned line)
{
	masks |= (uint16_t)(1 << line);
	write_masks();
}

void pic_unmask(unsigned line)
{
	masks &= (uint16_t)~(1 << line);
	write_masks();
}
