/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * escc.c - channel A of the serial controller (Z85C30), polled: the kernel's output, and the debugger's
 * input.
 *
 * A user-level driver may use the channel at the same time. The kernel therefore only writes the data
 * register when it is empty, reads it only for the debugger, and does not change the configuration after
 * boot. Register 0 is that of the control address, unless another one was selected before the last access to
 * it.
 */
#include <arch/board.h>
#include <arch/mmio.h>
#include <lib/bits.h>
#include <lib/section.h>
#include "pmac.h"

enum { CONTROL = 0x13020, DATA = 0x13030 };
enum { RR0_DATA = 0x01, RR0_EMPTY = 0x04, RR0_BREAK = 0x80 };

static bool broken, in_break;		/* a break came, see plat_console_break; it has not ended */

/* Notes a break, which lasts. */
static uint8_t line_status(void)
{
	uint8_t status = mmio_read8(macio + CONTROL);

	broken |= status & RR0_BREAK && !in_break;
	in_break = status & RR0_BREAK;
	return status;
}

static bool line_is_empty(void) { return line_status() & RR0_EMPTY; }
static void line_write(char c) { mmio_write8(macio + DATA, (uint8_t)c); }

#include <plat/line.h>

/* 57600 bit/s, 8 bits, no parity, 1 stop bit, no interrupts: pairs of a register and its value. */
BOOT_CODE void plat_console_init(void)
{
	static const uint8_t setup[][2] = {
		{ 9, 0x80 }, { 1, 0 }, { 4, 0x44 }, { 10, 0 }, { 11, 0x50 }, { 12, 0 }, { 13, 0 }, { 14, 1 },
		{ 3, 0xc1 }, { 5, 0xea },
	};

	mmio_read8(macio + CONTROL);		/* the next access is to register 0 */
	for (unsigned i = 0; i < ARRAY_LEN(setup); i++) {
		mmio_write8(macio + CONTROL, setup[i][0]);
		mmio_write8(macio + CONTROL, setup[i][1]);
	}
}

bool plat_console_ready(void) { return line_is_empty(); }
void plat_putc(char c) { line_putc(c); }

bool plat_console_break(void)
{
	bool seen;

	line_status();
	seen = broken;
	broken = false;
	return seen;
}

int plat_getc(void)
{
	uint8_t status = line_status(), c;

	if (!(status & RR0_DATA))
		return -1;
	c = mmio_read8(macio + DATA);
	return status & RR0_BREAK ? -1 : c;
}
