/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * map.h - what the tests of map and grant items share: marked pages, and mapping on.
 */
#ifndef GUEST_MAP_H
#define GUEST_MAP_H

#include "machine.h"

#define RWX L4_FullyAccessible
#define RW L4_ReadWriteOnly

enum { CONTENT = 0x5eed0000 };

static inline L4_Fpage_t window(word offset, int log2) { return L4_FpageLog2(WINDOW + offset, log2); }

/* Write CONTENT + number into n pages of the pool. */
void fill(unsigned first, unsigned n);

/* The page of the pool seen at WINDOW + offset of s, or -1 if nothing is mapped there. */
long seen(struct space *s, word offset);

/* ErrorCode at the receiver, 0 if the item was delivered. */
word map_error(struct space *s, L4_Fpage_t send, word base, L4_Fpage_t w);

/* An item whose first word is `first`, sent by a thread of `from` to one of `to` with window w. */
void pass_on(struct space *from, struct space *to, word first, L4_Fpage_t send, L4_Fpage_t w);

/* For such a thread: one message with one item. */
struct map_on { L4_ThreadId_t to; word first, send; volatile word error; };
void map_on(void *arg);

#endif
