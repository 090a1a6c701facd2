/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpu.c - x87, SSE and AVX registers: loaded at a thread's first use (#NM), saved and cleared before another
 * thread runs. A thread that never uses them costs nothing. The registers never contain another thread's
 * data, not even while CR0.TS is set (SDM 3A 13.4; speculative reads, CVE-2018-3665).
 *
 * On a switch between two threads that both use them, the registers of the next thread are loaded during the
 * switch, without #NM. This is done FPU_LOADS times; then TS is set, and the thread's next use raises #NM. So
 * a thread that has stopped using them soon costs nothing.
 *
 * User code can use only the components that XCR0 enables, and all of them are saved; CPUs without XSAVE
 * have only those that FXSAVE saves. docs/decisions/fpu.md
 */
#include <core/arch.h>
#include <core/route.h>
#include <core/sched.h>
#include <arch/cpu.h>
#include <arch/features.h>
#include <mem/mem.h>
#include <lib/panic.h>
#include <lib/section.h>
#include "local.h"
#include "machine.h"

enum { FPU_LOADS = 15 };

/*
 * The state after FNINIT: exceptions masked, registers 0 (SDM 1 10.5.1; MXCSR at byte 24). For XRSTOR: no
 * component is in the image, so each gets its initial value; MXCSR is loaded from it (SDM 1 13.8.1). It is
 * filled at boot, because it is nearly all zeros.
 */
static uint8_t fpu_clean[FPU_BYTES] __attribute__((aligned(64)));

/* Load the registers from an image. */
static void restore(const uint8_t *from)
{
	if (feature_used(FEATURE_XSAVE))
		cpu_xrstor(from);
	else
		cpu_fxrstor(from);
}

/* Save the registers in the image `to`, and load them from another one. FNINIT as in clear_registers. */
static INLINE void exchange(uint8_t *to, const uint8_t *from)
{
	if (feature_used(FEATURE_XSAVE)) {
		cpu_xsave(to);
		cpu_fninit();
		cpu_xrstor(from);
	} else {
		cpu_fxsave(to);
		cpu_fninit();
		cpu_fxrstor(from);
	}
}

/* FNINIT too: on some CPUs FXRSTOR does not load the last instruction's address (AMD64 volume 2 11.4.4). */
static void clear_registers(void)
{
	cpu_fninit();
	restore(fpu_clean);
}

/*
 * Enable AVX if its state fits into arch_extra. AVX-512, AMX and others stay disabled: their state does not.
 */
static BOOT_CODE void enable_xsave(void)
{
	enum { ALWAYS = XCR0_X87 | XCR0_SSE };

	cpu_write_cr4(cpu_read_cr4() | CR4_OSXSAVE);
	cpu_write_xcr0(ALWAYS);
	if (!feature_used(FEATURE_AVX))
		return;
	cpu_write_xcr0(ALWAYS | XCR0_AVX);
	if (cpu_id(CPUID_XSTATE).ebx <= FPU_BYTES)
		return;
	cpu_write_xcr0(ALWAYS);
	feature_line("AVX", "off after all: too large");
}

BOOT_CODE void fpu_init(void)
{
	fpu_clean[0] = 0x7f;
	fpu_clean[1] = 0x03;
	fpu_clean[24] = 0x80;
	fpu_clean[25] = 0x1f;
	cpu_write_cr4(cpu_read_cr4() | CR4_OSFXSR | CR4_OSXMMEXCPT);
	if (feature_used(FEATURE_XSAVE))
		enable_xsave();
	cpu_clear_ts();
	clear_registers();
	cpu_set_ts();
}

/* Save the registers in the image `to`, and clear them; no thread owns them then. */
static NOINLINE void put_away(uint8_t *to)
{
	exchange(to, fpu_clean);
	cpu_set_ts();
	cpu_local()->fpu_owner = 0;
}

void fpu_first_use(struct thread *t)
{
	struct cpu_local *l = cpu_local();

	cpu_clear_ts();
	if (l->fpu_owner)			/* t is in the space of its redirector (L3) */
		exchange(l->fpu_owner->rest->extra.fpu, fpu_clean);
	if (t->fpu_used)
		restore(t->rest->extra.fpu);
	else
		arch_words_clear(t->rest->extra.fpu, sizeof(t->rest->extra.fpu) / sizeof(l4_word_t));	/* R4 */
	t->fpu_used = true;
	t->fpu_loads = FPU_LOADS;
	l->fpu_owner = t;
	l->floor = SCHED_NO_SWITCH;
	tlb_here()->held = (tlb_here()->held & ~(uint32_t)TLB_HELD_SHUT) | TLB_HELD_FPU;
}

/* Returns true if next is in the space of the redirector of owner's space, and that is another space. */
static bool may_keep(const struct thread *owner, const struct thread *next)
{
	const struct thread *r;

	if (owner->space == next->space)
		return false;
	if (l4_tid_eq(owner->space->redirector, next->id))
		return true;
	r = route_redirector(owner);
	return r && r->space == next->space;
}

uint32_t fpu_switch(struct thread *next)
{
	struct cpu_local *l = cpu_local();
	struct thread *owner = l->fpu_owner;

	cpu_clear_ts();			/* the FPU was shut, or an NMI has set it (trap_nmi) */
	if (owner == next)
		return TLB_HELD_FPU;
	if (next->fpu_loads) {
		next->fpu_loads--;
		exchange(owner->rest->extra.fpu, next->rest->extra.fpu);
		l->fpu_owner = next;
		return TLB_HELD_FPU;
	}
	if (!may_keep(owner, next)) {
		put_away(owner->rest->extra.fpu);
		return 0;
	}
	cpu_set_ts();
	return TLB_HELD_FPU | TLB_HELD_SHUT;
}

void fpu_discard(struct thread *t)
{
	struct cpu_local *l = cpu_local();

	if (!t->fpu_used)			/* nor is it the owner (R3) */
		return;
	if (l->fpu_owner == t) {
		cpu_clear_ts();
		clear_registers();
		cpu_set_ts();
		l->fpu_owner = 0;
		tlb_here()->held = TLB_HELD_REDIRECTED;		/* the next switch decides */
	}
	t->fpu_used = false;
	t->fpu_loads = 0;
}

void fpu_check(void)
{
	const struct thread *owner = cpu_local()->fpu_owner;
	uint32_t held = tlb_here()->held;
	bool shut = held & TLB_HELD_SHUT;

	ASSERT((!owner || shut) == !!(cpu_read_cr0() & CR0_TS));		/* L3 */
	ASSERT(!!owner == !!(held & TLB_HELD_FPU) && (!shut || owner));
	ASSERT(!owner || owner->fpu_used);			/* R3 */
}
