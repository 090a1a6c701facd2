/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * liveness.h - checks that the tasks of the system description are alive (docs/decisions/supervision.md).
 */
#ifndef SUPERVISOR_LIVENESS_H
#define SUPERVISOR_LIVENESS_H

#include <l4/types.h>
#include <proto/root.h>
#include <stdint.h>

/* Call it when the tasks are known. */
void liveness_begin(void);

/* Returns the us until the next check; 0: none is due for ever. */
uint64_t liveness_pause(void);

/* Do the check, if it is due. */
void liveness_run(void);

/* Returns the starts at which the next root_next is to look, and forgets them. seen: what that has found. */
L4_Word_t liveness_rest(void);
void liveness_seen(const struct root_next_out *seen);

#endif
