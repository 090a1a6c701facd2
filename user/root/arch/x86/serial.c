/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serial.c - see serial.h: the first serial line of a PC by polling, as the kernel left it set up, and
 * lines at the bottom of the VGA text screen. Root keeps its right to the ports when the console driver
 * has them too. Where the machine shows no text screen the memory is written in vain, which does no harm.
 */
#include <l4/port.h>
#include <pecan/ns16550.h>
#include <root/memory/pool.h>
#include <root/memory/sigma.h>
#include <root/report/serial.h>
#include <root/root.h>

enum {
	COM1 = 0x3f8,
	NO_UART = 0xff,
	POLLS_MAX = 1000000,		/* about 1 s; a byte takes 87 us at 115200 baud */

	SCREEN = 0xb8000, SCREEN_BYTES = 0x8000, COLUMNS = 80, ROWS = 25,
	BLANK = 0x0720,			/* light grey on black */
};

static bool serial, screen, stalled;
static bool between_lines = true;
static unsigned column;			/* on the lowest row */

void serial_init(void)
{
	serial = sigma_ports(COM1, COM1 + UART_PORTS - 1) && L4_PortIn8(COM1 + UART_LSR) != NO_UART;
	screen = sigma_range(SCREEN, SCREEN_BYTES);
}

bool serial_is_there(void) { return serial; }

/* After a character that it did not take it is polled once for each, until it takes one. */
bool serial_send(char c)
{
	for (unsigned i = stalled ? POLLS_MAX - 1 : 0; i < POLLS_MAX; i++)
		if (L4_PortIn8(COM1 + UART_LSR) & UART_LSR_SENT) {
			L4_PortOut8(COM1 + UART_DATA, (L4_Word8_t)c);
			stalled = false;
			return true;
		}
	stalled = true;
	return false;
}

static void scroll(volatile uint16_t *cell)
{
	for (unsigned i = 0; i < COLUMNS * (ROWS - 1); i++)
		cell[i] = cell[i + COLUMNS];
	for (unsigned i = COLUMNS * (ROWS - 1); i < COLUMNS * ROWS; i++)
		cell[i] = BLANK;
	column = 0;
}

/* A line is scrolled up when the next one begins, so that the last one is whole on the screen. */
void serial_show(char c)
{
	volatile uint16_t *cell = direct(SCREEN);

	if (!screen)
		return;
	if (between_lines || (column == COLUMNS && c != '\n'))
		scroll(cell);
	between_lines = c == '\n';
	if (!between_lines)
		cell[COLUMNS * (ROWS - 1) + column++] = (uint16_t)((BLANK & 0xff00) | (uint8_t)c);
}
