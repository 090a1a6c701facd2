/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kept.c - see kept.h.
 */
#include <pecan/places.h>
#include "kept.h"

static struct kept kept[KEPT_MAX];
static unsigned due;			/* how many entries are due */
static struct places places = { KEPT_MAX, KEPT_OF_TASK, KEPT_OF_SECTION, 0, 0, { 0 } };

int kept_take(const struct kept *k)
{
	unsigned own = 0;
	int place = -1;

	for (int i = 0; i < KEPT_MAX; i++) {
		if (kept[i].thread == 0)
			place = i;
		else
			own += kept[i].task == k->task;
	}
	if (place < 0 || !places_has(&places, k->section, own))
		return -1;
	places_take(&places, k->section);
	kept[place] = *k;
	kept[place].due = false;
	return place;
}

static void release(struct kept *k)
{
	places_give(&places, k->section);
	k->thread = 0;
	due -= k->due;
	k->due = false;
}

void kept_given(void)
{
	for (struct kept *k = kept; k < kept + KEPT_MAX; k++)
		if (k->thread != 0) {
			due += !k->due;
			k->due = true;
			k->left -= k->left > 0;
		}
}

/* The place of an entry that is due, or -1. */
static int find_due(void)
{
	for (int i = 0; i < KEPT_MAX; i++)
		if (kept[i].thread != 0 && kept[i].due)
			return i;
	return -1;
}

bool kept_is_due(void) { return due > 0; }

int kept_due(struct kept *k)
{
	int i = due > 0 ? find_due() : -1;

	if (i < 0)
		return -1;
	*k = kept[i];
	release(&kept[i]);
	return i;
}

void kept_drop(L4_Word_t thread)
{
	for (struct kept *k = kept; k < kept + KEPT_MAX; k++)
		if (k->thread == thread)
			release(k);
}

void kept_end(L4_Word_t task)
{
	for (struct kept *k = kept; k < kept + KEPT_MAX; k++)
		if (k->thread != 0 && k->task == task)
			release(k);
}

unsigned kept_priority(void)
{
	unsigned p = 0;

	for (const struct kept *k = kept; k < kept + KEPT_MAX; k++)
		if (k->thread != 0 && k->priority > p)
			p = k->priority;
	return p;
}
