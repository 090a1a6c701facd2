/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * line.h - output on a serial line, for the one file of a board that drives it. Before it includes this file
 * it defines
 *
 *   static bool line_is_empty(void);	true: the line accepts a character
 *   static void line_write(char c);	gives it one
 *
 * The line may be slower than the kernel, or stop: that of an emulator stops while its output is not
 * read. The kernel waits for it, with interrupts off, for a bounded time. Characters that it then drops are
 * counted, and the count is printed before the next character that the line accepts; or by the idle thread,
 * or after the kernel has stopped, as soon as the line accepts it.
 */
#ifndef PLAT_LINE_H
#define PLAT_LINE_H

#include <lib/print.h>

/*
 * Polls before a character is dropped: about 10 s of a real UART, which needs 1.4 ms for its whole FIFO.
 * After a character was dropped, the line is polled only once for each, until it accepts one.
 */
enum { POLLS_MAX = 10000000, NOTICE_BYTES = 48 };

static bool stalled;
static unsigned long lost;		/* characters dropped since the last notice */

/* Returns false if the line did not accept the character. */
static bool send(char c)
{
	for (unsigned i = stalled ? POLLS_MAX - 1 : 0; i < POLLS_MAX; i++) {
		if (line_is_empty()) {
			line_write(c);
			stalled = false;
			return true;
		}
	}
	stalled = true;
	return false;
}

/* A notice that is not sent completely is sent again from its start. */
bool plat_console_report_lost(void)
{
	char notice[NOTICE_BYTES];

	if (lost == 0)
		return true;
	fmt_print(notice, sizeof notice, "\r\n[%lu characters lost]\r\n", lost);
	for (const char *c = notice; *c; c++)
		if (!send(*c))
			return false;
	lost = 0;
	return true;
}

static void line_putc(char c)
{
	if (!(plat_console_report_lost() && send(c)))
		lost++;
}

#endif
