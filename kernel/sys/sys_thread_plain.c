/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_thread_plain.c - ThreadControl, the most frequent cases: creation of an active thread in a space that
 * has a page for its UTCB already; and deletion of a thread, which only this file does. All other creations
 * and changes, and all errors, are in sys_thread_control.c, which can also create such a thread.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <core/sched.h>
#include <core/utcb.h>
#include <lib/bits.h>
#include <sys/sys.h>

/* Is id a global id with the number of a user thread, existing or not? */
static inline bool is_user_id(l4_tid_t id)
{
	l4_word_t number = l4_tid_number(id);

	return number >= kernel.user_base && !(number >> L4_THREAD_BITS) && !l4_tid_is_local(id)
	    && !l4_tid_is_any(id);
}

static inline bool is_free(l4_tid_t id)
{
	return is_user_id(id) && !thread_numbered(l4_tid_number(id));
}

/* Returns false, with nothing changed, if this is not such a creation, or an error. */
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
	utcb_assign(page, t, a->utcb);
	thread_activate(t, a->pager);
	return true;
}

/*
 * Returns the thread to delete, or 0 if there is none or it is self or sigma0. Only the number of dest
 * counts, not the version (ambiguity D8a).
 */
static inline struct thread *find_victim(const struct thread *self, l4_tid_t dest)
{
	struct thread *t = is_user_id(dest) ? thread_numbered(l4_tid_number(dest)) : 0;

	return t == self || t == kernel.sigma0 ? 0 : t;
}

static inline void result(struct thread *self, enum l4_error e)
{
	*thread_tcr(self, L4_TCR_ERROR_CODE) = e;
	arch_result_thread_control(thread_regs(self), e == L4_OK);
}

/* done: no steps are left. was: self's space at the call, which is loaded. Returns as a handler does. */
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
	struct thread *victim;

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
		victim = find_victim(self, a.dest);
		if (victim) {
			result(self, L4_OK);
			return end(self, here, control_delete(c, victim));
		}
	}
	result(self, sys_thread_control_general(self));
	return end(self, here, control_done(c) || control_step(c));
}
