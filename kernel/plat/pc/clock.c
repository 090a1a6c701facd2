/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock.c - the reference clock: the 8254, or the power management timer of ACPI if the 8254 does not run
 * (ACPI 6.4, 4.8.3.3).
 */
#include <boot/boot.h>
#include <arch/board.h>
#include <arch/port.h>
#include <lib/section.h>
#include "pc.h"

enum { PM_HZ = 3579545 };

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
