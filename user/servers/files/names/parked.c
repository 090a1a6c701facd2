/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * parked.c - see parked.h.
 */
#include <l4/thread.h>
#include <pecan/task.h>
#include <string.h>

#include "parked.h"

/* task 0: it waits for the disk. since: the number of the request, in the order in which they came. */
struct entry { L4_Word_t task; uint64_t since; struct parked p; };

static struct entry entries[2 * PARKED];	/* the first n */
static unsigned n, kept;		/* kept: wait for their clients */
static uint64_t requests;

bool parked_any(void)
{
	return n > kept;
}

bool parked_has_place(void)
{
	return n - kept < PARKED;
}

static void put(const struct parked *p, L4_Word_t task)
{
	kept += task != 0;
	entries[n++] = (struct entry){ task, ++requests, *p };
}

static void remove_at(unsigned i)
{
	kept -= entries[i].task != 0;
	entries[i] = entries[--n];
}

void parked_put(const struct parked *p)
{
	put(p, 0);
}

/* ---- those that wait for their clients ---- */

static unsigned count_of(L4_Word_t task)
{
	unsigned of_task = 0;

	for (unsigned i = 0; i < n; i++)
		of_task += entries[i].task == task;
	return of_task;
}

static void remove_oldest_of_most(void)
{
	unsigned most = 0, found = 0;

	for (unsigned i = 0; i < n; i++) {
		unsigned of_task = entries[i].task ? count_of(entries[i].task) : 0;

		if (of_task > most || (of_task == most && of_task && entries[i].since < entries[found].since)) {
			most = of_task;
			found = i;
		}
	}
	remove_at(found);
}

void parked_keep(const struct parked *p, L4_Word_t task)
{
	if (task == 0)
		return;
	if (kept == PARKED)
		remove_oldest_of_most();
	put(p, task);
}

void parked_drop_ended(void)
{
	struct pecan_task t;

	for (unsigned i = n; i-- > 0; )
		if (entries[i].task && pecan_task_by_number(entries[i].task, &t) == ROOT_E_TASK)
			remove_at(i);
}

/* ---- all ---- */

bool parked_next(struct parked *p)
{
	for (unsigned i = 0; i < n; i++)
		if (!entries[i].task && attempt_can_go_on(&entries[i].p.attempt)) {
			*p = entries[i].p;
			remove_at(i);
			return true;
		}
	return false;
}

static bool is_same(const struct parked *a, const struct parked *b)
{
	return a->n == b->n && memcmp(a->words, b->words, a->n * sizeof a->words[0]) == 0;
}

void parked_resume(struct parked *p)
{
	p->progress.path.walks = false;
	p->progress.listed = p->progress.read = 0;
	for (unsigned i = n; i-- > 0; ) {
		const struct entry *e = &entries[i];

		if (!L4_IsThreadEqual(e->p.thread, p->thread))
			continue;
		if (e->task && is_same(&e->p, p))
			p->progress = e->p.progress;
		remove_at(i);
	}
	p->progress.used = 0;
}

void parked_forget_directory(ext2_ino_t directory)
{
	for (unsigned i = 0; i < n; i++)
		path_forget(&entries[i].p.progress.path, directory);
}

void parked_forget_progress(void)
{
	for (unsigned i = 0; i < n; i++)
		entries[i].p.progress.path.walks = false;
}
