/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file_locks.c - see <pecan/file_locks.h>. The table may be in kept memory: a store to `task` makes an entry
 * count, and one to `from` or `to` shortens it; what is new is added before what it replaces is taken away.
 */
#include <pecan/file_locks.h>
#include <pecan/places.h>
#include <pecan/task.h>

enum { OF_ONE = 24, OF_SECTION = 4 };	/* entries of one task; of each section for certain */

#define EACH(l)	for (struct lock *l = table; l < end; l++)

static struct lock *table, *end;	/* end: behind the last entry that has a lock */

/* After entries were freed, or all of the table may have changed. */
static void find_end(void)
{
	while (end > table && end[-1].task == 0)
		end--;
}

void lock_use(struct lock *locks)
{
	table = locks;
	end = locks ? locks + LOCKS : NULL;
	find_end();
}

static bool overlaps(const struct lock *a, const struct lock *b)
{
	return a->inode == b->inode && a->from <= b->to && b->from <= a->to;
}

static void set_task(struct lock *l, L4_Word_t task)
{
	__atomic_store_n(&l->task, task, __ATOMIC_RELEASE);
}

static bool has_ended(L4_Word_t task)
{
	struct pecan_task t;

	return pecan_task_by_number(task, &t) == ROOT_E_TASK;
}

/* A lock of another task that is in the way of this one; NULL: none. Those of ended tasks are dropped. */
static const struct lock *conflict(const struct lock *wanted)
{
	EACH(l) {
		if (l->task == 0 || l->task == wanted->task || !overlaps(l, wanted)
		    || (l->kind == FILES_LOCK_READ && wanted->kind == FILES_LOCK_READ))
			continue;
		if (!has_ended(l->task))
			return l;
		set_task(l, 0);
	}
	return NULL;
}

static bool add(const struct lock *new)
{
	for (struct lock *l = table; l < table + LOCKS; l++) {
		if (l->task)
			continue;
		l->from = new->from;
		l->to = new->to;
		l->inode = new->inode;
		l->kind = new->kind;
		l->section = new->section;
		set_task(l, new->task);
		end = l < end ? end : l + 1;
		return true;
	}
	return false;
}

/* Takes the range away from a lock of the same task. */
static void cut(struct lock *l, const struct lock *range)
{
	struct lock rest = *l;

	if (l->from < range->from && l->to > range->to) {
		rest.from = range->to + 1;
		add(&rest);
	}
	if (l->from < range->from)
		__atomic_store_n(&l->to, range->from - 1, __ATOMIC_RELEASE);
	else if (l->to > range->to)
		__atomic_store_n(&l->from, range->to + 1, __ATOMIC_RELEASE);
	else
		set_task(l, 0);
}

/* The section of a lock in the table, which a server before may have left damaged. */
static unsigned section_of(const struct lock *l)
{
	return l->section <= PLACES_SECTIONS ? l->section : 0;
}

static bool has_room(const struct lock *wanted, unsigned needed)
{
	struct places p = places_of(LOCKS, OF_ONE, OF_SECTION);
	unsigned own = 0;

	if (needed == 0)
		return true;
	EACH(l)
		if (l->task) {
			own += l->task == wanted->task;
			places_take(&p, section_of(l));
		}
	for (; needed > 0 && places_has(&p, wanted->section, own); needed--) {
		own++;
		places_take(&p, wanted->section);
	}
	return needed == 0;
}

/*
 * What the task has in this range becomes that kind. If the server ends in the middle the task has no less
 * than before, and the request is to be repeated.
 */
static enum files_status set(const struct lock *wanted)
{
	struct lock *old[OF_ONE];
	unsigned n = 0, needed = wanted->kind != FILES_UNLOCK;

	EACH(l) {
		if (l->task != wanted->task || !overlaps(l, wanted) || n == OF_ONE)
			continue;
		old[n++] = l;
		needed += l->from < wanted->from && l->to > wanted->to;
	}
	if (!has_room(wanted, needed)) {
		lock_drop_ended();
		if (!has_room(wanted, needed))
			return FILES_E_LIMIT;
	}
	if (wanted->kind != FILES_UNLOCK)
		add(wanted);
	while (n > 0)
		cut(old[--n], wanted);
	return FILES_OK;
}

static struct lock lock_of(const struct open_file *f, L4_Word_t kind, uint64_t from, uint64_t to)
{
	const struct client *c = f->client;

	return (struct lock){ c->task, from, to, f->inode, (uint16_t)kind, (uint16_t)c->section };
}

enum files_status lock_change(const struct open_file *f, const struct files_lock_in *in)
{
	struct lock wanted = lock_of(f, in->kind, in->first, in->last);

	if (wanted.from > wanted.to || !table)
		return FILES_E_ARGUMENT;
	if (wanted.kind == FILES_LOCK_WRITE && !f->permitted)
		return FILES_E_DENIED;
	if (wanted.kind != FILES_UNLOCK && conflict(&wanted))
		return FILES_E_LOCKED;
	return set(&wanted);
}

void lock_find(const struct open_file *f, const struct files_locked_in *in, struct files_locked_out *out)
{
	struct lock wanted = lock_of(f, in->kind, in->first, in->last);
	const struct lock *l = conflict(&wanted);

	if (l)
		*out = (struct files_locked_out){ l->task, l->kind, l->from, l->to };
}

void lock_drop(L4_Word_t task, uint32_t inode)
{
	EACH(l)
		if (l->task == task && l->inode == inode)
			set_task(l, 0);
	find_end();
}

void lock_drop_file(uint32_t inode)
{
	EACH(l)
		if (l->inode == inode)
			set_task(l, 0);
	find_end();
}

void lock_drop_ended(void)
{
	EACH(l)
		if (l->task && has_ended(l->task))
			set_task(l, 0);
	find_end();
}
