/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * string_items.h - what the tests of string items share: threads that send and receive, pagers, patterns.
 */
#ifndef GUEST_STRING_ITEMS_H
#define GUEST_STRING_ITEMS_H

#include "machine.h"

#define RW L4_ReadWriteOnly

enum {
	XFER_MINE_SEND = 10, XFER_MINE_RECEIVE = 11, XFER_PARTNER_SEND = 12, XFER_PARTNER_RECEIVE = 13,
	OFFSET = 4, PRIO_BELOW = 90, PRIO_RECEIVER = 91, DST = 64, SERVED = 128, MIB = 1 << 20,
	PARTNERS = 32,			/* first page that the other side's pager serves, from SERVED on */
};

/* Receives once, with these buffers. */
struct taker {
	L4_ThreadId_t from, pager;	/* pager: changed before, unless nil */
	word xfer;			/* transfer timeouts */
	L4_Acceptor_t accept;
	L4_MsgBuffer_t buffers;
	struct received got;
};
void take(void *taker);
void taker_init(struct taker *t);
void taker_buffer(struct taker *t, word at, int n);	/* one buffer of n bytes at `at` */

/* Sends one simple string; 0 or the error. */
word send_string(L4_ThreadId_t to, word at, int n);

/* Answers each string by the same one. */
struct echo {
	word at;			/* its buffer, of a page */
	volatile word mr[3];		/* as the last one came, MR1 and MR2 */
};
void echo_strings(void *echo);

/* One string, alone in a message that is all in registers. */
void load_string(word at, word n);

struct giver {
	L4_ThreadId_t to, pager;
	word xfer, at;
	int bytes;
	volatile word done, error;
};
void give(void *giver);

/* A pager: serves the image, and everything else by pages of the pool from SERVED on; or does not. */
struct string_pager {
	bool mute;
	unsigned first;			/* of these pages */
	word delay;			/* before each answer, us */
	volatile word faults, address[8], access[8], ip[8], from[8];
};
void serve_strings(void *string_pager);

void fill_bytes(word at, word n, word seed);
bool has_bytes(word at, word n, word seed, word skip);

/* A sender and a receiver in two spaces, each with a pager of its own. */
struct pair {
	struct space from_space, to_space;
	L4_ThreadId_t from, to;
	struct string_pager from_pager, to_pager;
	struct giver giver;
	struct taker taker;
};

/*
 * `bytes` from WINDOW + `src` of one space to WINDOW + `dst` of the other: made, and started, the receiver
 * first. pair_present maps that many pages of each side before; pair_end deletes everything.
 */
void pair_init(struct pair *p, word src, word dst, int bytes);
void pair_present(struct pair *p, unsigned from_pages, unsigned to_pages);
void pair_start(struct pair *p);
void pair_wait(struct pair *p);
void pair_end(struct pair *p);

/* A space with `pages` pages of the pool, from DST on, at WINDOW. */
void make_target(struct space *s, unsigned pages);

#endif
