/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptab.h - the page table of a host space: two levels of frames from the kernel's pool, so that
 * copying the pool copies it too.
 */
#ifndef ARCH_PTAB_H
#define ARCH_PTAB_H

#include <x2/word.h>

struct arch_space {
	void *root;
	void *io;			/* port bitmap, 8 KiB, or 0 */
	l4_word_t tag;			/* of the modelled TLB; never reused */
};

#endif
