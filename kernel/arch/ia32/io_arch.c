/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io_arch.c - where the CPU reads the I/O bitmap of a space (arch/x86/io.c): all spaces share the TSS,
 * and some bitmaps are behind it, from which TSS.iomap selects one. A space whose bitmap is not there
 * gets #GP at its next access, and its bitmap the place of the one that was put there first.
 */
#include <core/arch.h>
#include <arch/words.h>
#include <arch/x86/machine.h>
#include "entry.h"
#include "kmap.h"
#include "local.h"

static struct space *owner[KMAP_BITMAPS];
static unsigned next;

/* A frame a call, as each is a step of 1,024 instructions. A new frame is clear. */
bool io_use_bitmap(struct space *s)
{
	for (unsigned i = 0; i < IO_FRAMES; i++) {
		uint64_t *frame = s->arch.io.frame[i];

		if (!*frame) {
			arch_words_copy(frame, kmap_ones, KMEM_FRAME / sizeof(l4_word_t));
			return false;
		}
	}
	return true;
}

bool io_load(struct space *s)
{
	struct io_set *io = &s->arch.io;

	if (!io->mapped || io->offset != IO_NONE)
		return false;
	if (owner[next])
		owner[next]->arch.io.offset = IO_NONE;
	owner[next] = s;
	kmap_bitmap(next, io->frame);
	io->offset = cpu_local()->tss.iomap = kmap_bitmap_offset(next);
	next = (next + 1) % KMAP_BITMAPS;
	return true;
}

void io_unload(struct space *s)
{
	for (unsigned n = 0; n < KMAP_BITMAPS; n++)
		if (owner[n] == s)
			owner[n] = 0;
}
