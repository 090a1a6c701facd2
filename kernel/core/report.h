/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.h - what the kernel says on its console of threads that stop. Printing takes long, so a report is
 * kept, and the idle thread prints it, a character at a time.
 */
#ifndef CORE_REPORT_H
#define CORE_REPORT_H

#include <core/thread.h>

/* Reports of a space in its life: only privileged threads make spaces. */
enum { REPORTS_OF_SPACE = 4, REPORTS_KEPT = 16, REPORT_PARTS = 3, REPORT_LINE = 128 };

struct report {
	l4_tid_t thread;
	l4_word_t cause, ip, sp;	/* cause: the address, or the number of the exception */
	const char *why;
	bool exception, last;
};

struct reports {
	struct report kept[REPORTS_KEPT];
	unsigned first, count;
	unsigned long lost;		/* there was no place for, and no line has said so */
	unsigned part;			/* of the first report that is next */
	unsigned at;			/* next character of */
	char line[REPORT_LINE];		/* what is being printed */
};

/* t stops, and why, a constant. Kept, if t's space has not had its share. */
COLD_CODE void report_stop(struct thread *t, bool exception, const char *why);

/* Print all that is kept: before something else is printed. */
COLD_CODE void report_flush(void);

#endif
