/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * work.h - what a request may still do. Work is counted in what is looked at and made: a unit takes about as
 * long as an instruction. A request that only reads ends when it has used up its part, with TREE_MORE
 * (errors.h): others have their turn, and the client sends it again (FILES_E_MORE). How far it has come is
 * kept meanwhile (parked.h), so each message brings it nearer to its end, whatever others do between them.
 */
#ifndef FILES_WORK_H
#define FILES_WORK_H

#include <stdbool.h>
#include <stddef.h>
#include "path.h"

enum { WORK_MAX = 900000 };		/* of one message, but for a last step that is larger than WORK_FIRST */

/*
 * How far a request has come. listed: as of list_read; read: bytes of content_read. used: its work since its
 * message came.
 */
struct progress { struct path_progress path; uint64_t listed; size_t read; unsigned long used; };

/*
 * Begins a request, and ends the one before. p: its progress, as it was when it ended before, or zero; from
 * the next work_bound on its work is bounded. NULL: it never is.
 */
void work_begin(struct progress *p);

/* The request that was begun only reads from here on. */
void work_bound(void);

/* The progress of a request whose work is bounded; else NULL. */
struct progress *work_progress(void);

void work_add(unsigned long n);
unsigned long work_used(void);

/*
 * Returns true if n more fit, or little was done so far. Else the request is over: it ends with TREE_MORE.
 */
bool work_has(unsigned long n);

bool work_is_over(void);

#endif
