/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kmap.h - functions of kmap.c for the other files of this folder; the rest: <arch/kmap.h>.
 */
#ifndef IA32_KMAP_H
#define IA32_KMAP_H

#include <arch/pte.h>
#include <x2/word.h>

/*
 * Place n, below KMAP_BITMAPS, of an I/O bitmap behind the TSS: map the two frames of a bitmap there. And its
 * offset in the segment of the TSS; that of place KMAP_BITMAPS is the end.
 */
enum { KMAP_BITMAPS = 5 };
void kmap_bitmap(unsigned n, uint64_t *const frame[2]);
uint16_t kmap_bitmap_offset(unsigned n);

/* The entry of the shared page directory for an address of the area of small spaces. */
arch_pte_t *kmap_small_entry(l4_word_t address);

/* A frame of ones: a bitmap that denies all of its ports. */
extern uint64_t kmap_ones[];

#endif
