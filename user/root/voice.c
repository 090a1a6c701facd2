/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * voice.c - root's own voice, until the console driver reads the log, and again if that driver ends:
 * bytes to the first serial line by polling, as the kernel left it set up, and lines at the bottom of
 * the VGA text screen. Root keeps its right to the ports when the driver has them too. Where the
 * machine shows no text screen the memory is written in vain, which does no harm.
 *
 * Only one thread uses it: at boot the message loop, from then on a worker (log.c).
 *
 * A serial line that stands still (an emulator's does while its output is not read) stops that for a bounded
 * time only. What is dropped is counted; the count is printed before the next character that the line takes.
 */
#include <l4/port.h>
#include <stdio.h>
#include "pool.h"
#include "root.h"
#include "sigma.h"
#include "voice.h"

enum {
	COM1 = 0x3f8,
	UART_DATA = 0, UART_LINE_STATUS = 5,
	LINE_STATUS_EMPTY = 0x20,	/* transmitter holding register empty */
	NO_UART = 0xff,
	POLLS_MAX = 1000000,		/* about 1 s; a byte takes 87 us at 115200 baud */
	NOTICE_BYTES = 48,

	SCREEN = 0xb8000, SCREEN_BYTES = 0x8000, COLUMNS = 80, ROWS = 25,
	BLANK = 0x0720,			/* light grey on black */
};

static bool serial, screen, stalled;
static unsigned long lost;		/* characters dropped and not yet reported */
static bool between_lines = true;
static unsigned column;			/* on the lowest row */

void voice_init(void)
{
	serial = root.has_ports && L4_PortIn8(COM1 + UART_LINE_STATUS) != NO_UART;
	screen = sigma_range(SCREEN, SCREEN_BYTES);
}

/* False if the line did not take it. After that it is polled once for each character, until it takes one. */
static bool try_send(char c)
{
	for (unsigned i = stalled ? POLLS_MAX - 1 : 0; i < POLLS_MAX; i++)
		if (L4_PortIn8(COM1 + UART_LINE_STATUS) & LINE_STATUS_EMPTY) {
			L4_PortOut8(COM1 + UART_DATA, (L4_Word8_t)c);
			stalled = false;
			return true;
		}
	stalled = true;
	return false;
}

/* A notice that does not get through whole is sent again, whole. */
static bool tell_lost(void)
{
	char notice[NOTICE_BYTES];

	if (lost == 0)
		return true;
	snprintf(notice, sizeof(notice), "\r\n[%lu characters lost]\r\n", lost);
	for (const char *c = notice; *c != 0; c++)
		if (!try_send(*c))
			return false;
	lost = 0;
	return true;
}

static void send(char c)
{
	if (!tell_lost() || !try_send(c))
		lost++;
}

unsigned long voice_lost(void)
{
	unsigned long n = lost;

	lost = 0;
	return n;
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
static void show(char c)
{
	volatile uint16_t *cell = direct(SCREEN);

	if (between_lines || (column == COLUMNS && c != '\n'))
		scroll(cell);
	between_lines = c == '\n';
	if (!between_lines)
		cell[COLUMNS * (ROWS - 1) + column++] = (uint16_t)((BLANK & 0xff00) | (uint8_t)c);
}

void voice_write(const char *text, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++) {
		if (serial && text[i] == '\n')
			send('\r');
		if (serial)
			send(text[i]);
		if (screen)
			show(text[i]);
	}
}
