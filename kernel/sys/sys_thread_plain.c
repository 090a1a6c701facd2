/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_thread_plain.c - ThreadControl, the commonest cases: creation of an active thread in a space that
 * has a page for its UTCB already, and the deletion of a thread, which only this file does. All other
 * creations and changes, and all errors, are in sys_thread_control.c, which creates such a thread as well,
 * with more checks.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <core/sched.h>
#include <core/utcb.h>
#include <lib/bits.h>
#include <sys/sys.h>

/* A global id with the number of a user's thread, which may exist or not. */
static inline bool is_users(l4_tid_t id)
{
	l4_word_t number = l4_tid_number(id);

	return number >= kernel.user_base && !(number >> L4_THREAD_BITS) && !l4_tid_is_local(id)
	    && !l4_tid_is_any(id);
}

static inline bool is_free(l4_tid_t id)
{
	return is_users(id) && !thread_numbered(l4_tid_number(id));
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
	utcb_give(page, t, a->utcb);
	thread_activate(t, a->pager);
	return true;
}

/*
 * The thread that is to end, if that is neither self nor sigma0. The number alone says which, whatever the
 * version is (ambiguity D8a).
 */
static inline struct thread *find_ended(const struct thread *self, l4_tid_t dest)
{
	struct thread *t = is_users(dest) ? thread_numbered(l4_tid_number(dest)) : 0;

	return t == self || t == kernel.sigma0 ? 0 : t;
}

static inline void result(struct thread *self, enum l4_error e)
{
	*thread_tcr(self, L4_TCR_ERROR_CODE) = e;
	arch_result_thread_control(thread_regs(self), e == L4_OK);
}

/* done: or there is more to do, in steps. was: self's space when it called, which is loaded. */
static struct thread *end(struct thread *self, const struct space *was, bool done)
{
	if (done)
		return self->space == was ? sched_return(self) : sched_leave(self);
	self->work = WORK_CONTROL;
	return sched_leave(self);
}

struct thread *sys_thread_control(struct thread *self)
{
	struct l4_thread_control_args a = arch_args_thread_control(thread_regs(self));
	struct control *c = &self->rest->control;
	const struct space *here = self->space;
	struct thread *ended;

	if (!here->privileged) {
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
			return end(self, here, control_delete(c, ended));
		}
	}
	result(self, sys_thread_control_any(self));
	return end(self, here, control_done(c) || control_step(c));
}
