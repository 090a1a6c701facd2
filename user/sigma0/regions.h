/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * regions.h - the types of memory by address: the KIP's descriptors, made disjoint.
 *
 *   R1  at[0..count-1] are sorted, disjoint, and inclusive of `last`
 *   R2  an address in none of them is undescribed
 *   R3  neighbours that touch differ in type
 *
 * Order of calls: regions_init once, regions_paint for each descriptor in order (later ones override, api
 * 1.3), then regions_type.
 */
#ifndef SIGMA0_REGIONS_H
#define SIGMA0_REGIONS_H

#include <x2/kip.h>

/* Descriptors that fit into a KIP behind its fixed part; each paint adds two regions at the most. */
enum {
	DESCRIPTORS_MAX = (L4_KIP_BYTES - sizeof(struct l4_kip)) / sizeof(struct l4_memdesc),
	REGIONS_MAX = 2 * DESCRIPTORS_MAX + 8,
};

struct region { l4_word_t base, last; unsigned type; };

struct regions { unsigned count; struct region at[REGIONS_MAX]; };

void regions_init(struct regions *r);

/* Set the type of [base, last]. Returns false, and changes nothing, if the table is full. */
bool regions_paint(struct regions *r, l4_word_t base, l4_word_t last, unsigned type);

/* Paint all physical descriptors of the KIP. */
void regions_from_kip(struct regions *r, const struct l4_kip *kip);

/*
 * Returns the type of address `at`, L4_MEM_UNDEFINED if undescribed. *last: the last address of the region of
 * that type, at most `limit`.
 */
unsigned regions_type(const struct regions *r, l4_word_t at, l4_word_t limit, l4_word_t *last);

#endif
