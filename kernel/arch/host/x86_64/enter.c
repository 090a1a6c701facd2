/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * enter.c - runs system calls by the fast path of x86_64: the .S files of kernel/arch/x86_64, assembled for
 * the host. The thread's registers are loaded as at SYSCALL, and its saved ones are made invalid. The fast
 * path runs until it returns to user code or calls C; its effects are then checked.
 */
#include <signal.h>
#include <string.h>
#include <core/arch.h>
#include <core/kernel.h>
#include <core/sched.h>
#include <core/upcall.h>
#include <mem/tlb.h>
#include <lib/panic.h>
#include "enter.h"

#define INVALID_WORD ((l4_word_t)0xa5a5a5a5a5a5a5a5)

/* No address in use. Canonical: with another RSP an interrupt ends the process, on CPUs of AMD (frame.h). */
#define HOST_STACK ((l4_word_t)0x5a5a5a5a5a5a)

const bool host_has_fast_path = true;
const bool host_has_fast_calls = true;
const bool host_has_gs = true;
struct host_registers host_registers;
uint32_t host_exit;
uint64_t host_root;
void (*host_entry)(void);

/* ---- the CPU's data ---- */

/* Set the CPU's state as leave and switch_to of x86_64 do at an exit to self. */
static void leave_to(struct thread *self)
{
	host.cpu.rsp0 = &self->id;
	host.cpu.gs = host.gs_is_lost ? 0 : HOST_USER_GS;
	tlb_switch(self->space);
	host.cpu.floor = self->space->tlb.direct ? cpu_self()->floor : SCHED_NO_SWITCH;
}

/* ---- entry ---- */

static void fill_registers(const struct arch_regs *r, unsigned nr)
{
	memset(&host_registers, 0x5a, sizeof(host_registers));
	memcpy(host_registers.mr, r->mr, sizeof(r->mr));
	host_registers.rsp = r->sp;
	host_registers.r11 = r->flags;
	host_registers.rcx = host_link(nr);
	if (nr == L4_CALL_IPC) {
		struct l4_ipc_args a = arch_args_ipc(r);

		host_registers.rsi = a.to.raw;
		host_registers.rdx = a.from.raw;
		host_registers.r8 = a.timeouts;
	} else if (nr == L4_CALL_UNMAP) {
		host_registers.rdx = arch_args_unmap(r);
	}
}

static void invalidate_saved(struct arch_regs *r)
{
	memset(r->mr, 0xa5, sizeof(r->mr));
	r->sp = r->flags = INVALID_WORD;
}

static void enter(void (*at)(void))
{
	sigset_t all, before;

	sigfillset(&all);
	host.cpu.fs_base = INVALID_WORD;
	host.cpu.tls_loaded = 0;
	host_entry = at;
	sigprocmask(SIG_SETMASK, &all, &before);
	host_enter();
	sigprocmask(SIG_SETMASK, &before, 0);
}

/* Set the record of the running thread (L1). */
static void record(struct thread *t)
{
	cpu_self()->current = t;
	tlb_switched(t->space);
}

/*
 * The short Unmap runs with the record that short messages have left: it names the thread to which C exited.
 * Either it is mended as a whole, or it is unchanged.
 */
static void enter_unmap(struct thread *self)
{
	struct thread *behind = host.behind ? host.behind : self;

	record(behind);
	enter(entry_syscall);
	ASSERT(cpu_self()->current == self || cpu_self()->current == behind);
	ASSERT(tlb_here()->loaded == cpu_self()->current->space);			/* L1 */
	if (cpu_self()->current == self)
		host.behind = 0;
	record(self);
}

/* ---- exit ---- */

/* Registers that are no results must have the user's values. */
static void check_preserved(const struct host_registers *in)
{
	ASSERT(host_registers.rcx == in->rcx && host_registers.r11 == in->r11 && host_registers.rsp == in->rsp);
	ASSERT(host_registers.rsi == in->rsi && host_registers.r8 == in->r8);
}

/* The FS base was loaded for t if and only if it has one. */
static void check_tls(const struct thread *t)
{
	ASSERT(host.cpu.fs_base == (t->tls ? t->tls : INVALID_WORD));
	ASSERT(host.cpu.tls_loaded == (t->tls != 0));
}

/* An Ipc has returned to t by SYSRET: check the registers, and store them in t's frame. */
static struct thread *ipc_left_to(struct thread *t)
{
	struct arch_regs *r = thread_regs(t);

