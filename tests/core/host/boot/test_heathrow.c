/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_heathrow.c - the interrupt controller of a Power Macintosh, on a model of its registers and of
 * devices: it records rising edges of lines, masked or not, but of lines 20 to 28 it has the level. Devices
 * hold their lines while they have work.
 */
#include <stdlib.h>
#include <string.h>
#include <boot/boot.h>
#include <lib/bits.h>
#include <plat/pmac/pmac.h>
#include "world.h"

enum { LINES = 64, LEVEL_FIRST = 20, LEVEL_LAST = 28, NONE = -1, STEPS = 200000 };

/* Those of heathrow.c; in this program the host machine has the names of core/arch.h. */
int plat_irq_accept(void);
void plat_irq_init(struct boot_info *boot);
void heathrow_mask(unsigned line);
bool heathrow_usable(unsigned line);
bool heathrow_unmask(unsigned line);

static uint8_t registers[0x30];
volatile uint8_t *macio = registers;

static uint64_t event, mask, level;

static bool by_level(unsigned line) { return line >= LEVEL_FIRST && line <= LEVEL_LAST; }

static uint64_t bit(unsigned line) { return (uint64_t)1 << line; }

static void raise(unsigned line)
{
	if (!(level & bit(line)) && !by_level(line))
		event |= bit(line);
	level |= bit(line);
}

static void lower(unsigned line) { level &= ~bit(line); }

static uint64_t by_levels(void)
{
	uint64_t lines = 0;

	for (unsigned line = LEVEL_FIRST; line <= LEVEL_LAST; line++)
		lines |= bit(line);
	return lines;
}

static bool interrupts(void) { return (event | (level & by_levels())) & mask; }

/* Registers of lines 32 to 63 come first. */
static unsigned shift_of(size_t at) { return at < 0x20 ? 32 : 0; }

uint32_t mmio_read32(const volatile uint8_t *at)
{
	size_t offset = (size_t)(at - macio);
	uint64_t value = 0;

	CHECK(offset >= 0x10 && offset < 0x30 && offset % 4 == 0);
	switch (offset & 0xf) {
	case 0x0: value = event; break;
	case 0x4: value = mask; break;
	case 0xc: value = level; break;
	}
	return (uint32_t)(value >> shift_of(offset));
}

void mmio_write32(volatile uint8_t *at, uint32_t v)
{
	size_t offset = (size_t)(at - macio);
	unsigned shift = shift_of(offset);

	CHECK(offset >= 0x10 && offset < 0x30);
	if ((offset & 0xf) == 0x4)
		mask = (mask & ~((uint64_t)UINT32_MAX << shift)) | (uint64_t)v << shift;
	else if ((offset & 0xf) == 0x8)
		event &= ~((uint64_t)v << shift);
	else
		CHECK(!"a register that is not written");
}

static void begin(void)
{
	struct boot_info boot = { 0 };

	event = mask = level = ~(uint64_t)0;
	plat_irq_init(&boot);
	CHECK(boot.irq_lines == LINES && mask == 0 && event == 0);
	level = 0;
}

TEST(HIRQ0029, "an interrupt masks its line; it comes once, and again if the line is held when unmasked")
{
	begin();
	CHECK(heathrow_usable(LINES - 1) && !heathrow_usable(LINES));
	CHECK_EQ(plat_irq_accept(), NONE);
	for (unsigned line = 0; line < LINES; line++) {
		CHECK(!heathrow_unmask(line) && mask == bit(line) && !interrupts());
		raise(line);
		CHECK(interrupts());
		CHECK_EQ(plat_irq_accept(), line);
		CHECK(!interrupts() && mask == 0);
		CHECK_EQ(plat_irq_accept(), NONE);
		CHECK(heathrow_unmask(line) && mask == 0);
		lower(line);
		CHECK(!heathrow_unmask(line) && !interrupts());
		heathrow_mask(line);
		CHECK_EQ(mask, 0);
	}
}

TEST(HIRQ0030, "an edge that came and went while a line was masked interrupts when it is unmasked")
{
	begin();
	for (unsigned line = 0; line < LINES; line++) {
		if (by_level(line))
			continue;
		CHECK(!heathrow_unmask(line));
		raise(line);
		CHECK_EQ(plat_irq_accept(), line);
		lower(line);
		raise(line);
		lower(line);
		CHECK(!heathrow_unmask(line) && interrupts());
		CHECK_EQ(plat_irq_accept(), line);
		CHECK(!heathrow_unmask(line) && !interrupts());
		heathrow_mask(line);
	}
}

/* ---- devices and handlers at random ---- */

static enum { OPEN, DELIVERED, SERVED } handler[LINES];

static void deliver(void)
{
	int line = plat_irq_accept();

	if (line == NONE)
		return;
	CHECK(handler[line] == OPEN && !(mask & bit((unsigned)line)));
	handler[line] = DELIVERED;
}

static void handle(unsigned line)
{
	if (handler[line] == DELIVERED) {
		lower(line);			/* the device has no work any more */
		handler[line] = SERVED;
	} else if (handler[line] == SERVED) {
		handler[line] = heathrow_unmask(line) ? DELIVERED : OPEN;
	}
}

TEST(HIRQ0031, "no work of a device is left when all lines are unmasked and no interrupt is pending")
{
	begin();
	for (unsigned line = 0; line < LINES; line++)
		CHECK(!heathrow_unmask(line));
	for (unsigned step = 0; step < STEPS; step++) {
		unsigned line = (unsigned)rand() % LINES;

		if (rand() % 8 == 0)
			raise(line);
		else if (rand() % 2)
			deliver();
		else
			handle(line);
		CHECK(!(level & mask & ~event & ~by_levels()));
	}
	for (unsigned step = 0; step < 8 * LINES; step++) {
		deliver();
		handle(step % LINES);
	}
	CHECK(level == 0 && !interrupts() && mask == ~(uint64_t)0);
}
