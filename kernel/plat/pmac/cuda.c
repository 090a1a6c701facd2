/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cuda.c - the end: the machine stands still, or is restarted where a boot was refused, so that no machine
 * hangs without a person at it. The microcontroller CUDA restarts it, behind a VIA (6522): each byte of a
 * command is shifted out when B's line TACK changes, while TIP is low.
 */
#include <arch/board.h>
#include <arch/mmio.h>
#include <lib/print.h>
#include "pmac.h"

enum { VIA = 0x16000, B = VIA, B_DIRECTION = VIA + 0x400, SHIFT = VIA + 0x1400, CONTROL = VIA + 0x1600,
       FLAGS = VIA + 0x1a00 };
enum { TIP = 0x20, TACK = 0x10, TREQ = 0x08, SHIFT_OUT = 0x1c, SHIFTED = 0x04 };
enum { TO_CUDA = 1, RESET_SYSTEM = 0x11 };

enum { RESTART_SECONDS = 10, POLLS = 100000, HZ_TYPICAL = 16600000 };

static void shift_out(uint8_t byte, uint8_t lines)
{
	mmio_write8(macio + SHIFT, byte);
	mmio_write8(macio + B, lines);
	for (unsigned i = 0; i < POLLS && !(mmio_read8(macio + FLAGS) & SHIFTED); i++)
		;
	mmio_write8(macio + FLAGS, SHIFTED);
}

static void restart(void)
{
	mmio_write8(macio + B_DIRECTION, TIP | TACK);
	mmio_write8(macio + CONTROL, SHIFT_OUT);
	shift_out(TO_CUDA, TACK);
	shift_out(RESET_SYSTEM, 0);
	mmio_write8(macio + B, TIP | TACK);
}

/* Returns after so many seconds, or when a key was typed at the serial line. */
static void wait_seconds(unsigned n)
{
	uint64_t end = cpu_tb() + (uint64_t)n * HZ_TYPICAL;

	while (cpu_tb() < end && plat_getc() < 0)
		;
}

_Noreturn void plat_stop(bool again)
{
	if (again)
		printk("It restarts in %u s, or when a key is typed at the serial line.\n", RESTART_SECONDS);
	while (!plat_console_report_lost())
		;
	if (again) {
		wait_seconds(RESTART_SECONDS);
		restart();
	}
	for (;;)
		cpu_halt();
}
