/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dma.c - memory that devices read and write: blocks of physically contiguous pages, each for one task or
 * shared by two, its owner and its user (a driver and its client). The owner is charged.
 *
 *   D1  a side is open while its task has the block in its space
 *   D2  a side reaches the block from when a driver of devices opens it until it gives it back, or has ended
 *       and its devices are reset (root_device_clear)
 *   D3  a block is freed when no side is open and none reaches it: so no other task gets a page that a device
 *       may write
 */
#include <pecan/places.h>
#include <proto/grants.h>
#include <proto/root_server.h>
#include <root/memory/area.h>
#include <root/memory/limit.h>
#include <root/memory/pool.h>
#include <root/root.h>
#include <root/task/area_work.h>
#include <root/task/confine.h>
#include <root/task/task.h>
#include <string.h>
#include <x2/fpage.h>
#include "bus.h"
#include "dma.h"

enum {
	BLOCKS_MAX = 256, FOR_DRIVERS = 64,	/* places that only drivers of devices get */
	PER_TASK = 12, PER_DRIVER = 32, PER_SECTION = 2,
	SIDES = 2, OWNER = 0, USER = 1,
	BLOCKS_AT_ONCE = 3,			/* with something to do, in one step */
};

struct side { l4_word_t task; bool open, reaches; };

struct block {
	l4_word_t id, physical;		/* physical 0: free */
	unsigned order;
	struct task *owner;		/* 0: it has ended, and the block is on the account of no task */
	bool cleared;			/* its pages are zero, and it can be opened */
	bool shared;			/* it has one of the places that are not for drivers */
	unsigned section;		/* of the owner */
	struct side side[SIDES];
};

static struct block blocks[BLOCKS_MAX];
static l4_word_t last_id;
static struct places places = { BLOCKS_MAX - FOR_DRIVERS, PER_TASK, PER_SECTION, 0, 0, { 0 } };
static struct account orphans = { .pool = &root.pool };

static l4_word_t bytes_of(const struct block *b) { return PAGE_BYTES << b->order; }

static struct block *block_of(l4_word_t id)
{
	for (unsigned i = 0; i < BLOCKS_MAX; i++)
		if (blocks[i].physical != 0 && blocks[i].id == id)
			return &blocks[i];
	return 0;
}

/* D3 */
static void free_unused(struct block *b)
{
	for (unsigned i = 0; i < SIDES; i++)
		if (b->side[i].open || b->side[i].reaches)
			return;
	account_free_block(!b->owner ? &orphans : &b->owner->account, b->physical, b->order);
	if (b->shared)
		places_give(&places, b->section);
	if (b->owner) {
		b->owner->blocks -= 1u << b->order;
		limit_settle(b->owner);
	} else {
		root.policy->given();	/* perhaps the owner itself is to be started again */
	}
	b->physical = 0;
}

/* Put the block into t's space. */
static enum root_error open_side(struct block *b, unsigned which, struct task *t, l4_word_t *address)
{
	struct side *s = &b->side[which];
	struct area area = { .physical = b->physical, .kind = AREA_DMA, .rights = L4_R | L4_W };
	enum root_error e;

	if (s->open)
		return ROOT_E_BUSY;
	area.base = area_place(t, bytes_of(b), bytes_of(b));
	area.last = area.base + bytes_of(b) - 1;
	e = area.base == 0 ? ROOT_E_LIMIT : limit_area(t, &area);
	if (e != ROOT_OK)
		return e;
	*address = area.base;
	s->task = t->id;
	s->open = true;
	s->reaches = t->program->pci.count > 0;
	return ROOT_OK;
}

/* The physical address of b for t: 0 unless t drives a device. */
static l4_word_t seen_by(const struct block *b, const struct task *t)
{
	return t->program->pci.count > 0 ? b->physical : 0;
}

/* May t, which owns so many blocks, have another one? */
static bool has_place(const struct task *t, unsigned own)
{
	if (t->program->pci.count > 0)
		return own < PER_DRIVER;
	return places_has(&places, task_section(t), own);
}

static struct block *new_block(struct task *t, unsigned order, enum root_error *e)
{
	bool drives = t->program->pci.count > 0;
	struct block *b = 0;
	unsigned own = 0;

	for (unsigned i = 0; i < BLOCKS_MAX; i++) {
		if (blocks[i].physical == 0)
			b = &blocks[i];
		else
			own += blocks[i].side[OWNER].task == t->id;
	}
	*e = ROOT_E_LIMIT;
	if (!b || !has_place(t, own))
		return 0;
	*e = limit_block(t, order);
	if (*e != ROOT_OK)
		return 0;
	*b = (struct block){
		.physical = account_raw(&t->account, order), .order = order, .shared = !drives,
		.section = task_section(t),
	};
	if (b->physical == 0) {
		t->blocks -= 1u << order;
		limit_settle(t);
		*e = ROOT_E_POOL;
		return 0;
	}
	if (b->shared)
		places_take(&places, b->section);
	b->id = ++last_id;
	b->owner = t;
	b->side[OWNER].task = t->id;
	return b;
}

