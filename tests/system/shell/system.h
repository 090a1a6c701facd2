/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * system.h - what tests see of system.c and programs.c.
 */
#ifndef TESTS_SHELL_SYSTEM_H
#define TESTS_SHELL_SYSTEM_H

#include <proto/root.h>

extern struct power {
	enum root_error answer;			/* as power does not end here */
	unsigned requests;
	L4_Word_t what, status;			/* of the last request */
} power;

extern unsigned heartbeats;

/* The bytes of the small space of each child; the shell has a large space. */
extern L4_Word_t small_bytes;
extern unsigned foreign_scheduler;	/* number of the scheduler of the thread of no task; 0: root */

/* Of the boot image; NULL: there are not so many. */
const char *program_name(unsigned n);

#endif
