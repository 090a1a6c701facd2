/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hostile_arch.h - between hostile.c and arch/NAME/hostile_arch.c, which knows registers and instructions.
 */
#ifndef HOSTILE_ARCH_H
#define HOSTILE_ARCH_H

#include "hostile.h"

/* A call of `at`, or of the link of a system call of that name, with registers that make changes. */
struct kind { word weight; bool is_call; word at; void (*make)(struct record *c); };
extern const struct kind hostile_kinds[];
extern const unsigned hostile_kind_count;

/* A piece of random code there, of HOSTILE_PIECE bytes at the most; the place behind it. */
enum { HOSTILE_PIECE = 20 };
uint8_t *hostile_put(uint8_t *at);

/* MR0 of the hostile thread that executes this, at mr0; loads the pointer to it if that may be lost. */
volatile word *hostile_mrs(word mr0);

word hostile_far(void);			/* an address far from the others */
word hostile_link(word at);		/* the address to call, of a kind that is a system call */
word hostile_mr(void);			/* the number of a message register that is in memory */

word hostile_any_link(void);		/* of a system call that is there */

/* hostile.c: anything, and an id, a place in the areas, an fpage, a time, an item, a tag. */
word hostile_random(void), hostile_word(void), hostile_id(void), hostile_in_areas(void), hostile_fpage(void);
word hostile_time(void), hostile_item(void), hostile_tag(void);

#endif
