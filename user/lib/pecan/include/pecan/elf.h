/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * elf.h - a static ELF program for this machine (<x2/elf.h>) in memory. elf_parse checks all headers first.
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
	char foreign[72];		/* the error of a program for another machine */
};

/* Returns 0, or a sentence on the first error. user_end: the end of the addresses for segments. */
const char *elf_parse(struct elf *e, const void *file, l4_word_t size, l4_word_t user_end);

/* Returns the run that contains `address`, or 0. */
const struct elf_run *elf_run_at(const struct elf *e, l4_word_t address);

/* Copy the bytes that the file has for the page at address `page` to a zeroed page. */
void elf_fill(const struct elf *e, l4_word_t page, uint8_t *to);

/*
 * Returns the name of the function or object nearest below `address`, and its distance; 0 if there is none,
 * the address is outside of the program, or the tables are damaged. The name is in the file, with a NUL.
 */
const char *elf_symbol(const struct elf *e, l4_word_t address, l4_word_t *offset);

#endif
