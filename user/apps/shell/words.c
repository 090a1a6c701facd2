/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * words.c - see words.h.
 */
#include "words.h"

#include <string.h>

struct parser {
	const char *at;
	struct words *w;
	unsigned words;
	size_t used;			/* of w->text */
};

static bool is_blank(char c) { return c == ' ' || c == '\t'; }
static bool is_operator(char c) { return c == '|' || c == '<' || c == '>' || c == '&'; }

static void put(struct parser *p, char c) { p->w->text[p->used++] = c; }

/* The rest of a quoted part, after its mark. Returns false if the mark does not come again. */
static bool take_quoted(struct parser *p, char mark)
{
	for (; *p->at != mark; p->at++) {
		if (*p->at == 0)
			return false;
		if (mark == '"' && *p->at == '\\' && (p->at[1] == '"' || p->at[1] == '\\'))
			p->at++;
		put(p, *p->at);
	}
	p->at++;
	return true;
}

/* The word at p->at, which is neither blank nor an operator; NULL and *wrong if it is not complete. */
static char *take_word(struct parser *p, const char **wrong)
{
	char *word = &p->w->text[p->used];

	while (*p->at && !is_blank(*p->at) && !is_operator(*p->at)) {
		char c = *p->at++;

		if ((c == '"' || c == '\'') && !take_quoted(p, c)) {
			*wrong = c == '"' ? "the closing \" is missing" : "the closing ' is missing";
			return NULL;
		}
		if (c == '"' || c == '\'')
			continue;
		if (c == '\\' && *p->at == 0) {
			*wrong = "nothing follows the \\ at the end";
			return NULL;
		}
		put(p, c == '\\' ? *p->at++ : c);
	}
	put(p, 0);
	return word;
}

static void skip_blanks(struct parser *p)
{
	while (is_blank(*p->at))
		p->at++;
}

/* The file after < or >. */
static const char *take_file(struct parser *p, const char **to)
{
	char mark = *p->at++;
	const char *wrong = NULL;

	skip_blanks(p);
	if (*p->at == 0 || is_operator(*p->at))
		return mark == '<' ? "name a file after <" : "name a file after >";
	if (*to)
		return mark == '<' ? "there are two < for one program" : "there are two > for one program";
	*to = take_word(p, &wrong);
	return wrong;
}

static const char *take_stage(struct parser *p, struct stage *s)
{
	const char *wrong = NULL;

	*s = (struct stage){ .argv = &p->w->word[p->words] };
	for (skip_blanks(p); *p->at && *p->at != '|' && *p->at != '&' && !wrong; skip_blanks(p)) {
		if (*p->at == '<') {
			wrong = take_file(p, &s->input);
		} else if (*p->at == '>') {
			s->append = p->at[1] == '>';
			p->at += s->append;
			wrong = take_file(p, &s->output);
		} else {
			p->w->word[p->words++] = take_word(p, &wrong);
			s->argc++;
		}
	}
	p->w->word[p->words++] = NULL;
	return wrong;
}

/* What holds of the stages together. */
static const char *check(const struct words *w)
{
	bool empty = w->stages == 1 && !w->stage[0].argc && !w->stage[0].input && !w->stage[0].output;

	if (empty)
		return w->background ? "name a program before the &, as in hello &" : NULL;
	for (unsigned i = 0; i < w->stages; i++) {
		if (w->stage[i].argc == 0)
			return w->stages > 1 ? "name a program on both sides of |" : "name a program before < or >";
		if (w->stage[i].input && i > 0)
			return "only the first program of a pipe can have <: the others read the pipe";
		if (w->stage[i].output && i + 1 < w->stages)
			return "only the last program of a pipe can have >: the others write to the pipe";
	}
	return NULL;
}

const char *words_parse(struct words *w, const char *line)
{
	struct parser p = { .at = line, .w = w };
	const char *wrong;

	w->stages = 0;
	w->background = false;
	do {
		if (w->stages == STAGES_MAX)
			return "a pipe can have 8 programs";
		wrong = take_stage(&p, &w->stage[w->stages++]);
		if (wrong)
			return wrong;
	} while (*p.at == '|' && p.at++);
	if (*p.at == '&') {
		w->background = true;
		p.at++;
		skip_blanks(&p);
		if (*p.at)
			return "& can stand at the end of the line only";
	}
	wrong = check(w);
	if (!wrong && w->stage[0].argc == 0)
		w->stages = 0;
	return wrong;
}

static bool needs_quotes(const char *word)
{
	if (word[0] == 0 || word[0] == '"')
		return true;
	return strchr(word, ' ') || strchr(word, '\t');
}

static void add(char *text, size_t bytes, size_t *len, char c)
{
	if (*len < bytes)
		text[*len] = c;
	++*len;
}

size_t words_join(const struct stage *s, char *text, size_t bytes)
{
	size_t len = 0;

	for (unsigned i = 1; i < s->argc; i++) {
		bool quotes = needs_quotes(s->argv[i]);

		if (i > 1)
			add(text, bytes, &len, ' ');
		if (quotes)
			add(text, bytes, &len, '"');
		for (const char *c = s->argv[i]; *c; c++) {
			if (quotes && (*c == '"' || *c == '\\'))
				add(text, bytes, &len, '\\');
			add(text, bytes, &len, *c);
		}
		if (quotes)
			add(text, bytes, &len, '"');
	}
	text[len < bytes ? len : bytes - 1] = 0;
	return len;
}

/* The end of the word at `at`, at most `end`. */
static size_t word_end(const char *line, size_t at, size_t end, bool *quoted)
{
	char mark = 0;

	for (*quoted = false; at < end; at++) {
		char c = line[at];

		if (!mark && (is_blank(c) || is_operator(c)))
			break;
		if (c == '\\' && mark != '\'' && at + 1 < end)
			at++;
		else if (mark == c)
			mark = 0;
		else if (!mark && (c == '"' || c == '\''))
			mark = c;
		*quoted |= c == '\\' || c == '"' || c == '\'';
	}
	return at;
}

struct words_cursor words_cursor(const char *line, size_t pos)
{
	struct words_cursor c = { .start = 0, .first = true };

	for (size_t at = 0, end; at < pos; at = end) {
		if (is_blank(line[at]) || is_operator(line[at])) {
			if (line[at] == '|' || line[at] == '&')
				c.first = true;
			if (is_operator(line[at]))
				c.file = line[at] == '<' || line[at] == '>';
			end = at + 1;
			c.start = end;
			c.quoted = false;
			continue;
		}
		end = word_end(line, at, pos, &c.quoted);
		c.start = at;
		if (end == pos)
			break;
		if (c.first && !c.file) {
			c.first = false;
			c.command = at;
			c.command_end = end;
		}
		c.file = false;
	}
	return c;
}
