/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hostile_arch.c - what hostile threads execute on x86-64: see hostile_arch.h.
 */
#include <l4/pecan.h>
#include "exregs.h"
#include "hostile_code.h"

enum { LOOP = 3000, INTS = 256, MR_IN_REGISTERS = 8 };

word hostile_far(void) { return 0x7f0000000000ul - (hostile_below(64) << 30); }
word hostile_link(word at) { return *(const word *)at; }
word hostile_mr(void) { return MR_IN_REGISTERS + hostile_below(64 - MR_IN_REGISTERS); }

/* ---- messages ---- */

static word *in_register(struct regs *r, word i)
{
	word *at[] = { &r->r9, &r->rax, &r->rbx, &r->r10, &r->r12, &r->r13, &r->r14, &r->r15 };

	return at[i];
}

static void set_message(struct regs *r)
{
	word u = 0;

	r->rdi = hostile_below(8) ? SPACE_UTCB + UTCB_BYTES * hostile_below(HOSTILES) + UTCB_BYTES / 2 : r->rdi;
	r->r9 = hostile_tag();
	u = r->r9 & 63;
	for (word i = u + 1; i + 1 < 8; i += 2) {
		*in_register(r, i) = hostile_item();
		*in_register(r, i + 1) = hostile_below(4) ? hostile_fpage() : hostile_in_areas();
	}
}

static void make_any(struct record *c) { (void)c; }

static void make_ipc(struct record *c)
{
	set_message(&c->regs);
	c->regs.rsi = hostile_below(4) ? hostile_id() : 0;
	c->regs.rdx = hostile_below(3) ? L4_anythread.raw : hostile_below(2) ? hostile_id() : 0;
	c->regs.r8 = hostile_time() << 16 | hostile_time();
}

static void make_unmap(struct record *c)
{
	c->regs.rdx = hostile_below(8) | (hostile_below(2) ? 0x40 : 0);
	for (word i = 0; i < 8; i++)
		*in_register(&c->regs, i) = hostile_fpage();
}

static void make_exchange(struct record *c)
{
	struct regs *r = &c->regs;

	r->rax = hostile_id();
	r->rsi = hostile_below(8) ? hostile_below(1024) & ~(word)(X_H | X_PAGER) : hostile_random();
	r->rdx = hostile_below(4) ? pool(HOSTILE_PAGE) + ((1 + hostile_below(HOSTILES)) << AREA_LOG2) - 8
				  : hostile_address();
	r->r8 = hostile_below(4) ? (word)hostile_main : hostile_address();
	r->r9 = hostile_below(4) ? FLAGS_START : hostile_random();
	r->rdi = hostile_id();
}

static void make_thread(struct record *c)
{
	c->regs.rdi = hostile_id();
	c->regs.rsi = hostile_id();
	c->regs.r8 = hostile_id();
	if (hostile_below(2))
		c->regs.r9 = hostile_below(2) ? -1ul : SPACE_UTCB + UTCB_BYTES * hostile_below(64);
}

static void make_loop(struct record *c) { c->regs.rdi = 1 + hostile_below(LOOP); }
static void make_selector(struct record *c)
{
	c->regs.rdi = hostile_below(2) ? hostile_below(8) * 8 + hostile_below(8) : hostile_below(65536);
}

static void make_memory(struct record *c) { c->regs.rdi = c->regs.rax = hostile_in_areas() & -16ul; }

static void make_far(struct record *c)
{
	make_memory(c);
	if (hostile_below(2))
		return;
	c->regs.rdi = hostile_below(65536);
	c->regs.rsi = hostile_below(2) ? 0x2b : hostile_below(65536);
}

static void make_int(struct record *c) { c->target += 2 * hostile_below(INTS); }
static void make_debug(struct record *c) { c->target += 4 * hostile_below(8); }

static void make_code(struct record *c)
{
	c->target = pool(HOSTILE_PAGE) + (hostile_below(HOSTILES) << AREA_LOG2) + PAGE + hostile_below(PAGE);
	c->regs.rsi = c->regs.rdi = c->regs.rbx = hostile_in_areas();
	c->regs.rcx = hostile_below(64);
}

static void make_wild(struct record *c) { c->target = hostile_word(); }

