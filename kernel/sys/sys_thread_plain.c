/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_thread_plain.c - the ThreadControl that most are: a new active thread in a space that has a page for
 * its UTCB already, and the end of a thread. Everything else, every refusal among it, is
 * sys_thread_control.c's, which has the same effect on these too, with more questions asked.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <core/sched.h>
#include <lib/bits.h>
#include <sys/sys.h>

/* A global id with the number of a user's thread, of which there is none. */
static inline bool is_free(l4_tid_t id)
{
	l4_word_t number = l4_tid_number(id);

	return number >= kernel.user_base && !(number >> L4_THREAD_BITS) && !l4_tid_is_local(id)
	    && !thread_numbered(number);
}

/* False: it is not so plain, and nothing has happened. */
static inline bool create(const struct l4_thread_control_args *a)
{
	const struct thread *in = thread_find(a->space);
	struct space *s = in ? in->space : 0;
	struct utcb_page *page;
	struct thread *t;

	if (!s || s->state != SPACE_LIVE || !is_free(a->dest) || !thread_find(a->scheduler)
	    || l4_tid_is_local(a->pager) || !is_aligned(a->utcb, L4_UTCB_ALIGN_LOG2)
	    || !space_in_area(s->utcb_area, a->utcb, L4_UTCB_ALIGN_LOG2))
		return false;
	page = space_utcbs(s, a->utcb);
	if (!page || *space_utcb_owner(page, a->utcb))
		return false;
	t = thread_create(a->dest, s, a->scheduler);
	if (!t)
		return false;
	space_utcb_give(page, t, a->utcb);
	thread_activate(t, a->pager);
	return true;
}

/* The thread that is to end, if that is neither self nor sigma0. */
static inline struct thread *find_ended(const struct thread *self, l4_tid_t dest)
{
	struct thread *t = thread_find(dest);

	return t == self || t == kernel.sigma0 || l4_tid_number(dest) < kernel.user_base ? 0 : t;
}

static inline void result(struct thread *self, enum l4_error e)
{
	*thread_tcr(self, L4_TCR_ERROR_CODE) = e;
	arch_result_thread_control(thread_regs(self), e == L4_OK);
}

/* done: or there is more to do, in steps. */
static struct thread *end(struct thread *self, bool done)
{
	if (done)
		return sched_return(self);
	self->work = WORK_CONTROL;
	return sched_leave(self);
}

struct thread *sys_thread_control(struct thread *self)
{
	struct l4_thread_control_args a = arch_args_thread_control(thread_regs(self));
	struct control *c = &self->rest->control;
	struct thread *ended;

	if (!self->space->privileged) {
		result(self, L4_ERR_NO_PRIVILEGE);
		return 0;
	}
	if (!l4_tid_is_nil(a.space)) {
		if (create(&a)) {
			result(self, L4_OK);
			return 0;
		}
	} else {
		ended = find_ended(self, a.dest);
		if (ended) {
			result(self, L4_OK);
			return end(self, control_delete(c, ended));
		}
	}
	result(self, sys_thread_control_any(self));
	return end(self, control_done(c) || control_step(c));
}
