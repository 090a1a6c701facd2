/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * output.c - root's own output, until the console driver reads the log, and again if that driver ends: bytes
 * to the serial line and lines on the screen of the machine (serial.h).
 *
 * Only one thread uses it: at boot the message loop, from then on a worker (log.c).
 *
 * A serial line that stands still (an emulator's does while its output is not read) stops that for a bounded
 * time only. What is dropped is counted; the count is printed before the next character that the line takes.
 */
#include <stdio.h>
#include "serial.h"
#include "output.h"

enum { NOTICE_BYTES = 48 };

static unsigned long lost;		/* characters dropped and not yet reported */

void output_init(void) { serial_init(); }

/* A notice that does not get through whole is sent again, whole. */
static bool tell_lost(void)
{
	char notice[NOTICE_BYTES];

	if (lost == 0)
		return true;
	snprintf(notice, sizeof(notice), "\r\n[%lu characters lost]\r\n", lost);
	for (const char *c = notice; *c != 0; c++)
		if (!serial_send(*c))
			return false;
	lost = 0;
	return true;
}

static void send(char c)
{
	if (!tell_lost() || !serial_send(c))
		lost++;
}

unsigned long output_lost(void)
{
	unsigned long n = lost;

	lost = 0;
	return n;
}

void output_write(const char *text, unsigned bytes)
{
	bool serial = serial_is_there();

	for (unsigned i = 0; i < bytes; i++) {
		if (serial && text[i] == '\n')
			send('\r');
		if (serial)
			send(text[i]);
		serial_show(text[i]);
	}
}
