/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serial.c - the first serial port (16550), polled: the kernel's voice, and the debugger's keyboard.
 *
 * A user-level driver may own the UART at the same time. The kernel therefore only ever writes the
 * transmit register when it is empty, reads the receive register when asked to, and leaves the set-up
 * alone after boot.
 */
#include <arch/board.h>
#include <arch/port.h>
#include <lib/section.h>
#include "pc.h"

enum { COM1 = 0x3f8, DATA = 0, IER = 1, FCR = 2, LCR = 3, MCR = 4, LSR = 5, SCRATCH = 7 };
enum { LCR_8N1 = 3, LCR_DIVISOR = 0x80, MCR_DTR_RTS_OUT2 = 0xb, LSR_DATA = 1, LSR_EMPTY = 0x20 };
enum { DIVISOR_115200 = 1, FIFO_ON_CLEAR = 7, PATTERN = 0x5a };

/* Polls before a character is given up: a stuck UART must not stop the kernel. */
enum { PATIENCE = 1000000 };

static bool present;

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

static void serial_putc(char c)
{
	if (!present)
		return;
	for (unsigned i = 0; i < PATIENCE; i++) {
		if (port_in8(COM1 + LSR) & LSR_EMPTY) {
			port_out8(COM1 + DATA, (uint8_t)c);
			return;
		}
	}
}

void plat_putc(char c)
{
	serial_putc(c);
	screen_putc(c);
}

int plat_getc(void)
{
	if (!present || !(port_in8(COM1 + LSR) & LSR_DATA))
		return -1;
	return port_in8(COM1 + DATA);
}
