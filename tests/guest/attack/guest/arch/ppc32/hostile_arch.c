/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hostile_arch.c - what hostile threads execute on ppc32: see hostile_arch.h.
 */
#include "exregs.h"
#include "hostile_arch.h"

enum { LOOP = 3000, MR_IN_REGISTERS = 10, HALF = 16 };

word hostile_far(void) { return 0xb0000000 - (hostile_below(64) << 22); }
word hostile_link(word at) { return *(const word *)at; }

/* Mostly one of those that short messages have. */
word hostile_mr(void)
{
	return MR_IN_REGISTERS + hostile_below(hostile_below(2) ? 8 : 64 - MR_IN_REGISTERS);
}

/* ---- records ---- */

static void make_any(struct record *c) { (void)c; }

static void make_ipc(struct record *c)
{
	struct regs *r = &c->regs;

	r->r14 = hostile_tag();
	r->r15 = hostile_below(4) ? hostile_id() : 0;
	r->r16 = hostile_below(3) ? L4_anythread.raw : hostile_below(2) ? hostile_id() : 0;
	r->r17 = hostile_time() << HALF | hostile_time();
	r->r3 = hostile_below(2) ? hostile_item() : hostile_word();
}

static void make_unmap(struct record *c)
{
	c->regs.r15 = hostile_below(8) | (hostile_below(2) ? 0x40 : 0);
	c->regs.r14 = hostile_fpage();
	c->regs.r3 = hostile_fpage();
}

static void make_exchange(struct record *c)
{
	struct regs *r = &c->regs;

	r->r3 = hostile_id();
	r->r4 = hostile_below(8) ? hostile_below(1024) & ~(word)(X_H | X_PAGER) : hostile_random();
	r->r5 = hostile_below(4) ? pool(HOSTILE_PAGE) + ((1 + hostile_below(HOSTILES)) << AREA_LOG2) - 8
				 : hostile_address();
	r->r6 = hostile_below(4) ? (word)hostile_main : hostile_address();
	r->r7 = hostile_below(4) ? FLAGS_START : hostile_random();
	r->r9 = hostile_id();
}

static void make_thread(struct record *c)
{
	c->regs.r3 = hostile_id();
	c->regs.r4 = hostile_id();
	c->regs.r5 = hostile_id();
	if (hostile_below(2))
		c->regs.r7 = hostile_below(2) ? -1ul : SPACE_UTCB + UTCB_BYTES * hostile_below(64);
}

static void make_loop(struct record *c) { c->regs.REG_COUNT = 1 + hostile_below(LOOP); }
static void make_memory(struct record *c) { c->regs.REG_A = hostile_in_areas(); }

static void make_fault(struct record *c)
{
	static word cases;

	while (faults_program[cases].at)
		cases++;
	c->target = faults_program[hostile_below(cases)].at;
}

static void make_code(struct record *c)
{
	word area = pool(HOSTILE_PAGE) + (hostile_below(HOSTILES) << AREA_LOG2);

	c->target = area + PAGE + (hostile_below(PAGE) & -4ul);
	c->regs.r3 = c->regs.r4 = c->regs.r5 = hostile_in_areas();
	c->regs.ctr = hostile_below(64);
}

static void make_wild(struct record *c) { c->target = hostile_word(); }

#define LINK(name) (word)&__L4_##name
const struct kind hostile_kinds[] = {
	{ 120, true, LINK(Ipc), make_ipc }, { 32, true, LINK(Lipc), make_ipc },
	{ 32, true, LINK(Unmap), make_unmap }, { 32, true, LINK(ExchangeRegisters), make_exchange },
	{ 20, true, LINK(ThreadSwitch), make_thread }, { 8, true, LINK(Schedule), make_thread },
	{ 8, true, LINK(ThreadControl), make_thread }, { 8, true, LINK(SpaceControl), make_thread },
	{ 4, true, LINK(ProcessorControl), make_any }, { 8, true, LINK(MemoryControl), make_unmap },
	{ 8, true, LINK(SystemClock), make_any },
	{ 2, false, (word)tlbia_only, make_any }, { 6, false, (word)count_register, make_loop },
	{ 2, false, (word)trap_sc, make_any }, { 1, false, (word)trap_ud, make_any },
	{ 1, false, (word)trap_trap, make_any }, { 2, false, (word)trap_zero, make_memory },
	{ 1, false, (word)trap_equal, make_any },
	{ 2, false, (word)trap_load_reserved, make_memory },
	{ 2, false, (word)trap_load_multiple, make_memory }, { 1, false, (word)trap_vector, make_any },
	{ 3, false, (word)fpu_load, make_memory }, { 2, false, (word)fpu_store, make_memory },
	{ 1, false, (word)fpu_divide, make_any }, { 3, false, 0, make_fault },
	{ 8, false, 0, make_code }, { 1, false, 0, make_wild },
};

