/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold.c - `tenant hold`: a program in the foreground that keeps the terminal. It takes all keys, ^C and ^Z
 * among them, and answers each with a prompt that looks like the shell's; `tenant flood` writes without a
 * pause meanwhile, with a text that leaves a terminal within a sequence, and one that fills more than a row;
 * `tenant spin` computes.
 */
#include <pecan/console.h>
#include <pecan/print.h>
#include <pecan/thread.h>
#include <stdio.h>

#include "tenant.h"

enum { FLOODERS = 3, WIDE = 120 };

static const char prompt[] = "pecan> ";
static char wide[WIDE + 1];		/* the prompt behind blanks: in the second row of a terminal */

static void write_for_ever(void *unused)
{
	(void)unused;
	for (;;) {
		console_write("pecan> \033[8m\033[", 13);
		console_write(wide, WIDE);
	}
}

void spin(void)
{
	static volatile unsigned spins;

	puts("hold: it has the terminal");
	for (;;)
		spins++;
}

void hold(bool flood)
{
	puts("hold: it has the terminal");
	snprintf(wide, sizeof wide, "%*s", WIDE, prompt);
	for (unsigned i = 0; flood && i < FLOODERS; i++)
		if (pecan_thread_start(write_for_ever, NULL, 0, NULL) != ROOT_OK)
			puts("hold: a thread could not be started");
	for (;;) {
		int key = console_read_key(prompt);

		printf("hold: key %d\n%s\n", key, prompt);
	}
}
