/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log.c - text without a C library. The serial line is reached by the debugger's print-character
 * convention, which works in every thread without ports or a driver; or, where the kernel runs
 * without that, through its ports.
 */
#include "args.h"
#include "log.h"
#include "machine.h"

enum {
	LOG_BYTES = 4096, DIGITS = 24,
	UART = 0x3f8, UART_STATUS = UART + 5, UART_EMPTY = 0x20,
};

static bool by_port;

static char log_buffer[LOG_BYTES];
static volatile unsigned log_used;

void log_clear(void)
{
	log_used = 0;
}

static void log_char(char c)
{
	unsigned at = log_used;

	if (at < LOG_BYTES) {
		log_buffer[at] = c;
		log_used = at + 1;
	}
}

void log_text(const char *s)
{
	while (*s)
		log_char(*s++);
}

void log_line(void)
{
	log_char('\n');
}

void log_hex(word w)
{
	log_text("0x");
	for (int shift = 60; shift >= 0; shift -= 4)
		if (shift == 0 || w >> shift)
			log_char("0123456789abcdef"[w >> shift & 15]);
}

static const char *decimal(char *end, word w)
{
	*--end = 0;
	do
		*--end = (char)('0' + w % 10);
	while (w /= 10);
	return end;
}

void log_dec(word w)
{
	char digits[DIGITS];

	log_text(decimal(digits + DIGITS, w));
}

void put_init(void)
{
	by_port = args_serial();
}

static void put_char(char c)
{
	if (!by_port) {
		L4_KDB_PrintChar(c);
		return;
	}
	while (!(port_in8(UART_STATUS) & UART_EMPTY))
		;
	port_out8(UART, (word)c);
}

void put_text(const char *s)
{
	while (*s)
		put_char(*s++);
}

void put_dec(word w)
{
	char digits[DIGITS];

	put_text(decimal(digits + DIGITS, w));
}

void log_print(void)
{
	bool start = true;

	for (unsigned i = 0; i < log_used; i++) {
		if (start)
			put_text("# ");
		put_char(log_buffer[i]);
		start = log_buffer[i] == '\n';
	}
	if (!start)
		put_char('\n');
	log_clear();
}
