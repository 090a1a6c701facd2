/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vsid.h - the numbers that tell address spaces apart in segment registers, in the hash table and in the TLB
 * (docs/decisions/segments-ppc.md).
 *
 * A space has a number n below 2^20. Its segments have the ids 16 m + 0 to 16 m + 11, m = n * VSID_FACTOR
 * modulo 2^20, so that spaces are scattered over the hash table. Number 0 is the kernel's: its segments 12
 * to 15 are loaded always, and the others while no space is; these have no pages.
 *
 *   V1  a number is in the list of free ones, was never used, or one space has it
 *   V2  a number that no space has has no entries in the hash table and in the TLB
 *   V3  free numbers are taken in the order in which they were returned
 */
#ifndef PPC32_VSID_H
#define PPC32_VSID_H

#include <stdbool.h>
#include <stdint.h>

struct space;

enum { VSID_BITS = 24, VSID_NUMBER_BITS = 20, VSID_FACTOR = 0x4c527, VSID_INVERSE = 0x5a97 };
#define VSID_MASK	((1u << VSID_BITS) - 1)
#define SEG_KEYS	0x60000000u		/* Ks and Kp: the PP of the pages count in both modes */

/* Returns segment register 0 for a number; and the number of the segment with this id. */
static inline uint32_t vsid_segment(uint32_t n) { return SEG_KEYS | (n * VSID_FACTOR << 4 & VSID_MASK); }

static inline uint32_t vsid_number(uint32_t vsid)
{
	return (vsid >> 4) * VSID_INVERSE & ((1u << VSID_NUMBER_BITS) - 1);
}

struct vsid_table {
	uint32_t end;			/* numbers exist below; 0: before the first space */
	uint32_t unused;		/* from here on they have never been used */
	uint32_t first, last;		/* the list of free ones, linked through their words; 0: none */
};

extern struct vsid_table vsid;

/* Give s a number: s->arch.seg, for the directory s->arch.root. False: all are taken. */
bool vsid_take(struct space *s);

/* Returns the number of s. It has no pages. */
void vsid_return(struct space *s);

/* Returns the page directory of the space with that number; 0 if none has it, and for number 0. */
uint32_t *vsid_root(uint32_t n);

/* Checks V1. V2: H1 (hash_check), as a number without a space has no PTEs. */
void vsid_check(void);

#endif
