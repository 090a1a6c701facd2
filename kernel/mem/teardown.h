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
 * One bounded step of the teardown. Returns true if s is freed, or will be freed with the last account below
 * its own. May not return (step.h).
 */
bool teardown_step(struct space *s);

#endif
