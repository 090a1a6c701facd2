/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.h - reports on the console about threads that stop. Printing takes long, so reports are put into
 * a ring, and the idle thread prints them, one character at a time.
 */
#ifndef CORE_REPORT_H
#define CORE_REPORT_H

#include <core/thread.h>

/* REPORTS_OF_SPACE: limit for each space during its life. Only privileged threads can create spaces. */
enum { REPORTS_OF_SPACE = 4, REPORTS_KEPT = 16, REPORT_PARTS = 5, REPORT_LINE = 128 };

struct report {
	l4_tid_t thread;
	l4_word_t cause, ip, sp;	/* cause: the address, or the number of the exception */
	const char *why;
	bool exception, last;
};

struct reports {
	struct report kept[REPORTS_KEPT];	/* ring */
	unsigned first, count;
	unsigned long lost;		/* reports dropped since the last line "reports lost" */
	unsigned part;			/* next part of the first report */
	unsigned at;			/* index of the next character of line */
	char line[REPORT_LINE];		/* the part that is being printed */
};

/* Halt t, and add a report of that, unless its space has reached its limit. why must be a string constant. */
COLD_CODE void report_stop(struct thread *t, bool exception, const char *why);

/* Print all reports at once; call before other output. */
COLD_CODE void report_flush(void);

#endif
