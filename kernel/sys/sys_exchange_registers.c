/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_exchange_registers.c - ExchangeRegisters (api 4.4): read and change a thread of the caller's space, or
 * one whose pager is in the caller's space.
 *
 * Order of effects (ambiguity D15): registers, then abort, then halt or resume. The only error is 2: the
 * thread does not exist, is inactive, or the caller has no permission; all results are 0 then.
 */
#include <core/arch.h>
#include <core/ipc.h>
#include <core/kernel.h>
#include <core/route.h>
#include <core/sched.h>
#include <mem/space.h>
#include <sys/sys.h>

static l4_word_t phase(const struct thread *t)
{
	return (ipc_is_receiving(t) ? L4_EXREGS_RECEIVE : 0) | (ipc_is_sending(t) ? L4_EXREGS_SEND : 0);
}

/* Returns the results of the call: the values before it changes anything. */
static inline struct l4_exregs_args old_values(struct thread *t, l4_tid_t named, l4_tid_t pager, bool starts)
{
	struct arch_user u = arch_user_get(t);
	struct l4_exregs_args old = { .sp = u.sp, .ip = u.ip, .flags = u.flags, .pager = pager };

	old.dest = l4_tid_is_local(named) ? t->id : t->local;
	old.control = (t->halted ? L4_EXREGS_HALT : 0) | (starts ? L4_EXREGS_RECEIVE : phase(t));
	old.handle = *thread_tcr(t, L4_TCR_USER_HANDLE);
	return old;
}

/* Returns the pager id to store in t: a local id of self's space becomes global if t is in another one. */
static l4_tid_t pager_for(struct thread *self, const struct thread *t, l4_tid_t pager)
{
	return t->space == self->space ? pager : thread_global(self, pager);
}

static void set_registers(struct thread *self, struct thread *t, const struct l4_exregs_args *a)
{
	unsigned which = (a->control & L4_EXREGS_SET_IP ? ARCH_SET_IP : 0)
		       | (a->control & L4_EXREGS_SET_SP ? ARCH_SET_SP : 0)
		       | (a->control & L4_EXREGS_SET_FLAGS ? ARCH_SET_FLAGS : 0);

	if (which)
		arch_user_set(t, (struct arch_user){ a->ip, a->sp, a->flags }, which);
	if (a->control & L4_EXREGS_SET_HANDLE)
		*thread_tcr(t, L4_TCR_USER_HANDLE) = a->handle;
	if (a->control & L4_EXREGS_SET_PAGER)
		*thread_tcr(t, L4_TCR_PAGER) = pager_for(self, t, a->pager).raw;
}

/* A halted thread with work left in the kernel stays in its ready queue, and stops when the work is done. */
static void set_halted(struct thread *t, bool halted)
{
	t->halted = halted;
	if (!thread_runnable(t))
		sched_dequeue(t);
}

/* Is this the usual start of a thread that waits for its start message (L4_Start_SpIp): abort, IP and SP? */
static inline bool is_start(const struct thread *t, l4_word_t control)
{
	enum { START = L4_EXREGS_SEND | L4_EXREGS_RECEIVE | L4_EXREGS_SET_SP | L4_EXREGS_SET_IP
		     | L4_EXREGS_SET_HALT };

	return control == START && t->origin == IPC_START && t->recv == RECV_WAITING
	    && !(t->cpu->special & SLOW_ALWAYS);
}

/* Change t as a says. was: the control word of the results. */
static void exchange(struct thread *self, struct thread *t, const struct l4_exregs_args *a, l4_word_t was)
{
	thread_unready(t);
	set_registers(self, t, a);
	if (t != self && was & a->control & (L4_EXREGS_SEND | L4_EXREGS_RECEIVE))
		ipc_cancel(t, L4_IPC_CANCELLED);
	if (a->control & L4_EXREGS_SET_HALT)
		set_halted(t, a->control & L4_EXREGS_HALT);
	ipc_update_ready(t);
	sched_wake(t);
}

/*
 * Extended permission (api 4.4, pagerexregs): is t's pager, which has this id, in self's space? A local id is
 * that of a thread of t's space. Any thread can name its pager, and the call takes words of t to self and of
 * self to t: so a message to the other of them must go to no redirector.
 */
static inline bool is_paged_here(const struct thread *self, struct thread *t, l4_tid_t id)
{
	const struct thread *pager = thread_resolve(t, id);

	return pager && pager->space == self->space
	    && route_is_direct(t, self->space) && route_is_direct(self, t->space);
}

static inline bool is_permitted(const struct thread *self, struct thread *t, l4_tid_t pager)
{
	return t->life == THREAD_ACTIVE && t->kind == THREAD_USER
	    && (t->space == self->space || is_paged_here(self, t, pager));
}

struct thread *sys_exchange_registers(struct thread *self)
{
	struct l4_exregs_args a = arch_args_exregs(thread_regs(self)), old;
	struct thread *t = l4_tid_is_local(a.dest) ? thread_resolve(self, a.dest) : thread_find(a.dest);
	l4_tid_t pager = { t && t->utcb ? *thread_tcr(t, L4_TCR_PAGER) : 0 };	/* read once */
	bool starts;

	if (!t || !is_permitted(self, t, pager)) {
		sys_set_error(self, L4_ERR_THREAD);
		arch_result_exregs(thread_regs(self), &(struct l4_exregs_args){ .control = 0 });
		return 0;
	}
	sys_set_error(self, L4_OK);
	starts = is_start(t, a.control);
	old = old_values(t, a.dest, pager, starts);
	arch_result_exregs(thread_regs(self), &old);
	if (starts) {
		arch_user_set(t, (struct arch_user){ a.ip, a.sp, 0 }, ARCH_SET_IP | ARCH_SET_SP);
		t->halted = false;
		ipc_start_over(t);
		return sched_return(self);
	}
	if (!(a.control & ~(l4_word_t)(L4_EXREGS_HALT | L4_EXREGS_DELIVER)) && sched_may_stay(self))
		return NEXT_IS_CURRENT;		/* it only reads */
	exchange(self, t, &a, old.control);
	return t == self ? sched_leave(self) : sched_return(self);
}
