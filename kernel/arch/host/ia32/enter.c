/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * enter.c - runs Ipc by the short path of ia32: fast.S of kernel/arch/ia32, assembled for the host. The
 * thread's registers are loaded as at SYSENTER, and its saved ones are made invalid. The short path runs
 * until it returns to user code or calls C; its effects are then checked, with a model of segments: what the
 * GDT has, and what the CPU keeps of a descriptor since the register was loaded.
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

#define INVALID_WORD ((l4_word_t)0xa5a5a5a5)

const bool host_has_fast_path = true;
const bool host_has_fast_calls = false;
const bool host_has_ranges = false;
const bool host_has_gs = true;
struct host_registers host_registers;
uint32_t host_exit;
l4_word_t host_flags, host_sp;
struct space *host_space;
void (*host_entry)(void);

void host_load_root(void)
{
	arch_tlb_load(host_space->tlb.direct);
	tlb_switched(host_space);
}

/* ---- the CPU's data ---- */

/* The segments of s are in the GDT, and user code has loaded them, as its IP and ports are those of s. */
static bool has_segments_of(const struct space *s)
{
	const struct host_segments *c = &host.cpu.segments;

	return c->code[0] == s->arch.seg.low && c->code[1] == s->arch.seg.high
	    && c->data[0] == s->arch.seg.low && c->data[1] == (s->arch.seg.high ^ HOST_CODE_NOT_DATA)
	    && !memcmp(c->hidden, c->data, sizeof(c->data)) && c->es == HOST_USER_DS
	    && c->cell_ip == s->arch.ipc_return && c->iomap == s->arch.iomap;
}

/* Set the CPU's state as leave_to and switch_to of ia32 do at an exit to self. */
static void leave_to(struct thread *self)
{
	struct host_segments *c = &host.cpu.segments;
	const struct space *s = self->space;

	host.cpu.rsp0 = &self->id;
	host.cpu.gs = host.gs_is_lost ? 0 : HOST_USER_GS;
	if (s != host.small)
		tlb_switch(self->space);
	host.cpu.floor = s->tlb.direct ? cpu_self()->floor : SCHED_NO_SWITCH;
	c->code[0] = c->data[0] = s->arch.seg.low;
	c->code[1] = s->arch.seg.high;
	c->data[1] = s->arch.seg.high ^ HOST_CODE_NOT_DATA;
	memcpy(c->hidden, c->data, sizeof(c->data));
	c->es = HOST_USER_DS;
	c->cell_ip = s->arch.ipc_return;
	c->iomap = s->arch.iomap;
	ASSERT(has_segments_of(s));
}

/* ---- entry ---- */

static void fill_registers(const struct arch_regs *r)
{
	struct l4_ipc_args a = arch_args_ipc(r);

	memset(&host_registers, 0x5a, sizeof(host_registers));
	host_registers.eax = a.to.raw;
	host_registers.edx = a.from.raw;
	host_registers.ecx = a.timeouts;
	host_registers.esi = r->mr[0];
	host_registers.ebp = r->sp;
	host_flags = (r->flags & HOST_FLAGS_USER) | HOST_FLAGS | HOST_FLAGS_STATUS;
}

/* Outside of this a small space has the word that G5 gives it. */
static void enter(void (*at)(void))
{
	sigset_t all, before;

	sigfillset(&all);
	host_entry = at;
	if (host.small)
		host.small->tlb.direct |= HOST_DIRECT_SMALL;
	sigprocmask(SIG_SETMASK, &all, &before);
	host_enter();
	sigprocmask(SIG_SETMASK, &before, 0);
	if (host.small)
		host.small->tlb.direct &= ~(uint64_t)HOST_DIRECT_SMALL;
}

/* ---- exit ---- */

/* An Ipc has returned to t by SYSEXIT: check the registers, and store them in t's frame. */
static struct thread *left_to(struct thread *t)
{
	struct arch_regs *r = thread_regs(t);

	ASSERT(host_registers.ecx == r->sp && host_registers.edx == HOST_USER_DS);
	ASSERT(host_registers.edi == t->local.raw && host.cpu.utcb_cell == t->local.raw);
	ASSERT(host_registers.ebx == t->utcb[1] && host_registers.ebp == t->utcb[2]);
	r->mr[0] = host_registers.esi;
	arch_result_ipc(r, (l4_tid_t){ host_registers.eax });
	arch_result_utcb(r, host_registers.edi);
	return t;
}

/* The short path has delivered a message of self to t, which runs now. loaded: the page table before it. */
static struct thread *ipc_done(const struct thread *self, struct thread *t, const struct host_registers *in,
			       uint64_t loaded)
{
	ASSERT(thread_regs(self)->sp == in->ebp && host_registers.esi == in->esi);
	ASSERT(t->space == host.small ? host.tlb_word == loaded : tlb_here()->loaded == t->space);
	ASSERT(has_segments_of(t->space));
	cpu_self()->current = t;
	host.fast++;
	return left_to(t);
}

/* The short path left the Ipc to core: the arguments must be unchanged. Returns 0. */
static struct thread *ipc_by_core(struct thread *self, const struct host_registers *in)
{
	struct arch_regs *r = thread_regs(self);
	bool odd = host_flags & HOST_FLAGS_ODD;

	ASSERT((host_exit == HOST_TO_ODD) == odd);
	ASSERT(!odd || host.cpu.segments.odd_flags == host_flags);
	ASSERT(host_registers.esp == (uintptr_t)&self->id && host.cpu.rsp0 == &self->id);
	ASSERT(r->sp == in->ebp && host_registers.ecx == in->ecx && host_registers.esi == in->esi);
	ASSERT(has_segments_of(self->space));
	ASSERT(host_registers.eax == in->eax && host_registers.edx == in->edx);
	r->mr[0] = in->esi;
	r->in[0] = host_registers.eax;
	r->in[1] = host_registers.edx;
	return 0;
}

struct thread *host_fast(struct thread *self, unsigned nr)
{
	struct host_registers in;
	uint64_t loaded;

	leave_to(self);
	if (nr != L4_CALL_IPC)
		return 0;
	fill_registers(thread_regs(self));
	in = host_registers;
	loaded = host.tlb_word;
	thread_regs(self)->sp = thread_regs(self)->mr[0] = INVALID_WORD;
	enter(entry_sysenter);
	if (host_exit != HOST_TO_USER)
		return ipc_by_core(self, &in);
	return ipc_done(self, thread_of(host.cpu.rsp0), &in, loaded);
}

/* Runs fast_leave, which loads t's registers at the exit, already now: tests read registers before t runs. */
void arch_ipc_received(struct thread *t, l4_tid_t from)
{
	arch_result_ipc(thread_regs(t), from);
	memset(&host_registers, 0x5a, sizeof(host_registers));
	host_registers.eax = (uintptr_t)t;
	host_flags = HOST_FLAGS;
	enter(fast_leave);
	ASSERT(host_exit == HOST_TO_USER);
	left_to(t);
}
