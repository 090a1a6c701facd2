/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * context.c - functions with which core reads and changes the user context of a thread (core/arch.h).
 *
 * During and directly after a system call a thread's IP is in the gateway page. ExchangeRegisters reads and
 * sets the IP and SP of the caller instead, as if the stub's RET had been executed (gateway.S).
 */
#include <arch/gateway.h>
#include <arch/x86/machine.h>
#include <core/arch.h>
#include <core/kernel.h>
#include <core/msg.h>
#include <lib/section.h>
#include "local.h"

/* Returns the address of MRi of an exception message, which is in two arrays (core/arch.h). */
static INLINE l4_word_t *word(l4_word_t *first, l4_word_t *rest, unsigned i)
{
	return (i < REG_MRS ? first : rest) + i;
}

/* Returns the value of that MRi. */
static INLINE l4_word_t of(const l4_word_t *first, const l4_word_t *rest, unsigned i)
{
	return (i < REG_MRS ? first : rest)[i];
}

/* Registers of an exception message (<x2/arch.h>) and their fields; a loop would cost three times as much. */
#define EXCEPTION_REGISTERS(each) \
	each(RIP, ip) each(RBX, bx) each(R10, r10) each(R12, r12) each(R13, r13) each(R14, r14) \
	each(R15, r15) each(RAX, ax) each(RCX, cx) each(RDX, dx) each(RSI, si) each(RDI, di) \
	each(RBP, bp) each(R8, r8) each(R9, r9) each(R11, r11) each(RSP, sp) each(RFLAGS, flags)

static INLINE void registers_out(const struct arch_regs *r, l4_word_t *first, l4_word_t *rest)
{
#define OUT(name, field) *word(first, rest, L4_EXC_##name) = r->field;
	EXCEPTION_REGISTERS(OUT)
}

/* Set the registers from the words of a reply. */
static INLINE void registers_in(struct arch_regs *r, const l4_word_t *first, const l4_word_t *rest)
{
#define IN(name, field) r->field = of(first, rest, L4_EXC_##name);
	EXCEPTION_REGISTERS(IN)
}

/*
 * The entry of an Ipc does not save all registers, so the frame has values of an earlier entry: RIP, RDX and
 * RBP get the values that the fast path returns in them.
 */
void arch_ipc_done(struct thread *t)
{
	struct arch_regs *r = thread_regs(t);

	if (r->entry == REGS_IPC) {
		r->entry = REGS_SYSCALL;
		r->ip = GATEWAY_IPC_RETURN;
		r->dx = r->bp = 0;
	}
	r->di = t->local.raw;
}

void arch_thread_init(struct thread *t)
{
	thread_regs(t)->cs = SEL_USER_CS;
	thread_regs(t)->ss = SEL_USER_SS;
	thread_regs(t)->flags = FLAGS_FIXED;
	thread_regs(t)->entry = REGS_OTHER;
}

void arch_thread_exit(struct thread *t)
{
	fpu_discard(t);
}

void arch_regs_start(struct thread *t, l4_word_t ip, l4_word_t sp)
{
	fpu_discard(t);
	arch_words_clear(thread_regs(t), sizeof(*thread_regs(t)) / sizeof(l4_word_t));
	arch_thread_init(t);
	thread_regs(t)->ip = ip;
	thread_regs(t)->sp = sp;
}

/* Returns the state of t, whose IP, ip, is in the gateway: that of its caller, if the stack can be read. */
static NOINLINE struct arch_user user_of_gateway(struct thread *t, l4_word_t ip)
{
	struct arch_user u = { ip, thread_regs(t)->sp, thread_regs(t)->flags };
	l4_word_t caller;

	if (!arch_copy_in(t->space, &caller, u.sp, sizeof(caller)))
		return u;
	u.ip = caller;
	u.sp += sizeof(caller);
	return u;
}

struct arch_user arch_user_get(struct thread *t)
{
	l4_word_t ip = thread_regs(t)->ip;

	if (t->recv == RECV_READY || thread_regs(t)->entry == REGS_IPC)
		ip = GATEWAY_IPC_RETURN;
	if (gateway_contains(ip))
		return user_of_gateway(t, ip);
	return (struct arch_user){ ip, thread_regs(t)->sp, thread_regs(t)->flags };
}

/* Set the members of u that `which` does not name to t's present IP and SP. */
static NOINLINE void keep_others(struct thread *t, struct arch_user *u, unsigned which)
{
	struct arch_user now = arch_user_get(t);

	if (!(which & ARCH_SET_IP))
		u->ip = now.ip;
	if (!(which & ARCH_SET_SP))
		u->sp = now.sp;
}

/* t's Ipc has received a message, and t's IP is about to be set: write all registers of the frame (R6). */
static NOINLINE void complete(struct thread *t)
{
	msg_own_registers(t, l4_tag_untyped((l4_tag_t){ thread_regs(t)->mr[0] }));
	arch_ipc_done(t);
}

void arch_user_set(struct thread *t, struct arch_user u, unsigned which)
{
	enum { PLACE = ARCH_SET_IP | ARCH_SET_SP };

	if ((which & PLACE) && (which & PLACE) != PLACE)
		keep_others(t, &u, which);
	if (which & ARCH_SET_FLAGS)
		thread_regs(t)->flags = flags_for_user(u.flags);
	if (!(which & PLACE))
		return;
	if (thread_regs(t)->entry == REGS_IPC && (!thread_in_ipc(t) || t->origin == IPC_QUANTUM))
		complete(t);
	thread_regs(t)->ip = u.ip;
	thread_regs(t)->sp = u.sp;
	thread_regs(t)->entry = REGS_OTHER;
}

NOINLINE void arch_exception_get(struct thread *t, l4_word_t number, l4_word_t error, l4_word_t *first,
				 l4_word_t *rest)
{
	registers_out(thread_regs(t), first, rest);
	*word(first, rest, L4_EXC_NUMBER) = number;
	*word(first, rest, L4_EXC_ERROR) = error;
}

/* A reply of u words, fewer than all: set only the first u registers. */
static COLD_CODE NOINLINE void put_some(struct arch_regs *r, const l4_word_t *first, const l4_word_t *rest,
					unsigned u)
{
	l4_word_t all[L4_EXC_REPLY_WORDS + 1];

	registers_out(r, all, all);
	for (unsigned i = 1; i <= u; i++)
		all[i] = of(first, rest, i);
	registers_in(r, all, all);
}

NOINLINE void arch_exception_put(struct thread *t, const l4_word_t *first, const l4_word_t *rest, unsigned u)
{
	if (u < L4_EXC_REPLY_WORDS)
		put_some(thread_regs(t), first, rest, u);
	else
		registers_in(thread_regs(t), first, rest);
	thread_regs(t)->flags = flags_for_user(thread_regs(t)->flags);
	thread_regs(t)->entry = REGS_OTHER;
}
