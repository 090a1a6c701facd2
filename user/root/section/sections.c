/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sections.c - sections: that of a program; compared with each other: their order, and which of them use
 * which program, for the places that each has at the servers that it uses (<pecan/places.h>): found once, as
 * a request of each client asks for it. And which of two permits fewer paths. And what the lists of one hold.
 */
#include <string.h>
#include "config.h"

_Static_assert(CONFIG_PROGRAMS <= 64, "`users` has a bit for each section");

const struct program *config_program(const struct config *c, const char *name)
{
	for (unsigned i = 0; i < c->programs; i++)
		if (strcmp(c->program[i].name, name) == 0)
			return &c->program[i];
	return &c->others;
}

bool config_starts(const struct config *c, const struct program *p)
{
	for (unsigned i = 0; i < c->starts; i++)
		if (c->start[i].program == p)
			return true;
	return false;
}

void config_number(struct config *c)
{
	unsigned n = 0;

	for (unsigned i = 0; i < c->starts; i++)
		c->program[c->start[i].program - c->program].started = true;
	for (struct program *p = c->program; p < c->program + c->programs; p++)
		if (p->started)
			p->number = ++n;
	for (struct program *p = c->program; p < c->program + c->programs; p++)
		if (!p->started)
			p->number = ++n;
	for (struct program *server = c->program; server < c->program + c->programs; server++)
		for (const struct program *p = c->program; p < c->program + c->programs; p++)
			if (names_hold(&p->uses, server->name))
				server->users |= (uint64_t)1 << (p->number - 1);
}

/* Does one entry of the section's paths permit all that this entry, a kind and a path, does? */
static bool has_path(const struct program *p, const char *entry)
{
	for (const char *at = p->paths; at < p->paths + p->paths_bytes; at += strlen(at) + 1) {
		l4_word_t n = strlen(at + 1);

		if ((*at == 'w' || *entry == 'r') && strncmp(entry + 1, at + 1, n) == 0
		    && (entry[1 + n] == '/' || entry[1 + n] == 0))
			return true;
	}
	return false;
}

static bool has_paths_of(const struct program *p, const struct program *other)
{
	const char *end = other->paths + other->paths_bytes;

	for (const char *at = other->paths; at < end; at += strlen(at) + 1)
		if (!has_path(p, at))
			return false;
	return true;
}

const struct program *config_narrower(const struct program *a, const struct program *b)
{
	if (!b)
		return 0;
	if (has_paths_of(b, a))
		return a;
	return has_paths_of(a, b) ? b : 0;
}

bool config_may_read(const struct program *p, const char *file)
{
	if (strncmp(file, "etc/", 4) == 0)		/* users and hosts, which any program may know */
		return true;
	return p->has_files ? names_hold(&p->files, file) : !p->confined;
}

bool ranges_hold(const struct ranges *r, l4_word_t first, l4_word_t last)
{
	for (unsigned i = 0; i < r->count; i++)
		if (first >= r->at[i].first && last <= r->at[i].last && first <= last)
			return true;
	return false;
}

bool ranges_touch(const struct ranges *r, l4_word_t first, l4_word_t last)
{
	for (unsigned i = 0; i < r->count; i++)
		if (first <= r->at[i].last && last >= r->at[i].first)
			return true;
	return false;
}

bool names_hold(const struct name_list *l, const char *name)
{
	for (unsigned i = 0; i < l->count; i++) {
		const char *entry = l->at[i];
		l4_word_t n = strlen(entry);

		if (n > 0 && entry[n - 1] == '*' ? strncmp(entry, name, n - 1) == 0 : strcmp(entry, name) == 0)
			return true;
	}
	return false;
}
