/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * config.c - see config.h. A line is cut into words at blanks; each word is looked up in a table.
 */
#include "config.h"
#include <string.h>

struct word { const char *at; unsigned length; };
struct cursor { const char *at, *end; };		/* the rest of a line */

static const struct program defaults = {
	.priority = DEFAULT_PRIORITY, .max_priority = DEFAULT_PRIORITY,
	.kmem_kib = DEFAULT_KMEM_KIB, .memory = DEFAULT_MEMORY,
};

static const struct { const char *name; unsigned right; } right_names[] = {
	{ "spawn", RIGHT_SPAWN }, { "kill", RIGHT_KILL }, { "inspect", RIGHT_INSPECT },
	{ "power", RIGHT_POWER }, { "log", RIGHT_LOG }, { "names", RIGHT_NAMES },
	{ "framebuffer", RIGHT_FRAMEBUFFER }, { "terminal", RIGHT_TERMINAL },
};

static bool blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

static bool next_word(struct cursor *c, struct word *w)
{
	while (c->at < c->end && blank(*c->at))
		c->at++;
	w->at = c->at;
	while (c->at < c->end && !blank(*c->at))
		c->at++;
	w->length = (unsigned)(c->at - w->at);
	return w->length > 0 && *w->at != '#';
}

static bool is(const struct word *w, const char *text)
{
	return strlen(text) == w->length && memcmp(w->at, text, w->length) == 0;
}

/* `key=`: the value behind it. */
static bool value_of(const struct word *w, const char *key, struct word *value)
{
	unsigned n = (unsigned)strlen(key);

	if (w->length <= n || memcmp(w->at, key, n) != 0)
		return false;
	*value = (struct word){ w->at + n, w->length - n };
	return true;
}

static bool copy_text(char *to, unsigned room, const struct word *w)
{
	if (w->length >= room)
		return false;
	memcpy(to, w->at, w->length);
	to[w->length] = 0;
	return true;
}

static unsigned digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 99;
}

/* A number at the front of *w, which loses it. */
static bool number(struct word *w, unsigned radix, l4_word_t *value)
{
	unsigned n = 0;

	*value = 0;
	for (; n < w->length && n < 15 && digit(w->at[n]) < radix; n++)
		*value = *value * radix + digit(w->at[n]);
	w->at += n;
	w->length -= n;
	return n > 0;
}

static bool whole_number(struct word w, l4_word_t limit, unsigned *value)
{
	l4_word_t n;

	if (!number(&w, 10, &n) || w.length != 0 || n > limit)
		return false;
	*value = (unsigned)n;
	return true;
}

static bool size(struct word w, l4_word_t *value)
{
	if (!number(&w, 10, value))
		return false;
	if (w.length == 1 && (*w.at == 'K' || *w.at == 'M'))
		*value <<= *w.at == 'K' ? 10 : 20;
	else if (w.length != 0)
		return false;
	return true;
}

/* N, N-N, ... */
static bool read_ranges(struct word w, unsigned radix, struct ranges *r)
{
	for (;;) {
		struct range *at = &r->at[r->count];

		if (r->count == CONFIG_RANGES || !number(&w, radix, &at->first))
			return false;
		at->last = at->first;
		if (w.length > 0 && *w.at == '-') {
			w = (struct word){ w.at + 1, w.length - 1 };
			if (!number(&w, radix, &at->last) || at->last < at->first)
				return false;
		}
		r->count++;
		if (w.length == 0)
			return true;
		if (*w.at != ',')
			return false;
		w = (struct word){ w.at + 1, w.length - 1 };
	}
}

static bool read_right(struct program *p, const struct word *w)
{
	for (unsigned i = 0; i < sizeof(right_names) / sizeof(right_names[0]); i++)
		if (is(w, right_names[i].name)) {
			p->rights |= right_names[i].right;
			return true;
		}
	return false;
}

static bool read_property(struct program *p, const struct word *w)
{
	struct word v;
	l4_word_t n;

	if (value_of(w, "irq=", &v))
		return read_ranges(v, 10, &p->irqs);
	if (value_of(w, "io=", &v))
		return read_ranges(v, 16, &p->ports);
	if (value_of(w, "phys=", &v))
		return read_ranges(v, 16, &p->physical);
	if (value_of(w, "mem=", &v))
		return size(v, &p->memory);
	if (value_of(w, "prio=", &v))
		return whole_number(v, 254, &p->priority);
	if (value_of(w, "maxprio=", &v))
		return whole_number(v, 254, &p->max_priority);
	if (!value_of(w, "kmem=", &v) || !size(v, &n))
		return false;
	p->kmem_kib = (unsigned)(n >> 10);
	return n >> 40 == 0;
}

static const char *read_program(struct config *c, struct cursor *rest)
{
	struct program *p = &c->program[c->programs];
	struct word w;

	if (c->programs == CONFIG_PROGRAMS)
		return "there are too many `program` lines";
	*p = defaults;
	if (!next_word(rest, &w) || !copy_text(p->name, sizeof(p->name), &w))
		return "a `program` line needs a name of at most 31 characters";
	while (next_word(rest, &w))
		if (!read_right(p, &w) && !read_property(p, &w))
			return "a `program` line has a word that is no right or property";
	if (p->max_priority < p->priority)
		p->max_priority = p->priority;
	c->programs++;
	return 0;
}

static const char *read_start(struct config *c, struct cursor *rest)
{
	struct start *s = &c->start[c->starts];
	struct word w;

	if (c->starts == CONFIG_STARTS)
		return "there are too many `start` lines";
	if (!next_word(rest, &w) || !copy_text(s->name, sizeof(s->name), &w))
		return "a `start` line needs a name of at most 31 characters";
	while (rest->at < rest->end && blank(*rest->at))
		rest->at++;
	w = (struct word){ rest->at, (unsigned)(rest->end - rest->at) };
	if (!copy_text(s->args, sizeof(s->args), &w))
		return "the arguments of a `start` line are too long";
	c->starts++;
	return 0;
}

static const char *read_line(struct config *c, struct cursor line)
{
	struct word w;

	if (!next_word(&line, &w))
		return 0;
	if (is(&w, "program"))
		return read_program(c, &line);
	if (is(&w, "start"))
		return read_start(c, &line);
	return "a line begins neither with `program` nor with `start`";
}

const char *config_parse(struct config *c, const char *text, l4_word_t size_of_text, unsigned *line)
{
	const char *end = text + size_of_text;

	memset(c, 0, sizeof(*c));
	for (*line = 1; text < end; ++*line) {
		const char *stop = text, *wrong;

		while (stop < end && *stop != '\n')
			stop++;
		wrong = read_line(c, (struct cursor){ text, stop });
		if (wrong != 0)
			return wrong;
		text = stop + 1;
	}
	return c->starts == 0 ? "there is no `start` line" : 0;
}

const struct program *config_program(const struct config *c, const char *name)
{
	for (unsigned i = 0; i < c->programs; i++)
		if (strcmp(c->program[i].name, name) == 0)
			return &c->program[i];
	return &defaults;
}

bool ranges_hold(const struct ranges *r, l4_word_t first, l4_word_t last)
{
	for (unsigned i = 0; i < r->count; i++)
		if (first >= r->at[i].first && last <= r->at[i].last && first <= last)
			return true;
	return false;
}