/* The task of a thread that c's task may share a block with; nilthread: 0. */
static enum root_error partner(const struct root_caller *c, L4_ThreadId_t thread, l4_word_t *task)
{
	unsigned i;
	const struct task *t = task_of_thread(thread.raw, &i);

	*task = t ? t->id : 0;
	if (L4_IsNilThread(thread))
		return ROOT_OK;
	return t && t != c->task && confine_permits(c->task, t) && confine_permits(t, c->task)
	       ? ROOT_OK : ROOT_E_TASK;
}

enum root_error serve_root_dma_new(struct root_caller *c, const struct root_dma_new_in *in,
				   struct root_dma_new_out *out)
{
	unsigned order = 0;
	l4_word_t user, address;
	enum root_error e = partner(c, in->user, &user);
	struct block *b;

	(void)out;			/* dma_cleared */

	if (e != ROOT_OK)
		return e;
	if (in->size == 0 || in->size > ROOT_DMA_MAX)
		return ROOT_E_ARGUMENT;
	while (PAGE_BYTES << order < in->size)
		order++;
	b = new_block(c->task, order, &e);
	if (!b)
		return e;
	b->side[USER].task = user;
	e = open_side(b, OWNER, c->task, &address);
	if (e != ROOT_OK) {
		free_unused(b);
		return e;
	}
	c->task->thread[c->thread].waits = WAITS_JOB;
	area_work_begin(c->task, area_at(c->task, address), WORK_CLEAR, c->thread);
	return ROOT_LATER;
}

void dma_cleared(const struct task *t, const struct area *a, struct root_dma_new_out *out)
{
	for (unsigned i = 0; i < BLOCKS_MAX; i++) {
		if (blocks[i].physical != a->physical || blocks[i].cleared)
			continue;
		blocks[i].cleared = true;
		*out = (struct root_dma_new_out){ blocks[i].id, a->base, seen_by(&blocks[i], t) };
	}
}

enum root_error serve_root_dma_open(struct root_caller *c, const struct root_dma_open_in *in,
				    struct root_dma_open_out *out)
{
	struct block *b = block_of(in->block);
	enum root_error e;

	if (!b || b->side[USER].task != c->task->id || b->side[OWNER].task != in->owner || !b->owner
	    || !b->cleared)
		return ROOT_E_ARGUMENT;
	e = open_side(b, USER, c->task, &out->address);
	out->bytes = bytes_of(b);
	out->physical = seen_by(b, c->task);
	return e;
}

enum root_error serve_root_dma_share(struct root_caller *c, const struct root_dma_share_in *in)
{
	struct block *b = block_of(in->block);
	l4_word_t user;
	enum root_error e = partner(c, in->user, &user);

	if (!b || b->side[OWNER].task != c->task->id)
		return ROOT_E_ARGUMENT;
	if (e != ROOT_OK)
		return e;
	if (b->side[USER].open || b->side[USER].reaches)
		return user == b->side[USER].task ? ROOT_OK : ROOT_E_BUSY;
	b->side[USER].task = user;
	return ROOT_OK;
}

/* A task that ends without a device that it was given cannot have given the block to one. */
void dma_closed(const struct task *t, l4_word_t physical)
{
	bool may_reach = t->phase != TASK_ALIVE && bus_drives(t);

	for (unsigned i = 0; i < BLOCKS_MAX; i++) {
		struct block *b = &blocks[i];

		if (b->physical != physical)
			continue;
		for (unsigned k = 0; k < SIDES; k++)
			if (b->side[k].open && b->side[k].task == t->id) {
				b->side[k].open = false;
				b->side[k].reaches &= may_reach;
			}
		free_unused(b);
	}
}

/* The other side, if it has the block, learns of the end of t. Returns whether there is one. */
static bool notify_partner(const struct block *b, const struct task *t)
{
	bool any = false;

	for (unsigned k = 0; k < SIDES; k++)
		if (b->side[k].task == t->id && b->side[SIDES - 1 - k].open) {
			root.policy->notify(b->side[SIDES - 1 - k].task);
			any = true;
		}
	return any;
}

/* The block of a task that ends is on the account of no task from now on. */
static void orphan(struct block *b, struct task *t)
{
	account_move(&t->account, &orphans, b->order);
	t->blocks -= 1u << b->order;
	b->owner = 0;
}

bool dma_task_gone(struct task *t, unsigned *next)
{
	unsigned done = 0;

	for (; *next < BLOCKS_MAX && done < BLOCKS_AT_ONCE; ++*next) {
		struct block *b = &blocks[*next];

		if (b->physical == 0)
			continue;
		done += notify_partner(b, t);
		if (b->side[OWNER].task == t->id)
			orphan(b, t);
	}
	return *next == BLOCKS_MAX;
}

bool dma_clear(l4_word_t task)
{
	unsigned done = 0;

	for (unsigned i = 0; i < BLOCKS_MAX && done < BLOCKS_AT_ONCE; i++) {
		struct block *b = &blocks[i];
		bool reached = false;

		for (unsigned k = 0; k < SIDES && b->physical != 0; k++)
			if (b->side[k].reaches && b->side[k].task == task) {
				b->side[k].reaches = false;
				reached = true;
			}
		if (!reached)
			continue;
		free_unused(b);
		done++;
	}
	return done < BLOCKS_AT_ONCE;
}
