/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * owner.c - see owner.h.
 */
#include "owner.h"

/* Returns its place in the chain; depth if it has none. */
static unsigned place_of(const struct owner *o, l4_word_t task)
{
	unsigned i = 0;

	while (i < o->depth && o->chain[i] != task)
		i++;
	return i;
}

bool owner_prune(struct owner *o)
{
	struct owner_task t;

	for (unsigned i = 0; i < o->depth; i++)
		if (!o->find(o->chain[i], &t)) {
			o->depth = i;
			return true;
		}
	return false;
}

l4_word_t owner_foreground(const struct owner *o)
{
	return o->depth ? o->chain[o->depth - 1] : 0;
}

bool owner_has(const struct owner *o, l4_word_t task)
{
	return place_of(o, task) < o->depth;
}

bool owner_claim(struct owner *o, l4_word_t task)
{
	struct owner_task t, first;

	if (owner_has(o, task))
		return true;
	if (!o->find(task, &t) || t.place == 0 || t.parent != 0)
		return false;
	if (o->depth && o->find(o->chain[0], &first) && first.place < t.place)
		return false;
	o->chain[0] = task;
	o->depth = 1;
	o->recalled = false;
	return true;
}

bool owner_give(struct owner *o, l4_word_t from, l4_word_t to)
{
	unsigned next = place_of(o, from) + 1;
	struct owner_task t;

	if (to == 0 || to == from) {
		o->depth = next;
		return true;
	}
	if (next < o->depth && o->chain[next] == to)
		return true;
	if (next == OWNERS || !o->find(to, &t) || t.parent != from)
		return false;
	o->chain[next] = to;
	o->depth = next + 1;
	o->recalled = false;
	return true;
}

void owner_recall(struct owner *o)
{
	if (o->depth == 0)
		return;
	o->depth = 1;
	o->recalled = true;
}

bool owner_marks(const struct owner *o, l4_word_t task)
{
	return o->recalled && o->depth && o->chain[0] != task;
}
