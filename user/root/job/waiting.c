/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * waiting.c - see waiting.h.
 */
#include <pecan/places.h>
#include "waiting.h"

static struct waiting all[WAITING_MAX];
static unsigned due;			/* how many entries are due */
static struct places places = { WAITING_MAX, WAITING_OF_TASK, WAITING_OF_SECTION, 0, 0, { 0 } };

int waiting_take(const struct waiting *k)
{
	unsigned own = 0;
	int place = -1;

	for (int i = 0; i < WAITING_MAX; i++) {
		if (all[i].thread == 0)
			place = i;
		else
			own += all[i].task == k->task;
	}
	if (place < 0 || !places_has(&places, k->section, own))
		return -1;
	places_take(&places, k->section);
	all[place] = *k;
	all[place].due = false;
	return place;
}

static void release(struct waiting *k)
{
	places_give(&places, k->section);
	k->thread = 0;
	due -= k->due;
	k->due = false;
}

void waiting_given(void)
{
	for (struct waiting *k = all; k < all + WAITING_MAX; k++)
		if (k->thread != 0) {
			due += !k->due;
			k->due = true;
			k->left -= k->left > 0;
		}
}

/* The place of an entry that is due, or -1. */
static int find_due(void)
{
	for (int i = 0; i < WAITING_MAX; i++)
		if (all[i].thread != 0 && all[i].due)
			return i;
	return -1;
}

bool waiting_is_due(void) { return due > 0; }

int waiting_due(struct waiting *k)
{
	int i = due > 0 ? find_due() : -1;

	if (i < 0)
		return -1;
	*k = all[i];
	release(&all[i]);
	return i;
}

void waiting_drop(L4_Word_t thread)
{
	for (struct waiting *k = all; k < all + WAITING_MAX; k++)
		if (k->thread == thread)
			release(k);
}

void waiting_end(L4_Word_t task)
{
	for (struct waiting *k = all; k < all + WAITING_MAX; k++)
		if (k->thread != 0 && k->task == task)
			release(k);
}

unsigned waiting_priority(void)
{
	unsigned p = 0;

	for (const struct waiting *k = all; k < all + WAITING_MAX; k++)
		if (k->thread != 0 && k->priority > p)
			p = k->priority;
	return p;
}
