/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * insn.c - classify instructions of PowerPC (32 bits, Book S) by their primary and extended opcodes: enough
 * to tell the expensive and the branching ones apart.
 */
#include "insn.h"
#include "marks.h"

#define CLASS_NAME(name) #name,
const char *const class_name[CLASS_COUNT] = { CLASSES(CLASS_NAME) };

struct entry { uint16_t opcode; uint8_t cls; };

/* Primary opcode 19. */
static const struct entry opcode_19[] = {
	{ 0, C_crlogical }, { 33, C_crlogical }, { 50, C_rfi }, { 129, C_crlogical }, { 150, C_isync },
	{ 193, C_crlogical }, { 225, C_crlogical }, { 257, C_crlogical }, { 289, C_crlogical },
	{ 417, C_crlogical }, { 449, C_crlogical },
};

/* Primary opcode 31. */
static const struct entry opcode_31[] = {
	{ 4, C_trap }, { 11, C_mul }, { 19, C_mfcr }, { 20, C_lwarx }, { 54, C_dcb }, { 75, C_mul },
	{ 83, C_mfmsr }, { 86, C_dcb }, { 144, C_mtcr },
	{ 146, C_mtmsr }, { 150, C_stwcx }, { 210, C_mtsr }, { 235, C_mul },
	{ 242, C_mtsr }, { 246, C_dcb }, { 278, C_dcb }, { 306, C_tlbie }, { 371, C_mftb }, { 459, C_div },
	{ 470, C_dcb }, { 491, C_div }, { 512, C_mfxer }, { 533, C_string }, { 535, C_fp }, { 566, C_tlbsync },
	{ 567, C_fp }, { 595, C_mfsr }, { 597, C_string }, { 598, C_sync }, { 599, C_fp }, { 631, C_fp },
	{ 659, C_mfsr }, { 661, C_string }, { 663, C_fp }, { 695, C_fp }, { 725, C_string }, { 727, C_fp },
	{ 759, C_fp }, { 854, C_eieio }, { 971, C_div }, { 982, C_icbi }, { 983, C_fp }, { 1003, C_div },
	{ 1014, C_dcbz }, { 523, C_mul }, { 587, C_mul }, { 747, C_mul },	/* the same with OE */
};

enum { MFSPR = 339, MTSPR = 467, SPR_XER = 1, SPR_LR = 8, SPR_CTR = 9, BCLR = 16, BCCTR = 528 };
enum { LINK = 1, BO_ALWAYS = 20, BATS_FIRST = 528, BATS = 16 };

static uint8_t look_up(const struct entry *table, unsigned count, unsigned opcode)
{
	for (unsigned i = 0; i < count; i++)
		if (table[i].opcode == opcode)
			return table[i].cls;
	return C_none;
}

#define LOOK_UP(table, opcode) look_up(table, sizeof(table) / sizeof(table)[0], opcode)

/* mtspr and mfspr; the halves of the register's number stand in the reverse order. */
static uint8_t classify_spr(uint32_t word, bool to)
{
	unsigned spr = (word >> 16 & 31) | (word >> 6 & 0x3e0);

	if (spr == SPR_LR || spr == SPR_CTR)
		return to ? C_mtjump : C_mfjump;
	if (spr == SPR_XER)
		return to ? C_mtxer : C_mfxer;
	if (spr - BATS_FIRST < BATS)
		return to ? C_mtbat : C_mfbat;
	return to ? C_mtspr : C_mfspr;
}

static bool is_always(uint32_t word) { return (word >> 21 & BO_ALWAYS) == BO_ALWAYS; }

static uint8_t classify_19(uint32_t word)
{
	unsigned opcode = word >> 1 & 1023;

	if (opcode != BCLR && opcode != BCCTR)
		return LOOK_UP(opcode_19, opcode);
	if (word & LINK)
		return C_ind_call;
	if (!is_always(word))
		return C_jcc;
	return opcode == BCLR ? C_ret : C_ind_jmp;
}

static uint8_t classify_31(uint32_t word)
{
	unsigned opcode = word >> 1 & 1023;

	if (opcode == MTSPR || opcode == MFSPR)
		return classify_spr(word, opcode == MTSPR);
	return LOOK_UP(opcode_31, opcode);
}

static uint8_t classify(uint32_t word)
{
	switch (word >> 26) {
	case 3:
		return C_trap;
	case 7:
		return C_mul;
	case 16:
		return word & LINK ? C_call : C_jcc;
	case 17:
		return C_sc;
	case 18:
		return word & LINK ? C_call : C_jmp;
	case 19:
		return classify_19(word);
	case 31:
		return classify_31(word);
	case 46:
		return C_lmw;
	case 47:
		return C_stmw;
	case 48 ... 55:
	case 59:
	case 63:
		return C_fp;
	default:
		return C_none;
	}
}

static void find_mark(struct insn *q, uint32_t word)
{
	static const uint8_t kinds[] = {
		[SCOPE_MARK_BEGIN] = MARK_BEGIN, [SCOPE_MARK_OP] = MARK_OP, [SCOPE_MARK_END] = MARK_END,
		[SCOPE_MARK_SPACE] = MARK_SPACE,
	};
	unsigned kind = word >> 16 & 31;

	if ((word & 0xffe00000) != SCOPE_MARK_WORD || kind >= sizeof kinds)
		return;
	q->mark = kinds[kind];
	q->id = (uint16_t)word;
}

/* The kernel writes MSR to let interrupts in, but for its code that saves and loads the FPU. */
static uint8_t role_of(uint8_t cls)
{
	switch (cls) {
	case C_sc:
		return F_ENTERS;
	case C_rfi:
		return F_LEAVES;
	case C_mtmsr:
		return F_OPENS;
	case C_mtsr:
		return F_SPACE;
	default:
		return 0;
	}
}

void insn_classify(struct insn *q)
{
	uint32_t word = (uint32_t)q->bytes[0] << 24 | q->bytes[1] << 16 | q->bytes[2] << 8 | q->bytes[3];

	find_mark(q, word);
	q->cls = classify(word);
	q->flags = role_of(q->cls);
}