	ASSERT(host_registers.rbp == 0 && host_registers.rdx == 0);	/* no data of another thread */
	ASSERT(host_registers.rcx == host_link(L4_CALL_IPC));
	ASSERT(host_registers.rsp == r->sp && host_registers.r11 == r->flags);
	check_tls(t);
	ASSERT(host_registers.rdi == t->local.raw && host.cpu.utcb_cell == t->local.raw);
	ASSERT(host_registers.r8 == l4_tag_untyped((l4_tag_t){ host_registers.r9 }));
	memcpy(r->mr, host_registers.mr, sizeof(r->mr));
	arch_result_ipc(r, (l4_tid_t){ host_registers.rsi });
	arch_result_utcb(r, host_registers.rdi);
	return t;
}

/* The fast path has delivered a message of self to t, which runs now. */
static struct thread *ipc_done(const struct thread *self, struct thread *t, const struct host_registers *in)
{
	ASSERT(thread_regs(self)->sp == in->rsp && thread_regs(self)->flags == in->r11);
	if (!host.behind)
		host.behind = cpu_self()->current;
	record(t);
	host.fast++;
	return ipc_left_to(t);
}

/* The fast path left the Ipc to core: the arguments must be unchanged. Returns 0. */
static struct thread *ipc_by_core(struct thread *self, const struct host_registers *in)
{
	struct arch_regs *r = thread_regs(self);

	ASSERT(host_registers.rbp == (uintptr_t)&self->id && host.cpu.rsp0 == &self->id);
	ASSERT(r->sp == in->rsp && r->flags == in->r11);
	ASSERT(!memcmp(host_registers.mr, in->mr, sizeof(in->mr)));
	ASSERT(host_registers.rsi == in->rsi && host_registers.rdx == in->rdx && host_registers.r8 == in->r8);
	memcpy(r->mr, in->mr, sizeof(r->mr));
	r->in[0] = host_registers.rsi;
	r->in[1] = host_registers.rdx;
	return 0;
}

static void restore(struct thread *self, const struct host_registers *in)
{
	struct arch_regs *r = thread_regs(self);

	memcpy(r->mr, in->mr, sizeof(r->mr));
	r->sp = in->rsp;
	r->flags = in->r11;
}

/* A call other than Ipc: the fast path has returned to self, or left it to core (0). */
static struct thread *other_call(struct thread *self, unsigned nr, const struct host_registers *in)
{
	struct arch_regs *r = thread_regs(self);

	check_preserved(in);
	restore(self, in);
	if (host_exit != HOST_TO_USER)
		return 0;
	if (nr == L4_CALL_UNMAP) {
		r->mr[0] = host_registers.r9;
		arch_result_utcb(r, host_registers.rdi);
		host.unmaps++;
		ASSERT(tlb_here()->pending == 0);	/* G6 */
	} else {
		ASSERT(host_registers.rdx == 0);
		arch_result_system_clock(r, host_registers.rax);
		host.clocks++;
	}
	return self;
}

struct thread *host_fast(struct thread *self, unsigned nr)
{
	struct host_registers in;

	leave_to(self);
	fill_registers(thread_regs(self), nr);
	in = host_registers;
	invalidate_saved(thread_regs(self));
	if (nr == L4_CALL_UNMAP)
		enter_unmap(self);
	else
		enter(entry_syscall);
	if (host_exit != HOST_TO_USER)
		host.behind = 0;
	if (nr != L4_CALL_IPC || host_exit == HOST_TO_CALL)
		return other_call(self, nr, &in);
	if (host_exit == HOST_TO_IPC)
		return ipc_by_core(self, &in);
	return ipc_done(self, thread_of(host.cpu.rsp0), &in);
}

/* Runs fast_leave, which loads t's registers at the exit, already now: tests read registers before t runs. */
void arch_ipc_received(struct thread *t, l4_tid_t from)
{
	struct arch_regs *r = thread_regs(t);

	for (unsigned i = l4_tag_untyped((l4_tag_t){ r->mr[0] }) + 1; i < REG_MRS; i++)
		r->mr[i] = INVALID_WORD;
	arch_result_ipc(r, from);
	memset(&host_registers, 0x5a, sizeof(host_registers));
	host_registers.rsp = HOST_STACK;
	host_registers.rax = (uintptr_t)t;
	enter(fast_leave);
	ASSERT(host_exit == HOST_TO_USER);
	ipc_left_to(t);
}
