/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pecan_names.h - questions to name servers whose answers were cut off.
 */
#ifndef PECAN_NAMES_H
#define PECAN_NAMES_H

#include "lookup.h"

/* room: bytes of answer. */
struct pecan_question { const unsigned char *text; int bytes; unsigned char *answer; int room; };

/* Returns the bytes of the whole answer, or of what fits into the room; 0: there is none. first: a server. */
hidden int __pecan_ask_again(const struct resolvconf *conf, int first, const struct pecan_question *q);

#endif
