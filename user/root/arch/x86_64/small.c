/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * small.c - see small.h: on x86-64 all spaces are large.
 */
#include <root/memory/small.h>

void small_enter(l4_word_t thread, unsigned log2)
{
	(void)thread;
	(void)log2;
}

l4_word_t small_bytes(l4_word_t thread)
{
	(void)thread;
	return 0;
}
