/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hostile_arch.c - what hostile threads execute on ia32: see hostile_arch.h. A function with arguments finds
 * the address of the registers of its call as the first one.
 */
#include "exregs.h"
#include "hostile_code.h"

enum { LOOP = 3000, INTS = 256, MR_IN_REGISTERS = 1, FLAGS_BELOW_VM = 1 << 17, LOW = 1 << 16 };

word hostile_far(void) { return 0xb0000000 - (hostile_below(64) << 22); }
word hostile_link(word at) { return at; }

/* Mostly one of those that short messages have. */
word hostile_mr(void)
{
	return MR_IN_REGISTERS + hostile_below(hostile_below(2) ? 8 : 64 - MR_IN_REGISTERS);
}

static word any_utcb(void) { return SPACE_UTCB + UTCB_BYTES * hostile_below(HOSTILES) + MR0_OFFSET; }

/* ---- records ---- */

static void make_any(struct record *c) { (void)c; }

static void make_ipc(struct record *c)
{
	struct regs *r = &c->regs;

	r->edi = hostile_below(8) ? any_utcb() : r->edi;
	r->esi = hostile_tag();
	r->eax = hostile_below(4) ? hostile_id() : 0;
	r->edx = hostile_below(3) ? L4_anythread.raw : hostile_below(2) ? hostile_id() : 0;
	r->ecx = hostile_time() << 16 | hostile_time();
}

static void make_unmap(struct record *c)
{
	c->regs.eax = hostile_below(8) | (hostile_below(2) ? 0x40 : 0);
	c->regs.esi = hostile_fpage();
	c->regs.edi = any_utcb();
}

static void make_exchange(struct record *c)
{
	struct regs *r = &c->regs;

	r->eax = hostile_id();
	r->ecx = hostile_below(8) ? hostile_below(1024) & ~(word)(X_H | X_PAGER) : hostile_random();
	r->edx = hostile_below(4) ? pool(HOSTILE_PAGE) + ((1 + hostile_below(HOSTILES)) << AREA_LOG2) - 8
				  : hostile_address();
	r->esi = hostile_below(4) ? (word)hostile_main : hostile_address();
	r->edi = hostile_below(4) ? FLAGS_START : hostile_random();
	r->ebp = hostile_id();
}

static void make_thread(struct record *c)
{
	c->regs.eax = hostile_id();
	c->regs.ecx = hostile_id();
	c->regs.esi = hostile_id();
	if (hostile_below(2))
		c->regs.edi = hostile_below(2) ? -1ul : SPACE_UTCB + UTCB_BYTES * hostile_below(64);
}

static void make_loop(struct record *c) { c->regs.REG_COUNT = 1 + hostile_below(LOOP); }

static word any_selector(void)
{
	return hostile_below(2) ? hostile_below(10) * 8 + hostile_below(8) : hostile_below(LOW);
}

static void make_selector(struct record *c) { c->regs.eax = any_selector(); }
static void make_memory(struct record *c) { c->regs.eax = hostile_in_areas() & -16ul; }

/* The registers are what memory has at the argument: IP, selector; flags, without VM (docs/caveats.md). */
static void make_far(struct record *c)
{
	c->regs.eax = hostile_below(2) ? hostile_below(LOW) : (word)hostile_main;
	c->regs.ebx = any_selector();
	c->regs.ecx = hostile_below(FLAGS_BELOW_VM);
}

static void make_int(struct record *c) { c->target += 2 * hostile_below(INTS); }
static void make_debug(struct record *c) { c->target += 4 * hostile_below(8); }

static void make_code(struct record *c)
{
	c->target = pool(HOSTILE_PAGE) + (hostile_below(HOSTILES) << AREA_LOG2) + PAGE + hostile_below(PAGE);
	c->regs.esi = c->regs.edi = c->regs.ebx = hostile_in_areas();
	c->regs.ecx = hostile_below(64);
}

static void make_wild(struct record *c) { c->target = hostile_word(); }

const struct kind hostile_kinds[] = {
	{ 120, true, (word)__L4_Ipc, make_ipc }, { 32, true, (word)__L4_Lipc, make_ipc },
	{ 32, true, (word)__L4_Unmap, make_unmap }, { 32, true, (word)__L4_ExchangeRegisters, make_exchange },
	{ 20, true, (word)__L4_ThreadSwitch, make_thread }, { 8, true, (word)__L4_Schedule, make_thread },
	{ 8, true, (word)__L4_ThreadControl, make_thread }, { 8, true, (word)__L4_SpaceControl, make_thread },
	{ 4, true, (word)__L4_ProcessorControl, make_any }, { 8, true, (word)__L4_MemoryControl, make_unmap },
	{ 8, true, (word)__L4_SystemClock, make_any },
	{ 2, false, (word)lock_nop, make_any }, { 6, false, (word)count_register, make_loop },
	{ 3, false, (word)int_all, make_int }, { 2, false, (word)segments_load_a, make_selector },
	{ 2, false, (word)gs_load_a, make_selector }, { 1, false, (word)load_gs_null, make_any },
	{ 1, false, (word)load_ds_null, make_any }, { 1, false, (word)trap_sysenter, make_any },
	{ 2, false, (word)trap_syscall, make_ipc }, { 1, false, (word)trap_iret, make_any },
	{ 1, false, (word)trap_ud, make_any }, { 1, false, (word)debug_registers, make_debug },
	{ 1, false, (word)iret_long, make_far }, { 1, false, (word)far_jump, make_far },
	{ 1, false, (word)far_call, make_far }, { 1, false, (word)far_return, make_any },
	{ 3, false, (word)fpu_load, make_any }, { 2, false, (word)fpu_pend, make_any },
	{ 1, false, (word)fpu_wait, make_any }, { 1, false, (word)trap_x87, make_any },
	{ 1, false, (word)trap_xm, make_any }, { 1, false, (word)trap_xrstor, make_memory },
	{ 1, false, (word)trap_xsetbv, make_any }, { 8, false, 0, make_code }, { 1, false, 0, make_wild },
};

const unsigned hostile_kind_count = sizeof hostile_kinds / sizeof *hostile_kinds;

/* ---- code ---- */

const struct fragment hostile_fragments[] = {
	{ 1, A_CALL, "\xb9" }, { 1, A_CALL, "\xb9" }, { 1, A_WORD, "\xbe" }, { 1, A_WORD, "\xbf" },
	{ 1, A_WORD, "\xba" }, { 1, A_WORD, "\xb8" }, { 1, A_WORD, "\xbb" }, { 1, A_WORD, "\xbc" },
	{ 1, A_WORD, "\xbd" }, { 1, A_WORD, "\xb9" }, { 1, NO_TAIL, "\xce" }, { 2, NO_TAIL, "\x0f\x07" },
	{ 1, MEMORY, "\xc4" }, { 1, MEMORY, "\xc5" }, { 1, MEMORY, "\x62" }, { 1, NO_TAIL, "\x07" },
	{ 1, NO_TAIL, "\x17" }, { 1, NO_TAIL, "\x1f" }, { 1, NO_TAIL, "\x16" }, { 1, NO_TAIL, "\x60" },
	{ 1, NO_TAIL, "\x61" }, { 1, A_LONG, "\x9a" }, { 1, A_LONG, "\xea" }, { 1, MEMORY, "\x01" },
	{ 2, MEMORY, "\x64\x8b" }, { 2, MEMORY, "\x65\x89" }, { 2, MEMORY, "\x65\x8b" },
	{ 1, REGISTERS, "\xf7" },
};

const unsigned hostile_fragment_count = sizeof hostile_fragments / sizeof *hostile_fragments;
