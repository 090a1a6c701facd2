/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serial.c - root's own voice: bytes to the first serial line by polling, as the kernel left it set
 * up, until the console driver reads the log. The driver may own the line meanwhile; root keeps its
 * right to the ports so that it can speak again when the driver has died.
 */
#include <l4/amd64/port.h>
#include "root.h"

enum {
	COM1 = 0x3f8, COM1_LOG2 = 3,
	UART_DATA = 0, UART_LINE_STATUS = 5,
	LINE_STATUS_EMPTY = 0x20,	/* transmitter holding register empty */
	NO_UART = 0xff,
	POLLS_MAX = 100000,		/* a byte takes 87 us at 115200 baud; then the line is given up */
};

static bool usable;

void serial_init(void)
{
	usable = sigma_ports(COM1, COM1_LOG2) && L4_PortIn8(COM1 + UART_LINE_STATUS) != NO_UART;
}

static void put(char c)
{
	for (unsigned i = 0; i < POLLS_MAX; i++)
		if (L4_PortIn8(COM1 + UART_LINE_STATUS) & LINE_STATUS_EMPTY) {
			L4_PortOut8(COM1 + UART_DATA, (L4_Word8_t)c);
			return;
		}
	usable = false;
}

void serial_write(const char *text, unsigned bytes)
{
	for (unsigned i = 0; i < bytes && usable; i++) {
		if (text[i] == '\n')
			put('\r');
		put(text[i]);
	}
}
