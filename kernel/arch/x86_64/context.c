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

/* Registers of an exception message (<x2/arch.h>) and their fields. */
#define EXCEPTION_REGISTERS(each) \
	each(RIP, ip) each(RBX, bx) each(R10, r10) each(R12, r12) each(R13, r13) each(R14, r14) \
	each(R15, r15) each(RAX, ax) each(RCX, cx) each(RDX, dx) each(RSI, si) each(RDI, di) \
	each(RBP, bp) each(R8, r8) each(R9, r9) each(R11, r11) each(RSP, sp) each(RFLAGS, flags)

/*
 * These are copied by PUSH, with RSP as the pointer to the copies: one instruction a word. Interrupts are
 * off, and NMI, #DB, #DF and #MC have stacks of their own. FRAME pushes a field of the frame in front of
 * %[t], FIRST and REST a word of the message. Operands are in registers, so that no address is based on RSP
 * (tools/stack-depth); that of the first array is the TCB in whose frame it is, or would be.
 */
#define FRAME(field)	"push %c[" #field "](%[t])\n\t"
#define REST(name)	"push 8 * %c[" #name "](%[rest])\n\t"
#define FIRST(name)	"push %c[mr] + 8 * %c[" #name "](%[first])\n\t"
#define FIELD(field)	[field] "i"((long)offsetof(struct arch_regs, field) - (long)sizeof(struct arch_regs))
#define INDEX(name)	[name] "i"(L4_EXC_##name)
#define MR0(first)	[first] "r"(first - FRAME_MR / 8), [mr] "i"(FRAME_MR)

enum { FRAME_MR = (int)offsetof(struct arch_regs, mr) - (int)sizeof(struct arch_regs) };

/* Write MR1 to MR20, which are in this order. */
static INLINE void registers_out(const struct thread *t, l4_word_t number, l4_word_t error,
				 l4_word_t *first, l4_word_t *rest)
{
	l4_word_t own;

	__asm__ volatile("mov %%rsp, %[own]\n\t"
			 "lea 8 * %c[words] + 8(%[rest]), %%rsp\n\t"
			 "push %[error]\n\tpush %[number]\n\t"
			 FRAME(flags) FRAME(sp) FRAME(r11) FRAME(r9) FRAME(r8) FRAME(bp) FRAME(di) FRAME(si)
			 FRAME(dx) FRAME(cx) FRAME(ax)
			 "lea %c[mr] + 8 * %c[mrs](%[first]), %%rsp\n\t"
			 FRAME(r15) FRAME(r14) FRAME(r13) FRAME(r12) FRAME(r10) FRAME(bx) FRAME(ip)
			 "mov %[own], %%rsp"
			 : [own] "=&r"(own)
			 : [t] "r"(t), [number] "r"(number), [error] "r"(error), MR0(first), [mrs] "i"(REG_MRS),
			   [rest] "r"(rest), [words] "i"(L4_EXC_WORDS), FIELD(flags), FIELD(sp), FIELD(r11),
			   FIELD(r9), FIELD(r8), FIELD(bp), FIELD(di), FIELD(si), FIELD(dx), FIELD(cx), FIELD(ax),
			   FIELD(r15), FIELD(r14), FIELD(r13), FIELD(r12), FIELD(r10), FIELD(bx), FIELD(ip)
			 : "memory");
}

_Static_assert((int)L4_EXC_RAX == REG_MRS && (int)L4_EXC_ERROR == L4_EXC_WORDS, "registers_out");

