/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * utcb.h - UTCBs of threads: blocks of the UTCB pages of their space (mem/space.h).
 */
#ifndef CORE_UTCB_H
#define CORE_UTCB_H

#include <mem/space.h>

/* Give t, which has none, the UTCB at location, of that page: it is zeroed. */
void utcb_give(struct utcb_page *page, struct thread *t, l4_word_t location);

/* Give t the UTCB at location: maps its page if need be, zeroes the block. L4_OK or L4_ERR_NO_MEM. */
enum l4_error utcb_take(struct space *s, struct thread *t, l4_word_t location);
void utcb_drop(struct space *s, struct thread *t);

/* The thread of s with this local id, or 0. The claim is checked against the page's owners only. */
struct thread *utcb_local(const struct space *s, l4_tid_t local);

/* P1, P2 of mem/space.h */
void utcb_check(const struct space *s);

#endif
