/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * enter.c - runs Ipc by the short path of ppc32: fast.S of kernel/arch/ppc32, assembled for the host. The
 * thread's registers are loaded as at `sc`, and its saved ones are made invalid. The short path runs until it
 * returns to user code or calls C; its effects are then checked. R2, R30 and R31, which are the program's in
 * any Ipc, have a value of their own in each thread and call.
 */
#include <signal.h>
#include <string.h>
#include <core/arch.h>
#include <core/kernel.h>
#include <core/msg.h>
#include <core/sched.h>
#include <core/upcall.h>
#include <mem/tlb.h>
#include <lib/panic.h>
#include "enter.h"

#define INVALID_WORD ((l4_word_t)0xa5a5a5a5)

const bool host_has_fast_path = true;
const bool host_has_fast_calls = false;
const bool host_has_ranges = false;
const bool host_has_gs = false;
struct host_registers host_registers;
uint32_t host_exit;
l4_word_t host_exit_ip, host_exit_msr;
struct space *host_space;
l4_word_t host_segment;

/* The registers of MR0, MR1, .. (ppc32 5). */
static const unsigned mr_register[REG_MRS] = { 14, 3, 4, 5, 6, 7, 8, 9, 10, 0 };

/* Those that an exit sets to 0. */
static const unsigned cleared[] = { 12, 13, 15, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28 };

/* Where a host thread has R2, R30 and R31: behind the arguments of an Ipc. */
static l4_word_t *kept(struct arch_regs *r) { return &r->in[5]; }
static const unsigned kept_register[] = { 2, 30, 31 };

void host_load_root(void)
{
	ASSERT(host_segment == (l4_word_t)host_space->tlb.direct);
	arch_tlb_load(host_space->tlb.direct);
	tlb_switched(host_space);
}

/* Set the CPU's state as leave_to and switch_to of ppc32 do at an exit to self. */
static void leave_to(struct thread *self)
{
	host.cpu.rsp0 = &self->id;
	tlb_switch(self->space);
	host.cpu.floor = self->space->tlb.direct ? cpu_self()->floor : SCHED_NO_SWITCH;
}

/* ---- entry ---- */

static void fill_registers(const struct arch_regs *r)
{
	static l4_word_t calls;
	struct l4_ipc_args a = arch_args_ipc(r);

	memset(&host_registers, 0x5a, sizeof(host_registers));
	host_registers.r[15] = a.to.raw;
	host_registers.r[16] = a.from.raw;
	host_registers.r[17] = a.timeouts;
	host_registers.r[1] = r->sp;
	host_registers.lr = r->ip;
	for (unsigned i = 0; i < ARRAY_LEN(kept_register); i++)
		host_registers.r[kept_register[i]] = ++calls << 4 | kept_register[i];
	for (unsigned i = 0; i < REG_MRS; i++)
		host_registers.r[mr_register[i]] = r->mr[i];
}

static void make_invalid(struct arch_regs *r)
{
	r->sp = r->ip = INVALID_WORD;
	for (unsigned i = 0; i < ARRAY_LEN(kept_register); i++)
		kept(r)[i] = INVALID_WORD;
	for (unsigned i = 0; i < REG_MRS; i++)
		r->mr[i] = INVALID_WORD;
}

static void enter(void)
{
	sigset_t all, before;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	host_enter();
	sigprocmask(SIG_SETMASK, &before, 0);
}

/* ---- exit ---- */

/* The registers that are the same during an Ipc are in self's frame. */
static bool has_saved(struct arch_regs *r, const struct host_registers *in)
{
	for (unsigned i = 0; i < ARRAY_LEN(kept_register); i++)
		if (kept(r)[i] != in->r[kept_register[i]])
			return false;
	return r->sp == in->r[1] && r->ip == in->lr;
}

/* An Ipc has returned to t by RFI: check the registers, and store them in t's frame. */
static struct thread *left_to(struct thread *t)
{
	struct arch_regs *r = thread_regs(t);
	const struct host_registers *out = &host_registers;

	ASSERT(host_exit_ip == r->ip && out->lr == r->ip && out->r[11] == r->ip && host_exit_msr == r->flags);
	ASSERT(has_saved(r, &(struct host_registers){ .r = { [1] = out->r[1], [2] = out->r[2], [30] = out->r[30],
							     [31] = out->r[31] }, .lr = r->ip }));
	ASSERT(out->ctr == 0 && out->cr == 0 && out->xer == 0);
	for (unsigned i = 0; i < ARRAY_LEN(cleared); i++)
		ASSERT(out->r[cleared[i]] == 0);
	for (unsigned i = 0; i < REG_MRS; i++)
		r->mr[i] = out->r[mr_register[i]];
	for (unsigned i = l4_tag_untyped((l4_tag_t){ r->mr[0] }) + 1; i < REG_MRS; i++)
		ASSERT(r->mr[i] == t->utcb[i]);
	arch_result_ipc(r, (l4_tid_t){ out->r[16] });
	arch_result_utcb(r, t->local.raw);
	return t;
}

/* The short path has delivered a message of self to t, which runs now. */
static struct thread *ipc_done(struct thread *self, struct thread *t, const struct host_registers *in)
{
	ASSERT(has_saved(thread_regs(self), in) && host_registers.r[14] == in->r[14]);
	ASSERT(tlb_here()->loaded == t->space);
	cpu_self()->current = t;
	host.fast++;
	return left_to(t);
}

/* The short path left the Ipc to core: the arguments must be unchanged. Returns 0. */
static struct thread *ipc_by_core(struct thread *self, const struct host_registers *in)
{
	struct arch_regs *r = thread_regs(self);

	ASSERT(host_registers.r[12] == (uintptr_t)self && host.cpu.rsp0 == &self->id && has_saved(r, in));
	ASSERT(host_registers.r[15] == in->r[15] && host_registers.r[16] == in->r[16]);
	ASSERT(host_registers.r[17] == in->r[17]);
	for (unsigned i = 0; i < REG_MRS; i++) {
		ASSERT(host_registers.r[mr_register[i]] == in->r[mr_register[i]]);
		r->mr[i] = in->r[mr_register[i]];
	}
	r->in[0] = host_registers.r[15];
	r->in[1] = host_registers.r[16];
	return 0;
}

struct thread *host_fast(struct thread *self, unsigned nr)
{
	struct host_registers in;

	leave_to(self);
	if (nr != L4_CALL_IPC)
		return 0;
	fill_registers(thread_regs(self));
	in = host_registers;
	make_invalid(thread_regs(self));
	enter();
	if (host_exit != HOST_TO_USER)
		return ipc_by_core(self, &in);
	return ipc_done(self, thread_of(host.cpu.rsp0), &in);
}

/* The kernel's exit by C loads the registers of the frame. */
void arch_ipc_received(struct thread *t, l4_tid_t from)
{
	msg_own_registers(t, l4_tag_untyped((l4_tag_t){ t->mr[0] }));
	arch_result_ipc(thread_regs(t), from);
	arch_ipc_done(t);
}
