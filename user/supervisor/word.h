/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * word.h - the words of the system description, one after the other. A statement ends at the end of a line or
 * at `;`.
 */
#ifndef SUPERVISOR_WORD_H
#define SUPERVISOR_WORD_H

#include <stdbool.h>
#include <stdint.h>
#include <x2/word.h>

struct word { const char *at; unsigned length; };

/* What is left of the text. `last`: the word read last, or the place at which none was. */
struct cursor { const char *at, *end, *last; };

/* Skips blanks, and a comment up to the end of its line. Returns true if the statement ends here. */
bool word_ends(struct cursor *c);

/* The next word of the statement; false at its end. */
bool word_next(struct cursor *c, struct word *w);

bool word_is(const struct word *w, const char *text);

/* Copy it, with a NUL. Returns false if there is too little room. */
bool word_copy(char *to, unsigned room, const struct word *w);

/* A number at the front of *w, which loses it. */
bool word_number(struct word *w, unsigned radix, l4_word_t *value);

/* A decimal number up to the limit, and nothing behind it. */
bool word_whole(struct word w, l4_word_t limit, unsigned *value);

/* A number with one of these units behind it, of which each is 1,024 of the one before, or none: bytes. */
bool word_bytes(struct word w, const char *units, uint64_t limit, uint64_t *value);

/* The same with K or M, up to GRANTS_MEMORY. */
bool word_size(struct word w, l4_word_t *value);

#endif
