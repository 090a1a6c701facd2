/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * grants.c - grants: that of a program; compared with each other: their order, and which of them use which
 * program, for the places that each has at the servers that it uses (<pecan/places.h>): found once, as a
 * request of each client asks for it. And which of two permits fewer paths. And what the lists of one hold.
 */
#include <proto/grants.h>
#include <string.h>

_Static_assert(GRANTS_MAX <= 64, "`users` has a bit for each section");

const struct grant *grants_of(const struct grants *c, const char *name)
{
	for (unsigned i = 0; i < c->programs; i++)
		if (strcmp(c->program[i].name, name) == 0)
			return &c->program[i];
	return &c->others;
}

void grants_number(struct grants *c)
{
	unsigned n = 0;

	for (unsigned i = 0; i < c->starts; i++)
		c->program[c->start[i].program].started = true;
	for (struct grant *p = c->program; p < c->program + c->programs; p++)
		if (p->started)
			p->number = ++n;
	for (struct grant *p = c->program; p < c->program + c->programs; p++)
		if (!p->started)
			p->number = ++n;
	for (struct grant *server = c->program; server < c->program + c->programs; server++)
		for (const struct grant *p = c->program; p < c->program + c->programs; p++)
			if (grants_hold_name(&p->uses, server->name))
				server->users |= (uint64_t)1 << (p->number - 1);
}

/* Does one entry of the section's paths permit all that this entry, a kind and a path, does? */
static bool has_path(const struct grants *c, const struct grant *p, const char *entry)
{
	const char *first = c->paths + p->paths;

	for (const char *at = first; at < first + p->paths_bytes; at += strlen(at) + 1) {
		l4_word_t n = strlen(at + 1);

		if ((*at == 'w' || *entry == 'r') && strncmp(entry + 1, at + 1, n) == 0
		    && (entry[1 + n] == '/' || entry[1 + n] == 0))
			return true;
	}
	return false;
}

static bool has_paths_of(const struct grants *c, const struct grant *p, const struct grant *other)
{
	const char *first = c->paths + other->paths;

	for (const char *at = first; at < first + other->paths_bytes; at += strlen(at) + 1)
		if (!has_path(c, p, at))
			return false;
	return true;
}

const struct grant *grants_narrower(const struct grants *c, const struct grant *a, const struct grant *b)
{
	if (!b)
		return 0;
	if (has_paths_of(c, b, a))
		return a;
	return has_paths_of(c, a, b) ? b : 0;
}

bool grants_may_read(const struct grant *p, const char *file)
{
	if (strncmp(file, "etc/", 4) == 0)		/* users and hosts, which any program may know */
		return true;
	return p->has_files ? grants_hold_name(&p->files, file) : !p->confined;
}

bool grants_hold_range(const struct ranges *r, l4_word_t first, l4_word_t last)
{
	for (unsigned i = 0; i < r->count; i++)
		if (first >= r->at[i].first && last <= r->at[i].last && first <= last)
			return true;
	return false;
}

bool grants_touch_range(const struct ranges *r, l4_word_t first, l4_word_t last)
{
	for (unsigned i = 0; i < r->count; i++)
		if (first <= r->at[i].last && last >= r->at[i].first)
			return true;
	return false;
}

bool grants_hold_name(const struct name_list *l, const char *name)
{
	for (unsigned i = 0; i < l->count; i++) {
		const char *entry = l->at[i];
		l4_word_t n = strlen(entry);

		if (n > 0 && entry[n - 1] == '*' ? strncmp(entry, name, n - 1) == 0 : strcmp(entry, name) == 0)
			return true;
	}
	return false;
}
