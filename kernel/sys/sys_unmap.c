/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_unmap.c - Unmap, with and without flush (api 6.3). No privilege, no errors.
 *
 * One fpage after the other, each a walk of the caller's space in bounded steps. A space has one
 * walk at a time: a second caller in the same space first finishes the first one's, so all of its
 * time is spent on the mappings of its own space. A caller that is moved to another space meanwhile
 * finishes the fpage that it is at, where it began, and leaves the rest: they are not of its new space.
 *
 * MemoryControl (sys_memory_control.c) is done here as well: its walks set attributes.
 */
#include <core/arch.h>
#include <core/sched.h>
#include <mem/range.h>
#include <sys/sys.h>

static struct mapspace *mapspace_of(struct space *s, l4_fpage_t f)
{
	return &s->map[l4_fpage_is_io(f) ? RESOURCE_PORTS : RESOURCE_MEMORY];
}

bool sys_unmap_region(l4_fpage_t f, l4_word_t *base, unsigned *log2)
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

static void call_over(struct thread *self, enum l4_error e)
{
	self->work = WORK_NONE;
	self->rest->unmap.report.status = 0;
	arch_result_utcb(thread_regs(self), self->local.raw);
	if (!self->rest->unmap.sets)
		return;
	sys_set_error(self, e);
	arch_result_memory_control(thread_regs(self), e == L4_OK);
}

/*
 * MemoryControl's walk for f, which was looked at when the call began: but message registers lie in
 * memory that others may write.
 */
static enum l4_error begin_attribute(struct thread *self, l4_fpage_t f, l4_word_t base, unsigned log2)
{
	uint8_t attr = self->rest->unmap.attr[f.raw & L4_MEMORY_SELECT];

	if (l4_fpage_is_io(f) || attr == ARCH_NO_ATTRIBUTE)
		return L4_ERR_PARAM;
	return walk_begin_attribute(mapspace_of(self->space, f), base, log2, attr) ? L4_OK : L4_ERR_NO_MEM;
}

/* Begin the walk of m for f. False: it could not; the call is over. The space has no walk at present. */
static bool begin(struct thread *self, struct mapspace *m, l4_fpage_t f, l4_word_t base, unsigned log2)
{
	if (self->rest->unmap.sets) {
		enum l4_error e = begin_attribute(self, f, base, log2);

		if (e != L4_OK) {
			call_over(self, e);
			return false;
		}
	} else {
		walk_begin(m, base, log2, l4_fpage_rights(f), self->rest->unmap.control & L4_UNMAP_FLUSH);
	}
	m->report = &self->rest->unmap.report;
	self->rest->unmap.m = m;
	self->rest->unmap.report.phase = WALK_ACTIVE;
	return true;
}

/* The fpage at index is done: its rights become its status. Behind the last one the call is over. */
static void next(struct thread *self, l4_fpage_t f, l4_word_t status)
{
	if (!self->rest->unmap.sets)
		*thread_user_mr(self, self->rest->unmap.index) = (f.raw & ~(l4_word_t)L4_RWX) | status;
	self->rest->unmap.report.phase = WALK_NONE;
	if (self->rest->unmap.index++ < (self->rest->unmap.control & L4_UNMAP_K))
		self->rest->unmap.fpage.raw = *thread_user_mr(self, self->rest->unmap.index);
	else
		call_over(self, L4_OK);
}

/* One step of m's walk, which may be that of another thread. */
static void step(struct thread *self, struct mapspace *m)
{
	if (self->rest->unmap.report.phase != WALK_OVER)
		walk_step(m);
	if (self->rest->unmap.report.phase == WALK_OVER)
		next(self, self->rest->unmap.fpage, self->rest->unmap.report.status);
}

/* Its turn has come for the fpage at index: begin it, or help an earlier walk of this space on. */
static void start(struct thread *self)
{
	l4_fpage_t f = self->rest->unmap.fpage;
	struct mapspace *m = mapspace_of(self->space, f);
	l4_word_t base;
	unsigned log2;

	if (!m->walk.active) {
		if (!sys_unmap_region(f, &base, &log2)) {
			next(self, f, 0);
			return;
		}
		arch_step_point();		/* much may have been done in this step */
		if (!begin(self, m, f, base, log2))
			return;
	}
	step(self, m);
}

/*
 * Does the fpages from index on without a walk, as long as that is possible and no interrupt is pending.
 * Returns false if the one at index needs a walk.
 */
static bool at_once(struct thread *self)
{
	struct mapspace *m = &self->space->map[RESOURCE_MEMORY];
	l4_word_t control = self->rest->unmap.control;

	do {
		l4_fpage_t f = self->rest->unmap.fpage;

		if (m->walk.active || !range_unmap(m, &f, control & L4_UNMAP_FLUSH))
			return false;
		next(self, f, l4_fpage_rights(f));
	} while (self->work == WORK_UNMAP && arch_step_point());
	return true;
}

/*
 * From the fpage at index on, in place, as long as no walk is to be continued and no interrupt is pending. A
 * single one needs a walk: kernel_unmap_fast has tried it.
 */
static void start_in_turn(struct thread *self)
{
	do
		if (self->rest->unmap.sets || !(self->rest->unmap.control & L4_UNMAP_K) || !at_once(self))
			start(self);
	while (self->work == WORK_UNMAP && self->rest->unmap.report.phase == WALK_NONE && arch_step_point());
}

struct thread *sys_unmap_continue(struct thread *self)
{
	if (self->rest->unmap.report.phase != WALK_NONE)
		step(self, self->rest->unmap.m);
	else if (self->rest->unmap.space == self->space->number)
		start_in_turn(self);
	else
		call_over(self, L4_ERR_PARAM);
	return sched_leave(self);
}

struct thread *sys_unmap_begin(struct thread *self, bool sets, l4_word_t control)
{
	self->rest->unmap.sets = sets;
	self->rest->unmap.control = control;
	self->rest->unmap.index = 0;
	self->rest->unmap.fpage.raw = *thread_user_mr(self, 0);
	self->rest->unmap.space = self->space->number;
	self->rest->unmap.report.phase = WALK_NONE;
	self->work = WORK_UNMAP;
	start_in_turn(self);
	return self->work == WORK_NONE ? sched_return(self) : sched_leave(self);
}

struct thread *sys_unmap(struct thread *self)
{
	return sys_unmap_begin(self, false, arch_args_unmap(thread_regs(self)));
}
