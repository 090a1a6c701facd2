/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * set.h - sets of 64-bit keys with flags, cleared in constant time; what an operation touched.
 */
#ifndef SCOPE_SET_H
#define SCOPE_SET_H

#include <stdbool.h>
#include <stdint.h>

/* Open addressing; a slot is taken if its generation is the set's. */
struct set {
	uint64_t *key;
	uint32_t *generation;
	uint8_t *flags;
	uint32_t capacity, count, now;
};

void set_init(struct set *s, uint32_t capacity);
void set_clear(struct set *s);
bool set_add(struct set *s, uint64_t key, uint8_t flags);	/* true if it is new; flags are or-ed */
uint64_t set_count_flag(const struct set *s, uint8_t flag);

static inline uint64_t hash64(uint64_t x)
{
	x ^= x >> 31;
	x *= 0x9e3779b97f4a7c15u;
	return x ^ x >> 29;
}

enum { TOUCH_READ = 1, TOUCH_WRITE = 2, TOUCH_KERNEL = 4 };

/* 64-byte lines by physical address, 4 KiB pages by both addresses; [1] those of the kernel. */
struct footprint {
	struct set iline[2], dline[2], ipage[2], dpage[2], line, page;
};

/* The sizes of a footprint's sets. Words only: it is summed and compared as an array. */
struct footprint_size {
	uint64_t iline[2], dline[2], dline_written[2], ipage[2], dpage[2], line, page;
	uint64_t line_kernel, page_kernel;	/* of line and page, those that the kernel touched */
};

enum { FOOTPRINT_WORDS = sizeof(struct footprint_size) / sizeof(uint64_t) };

void footprint_init(struct footprint *f);
void footprint_clear(struct footprint *f);
struct footprint_size footprint_measure(const struct footprint *f);

/* A fetch or an access of line and page, by code or to data of the kernel or not. */
void footprint_fetch(struct footprint *f, uint64_t line, uint64_t page, bool kernel);
void footprint_access(struct footprint *f, uint64_t line, uint64_t page, bool kernel, uint8_t touch);

#endif
