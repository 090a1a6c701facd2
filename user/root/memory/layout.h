/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * layout.h - which addresses a task has: those of its file, its system part (area.h), and what is placed for
 * it. In a task whose space is to be a small one all of them are below the size of that.
 *
 *   large  0 .. segments as linked .. PECAN_MAP_BASE | placed, upwards | .. system, the highest free place
 *   small  0 .. LAYOUT_LOWEST | placed, downwards, around the segments | system | size
 *
 * What finds no room in a small space is placed as in a large one: the space becomes a large one then.
 */
#ifndef ROOT_LAYOUT_H
#define ROOT_LAYOUT_H

#include <stdbool.h>
#include <x2/word.h>

struct elf;
struct grant;

#define LAYOUT_SYSTEM_BYTES	((l4_word_t)1 << 21)
#define LAYOUT_LOWEST		((l4_word_t)0x10000)

enum { LAYOUT_SMALLEST_LOG2 = 22 };		/* of a small space (ia32 5) */

struct layout {
	l4_word_t system;	/* address of LAYOUT_SYSTEM_BYTES; 0: the segments leave no room for them */
	unsigned small_log2;	/* of the bytes of the small space that the task is to have; 0: none */
};

/* Returns the layout of a task with a large space. */
struct layout layout_large(const struct elf *e);

/*
 * Returns the layout of a task of this program, where the largest small space has 2^max_log2 bytes, max_log2
 * 0: there are none. The size is that of `small` in the section p; or the smallest that has room for the
 * segments, `memory` of the section and the system part. *refused: `small` is too little for the segments.
 */
struct layout layout_of(const struct elf *e, const struct grant *p, unsigned max_log2, bool *refused);

#endif