/* Set the registers from the words of a reply; the frame is as after an exception without an error code. */
static INLINE void registers_in(struct thread *t, const l4_word_t *first, const l4_word_t *rest)
{
	l4_word_t own;

	__asm__ volatile("mov %%rsp, %[own]\n\t"
			 "lea %c[ss](%[t]), %%rsp\n\t"
			 REST(RSP) REST(RFLAGS)
			 "andq %[user], (%%rsp)\n\torq %[fixed], (%%rsp)\n\t"
			 "push %[cs]\n\t" FIRST(RIP) "push $0\n\tpush %[entry]\n\t"
			 REST(RDI) REST(RSI) REST(RDX) REST(RCX) REST(R8) REST(R11)
			 REST(RBP) FIRST(R15) FIRST(R14) FIRST(R13) FIRST(R12)
			 FIRST(R10) FIRST(RBX) REST(RAX) REST(R9)
			 "mov %[own], %%rsp"
			 : [own] "=&r"(own)
			 : [t] "r"(t), MR0(first), [rest] "r"(rest), FIELD(ss), [cs] "i"(SEL_USER_CS),
			   [entry] "i"(REGS_OTHER), [user] "i"(FLAGS_USER), [fixed] "i"(FLAGS_FIXED), INDEX(RSP),
			   INDEX(RFLAGS), INDEX(RIP), INDEX(RDI), INDEX(RSI), INDEX(RDX), INDEX(RCX), INDEX(R8),
			   INDEX(R11), INDEX(RBP), INDEX(R15), INDEX(R14), INDEX(R13), INDEX(R12), INDEX(R10),
			   INDEX(RBX), INDEX(RAX), INDEX(R9)
			 : "memory", "cc");
}

/* The entry of an Ipc does not save these: the frame has values of an earlier entry. */
static INLINE void clear_unsaved(struct arch_regs *r)
{
	r->dx = r->bp = r->r8 = r->cx = r->r11 = 0;
}

/* RIP, RDX and RBP get the values that the fast path returns in them. */
void arch_ipc_done(struct thread *t)
{
	struct arch_regs *r = thread_regs(t);

	if (r->entry == REGS_IPC) {
		r->entry = REGS_SYSCALL;
		r->ip = GATEWAY_IPC_RETURN;
		clear_unsaved(r);
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

/* Reads the word at `at`, at any alignment. Returns false if it cannot be read. */
static INLINE bool read_word(struct space *s, l4_word_t at, l4_word_t *word)
{
	typedef l4_word_t __attribute__((may_alias, aligned(1))) any_word_t;
	bool inside = (at & (KMEM_FRAME - 1)) <= KMEM_FRAME - sizeof(*word);
	const any_word_t *p = inside ? arch_user_ptr(s, at, false) : 0;

	if (!p)
		return arch_copy_in(s, word, at, sizeof(*word));
	*word = *p;
	return true;
}

/* Returns the state of t, whose IP, ip, is in the gateway: that of its caller, if the stack can be read. */
static NOINLINE struct arch_user user_of_gateway(struct thread *t, l4_word_t ip)
{
	struct arch_user u = { ip, thread_regs(t)->sp, thread_regs(t)->flags };
	l4_word_t caller;

	if (!read_word(t->space, u.sp, &caller))
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

/* A call without message registers does not end by the direct exit: write the rest of the frame (R8). */
void call_complete(struct arch_regs *r)
{
	r->bx = r->bp = r->cx = r->r11 = r->r12 = r->r13 = r->r14 = r->r15 = 0;
	r->entry = REGS_SYSCALL;
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
	else if (thread_regs(t)->entry == REGS_IPC)
		clear_unsaved(thread_regs(t));
	if (thread_regs(t)->entry == REGS_CALL)
		call_complete(thread_regs(t));
	thread_regs(t)->ip = u.ip;
	thread_regs(t)->sp = u.sp;
	thread_regs(t)->entry = REGS_OTHER;
}

INLINE void arch_exception_get(struct thread *t, l4_word_t number, l4_word_t error, l4_word_t *first,
			       l4_word_t *rest)
{
	registers_out(t, number, error, first, rest);
}

/* A reply of u words, fewer than all: set only the first u registers. */
static COLD_CODE NOINLINE void put_some(struct arch_regs *r, const l4_word_t *first, const l4_word_t *rest,
					unsigned u)
{
#define AT(name, field) [L4_EXC_##name] = offsetof(struct arch_regs, field) / sizeof(l4_word_t),
	static const uint8_t at[] = { EXCEPTION_REGISTERS(AT) };

	for (unsigned i = 1; i <= u; i++)
		((l4_word_t *)r)[at[i]] = (i < REG_MRS ? first : rest)[i];
	r->flags = flags_for_user(r->flags);
	r->entry = REGS_OTHER;
}

INLINE void arch_exception_put(struct thread *t, const l4_word_t *first, const l4_word_t *rest, unsigned u)
{
	if (u < L4_EXC_REPLY_WORDS)
		put_some(thread_regs(t), first, rest, u);
	else
		registers_in(t, first, rest);
}
