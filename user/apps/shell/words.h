/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * words.h - parses a line of the shell. Pure: no IPC, so the same code runs in a host test.
 *
 *   line   = stage { "|" stage } [ "&" ]
 *   stage  = { word | "<" word | ">" word | ">>" word }
 *
 * Blanks separate words. '...' quotes every character; "..." all but \ before " and \, where \ quotes the
 * next character; outside of quotation marks \ does so before any character. No other characters are
 * special.
 */
#ifndef SHELL_WORDS_H
#define SHELL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum { WORDS_LINE = 60 * sizeof(long), WORDS_MAX = WORDS_LINE, STAGES_MAX = 8 };

struct stage {
	unsigned argc;			/* at least 1 */
	char **argv;			/* argv[argc] is NULL */
	const char *input, *output;	/* files of < and > or >>; NULL: none */
	bool append;			/* >> */
};

struct words {
	unsigned stages;		/* 0: nothing but blanks */
	bool background;
	struct stage stage[STAGES_MAX];
	char *word[WORDS_MAX + STAGES_MAX];
	char text[2 * WORDS_LINE + 2];
};

/* Returns NULL, or a sentence on the error. line: at most WORDS_LINE characters. */
const char *words_parse(struct words *w, const char *line);

/*
 * Joins the arguments of a stage, without the first one, in root's format: separated by blanks, in quotation
 * marks if needed. Returns the length of the whole text, which is cut to `bytes` - 1.
 */
size_t words_join(const struct stage *s, char *text, size_t bytes);

/* The word that ends at the cursor, and its context. */
struct words_cursor {
	size_t start;			/* position of the word in the line */
	bool first;			/* the word is the first of its stage, so names a program */
	bool file;			/* the word follows < or > */
	bool quoted;			/* the word has quotation marks or \ */
	size_t command, command_end;	/* the first word of the stage, if not first */
};

struct words_cursor words_cursor(const char *line, size_t pos);

#endif
