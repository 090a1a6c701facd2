/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * utcb.h - UTCBs of threads: blocks of the UTCB pages of their space (mem/space.h).
 */
#ifndef CORE_UTCB_H
#define CORE_UTCB_H

#include <mem/space.h>

/*
 * Give t, which has no UTCB, the one at user address location in s, and zero it. Allocates the page if there
 * is none. Returns L4_OK or L4_ERR_NO_MEM.
 */
enum l4_error utcb_alloc(struct space *s, struct thread *t, l4_word_t location);

/* Free t's UTCB in s. */
void utcb_free(struct space *s, struct thread *t);

/* Returns the active thread of s with this local id, or 0. User memory is not read. */
struct thread *utcb_local(const struct space *s, l4_tid_t local);

/* Check P1 and P2 of mem/space.h. */
void utcb_check(const struct space *s);

#endif
