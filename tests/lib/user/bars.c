/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bars.c - tests of how the PCI server measures the memory regions of a device
 * (user/drivers/pci/bars.c): a device of this program, and a server that is killed.
 */
#include "harness.h"
#include <drivers/pci/bars.h>
#include <drivers/pci/config.h>
#include <setjmp.h>
#include <string.h>

enum { PLACE = 0x20, WORDS = 64, COMMAND = 7, NEVER = -1 };

/* A region of 4 KiB, one of 16 MiB of 64 bits, 32 ports, and one that is not there. */
static uint32_t fixed[BARS] = { 0xfff, 0xffffff, 0, 0x1f, 0xffffffff, 0xffffffff };
static const uint32_t flags[BARS] = { 0, 0xc, 0, 1, 0, 0 };
static uint32_t at_boot[BARS] = { 0xfeb00000, 0xc, 0x10, 0xc001, 0, 0 };

static uint32_t space[WORDS];
static int writes_left;			/* then the server is killed; NEVER */
static jmp_buf killed;
static bool is_kernels;

static void write_one(unsigned offset, uint32_t value)
{
	unsigned i = (offset - REG_BAR) / 4;

	if (writes_left == 0)
		longjmp(killed, 1);
	writes_left -= writes_left > 0;
	space[offset / 4] = offset >= REG_BAR && i < BARS ? (value & ~fixed[i]) | flags[i] : value;
}

uint32_t config_read(unsigned place, unsigned offset) { return place == PLACE ? space[offset / 4] : ~0u; }
void config_write(unsigned place, unsigned offset, uint32_t value) { (void)place; write_one(offset, value); }

bool config_is_kernels(unsigned place) { return place == PLACE && is_kernels; }

uint16_t config_read16(unsigned place, unsigned offset)
{
	return (uint16_t)config_read(place, offset);
}

void config_write16(unsigned place, unsigned offset, uint16_t value)
{
	(void)place;
	write_one(offset, value);
}

static void begin(struct device *d)
{
	*d = (struct device){ .place = PLACE };
	memset(space, 0, sizeof(space));
	memcpy(&space[REG_BAR / 4], at_boot, sizeof(at_boot));
	space[REG_COMMAND / 4] = COMMAND;
	writes_left = NEVER;
	is_kernels = false;
}

static bool is_as_at_boot(void)
{
	return memcmp(&space[REG_BAR / 4], at_boot, sizeof(at_boot)) == 0 && space[REG_COMMAND / 4] == COMMAND;
}

static bool is_measured(const struct device *d)
{
	return d->bar[0].physical == 0xfeb00000 && d->bar[0].bytes == 0x1000 && d->bar[1].physical == 0x1000000000
	       && d->bar[1].bytes == 0x1000000 && !d->bar[2].bytes && !d->bar[3].bytes && !d->bar[4].bytes
	       && d->ports[3].first == 0xc000 && d->ports[3].count == 32 && !d->ports[0].count
	       && !d->ports[4].count;
}

TEST(HBAR0001, "address and size of each region are found, also of ports; the registers are as before")
{
	struct probe probe = { .probing = 0 };
	struct device d;

	begin(&d);
	bars_read(&d, &probe);
	CHECK(is_measured(&d) && is_as_at_boot() && !probe.probing);
	bars_restore(&probe);
	CHECK(is_as_at_boot());
}

TEST(HBAR0002, "a server killed at any write: the next one restores the registers, and measures the same")
{
	static volatile int writes;
	static struct probe probe;
	static struct device d;

	for (writes = 0; writes < 100; writes++) {
		begin(&d);
		memset(&probe, 0, sizeof(probe));
		writes_left = writes;
		if (!setjmp(killed)) {
			bars_read(&d, &probe);
			break;
		}
		writes_left = NEVER;
		bars_restore(&probe);
		CHECK(is_as_at_boot());
		bars_read(&d, &probe);
		CHECK(is_measured(&d) && is_as_at_boot());
	}
	CHECK(writes > 10 && writes < 100);
}

TEST(HBAR0003, "a server killed while it restores: the next one does it")
{
	static volatile int writes;
	static struct probe probe;
	static struct device d;

	for (writes = 0; writes < BARS + 1; writes++) {
		begin(&d);
		memset(&probe, 0, sizeof(probe));
		writes_left = 2;
		if (!setjmp(killed))
			bars_read(&d, &probe);
		writes_left = writes;
		if (!setjmp(killed))
			bars_restore(&probe);
		writes_left = NEVER;
		bars_restore(&probe);
		CHECK(is_as_at_boot() && !probe.probing);
	}
}

TEST(HBAR0004, "after a reset the registers are written again")
{
	struct probe probe = { .probing = 0 };
	struct device d;

	begin(&d);
	bars_read(&d, &probe);
	for (unsigned i = 0; i < BARS; i++)
		config_write(PLACE, REG_BAR + 4 * i, 0);
	bars_write(&d);
	CHECK(is_as_at_boot());
}

TEST(HBAR0005, "nothing is written to a device that the kernel uses, and it has no region for a driver")
{
	struct probe probe = { .probing = 0 };
	struct device d;

	begin(&d);
	is_kernels = true;
	writes_left = 0;
	if (setjmp(killed))
		CHECK(!"a register is written");
	bars_read(&d, &probe);
	for (unsigned i = 0; i < BARS; i++)
		CHECK(d.bar[i].bytes == 0 && d.ports[i].count == 0);
}

TEST(HBAR0006, "ports are found as the device says, wherever they are, and are there again after a reset")
{
	static const struct { uint32_t fixed, at_boot, first, count; } regions[] = {
		{ 7, 0xc009, 0xc008, 8 }, { 3, 0xfffd, 0xfffc, 4 }, { 0xff, 0x1001, 0x1000, 256 },
		{ 0xffff0007, 0xc001, 0xc000, 8 }, { 3, 0x1003, 0x1000, 4 }, { 7, 0x3f9, 0x3f8, 8 },
		{ 7, 0x1, 0, 8 }, { 7, 0x10001, 0x10000, 8 }, { 7, 0xc000c001, 0xc000c000, 8 },
		{ 0x1ff, 0xc001, 0xc000, 512 }, { 0x87, 0xc001, 0xc000, 8 }, { 0x1f, 0xc001, 0xc000, 32 },
		{ 0x7fff, 0x8001, 0x8000, 0x8000 }, { 0xffffffff, 1, 0, 0 },
	};

	for (unsigned i = 0; i < sizeof(regions) / sizeof(regions[0]); i++) {
		uint32_t keep_fixed = fixed[3], keep_at_boot = at_boot[3];
		struct probe probe = { .probing = 0 };
		struct device d;

		fixed[3] = regions[i].fixed;
		at_boot[3] = regions[i].at_boot;
		begin(&d);
		bars_read(&d, &probe);
		CHECK(d.ports[3].first == regions[i].first && d.ports[3].count == regions[i].count);
		CHECK(!d.bar[3].bytes);
		config_write(PLACE, REG_BAR + 12, 0);
		bars_write(&d);
		CHECK((config_read(PLACE, REG_BAR + 12) & ~3u) == regions[i].first);
		fixed[3] = keep_fixed;
		at_boot[3] = keep_at_boot;
	}
}
