/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock.c - the reference clock: the 8254, or the power management timer of ACPI if the 8254 does not run
 * (ACPI 6.4, 4.8.3.3).
 */
#include <boot/boot.h>
#include <arch/board.h>
#include <arch/cpu.h>
#include <arch/port.h>
#include <lib/section.h>
#include "pc.h"

enum {
	PM_HZ = 3579545,
	TRIES = 10 * 1000 * 1000,	/* looks at a clock that may not run */
	LOOKS = 16,
	PAUSE = 64,			/* times as long as a look usually takes */
};

static uint16_t pm_port;		/* 0: the 8254 is used */

BOOT_CODE uint32_t plat_clock_init(struct boot_info *boot)
{
	if (pit_start())
		return PIT_HZ;
	pm_port = acpi_pm_timer(boot);
	return pm_port ? PM_HZ : 0;
}

BOOT_CODE uint16_t plat_clock_count(void)
{
	return pm_port ? (uint16_t)-port_in32(pm_port) : pit_count();
}

/* The time that a look at the clock takes, if nothing comes between. */
static BOOT_CODE uint64_t shortest_look(void)
{
	uint64_t shortest = UINT64_MAX;

	for (unsigned i = 0; i < LOOKS; i++) {
		uint64_t before = cpu_tsc(), took;

		plat_clock_count();
		took = cpu_tsc() - before;
		if (took < shortest)
			shortest = took;
	}
	return shortest;
}

BOOT_CODE bool plat_clock_wait(uint16_t from, uint16_t ticks, struct clock_run *run)
{
	uint64_t limit = PAUSE * shortest_look(), last = cpu_tsc();
	uint16_t count = plat_clock_count();

	for (unsigned i = 0; (uint16_t)(from - count) < ticks; i++) {
		uint16_t next = plat_clock_count();
		uint64_t now = cpu_tsc();

		if (i == TRIES)
			return false;
		if (now - last <= limit) {
			run->tsc += now - last;
			run->count += (uint16_t)(count - next);
		}
		last = now;
		count = next;
	}
	return true;
}
