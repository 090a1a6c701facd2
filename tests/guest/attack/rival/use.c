/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * use.c - what keeps the servers at work as their libraries do it: large writes and reads of a file, much
 * text, names that are looked up.
 */
#include <pecan/files.h>
#include <pecan/names.h>
#include <pecan/print.h>
#include <pecan/task.h>
#include <stdio.h>
#include <string.h>

#include "use.h"

enum { PIECE = 64 << 10, PIECES = 4, PATH = 32, LINE = 78, LINES = 8, LOOK_UPS = 20 };

static char piece[PIECE];

/* A file of its own, written, read and removed. */
void act_files(struct breaker *b)
{
	struct pecan_task own;
	struct files_file f;
	char path[PATH];

	if (pecan_task_of(L4_nilthread, &own) != ROOT_OK)
		return;
	snprintf(path, sizeof path, "/rival-%lu", own.task);
	if (files_use(&f, path, FILES_WRITE | FILES_CREATE) != FILES_OK)
		return;
	for (unsigned i = 0; i < PIECES; i++)
		files_put(&f, breaker_random(b) % PIECES * PIECE, piece, PIECE);
	files_get(&f, 0, piece, PIECE);
	files_done(&f);
	files_remove(path);
}

void act_print(struct breaker *b)
{
	char text[LINES * (LINE + 1) + 1];

	memset(text, 'a' + (int)(breaker_random(b) % 26), sizeof text);
	for (unsigned i = 1; i <= LINES; i++)
		text[i * (LINE + 1) - 1] = '\n';
	text[sizeof text - 1] = 0;
	printf("%s", text);
}

void act_names(struct breaker *b)
{
	L4_ThreadId_t thread;
	struct pecan_name n;
	L4_Word_t position = 0;

	(void)b;
	for (unsigned i = 0; i < LOOK_UPS; i++)
		pecan_lookup("no-such-name", false, &thread);
	while (pecan_next_name(&position, &n))
		;
}