const unsigned hostile_kind_count = sizeof hostile_kinds / sizeof *hostile_kinds;

/* ---- code ---- */

enum {
	LIS_R12 = 0x3d800000, ORI_R12 = 0x618c0000, MTCTR_R12 = 0x7d8903a6, BCTRL = 0x4e800421,
};

/* An instruction, and which of its bits are random; twice: it is more frequent. */
static const struct { uint32_t code, any; } fragments[] = {
	{ 0, 0xffffffff }, { 0, 0xffffffff },
	{ 0x44000002, 0 }, { 0x44000002, 0x03fffffd },			/* sc */
	{ 0x7c0002e4, 0 }, { 0x7fe00008, 0 }, { 0x0c000000, 0x03ffffff },	/* tlbia, trap, twi */
	/* lis, addi, ori */
	{ 0x3c000000, 0x03ffffff }, { 0x38000000, 0x03ffffff },
	{ 0x60000000, 0x03ffffff },
	/* add, mtlr, mtctr */
	{ 0x7c000214, 0x03fff800 }, { 0x7c0803a6, 0x03e00000 },
	{ 0x7c0903a6, 0x03e00000 },
	/* lwz, stw, stwu */
	{ 0x80000000, 0x03ffffff }, { 0x90000000, 0x03ffffff },
	{ 0x94000000, 0x03ffffff },
	/* by r3, r4, r5 */
	{ 0x80030000, 0x03e000ff }, { 0x90040000, 0x03e000ff },
	{ 0x98050000, 0x03e000ff },
	{ 0xb8030000, 0x03e000ff }, { 0xbc040000, 0x03e000ff },		/* lmw, stmw */
	{ 0x7c00042a, 0x03fff800 }, { 0x7c00052a, 0x03fff800 },		/* lswx, stswx */
	{ 0x7c001828, 0x03e00000 }, { 0x7c00192d, 0x03e00000 },		/* lwarx, stwcx. by r3 */
	/* dcbz, dcbf, icbi */
	{ 0x7c0007ec, 0x001ff800 }, { 0x7c0000ac, 0x001ff800 },
	{ 0x7c0007ac, 0x001ff800 },
	/* dcbi, eciwx, ecowx */
	{ 0x7c0003ac, 0x001ff800 }, { 0x7c00026c, 0x03fff800 },
	{ 0x7c00036c, 0x03fff800 },
	{ 0x7c0002a6, 0x03fff800 }, { 0x7c0003a6, 0x03fff800 },		/* mfspr, mtspr */
	/* mfmsr, mtmsr, rfi */
	{ 0x7c0000a6, 0x03e00000 }, { 0x7c000124, 0x03e00000 },
	{ 0x4c000064, 0 },
	/* mtsr, mfsr, tlbie */
	{ 0x7c0001a4, 0x03ef0000 }, { 0x7c0004a6, 0x03ef0000 },
	{ 0x7c000264, 0x0000f800 },
	{ 0x7c000120, 0x03eff000 }, { 0x7c000400, 0x03800000 },		/* mtcrf, mcrxr */
	/* FPU, mtfsf */
	{ 0xfc00002a, 0x03ffffff }, { 0xec000000, 0x03ffffff },
	{ 0xfc0001fe, 0x03ffffff },
	{ 0xc8030000, 0x03e000ff }, { 0xd8040000, 0x03e000ff },		/* lfd, stfd */
	{ 0x10000000, 0x03ffffff }, { 0x7c0000ce, 0x03fff800 },		/* AltiVec */
	{ 0x4c00012c, 0 }, { 0x7c0004ac, 0 }, { 0x7c0006ac, 0 },	/* isync, sync, eieio */
	{ 0x4e800020, 0 }, { 0x4e800420, 1 }, { 0x4e800021, 0 },	/* blr, bctr, blrl */
	{ 0x48000000, 0x000000fd }, { 0x40000000, 0x03ff00fd },		/* b, bc, forward */
};

static uint8_t *put_code(uint8_t *at, word code)
{
	*(uint32_t *)(void *)at = (uint32_t)code;
	return at + sizeof(uint32_t);
}

/* One of these, or a call of a link, which is four times as frequent as each of them. */
uint8_t *hostile_put(uint8_t *at)
{
	unsigned n = (unsigned)hostile_below(sizeof fragments / sizeof *fragments + 4);
	word link;

	if (n < sizeof fragments / sizeof *fragments)
		return put_code(at, fragments[n].code | (hostile_random() & fragments[n].any));
	link = hostile_any_link();
	at = put_code(at, LIS_R12 | link >> HALF);
	at = put_code(at, ORI_R12 | (link & 0xffff));
	return put_code(put_code(at, MTCTR_R12), BCTRL);
}
