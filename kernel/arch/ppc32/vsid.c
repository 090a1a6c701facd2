/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vsid.c - see vsid.h. The word of a number is the address of a page directory, or a link of the list of free
 * numbers. Words are in frames of kernel memory, which the first space makes: as each space has a directory,
 * there are never more spaces than frames, so numbers never run out.
 */
#include <core/arch.h>
#include <mem/mem.h>
#include <lib/bits.h>
#include <lib/panic.h>
#include "local.h"
#include "vsid.h"

/* SPARE: numbers that are free even if each frame of kernel memory is a directory. */
enum { SPARE = 1024 };

enum { FREE_SHIFT = 1, FREE = 1 };	/* word of a free number: the next one, and this bit */

struct vsid_table vsid;

static uint32_t *word_of(uint32_t n) { return cpu_local()->hash.directory + n; }

/* Like that of the kept status (generic/kept.c), this memory is no account's, and in one piece. */
static void make_words(void)
{
	struct kmem *k = &mem.kmem;
	uint64_t bytes = align_up((k->frames + SPARE) * sizeof(uint32_t), KMEM_FRAME_LOG2);

	for (uint64_t done = 0; done < bytes; done += KMEM_FRAME) {
		uint8_t *frame = kmem_frame(&k->pool);

		if (!frame)
			panic("boot: too little kernel memory for the numbers of spaces: give kmem= a larger size");
		if (done == 0)
			cpu_local()->hash.directory = (uint32_t *)(void *)frame;
		ASSERT(frame == (uint8_t *)cpu_local()->hash.directory + done);
	}
	k->pool.used -= bytes;
	k->pool.limit -= bytes;
	k->pool.granted = k->pool.limit;
	vsid.unused = 1;
	vsid.end = (uint32_t)(bytes / sizeof(uint32_t));
	ASSERT(vsid.end <= 1u << VSID_NUMBER_BITS);
}

/* Returns the first free number, or 0. */
static uint32_t next_free(void)
{
	uint32_t n = vsid.first;

	if (vsid.unused < vsid.end)
		return vsid.unused++;
	if (n) {
		vsid.first = *word_of(n) >> FREE_SHIFT;
		if (!vsid.first)
			vsid.last = 0;
	}
	return n;
}

bool vsid_take(struct space *s)
{
	uint32_t n;

	if (!vsid.end)
		make_words();
	n = next_free();
	if (!n)
		return false;
	*word_of(n) = (uint32_t)(uintptr_t)s->arch.root;
	s->arch.seg = vsid_segment(n);
	return true;
}

void vsid_return(struct space *s)
{
	uint32_t n = vsid_number(s->arch.seg);

	ASSERT(vsid_root(n) == s->arch.root);
	*word_of(n) = FREE;
	if (vsid.last)
		*word_of(vsid.last) = n << FREE_SHIFT | FREE;
	else
		vsid.first = n;
	vsid.last = n;
	s->arch.seg = 0;
}

uint32_t *vsid_root(uint32_t n)
{
	uint32_t word = n < vsid.unused ? *word_of(n) : 0;

	return word & FREE ? 0 : (uint32_t *)(uintptr_t)word;
}

void vsid_check(void)
{
	uint32_t n = vsid.first, free = 0, live = 0;

	for (; n; n = *word_of(n) >> FREE_SHIFT, free++)
		ASSERT(n < vsid.unused && !vsid_root(n) && free < vsid.end);
	for (n = 1; n < vsid.unused; n++)
		live += vsid_root(n) != 0;
	ASSERT(live + free + 1 == vsid.unused || !vsid.end);					/* V1 */
}
