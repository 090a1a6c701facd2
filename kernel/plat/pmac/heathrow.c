/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * heathrow.c - the interrupt controller of mac-io: 64 lines in two halves.
 *
 * The controller records the edge of a line, masked or not, until it is acknowledged; of some lines it looks
 * at the level instead. Devices hold their lines until they are served. So each line is handled by its level:
 * an interrupt masks the line and acknowledges the edge. If the line is still held when it is unmasked there
 * may be no further edge: it counts as one that came meanwhile.
 */
#include <core/arch.h>
#include <boot/boot.h>
#include <core/irq.h>
#include <arch/board.h>
#include <arch/layout.h>
#include <arch/mmio.h>
#include <lib/bits.h>
#include <lib/panic.h>
#include <lib/print.h>
#include <lib/section.h>
#include "pmac.h"

enum { HALF = 32, HALVES = 2, LINES = HALVES * HALF };
enum { EVENT = 0x00, MASK = 0x04, ACKNOWLEDGE = 0x08, LEVEL = 0x0c };

static uint32_t open[HALVES];		/* the lines that are not masked */

static volatile uint8_t *reg(unsigned half, unsigned which) { return macio + (half ? 0x10 : 0x20) + which; }
static uint32_t bit(unsigned line) { return (uint32_t)1 << line % HALF; }

static void set_open(unsigned line, bool is_open)
{
	unsigned half = line / HALF;

	open[half] = (open[half] & ~bit(line)) | (is_open ? bit(line) : 0);
	mmio_write32(reg(half, MASK), open[half]);
}

/* No program gets the page with the controller's registers; devices have other pages of mac-io. */
static BOOT_CODE void reserve(struct boot_info *boot)
{
	uint64_t base = (uintptr_t)macio - KMAP_PCI + KMAP_PCI_PA;

	if (boot->nreserved < BOOT_RESERVED_MAX)
		boot->reserved[boot->nreserved++] =
			(struct boot_memory){ base, pow2(ARCH_PAGE_LOG2), BOOT_RESERVED };
}

BOOT_CODE void plat_irq_init(struct boot_info *boot)
{
	for (unsigned half = 0; half < HALVES; half++) {
		mmio_write32(reg(half, MASK), 0);
		mmio_write32(reg(half, ACKNOWLEDGE), ~(uint32_t)0);
	}
	boot->irq_lines = LINES;
	reserve(boot);
	printk("interrupts: %u lines by Heathrow, timer by the decrementer\n", LINES);
}

int plat_irq_accept(void)
{
	for (unsigned half = 0; half < HALVES; half++) {
		uint32_t pending = (mmio_read32(reg(half, EVENT)) | mmio_read32(reg(half, LEVEL))) & open[half];

		if (pending) {
			unsigned line = half * HALF + (unsigned)__builtin_ctz(pending);

			set_open(line, false);
			mmio_write32(reg(half, ACKNOWLEDGE), bit(line));
			return (int)line;
		}
	}
	return PLAT_IRQ_NONE;
}

void plat_irq_check(void)
{
	for (unsigned line = 0; line < LINES; line++)
		ASSERT(!(open[line / HALF] & bit(line)) || irq_thread(line)->irq_state == IRQ_ARMED);
}

bool arch_irq_usable(unsigned line) { return line < LINES; }
void arch_irq_mask(unsigned line) { set_open(line, false); }

bool arch_irq_unmask(unsigned line)
{
	unsigned half = line / HALF;
	bool held = mmio_read32(reg(half, LEVEL)) & bit(line);

	if (held)
		mmio_write32(reg(half, ACKNOWLEDGE), bit(line));
	else
		set_open(line, true);
	return held;
}
