/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_thread_control.c - ThreadControl (api 4.3): create, change, delete threads; attach interrupts.
 *
 * make_plan checks the arguments and changes nothing. Executing the plan can only fail for lack of memory,
 * and then undoes its changes. The teardown of a space, and the notification of threads that waited for an
 * id that has changed, continue in steps (WORK_CONTROL).
 */
#include <core/arch.h>
#include <core/control.h>
#include <core/ipc.h>
#include <core/irq.h>
#include <core/kernel.h>
#include <core/preempt.h>
#include <core/sched.h>
#include <core/utcb.h>
#include <mem/teardown.h>
#include <lib/bits.h>
#include <lib/str.h>
#include <sys/sys.h>

#define NO_UTCB (~(l4_word_t)0)

struct plan {
	struct l4_thread_control_args a;
	struct thread *t;		/* the thread with dest's number, or 0 */
	struct space *space;		/* its space afterwards; 0: a new one, */
	struct space *payer;		/* on this one's account: its scheduler's; 0: the creator's */
	l4_tid_t scheduler, pager;	/* as global ids; nil: unchanged */
	bool activate;
	l4_word_t utcb;			/* location of its UTCB afterwards, or NO_UTCB */
};

static enum l4_error check_space(struct thread *self, struct plan *p)
{
	struct thread *s;

	if (!p->t && l4_tid_eq(p->a.space, p->a.dest))
		return L4_OK;
	s = thread_resolve(self, p->a.space);
	if (!s || !s->space)
		return L4_ERR_SPACE;
	p->space = s->space;
	return L4_OK;
}

static enum l4_error check_scheduler(struct plan *p)
{
	const struct thread *s;

	if (l4_tid_is_nil(p->scheduler))
		return p->t ? L4_OK : L4_ERR_SCHEDULER;
	s = thread_find(p->scheduler);
	if (!s)
		return l4_tid_eq(p->scheduler, p->a.dest) ? L4_OK : L4_ERR_SCHEDULER;
	p->payer = s->space;
	return L4_OK;
}

/* The UTCB location can be set while the thread is inactive; an active thread keeps it on a move. */
static enum l4_error check_utcb(struct plan *p)
{
	bool active = p->t && p->t->life == THREAD_ACTIVE;

	p->utcb = p->t ? p->t->rest->utcb_location : NO_UTCB;
	if (p->a.utcb != NO_UTCB) {
		if (active || !is_aligned(p->a.utcb, L4_UTCB_ALIGN_LOG2))
			return L4_ERR_UTCB_AREA;
		p->utcb = p->a.utcb;
	}
	if (!p->space || p->utcb == NO_UTCB)
		return p->activate ? L4_ERR_UTCB_AREA : L4_OK;
	if (active && p->space == p->t->space)
		return L4_OK;
	return space_utcb_ok(p->space, p->utcb) ? L4_OK : L4_ERR_UTCB_AREA;
}

/* Refused: the space of sigma0's first thread is the root of all mappings. */
static bool leaves_sigma0(const struct plan *p)
{
	return p->t && p->t == kernel.sigma0 && p->space != p->t->space;
}

/* A space that is not configured cannot have an active thread: returns the error (ambiguities D4, D4a). */
static enum l4_error check_areas(const struct plan *p)
{
	if (p->space && p->space->state == SPACE_LIVE)
		return L4_OK;
	if (p->t && p->t->life == THREAD_ACTIVE)
		return L4_ERR_SPACE;
	if (p->activate)
		return p->t ? L4_ERR_UTCB_AREA : L4_ERR_SPACE;
	return L4_OK;
}

static enum l4_error make_plan(struct thread *self, struct plan *p)
{
	enum l4_error e;

	p->scheduler = thread_global(self, p->a.scheduler);
	p->pager = thread_global(self, p->a.pager);
	p->activate = !l4_tid_is_nil(p->pager) && !(p->t && p->t->life == THREAD_ACTIVE);
	e = check_space(self, p);
	if (e == L4_OK && leaves_sigma0(p))
		e = L4_ERR_THREAD;
	if (e == L4_OK)
		e = check_scheduler(p);
	if (e == L4_OK)
		e = check_areas(p);
	return e == L4_OK ? check_utcb(p) : e;
}

/* ---- executing the plan ---- */

static enum l4_error activate(const struct plan *p, struct thread *t)
{
	enum l4_error e = utcb_alloc(p->space, t, p->utcb);

	if (e == L4_OK)
		control_activate(t, p->pager);
	return e;
}

/* Undo a creation that ran out of memory, in a space that has other threads. No thread refers to t yet. */
static void uncreate(struct thread *t)
{
	struct control undo = { .victim = 0 };

	control_delete(&undo, t);
	while (!control_done(&undo))
		control_step(&undo);
}

static enum l4_error create(struct thread *self, struct plan *p)
{
	struct space *s = p->space ? p->space : space_create(&(p->payer ? p->payer : self->space)->account);
	struct thread *t = s ? thread_create(p->a.dest, s, p->scheduler) : 0;
	enum l4_error e = L4_OK;

	if (!t && s && !p->space) {
		teardown_begin(s);
		self->rest->control.space = s;	/* torn down in steps */
	}
	if (!t)
		return L4_ERR_NO_MEM;
	if (p->activate)
		e = activate(p, t);
	else
		t->rest->utcb_location = p->utcb;
	if (e != L4_OK)
		uncreate(t);
	return e;
}

