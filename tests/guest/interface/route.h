/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * route.h - what the tests of propagation and redirection share (ipc/propagation.c, ipc/redirection*.c and
 * others).
 */
#ifndef GUEST_ROUTE_H
#define GUEST_ROUTE_H

#include "machine.h"

/* KEPT is in VirtualSender and IntendedReceiver before: nothing was written there. */
enum { PROPAGATED = 1 << 12, REDIRECTED = 1 << 13, KEPT = 0x5e5e };

/* A message with its ActualSender and IntendedReceiver. */
struct heard {
	struct received got;
	volatile word actual, intended;
};

/* One Ipc of a worker: a message of two words, `first` and the next, propagated or not. */
struct voice {
	L4_ThreadId_t to, from, name;	/* name: nil, or whose */
	word timeouts, first;
	struct heard heard;		/* got.done: it is over */
};
void speak(void *voice);

/* A worker that listens once to `from`. */
struct ear {
	L4_ThreadId_t from;
	word timeout;			/* raw time; 0 is never */
	struct heard heard;
};
void listen(void *ear);

/*
 * The same, but first once without a receiver, so that all its pages are mapped, and then on a message of the
 * test: it needs no pager any more.
 */
struct told { L4_ThreadId_t by; struct voice voice; };
void speak_when_told(void *told);

/* The test itself: a message to `to` in that name (nil: its own); 0 or the error. */
word tell(L4_ThreadId_t to, L4_ThreadId_t name, word first);
word tell_until(L4_ThreadId_t to, L4_ThreadId_t name, word first, L4_Time_t timeout);

/* What it gets now; or until the timeout. */
struct heard hear(L4_ThreadId_t from);
struct heard hear_until(L4_ThreadId_t from, word timeout);

/* The space of t is watched by that thread from now on. */
void watch(L4_ThreadId_t t, L4_ThreadId_t redirector);

void heard_note(struct heard *h, L4_MsgTag_t tag, L4_ThreadId_t from);

/* h is a message with these flags and words, from that thread; only REDIRECTED writes IntendedReceiver. */
#define CHECK_HEARD(h, flags, first_word, from_id)				\
	do {									\
		struct heard h_ = (h);						\
										\
		CHECK(h_.got.done);						\
		CHECK_EQ(h_.got.error, 0);					\
		CHECK_EQ(h_.got.tag, tag_make(7, 2, 0).raw | (flags));		\
		CHECK_EQ(h_.got.mr[1], first_word);				\
		CHECK_EQ(h_.got.mr[2], (first_word) + 1);			\
		CHECK_EQ(h_.got.from, (from_id).raw);				\
		CHECK_EQ(h_.intended == KEPT, !((flags) & REDIRECTED));		\
	} while (0)

#endif
