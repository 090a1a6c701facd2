/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stack.c - see stack.h.
 */
#include <proto/root.h>
#include <string.h>
#include <x2/elf.h>
#include "stack.h"

enum {
	PAGE = 4096, WORD_BYTES = 512, ARGS_MAX = 1 + ROOT_ARGS_MAX,
	AUX_END = 0, AUX_PHDR = 3, AUX_PHENT = 4, AUX_PHNUM = 5, AUX_PAGESZ = 6, AUX_BASE = 7, AUX_ENTRY = 9,
};

/* A page filled from its end (text) and then from a computed start (words). */
struct builder { uint8_t *page; l4_word_t top; unsigned used, argc; l4_word_t argv[ARGS_MAX]; };

/* Put one argument's bytes and a NUL below what is there. */
static bool push_text(struct builder *b, const char *text, unsigned length)
{
	if (b->argc == ARGS_MAX || b->used + length + 1 > PAGE / 2)
		return false;
	b->used += length + 1;
	memcpy(b->page + PAGE - b->used, text, length);
	b->page[PAGE - b->used + length] = 0;
	b->argv[b->argc++] = b->top - b->used;
	return true;
}

/*
 * Moves *args behind the word there, which is copied to `to` as far as there is room. Returns its length. In
 * quotation marks a word keeps its blanks, and \ keeps the character after it.
 */
static unsigned take_word(const char **args, char to[WORD_BYTES])
{
	const char *at = *args;
	bool quoted = *at == '"';
	unsigned n = 0;

	for (at += quoted; *at != 0 && (quoted ? *at != '"' : *at != ' ' && *at != '\t'); at++) {
		if (quoted && *at == '\\' && (at[1] == '"' || at[1] == '\\'))
			at++;
		if (n < WORD_BYTES)
			to[n] = *at;
		n++;
	}
	*args = at + (quoted && *at == '"');
	return n;
}

/* Words parted by blanks. */
static bool push_args(struct builder *b, const char *args)
{
	char word[WORD_BYTES];

	while (*args != 0) {
		unsigned n;

		if (*args == ' ' || *args == '\t') {
			args++;
			continue;
		}
		n = take_word(&args, word);
		if (n > WORD_BYTES || !push_text(b, word, n))
			return false;
	}
	return true;
}

l4_word_t stack_build(uint8_t *page, l4_word_t top, const struct elf *e, const char *name, const char *args)
{
	struct builder b = { page, top, 0, 0, { 0 } };
	l4_word_t aux[] = {
		AUX_PHDR, e->headers, AUX_PHENT, sizeof(struct elf_phdr), AUX_PHNUM, e->header_count,
		AUX_PAGESZ, PAGE, AUX_BASE, e->bias, AUX_ENTRY, e->entry, AUX_END, 0,
	};
	unsigned words, at;
	l4_word_t *to;

	if (!push_text(&b, name, (unsigned)strlen(name)) || !push_args(&b, args))
		return 0;
	words = 1 + b.argc + 2 + sizeof(aux) / sizeof(aux[0]);
	at = (PAGE - b.used - words * (unsigned)sizeof(l4_word_t)) & ~15u;	/* System V */
	to = (l4_word_t *)(page + at - sizeof(l4_word_t));
	*to++ = e->entry;
	*to++ = b.argc;
	memcpy(to, b.argv, b.argc * sizeof(l4_word_t));
	to += b.argc + 2;
	memcpy(to, aux, sizeof(aux));
	return top - PAGE + at - sizeof(l4_word_t);
}
