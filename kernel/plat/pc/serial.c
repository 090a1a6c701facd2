/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serial.c - the first serial port (16550), polled: the kernel's output, and the debugger's input.
 *
 * A user-level driver may use the UART at the same time. The kernel therefore only writes the
 * transmit register when it is empty, reads the receive register only for the debugger, and does not change
 * the configuration after boot.
 */
#include <arch/board.h>
#include <arch/port.h>
#include <lib/section.h>
#include "pc.h"

enum { COM1 = 0x3f8, DATA = 0, IER = 1, FCR = 2, LCR = 3, MCR = 4, LSR = 5, SCRATCH = 7 };
enum { LCR_8N1 = 3, LCR_DIVISOR = 0x80, MCR_DTR_RTS_OUT2 = 0xb, LSR_DATA = 1 };
enum { LSR_BREAK = 0x10, LSR_EMPTY = 0x20 };
enum { DIVISOR_115200 = 1, FIFO_ON_CLEAR = 7, PATTERN = 0x5a };

static bool present, broken;		/* broken: a break came, see plat_console_break */

BOOT_CODE void plat_console_init(void)
{
	port_out8(COM1 + SCRATCH, PATTERN);
	present = port_in8(COM1 + SCRATCH) == PATTERN;
	if (!present)
		return;
	port_out8(COM1 + IER, 0);
	port_out8(COM1 + LCR, LCR_DIVISOR);
	port_out8(COM1 + DATA, DIVISOR_115200);
	port_out8(COM1 + IER, 0);
	port_out8(COM1 + LCR, LCR_8N1);
	port_out8(COM1 + FCR, FIFO_ON_CLEAR);
	port_out8(COM1 + MCR, MCR_DTR_RTS_OUT2);
}

/* Reading it clears its bit of a break, so each read notes that. */
static uint8_t line_status(void)
{
	uint8_t status = port_in8(COM1 + LSR);

	broken |= status & LSR_BREAK;
	return status;
}

static bool line_is_empty(void) { return line_status() & LSR_EMPTY; }
static void line_write(char c) { port_out8(COM1 + DATA, (uint8_t)c); }

#include <plat/line.h>

bool plat_console_ready(void) { return !present || line_is_empty(); }

void plat_putc(char c)
{
	if (present)
		line_putc(c);
	screen_putc(c);
}

bool plat_console_break(void)
{
	bool seen;

	if (present && line_status() & LSR_BREAK)
		port_in8(COM1 + DATA);		/* the zero that stands for it */
	seen = broken;
	broken = false;
	return seen;
}

int plat_getc(void)
{
	uint8_t status = present ? line_status() : 0, c;

	if (!(status & LSR_DATA))
		return -1;
	c = port_in8(COM1 + DATA);
	return status & LSR_BREAK ? -1 : c;
}
