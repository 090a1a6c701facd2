/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * table.c - see table.h. Small fixed tables, searched in order.
 */
#include "table.h"
#include <string.h>

/* Names are printed: a terminal would obey control characters, and answer some, as if a user had typed. */
static bool is_printable(const char *text)
{
	while (*text > ' ' && *text <= '~')
		text++;
	return *text == 0;
}

static bool is_good(struct table *t, unsigned i)
{
	const struct name *n = &t->name[i];

	if (n->text[0] == 0 || !memchr(n->text, 0, sizeof(n->text)) || !is_printable(n->text))
		return false;
	return table_find(t, n->text) == n;
}

void table_restore(struct table *t)
{
	for (unsigned i = 0; i < NAMES_MAX; i++)
		if (t->name[i].task != 0 && !is_good(t, i))
			t->name[i].task = 0;
	for (unsigned i = 0; i < NAMES_MAX; i++)
		if (t->name[i].section > PLACES_SECTIONS)
			t->name[i].section = 0;
	memset(t->wait, 0, sizeof(t->wait));
}

struct name *table_find(struct table *t, const char *text)
{
	for (unsigned i = 0; i < NAMES_MAX; i++)
		if (t->name[i].task != 0 && strcmp(t->name[i].text, text) == 0)
			return &t->name[i];
	return 0;
}

enum names_error table_register(struct table *t, const char *text, l4_word_t thread, struct holder who)
{
	struct places p = places_of(NAMES_MAX, NAMES_PER_TASK, NAMES_OF_SECTION);
	struct name *n = table_find(t, text), *unused = 0;
	unsigned mine = 0;

	if (!is_printable(text))
		return NAMES_E_REQUEST;
	if (n && n->task != who.task)
		return NAMES_E_TAKEN;
	if (n) {
		n->thread = thread;
		n->stand_in = 0;
		return NAMES_OK;
	}
	for (unsigned i = 0; i < NAMES_MAX; i++) {
		mine += t->name[i].task == who.task;
		if (t->name[i].task != 0)
			places_take(&p, (unsigned)t->name[i].section);
		else if (!unused)
			unused = &t->name[i];
	}
	if (!places_has(&p, who.section, mine))
		return NAMES_E_FULL;
	strcpy(unused->text, text);
	unused->thread = thread;
	unused->section = who.section;
	unused->stand_in = 0;
	__atomic_store_n(&unused->task, who.task, __ATOMIC_RELEASE);	/* last: table_restore */
	return NAMES_OK;
}

enum names_error table_unregister(struct table *t, const char *text, l4_word_t task)
{
	struct name *n = table_find(t, text);

	if (!n)
		return NAMES_E_ABSENT;
	if (n->task != task)
		return NAMES_E_OWNER;
	n->task = 0;
	return NAMES_OK;
}

struct name *table_next(struct table *t, l4_word_t *position)
{
	while (*position < NAMES_MAX)
		if (t->name[(*position)++].task != 0)
			return &t->name[*position - 1];
	return 0;
}

enum names_error table_wait(struct table *t, const char *text, l4_word_t thread, struct holder who)
{
	struct places p = places_of(WAITS_MAX, WAITS_PER_TASK, WAITS_OF_SECTION);
	struct wait *unused = 0;
	unsigned mine = 0;

	for (unsigned i = 0; i < WAITS_MAX; i++) {
		struct wait *w = &t->wait[i];

		if (w->task != 0 && w->thread == thread)
			w->task = 0;
		mine += w->task == who.task;
		if (w->task != 0)
			places_take(&p, (unsigned)w->section);
		else if (!unused)
			unused = w;
	}
	if (!places_has(&p, who.section, mine))
		return NAMES_E_FULL;
	strcpy(unused->text, text);
	unused->thread = thread;
	unused->task = who.task;
	unused->section = who.section;
	return NAMES_OK;
}

l4_word_t table_take_waiting(struct table *t, const char *text, unsigned *position)
{
	while (*position < WAITS_MAX) {
		struct wait *w = &t->wait[(*position)++];

		if (w->task != 0 && strcmp(w->text, text) == 0) {
			w->task = 0;
			return w->thread;
		}
	}
	return 0;
}
