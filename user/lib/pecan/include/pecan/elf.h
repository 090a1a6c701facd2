/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * elf.h - a static ELF64 program for x86-64 in memory, checked before anything is believed.
 *
 * A segment may begin at any byte, in the file and in memory, and two segments may share a page;
 * runs are the pages of the program with the union of the rights of all segments on them:
 *
 *   segments  [ text r-x     ][ rodata r-- ][ data rw-   bss ]
 *   runs      |  r-x |  r-x  |r-x| r-- | rw- |  rw- |  rw-   |     (pages)
 */
#ifndef PECAN_ELF_H
#define PECAN_ELF_H

#include <x2/fpage.h>

enum { ELF_SEGMENTS_MAX = 32, ELF_RUNS_MAX = 2 * ELF_SEGMENTS_MAX };

struct elf_segment { l4_word_t base, bytes, file_bytes, offset; unsigned rights; };
struct elf_run { l4_word_t base, last; unsigned rights; };

struct elf {
	const uint8_t *file;
	l4_word_t size;
	l4_word_t entry, bias;		/* bias: what was added to the addresses of a static PIE */
	l4_word_t headers, header_count;	/* address of the program headers in memory (0: not loaded) */
	unsigned segments, runs;
	struct elf_segment segment[ELF_SEGMENTS_MAX];	/* by ascending base */
	struct elf_run run[ELF_RUNS_MAX];		/* by ascending base, disjoint */
};

/* 0, or what is wrong with the file; user_end: first address that no segment may reach. */
const char *elf_parse(struct elf *e, const void *file, l4_word_t size, l4_word_t user_end);

/* The run that holds `address`, or 0. */
const struct elf_run *elf_run_at(const struct elf *e, l4_word_t address);

/* Fill a zeroed page with what the file has for the page at address `page`. */
void elf_fill(const struct elf *e, l4_word_t page, uint8_t *to);

/*
 * The function or object symbol nearest below `address` (and its distance), or 0, also for an address outside
 * of the program. Damaged tables only lead to 0. The name lies in the file and is NUL-terminated.
 */
const char *elf_symbol(const struct elf *e, l4_word_t address, l4_word_t *offset);

#endif
