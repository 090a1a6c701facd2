/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * context.c - functions with which core reads and changes the user context of a thread (core/arch.h).
 *
 * During a system call a thread's IP is in a stub of the KIP. ExchangeRegisters reads and sets the IP and
 * SP of the caller instead, as if the stub's RET had been executed (gateway.S).
 */
#include <arch/cpu.h>
#include <arch/gateway.h>
#include <arch/x86/machine.h>
#include <core/arch.h>
#include <core/kernel.h>
#include <core/msg.h>
#include <lib/section.h>
#include "local.h"

/* Registers of an exception message (<x2/arch.h>) and their fields. */
#define EXCEPTION_REGISTERS(each) \
	each(EIP, ip) each(EFLAGS, flags) each(EDI, di) each(ESI, si) each(EBP, bp) each(ESP, sp) \
	each(EBX, bx) each(EDX, dx) each(ECX, cx) each(EAX, ax)

_Static_assert(REG_MRS == 1, "MR1 and above of a message are in one array, `rest`");

/* Returns the IP of t, which is in Ipc by SYSENTER: that of the stub. */
static l4_word_t ipc_return(const struct thread *t)
{
	return l4_fpage_base(t->space->kip_area) + GATEWAY_SYSENTER_RETURN;
}

/*
 * The receiver gets MR1 and MR2 in registers too (ia32 3). After an Ipc by SYSENTER the frame has IP, flags,
 * ECX and EDX of an earlier entry.
 */
void arch_ipc_done(struct thread *t)
{
	struct arch_regs *r = thread_regs(t);

	if (r->entry == REGS_IPC) {
		r->entry = REGS_SYSCALL;
		r->ip = ipc_return(t);
		r->flags = FLAGS_FIXED;
		r->cx = r->dx = 0;
	}
	r->di = t->local.raw;
	r->bx = t->utcb[1];
	r->bp = t->utcb[2];
}

void arch_thread_init(struct thread *t)
{
	thread_regs(t)->cs = SEL_USER_CS;
	thread_regs(t)->ss = SEL_USER_SS;
	thread_regs(t)->flags = FLAGS_FIXED;
	thread_regs(t)->entry = REGS_OTHER;
}

/* An NMI may have set TS although the FPU contains t's state (trap_nmi). */
static void discard(struct thread *t)
{
	if (cpu_local()->fpu_owner == t)
		cpu_clear_ts();
	fpu_discard(t);
}

void arch_thread_exit(struct thread *t) { discard(t); }

void arch_regs_start(struct thread *t, l4_word_t ip, l4_word_t sp)
{
	discard(t);
	arch_words_clear(thread_regs(t), sizeof(*thread_regs(t)) / sizeof(l4_word_t));
	arch_thread_init(t);
	thread_regs(t)->ip = ip;
	thread_regs(t)->sp = sp;
}

static bool in_gateway(const struct thread *t)
{
	const struct arch_regs *r = thread_regs(t);

	return regs_by_gateway(r) || (t->space && gateway_contains(r->ip, l4_fpage_base(t->space->kip_area)));
}

/* In the gateway: the IP and SP of its caller, if the stack can be read. */
struct arch_user arch_user_get(struct thread *t)
{
	struct arch_user u = { thread_regs(t)->ip, thread_regs(t)->sp, thread_regs(t)->flags };
	bool constant = t->recv == RECV_READY || arch_came_by_ipc(t);		/* R6 */
	l4_word_t caller;

	if (constant) {
		u.ip = ipc_return(t);
		u.flags = FLAGS_FIXED;
	}
	if ((!constant && !in_gateway(t)) || !arch_copy_in(t->space, &caller, u.sp, sizeof(caller)))
		return u;
	u.ip = caller;
	u.sp += sizeof(caller);
	return u;
}

/* t, whose registers are about to be set, does not leave by fast.S: write all registers of the frame (R6). */
static void leave_otherwise(struct thread *t)
{
	if (!arch_came_by_ipc(t))
		return;
	if (!thread_in_ipc(t) || t->origin == IPC_QUANTUM)
		msg_own_registers(t, l4_tag_untyped((l4_tag_t){ thread_regs(t)->mr[0] }));
	arch_ipc_done(t);
}

void arch_user_set(struct thread *t, struct arch_user u, unsigned which)
{
	enum { PLACE = ARCH_SET_IP | ARCH_SET_SP };
	struct arch_user now = arch_user_get(t);

	leave_otherwise(t);
	if (which & ARCH_SET_FLAGS)
		thread_regs(t)->flags = flags_for_user(u.flags);
	if (!(which & PLACE))
		return;
	thread_regs(t)->ip = which & ARCH_SET_IP ? u.ip : now.ip;
	thread_regs(t)->sp = which & ARCH_SET_SP ? u.sp : now.sp;
	thread_regs(t)->entry = REGS_OTHER;
}

NOINLINE void arch_exception_get(struct thread *t, l4_word_t number, l4_word_t error, l4_word_t *first,
				 l4_word_t *rest)
{
	const struct arch_regs *r = thread_regs(t);

	(void)first;
#define OUT(name, field) rest[L4_EXC_##name] = r->field;
	EXCEPTION_REGISTERS(OUT)
	rest[L4_EXC_NUMBER] = number;
	rest[L4_EXC_ERROR] = error;
}

NOINLINE void arch_exception_put(struct thread *t, const l4_word_t *first, const l4_word_t *rest, unsigned u)
{
	struct arch_regs *r = thread_regs(t);

	(void)first;
#define IN(name, field) \
	if (L4_EXC_##name <= u) \
		r->field = rest[L4_EXC_##name];
	EXCEPTION_REGISTERS(IN)
	r->flags = flags_for_user(r->flags);
	r->entry = REGS_OTHER;
}
