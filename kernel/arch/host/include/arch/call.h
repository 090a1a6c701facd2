/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * call.h - arguments and results of system calls on the host: in[] and out[] in the order of
 * <x2/call.h>.
 */
#ifndef ARCH_CALL_H
#define ARCH_CALL_H


static inline struct l4_ipc_args arch_args_ipc(const struct arch_regs *r)
{
	return (struct l4_ipc_args){ { r->in[0] }, { r->in[1] }, r->in[2] };
}

static inline void arch_result_ipc(struct arch_regs *r, l4_tid_t from) { r->out[0] = from.raw; }
static inline void arch_result_utcb(struct arch_regs *r, l4_word_t utcb) { r->out[7] = utcb; }

static inline struct l4_exregs_args arch_args_exregs(const struct arch_regs *r)
{
	return (struct l4_exregs_args){ { r->in[0] }, r->in[1], r->in[2], r->in[3], r->in[4], r->in[5],
					{ r->in[6] } };
}

/* `old` holds the old values; its dest is the result id. */
static inline void arch_result_exregs(struct arch_regs *r, const struct l4_exregs_args *old)
{
	r->out[0] = old->dest.raw;
	r->out[1] = old->control;
	r->out[2] = old->sp;
	r->out[3] = old->ip;
	r->out[4] = old->flags;
	r->out[5] = old->handle;
	r->out[6] = old->pager.raw;
}

static inline struct l4_thread_control_args arch_args_thread_control(const struct arch_regs *r)
{
	return (struct l4_thread_control_args){ { r->in[0] }, { r->in[1] }, { r->in[2] }, { r->in[3] },
						r->in[4] };
}

static inline void arch_result_thread_control(struct arch_regs *r, bool ok) { r->out[0] = ok; }
static inline void arch_result_system_clock(struct arch_regs *r, uint64_t us)
{
	r->out[0] = (l4_word_t)us;
	r->out[1] = (l4_word_t)(us >> 32);
}

static inline l4_tid_t arch_args_thread_switch(const struct arch_regs *r)
{
	return (l4_tid_t){ r->in[0] };
}

static inline struct l4_schedule_args arch_args_schedule(const struct arch_regs *r)
{
	return (struct l4_schedule_args){ { r->in[0] }, r->in[1], r->in[2], r->in[3], r->in[4] };
}

static inline void arch_result_schedule(struct arch_regs *r, l4_word_t state, l4_word_t time)
{
	r->out[0] = state;
	r->out[1] = time;
}

static inline l4_word_t arch_args_unmap(const struct arch_regs *r) { return r->in[0]; }

static inline struct l4_space_control_args arch_args_space_control(const struct arch_regs *r)
{
	return (struct l4_space_control_args){ { r->in[0] }, r->in[1], { r->in[2] }, { r->in[3] },
					       { r->in[4] } };
}

static inline void arch_result_space_control(struct arch_regs *r, bool ok, l4_word_t old)
{
	r->out[0] = ok;
	r->out[1] = old;
}

static inline struct l4_processor_control_args arch_args_processor_control(const struct arch_regs *r)
{
	return (struct l4_processor_control_args){ r->in[0], r->in[1], r->in[2], r->in[3] };
}

static inline void arch_result_processor_control(struct arch_regs *r, bool ok) { r->out[0] = ok; }

static inline struct l4_memory_control_args arch_args_memory_control(const struct arch_regs *r)
{
	return (struct l4_memory_control_args){ r->in[0], { r->in[1], r->in[2], r->in[3], r->in[4] } };
}

static inline void arch_result_memory_control(struct arch_regs *r, bool ok) { r->out[0] = ok; }

static inline struct l4_inspect_args arch_args_inspect(const struct arch_regs *r)
{
	return (struct l4_inspect_args){ r->in[0], r->in[1], r->in[2] };
}

static inline void arch_result_inspect(struct arch_regs *r, l4_word_t next) { r->out[0] = next; }

static inline l4_word_t arch_args_set_tls(const struct arch_regs *r) { return r->in[0]; }
static inline void arch_result_set_tls(struct arch_regs *r, bool ok) { r->out[0] = ok; }

/* Out of line, so that tests can observe them. */
bool arch_came_by_ipc(const struct thread *t);
void arch_thread_complete(struct thread *t);
void arch_ipc_received(struct thread *t, l4_tid_t from);
l4_word_t arch_user_ip(struct thread *t);

#endif
