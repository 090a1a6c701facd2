/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * small_space.h - small spaces (ia32 5).
 */
#ifndef GUEST_SMALL_SPACE_H
#define GUEST_SMALL_SPACE_H

#include "guest.h"

enum { SMALL_AREA_MB = 128 };
#define SMALL_APPLY	TOP_BIT		/* of SpaceControl's control; of its result: the change was made */

/* space_make, and the space was never small. */
void space_make_large(struct space *s);

/* Makes the space of t small. Returns false if the kernel refuses it. */
bool small_at(L4_ThreadId_t t, word mb, word size_mb);

/* Returns the specifier of the space of t; 0: it is large. */
word small_get(L4_ThreadId_t t);

/* Skips the test where the kernel refuses small spaces. */
void need_small(void);

/* A space at that place, whatever the option small= says; and whether one is small. */
void make_at(struct space *s, word mb);
bool is_small(struct space *s);

/* Bodies of threads: an access at *at, which is a word, by the stack, ES, FS or a jump. */
void small_by_stack(void *at);
void small_by_es(void *at);
void small_by_fs(void *at);
void small_by_jump(void *at);

/* And one instruction that needs privilege; *handler: the exception handler's id. */
void small_cli(void *handler);
void small_out(void *handler);
void small_write_cr3(void *handler);
void small_sysexit(void *handler);

/* A write to the page at which GS points, which user code may only read. */
void small_by_gs(void *arg);

/* A push by SS with the selector of GS, whose segment has four bytes; then 1 is added to *done, a word. */
void small_by_wrong_ss(void *done);

#endif
