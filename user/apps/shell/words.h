/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * words.h - a line of the shell, taken apart. Pure: no IPC, so the same code runs in a host test.
 *
 *   line   = stage { "|" stage } [ "&" ]
 *   stage  = { word | "<" word | ">" word | ">>" word }
 *
 * Blanks part words. '...' keeps every character, "..." all but \ before " and \, which keeps the next
 * character; \ does so outside quotation marks too. Nothing else is special.
 */
#ifndef SHELL_WORDS_H
#define SHELL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum { WORDS_LINE = 480, WORDS_MAX = WORDS_LINE, STAGES_MAX = 8 };

struct stage {
	unsigned argc;			/* at least 1 */
	char **argv;			/* argv[argc] is NULL */
	const char *input, *output;	/* of < and > or >>; NULL: none */
	bool append;			/* >> */
};

struct words {
	unsigned stages;		/* 0: nothing but blanks */
	bool background;
	struct stage stage[STAGES_MAX];
	char *word[WORDS_MAX + STAGES_MAX];
	char text[2 * WORDS_LINE + 2];
};

/* Returns NULL, or what is wrong with the line; a line of at most WORDS_LINE characters. */
const char *words_parse(struct words *w, const char *line);

/*
 * The arguments of a stage, without the first one, as root takes them: blanks between, in quotation marks
 * where needed. Returns the length, also if that is not less than `bytes`; the text is cut then.
 */
size_t words_join(const struct stage *s, char *text, size_t bytes);

/* Where a cursor stands: at the end of which word, and what comes before that word. */
struct words_cursor {
	size_t start;			/* of the word, in the line */
	bool first;			/* the word is the first of its stage, so names a program */
	bool file;			/* the word follows < or > */
	bool quoted;			/* the word has quotation marks or \ */
	size_t command, command_end;	/* the first word of the stage, if not first */
};

struct words_cursor words_cursor(const char *line, size_t pos);

#endif
