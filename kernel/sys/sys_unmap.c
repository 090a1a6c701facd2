/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_unmap.c - Unmap, with and without flush (api 6.3). No privilege, no errors.
 *
 * One fpage after the other, each a walk of the caller's space in bounded steps. A space has one
 * walk at a time: a second caller in the same space first finishes the first one's, so all of its
 * time is spent on the mappings of its own space. A caller that is moved to another space meanwhile
 * finishes the fpage that it is at, where it began, and leaves the rest: they are not of its new space.
 */
#include <core/arch.h>
#include <core/sched.h>
#include <core/space.h>
#include <sys/sys.h>

static struct mapspace *world_of(struct space *s, l4_fpage_t f)
{
	return &s->map[l4_fpage_is_io(f) ? WORLD_PORTS : WORLD_MEMORY];
}

/* False for an fpage that names nothing: nil, or smaller than the smallest page (ambiguity C7). */
static bool region(l4_fpage_t f, l4_word_t *base, unsigned *log2)
{
	if (l4_fpage_is_nil(f))
		return false;
	if (l4_fpage_is_io(f)) {
		*log2 = l4_io_log2(f) + KMEM_FRAME_LOG2;
		*base = l4_io_port(f) << KMEM_FRAME_LOG2;
		return l4_io_log2(f) <= L4_IO_LOG2_ALL;
	}
	*base = l4_fpage_base(f);
	*log2 = l4_fpage_is_complete(f) ? MAPDB_ALL : l4_fpage_log2(f);
	if (*log2 > MAPDB_ALL)
		*log2 = MAPDB_ALL;
	return *log2 >= KMEM_FRAME_LOG2;
}

/* Begin the walk for f; false if there is nothing to walk. The space has no walk at present. */
static bool begin(struct thread *self, l4_fpage_t f)
{
	struct mapspace *m = world_of(self->space, f);
	l4_word_t base;
	unsigned log2;

	if (!region(f, &base, &log2))
		return false;
	m->walker = self;
	self->unmap.m = m;
	self->unmap.phase = UNMAP_WALKING;
	walk_begin(m, base, log2, l4_fpage_rights(f), self->unmap.control & L4_UNMAP_FLUSH);
	return true;
}

static void call_over(struct thread *self)
{
	self->work = WORK_NONE;
	arch_mrs_load(self);
}

/* The fpage at index is done: its rights become its status. Behind the last one the call is over. */
static void next(struct thread *self, l4_fpage_t f)
{
	self->utcb[self->unmap.index] = (f.raw & ~(l4_word_t)L4_RWX) | self->unmap.status;
	self->unmap.phase = UNMAP_START;
	self->unmap.status = 0;
	if (self->unmap.index++ < (self->unmap.control & L4_UNMAP_K))
		return;
	call_over(self);
}

/* Its turn has come for the fpage at index: begin it, or help an earlier walk of this space on. */
static void start(struct thread *self)
{
	l4_fpage_t f = { self->utcb[self->unmap.index] };
	struct mapspace *m = world_of(self->space, f);

	self->unmap.fpage = f;
	if (m->walk.active)
		walk_step(m);
	else if (!begin(self, f))
		next(self, f);
	else
		walk_step(m);
}

struct thread *sys_unmap_continue(struct thread *self)
{
	if (self->unmap.phase == UNMAP_WALKING)
		walk_step(self->unmap.m);
	else if (self->unmap.phase == UNMAP_START && self->unmap.space == self->space->number)
		start(self);
	else if (self->unmap.phase == UNMAP_START)
		call_over(self);
	if (self->unmap.phase == UNMAP_WALKED)
		next(self, self->unmap.fpage);
	return sched_leave(self);
}

struct thread *sys_unmap(struct thread *self)
{
	arch_mrs_save(self);
	self->unmap.control = arch_args_unmap(&self->regs);
	self->unmap.index = 0;
	self->unmap.space = self->space->number;
	self->unmap.status = 0;
	self->unmap.phase = UNMAP_START;
	self->work = WORK_UNMAP;
	return sys_unmap_continue(self);
}
