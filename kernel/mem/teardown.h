/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * teardown.h - the end of an address space. Called by ThreadControl (core/control.c).
 */
#ifndef MEM_TEARDOWN_H
#define MEM_TEARDOWN_H

#include <mem/space.h>

/* s has lost its last thread: begin its teardown. */
void teardown_begin(struct space *s);

/* One bounded step of it; true when s is freed, or waits only for accounts that are open under its own. */
bool teardown_step(struct space *s);

#endif
