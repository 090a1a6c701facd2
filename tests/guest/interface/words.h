/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * words.h - an Ipc by registers, while registers and UTCB hold other words (ipc/words.c). What it may leave
 * there is the machine's: words_arch.c.
 */
#ifndef GUEST_WORDS_H
#define GUEST_WORDS_H

#include "ipc.h"

enum { WORDS_MINE = 0x1000, WORDS_OLD = 0x2000 };

/*
 * Sends u words by registers: message register i is WORDS_MINE + i in the UTCB, up to i = 7, and registers
 * have a pattern from WORDS_OLD on.
 */
void raw_ipc(struct regs *x, L4_ThreadId_t to, L4_ThreadId_t from, word timeouts, word u);

/* Returns whether message registers 1 to u are first + 1.., and those up to 7 as raw_ipc wrote them, in the
   UTCB or in registers. */
bool are_words(const struct regs *x, word u, word first);

#endif