/*
 * The UTCB of an active thread is copied to the same address of the new space. Its IPC is cancelled, except
 * the wait for the start message: a thread that was not started has no IP to continue at.
 */
static enum l4_error move_active(struct plan *p)
{
	struct thread *t = p->t;
	struct space *old = t->space;
	const l4_word_t *from = t->utcb - L4_UTCB_MR0;

	if (utcb_alloc(p->space, t, p->utcb) != L4_OK) {
		account_release(&p->space->account, slab_price(&kernel.threads));
		return L4_ERR_NO_MEM;
	}
	arch_words_copy(t->utcb - L4_UTCB_MR0, from, L4_UTCB_WORDS);
	utcb_free(old, t);
	if (t->origin != IPC_START)
		ipc_cancel(t, L4_IPC_CANCELLED);
	return L4_OK;
}

static enum l4_error move(struct thread *self, struct plan *p)
{
	struct space *old = p->t->space;

	if (p->space == old)
		return L4_OK;
	if (!account_charge(&p->space->account, slab_price(&kernel.threads)))
		return L4_ERR_NO_MEM;
	if (p->t->life == THREAD_ACTIVE && move_active(p) != L4_OK)
		return L4_ERR_NO_MEM;
	control_move(&self->rest->control, p->t, p->space);
	if (old->nthreads == 0) {
		teardown_begin(old);
		self->rest->control.space = old;
	}
	return L4_OK;
}

/* Undo utcb_alloc of a failed activation: the thread stays inactive, with its former UTCB location. */
static void undo_utcb_alloc(struct plan *p, l4_word_t location)
{
	if (p->t->utcb)
		utcb_free(p->space, p->t);
	p->t->utcb = 0;
	p->t->rest->utcb_location = location;
}

static enum l4_error modify(struct thread *self, struct plan *p)
{
	struct thread *t = p->t;
	l4_word_t location = t->rest->utcb_location;
	enum l4_error e = p->activate ? utcb_alloc(p->space, t, p->utcb) : L4_OK;

	if (e == L4_OK)
		e = move(self, p);
	if (e != L4_OK) {
		if (p->activate)
			undo_utcb_alloc(p, location);
		return e;
	}
	if (t->life == THREAD_INACTIVE)
		t->rest->utcb_location = p->utcb;
	if (p->activate)
		control_activate(t, p->pager);
	if (!l4_tid_is_nil(p->scheduler)) {
		t->scheduler = p->scheduler;
		preempt_new_scheduler(t);
	}
	if (!l4_tid_is_nil(p->pager) && t->utcb)
		*thread_tcr(t, L4_TCR_PAGER) = p->pager.raw;
	if (!l4_tid_eq(t->id, p->a.dest))
		control_rename(&self->rest->control, t, p->a.dest);
	return L4_OK;
}

static enum l4_error control_interrupt(struct thread *self, const struct l4_thread_control_args *a)
{
	if (!l4_tid_eq(a->dest, l4_tid_global(l4_tid_number(a->dest), 1)))
		return L4_ERR_THREAD;
	return irq_control(a->dest, thread_resolve(self, a->pager));
}

/* Is id a global id with the number of a user thread, existing or not? */
static inline bool is_user_id(l4_tid_t id)
{
	l4_word_t number = l4_tid_number(id);

	return number >= kernel.user_base && !(number >> L4_THREAD_BITS) && !l4_tid_is_local(id)
	    && !l4_tid_is_any(id);
}

/* t: the thread with dest's number, or 0. */
static enum l4_error create_or_change(struct thread *self, const struct l4_thread_control_args *a,
				      struct thread *t)
{
	struct plan p = { .a = *a, .t = t };
	enum l4_error e = make_plan(self, &p);

	if (e != L4_OK)
		return e;
	return p.t ? modify(self, &p) : create(self, &p);
}

/* Begin to delete t. It has no effect on self and sigma0, and if t is 0. */
static enum l4_error delete(struct thread *self, struct thread *t)
{
	if (t == self || (t && t == kernel.sigma0))
		return L4_ERR_THREAD;
	if (t)
		control_delete(&self->rest->control, t);
	return L4_OK;
}

/* Only the number of dest counts, not the version (ambiguity D8a). */
static enum l4_error control(struct thread *self, const struct l4_thread_control_args *a)
{
	l4_word_t number = l4_tid_number(a->dest);

	if (number < kernel.irq_lines)
		return control_interrupt(self, a);
	if (!is_user_id(a->dest))
		return L4_ERR_THREAD;
	if (l4_tid_is_nil(a->space))
		return delete(self, thread_numbered(number));
	return create_or_change(self, a, thread_numbered(number));
}

/* ---- the call ---- */

static void result(struct thread *self, enum l4_error e)
{
	sys_set_error(self, e);
	arch_result_thread_control(thread_regs(self), e == L4_OK);
}

struct thread *sys_thread_control(struct thread *self)
{
	struct l4_thread_control_args a = arch_args_thread_control(thread_regs(self));
	struct control *c = &self->rest->control;
	const struct space *here = self->space;

	if (!here->privileged) {
		result(self, L4_ERR_NO_PRIVILEGE);
		return 0;
	}
	result(self, control(self, &a));
	if (!control_done(c) && !control_step(c))
		self->work = WORK_CONTROL;
	else if (self->space == here)		/* it is loaded */
		return sched_return(self);
	return sched_leave(self);
}

struct thread *sys_control_continue(struct thread *self)
{
	if (control_step(&self->rest->control))
		self->work = WORK_NONE;
	return sched_leave(self);
}
