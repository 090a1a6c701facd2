/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log.c - text without a C library. The serial line is reached by the debugger's print-character
 * convention, which works in every thread without a driver; or, where the kernel runs without that,
 * through its device (arch/NAME).
 *
 * Each line ends in " #NUMBER:SUM", in hexadecimal: lines count from 1, and SUM is FNV-1a of 32 bits of what
 * stands before, begun with basis ^ NUMBER. By these the reader distinguishes a damaged or missing line from
 * a test that was not reported (tools/guest.py).
 */
#include "args.h"
#include "log.h"
#include "machine.h"

enum {
	LOG_BYTES = 4096, DIGITS = 24, NUMBER_DIGITS = 6, SUM_DIGITS = 8,
};

#define FNV_BASIS 0x811c9dc5u
#define FNV_PRIME 0x1000193u

static bool by_device, line_begins = true;

/* Of the line that is being printed. */
static unsigned line_number = 1, line_sum;

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
	for (int shift = L4_BITS_PER_WORD - 4; shift >= 0; shift -= 4)
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

static void sum_begin(void)
{
	line_sum = FNV_BASIS ^ line_number;
}

void put_init(void)
{
	by_device = args_serial();
	sum_begin();
}

static void put_raw(char c)
{
	if (!by_device) {
		L4_KDB_PrintChar(c);
		return;
	}
	serial_put(c);
}

static void put_hex(unsigned value, int digits)
{
	while (digits-- > 0)
		put_raw("0123456789abcdef"[value >> 4 * digits & 15]);
}

static void put_char(char c)
{
	if (line_begins && by_device)
		put_raw('\n');		/* the kernel may be in the middle of a line */
	line_begins = c == '\n';
	if (c != '\n') {
		line_sum = (line_sum ^ (unsigned char)c) * FNV_PRIME;
		put_raw(c);
		return;
	}
	put_raw(' ');
	put_raw('#');
	put_hex(line_number++, NUMBER_DIGITS);
	put_raw(':');
	put_hex(line_sum, SUM_DIGITS);
	put_raw('\n');
	sum_begin();
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
