/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * small.c - see small.h: by SpaceControl's control word (ia32 5).
 */
#include <l4/space.h>
#include <l4/types.h>
#include <pecan/addresses.h>
#include <root/memory/small.h>

#define APPLY	((l4_word_t)1 << 31)	/* result: it was done */

enum { SPECIFIER = 0xff, SIZE_LOG2 = 22, MIB_LOG2 = 20 };

/* The former control word; 0 if the kernel refuses the call. */
static l4_word_t control(l4_word_t thread, l4_word_t word)
{
	l4_word_t old = 0;

	L4_SpaceControl((L4_ThreadId_t){ .raw = thread }, word, L4_Nilpage, L4_Nilpage, L4_nilthread, &old);
	return old;
}

void small_enter(l4_word_t thread, unsigned log2)
{
	l4_word_t size = (l4_word_t)1 << log2, done = 0;

	for (l4_word_t at = 0; log2 != 0 && at < PECAN_SMALL_AREA && !done; at += size)
		done = control(thread, APPLY | L4_SmallSpace(at >> MIB_LOG2, size >> MIB_LOG2)) & APPLY;
}

l4_word_t small_bytes(l4_word_t thread)
{
	l4_word_t specifier = control(thread, 0) & SPECIFIER;

	return (specifier & -specifier) << SIZE_LOG2;
}
