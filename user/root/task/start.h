/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start.h - the start of a task.
 */
#ifndef ROOT_START_H
#define ROOT_START_H

#include <proto/root.h>
#include <x2/word.h>

struct task;

struct grant;

struct spawn {
	struct task *parent;
	const char *name, *args;
	unsigned priority;
	l4_word_t streams, client;	/* client: thread that waits for the start; 0: none */
	bool renew;			/* its pages may have been changed */
	const struct grant *grant;	/* 0: that of the program's name */
};

/* Begin to start a task: the rest is a job, which reports errors that it finds. */
enum root_error task_start(const struct spawn *s, struct task **started);

#endif
