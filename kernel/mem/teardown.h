/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * teardown.h - the teardown of an address space. Called by ThreadControl (core/control.c).
 */
#ifndef MEM_TEARDOWN_H
#define MEM_TEARDOWN_H

#include <mem/space.h>

/* Begins the teardown of s, which has no threads any more. */
void teardown_begin(struct space *s);

/*
 * One bounded step of the teardown. Returns the space whose step is the next one: s; or its payer, torn down
 * before, that waited for the end of s; or 0: s is freed, or will be with the last account below its own. May
 * not return (step.h).
 */
struct space *teardown_step(struct space *s);

#endif
