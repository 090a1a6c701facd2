/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * handover.h - the grants of a system, once: copied from the supervisor's memory, checked, and what they
 * promise reserved. No other task runs then.
 */
#ifndef ROOT_HANDOVER_H
#define ROOT_HANDOVER_H

#include <proto/grants.h>

struct task;

/*
 * Take the struct grants, of so many bytes, at this address of t. ROOT_E_ARGUMENT: it is none, t has not
 * touched all of it, or a field is wrong; ROOT_E_MEMORY: there is less than it promises. Both are reported,
 * and root has no grants then.
 */
enum root_error handover_take(const struct task *t, l4_word_t address, l4_word_t size);

/* Returns 0, or the name of the first wrong field of those handed over, and *of is its grant, or 0. */
const char *handover_check(const struct grants *g, const struct grant **of);

#endif
