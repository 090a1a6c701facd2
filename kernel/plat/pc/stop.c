/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stop.c - the end: the machine stands still, or is restarted where a boot was refused, so that no machine
 * hangs without a person at it.
 *
 * The time is that of the real-time clock (MC146818): interrupts are off, and no timer may have been set up.
 */
#include <arch/board.h>
#include <arch/cpu.h>
#include <arch/port.h>
#include <lib/print.h>

enum {
	RTC_INDEX = 0x70, RTC_DATA = 0x71, RTC_SECONDS = 0,
	RESTART_SECONDS = 10,
	RESET_CONTROL = 0xcf9, RESET_CPU = 2, RESET_NOW = 6,	/* of chipsets since the PIIX3 */
	KEYBOARD_COMMAND = 0x64, KEYBOARD_RESET = 0xfe,
};

static uint8_t rtc_seconds(void)
{
	port_out8(RTC_INDEX, RTC_SECONDS);
	return port_in8(RTC_DATA);
}

/* Returns after so many seconds, or when a key was typed at the serial line. */
static void wait_seconds(unsigned n)
{
	uint8_t last = rtc_seconds(), now;

	while (n > 0 && plat_getc() < 0) {
		now = rtc_seconds();
		n -= now != last;
		last = now;
	}
}

_Noreturn void plat_stop(bool restart)
{
	if (restart)
		printk("It restarts in %u s, or when a key is typed at the serial line.\n", RESTART_SECONDS);
	while (!plat_console_report_lost())
		cpu_pause();
	if (restart) {
		wait_seconds(RESTART_SECONDS);
		port_out8(RESET_CONTROL, RESET_CPU);
		port_out8(RESET_CONTROL, RESET_NOW);
		port_out8(KEYBOARD_COMMAND, KEYBOARD_RESET);
	}
	for (;;)
		cpu_halt();
}