const struct kind hostile_kinds[] = {
	{ 120, true, (word)&__L4_Ipc, make_ipc }, { 32, true, (word)&__L4_Lipc, make_ipc },
	{ 32, true, (word)&__L4_Unmap, make_unmap }, { 32, true, (word)&__L4_ExchangeRegisters, make_exchange },
	{ 20, true, (word)&__L4_ThreadSwitch, make_thread }, { 8, true, (word)&__L4_Schedule, make_thread },
	{ 8, true, (word)&__L4_ThreadControl, make_thread }, { 8, true, (word)&__L4_SpaceControl, make_thread },
	{ 4, true, (word)&__L4_ProcessorControl, make_any }, { 8, true, (word)&__L4_MemoryControl, make_unmap },
	{ 8, true, (word)&__L4_SystemClock, make_any }, { 4, true, (word)&__L4_Inspect, make_any },
	{ 8, true, (word)&__L4_SetTls, make_memory }, { 2, false, (word)lock_nop, make_any },
	{ 6, false, (word)count_down, make_loop }, { 3, false, (word)int_all, make_int },
	{ 2, false, (word)segments_load, make_selector }, { 2, false, (word)gs_load, make_selector },
	{ 1, false, (word)load_gs_null, make_any }, { 1, false, (word)trap_sysenter, make_any },
	{ 2, false, (word)trap_syscall, make_ipc }, { 1, false, (word)trap_swapgs, make_any },
	{ 1, false, (word)trap_iret, make_any }, { 1, false, (word)trap_ud, make_any },
	{ 1, false, (word)debug_registers, make_debug }, { 1, false, (word)trap_mov_ss, make_any },
	{ 1, false, (word)trap_ac, make_any }, { 1, false, (word)iret_quad, make_memory },
	{ 1, false, (word)iret_long, make_memory }, { 1, false, (word)far_jump, make_memory },
	{ 1, false, (word)far_call, make_memory }, { 1, false, (word)far_return, make_far },
	{ 3, false, (word)fpu_load, make_memory }, { 2, false, (word)fpu_store, make_memory },
	{ 1, false, (word)fpu_pend, make_any }, { 1, false, (word)fpu_wait, make_any },
	{ 1, false, (word)trap_x87, make_any }, { 1, false, (word)trap_xm, make_any },
	{ 1, false, (word)xsave_all, make_memory }, { 1, false, (word)trap_xrstor, make_memory },
	{ 1, false, (word)trap_xsetbv, make_any }, { 1, false, (word)trap_evex, make_any },
	{ 8, false, 0, make_code }, { 1, false, 0, make_wild },
};

const unsigned hostile_kind_count = sizeof hostile_kinds / sizeof *hostile_kinds;

const struct fragment hostile_fragments[] = {
	{ 2, A_CALL, "\x48\xb9" }, { 2, A_CALL, "\x48\xb9" }, { 2, A_WORD, "\x48\xbe" },
	{ 2, A_WORD, "\x48\xbf" }, { 2, A_WORD, "\x48\xba" }, { 2, A_WORD, "\x48\xb8" },
	{ 2, A_WORD, "\x49\xb8" }, { 2, A_WORD, "\x49\xb9" }, { 2, A_WORD, "\x48\xbc" },
	{ 2, A_WORD, "\x48\xbd" }, { 1, A_LONG, "\xb8" }, { 1, A_LONG, "\xb9" }, { 1, A_LONG, "\xba" },
	{ 3, NO_TAIL, "\x48\x0f\x07" }, { 2, NO_TAIL, "\x48\xcb" }, { 2, NO_TAIL, "\x48\xcf" },
	{ 1, NO_TAIL, "\x9d" }, { 3, NO_TAIL, "\x0f\x01\xf8" }, { 2, MEMORY, "\x48\x01" },
	{ 3, MEMORY, "\x64\x48\x8b" }, { 3, MEMORY, "\x65\x48\x89" }, { 3, MEMORY, "\x65\x48\x8b" },
	{ 3, MEMORY, "\x48\x0f\xae" }, { 3, REGISTERS, "\xc5\xfc\x58" }, { 3, NO_TAIL, "\xc5\xfc\x77" },
	{ 3, MEMORY, "\xc5\xfc\x10" }, { 4, REGISTERS, "\x62\xf1\x7c\x48" }, { 2, REGISTERS, "\x48\xf7" },
	{ 3, REGISTERS, "\xf3\x0f\xae" },
};

const unsigned hostile_fragment_count = sizeof hostile_fragments / sizeof *hostile_fragments;
