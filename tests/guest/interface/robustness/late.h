/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * late.h - what the tests of lateness share (robustness/lateness.c and others).
 */
#ifndef GUEST_LATE_H
#define GUEST_LATE_H

#include "machine.h"

enum {
	ITEMS = 31,
	STEP = 5000,		/* instructions: a step, with the way to the thread */
};

/* A thread that takes one nap after the other. */
struct watch {
	word us;			/* a nap's length */
	word limit;			/* naps that are late by more are counted */
	volatile word stop, stopped;
	volatile word naps, over, worst;	/* naps taken; late by more than limit; by how many instructions */
};

void watch_start(struct watch *w, word us, word limit);
void watch_end(struct watch *w);
void take_nap(struct watch *w, word quiet);

/* Skips the test where the bounds are not those of this kernel. */
void need_speed(void);

/* One item or many, of nothing: the sender has no page and no port. */
struct nothing {
	struct space from, to;
	L4_ThreadId_t sender, receiver;
	L4_Fpage_t send;
	word messages, items, base;
	L4_Fpage_t window;
	volatile word ready, sent;	/* sender: its pages are there; messages that are sent */
};

void nothing_start(struct nothing *n);

/* How late a thread is, in instructions, that is between the two while the message is sent. */
word lateness_between(struct nothing *n);

#endif
