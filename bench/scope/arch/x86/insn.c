/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * insn.c - classify x86 instructions by prefixes, opcode and ModRM: enough to distinguish the expensive and
 * the branching ones apart, in 32-bit and 64-bit code alike.
 *
 * LDS and LES of 32-bit code share their first byte with VEX and are left unclassified.
 */
#include <string.h>

#include "insn.h"
#include "marks.h"

#define CLASS_NAME(name) #name,
const char *const class_name[CLASS_COUNT] = { CLASSES(CLASS_NAME) };

/* The bytes of an instruction after its prefixes. */
struct view {
	uint8_t opcode, modrm, reg, rep;
	bool memory, opsize;
};

struct range { uint8_t first, last, cls; };

static const struct range one_byte[] = {
	{ 0x07, 0x07, C_pop_seg }, { 0x17, 0x17, C_pop_seg }, { 0x1f, 0x1f, C_pop_seg },
	{ 0x6c, 0x6d, C_in }, { 0x6e, 0x6f, C_out }, { 0x70, 0x7f, C_jcc },
	{ 0x8e, 0x8e, C_mov_to_seg }, { 0x9a, 0x9a, C_far_jmp_call }, { 0x9c, 0x9c, C_pushf },
	{ 0x9d, 0x9d, C_popf }, { 0xc2, 0xc3, C_ret }, { 0xca, 0xcb, C_far_ret },
	{ 0xcc, 0xcc, C_int3_into }, { 0xcd, 0xcd, C_int_n }, { 0xce, 0xce, C_int3_into },
	{ 0xcf, 0xcf, C_iret }, { 0xe0, 0xe3, C_jcc }, { 0xe4, 0xe5, C_in }, { 0xe6, 0xe7, C_out },
	{ 0xe8, 0xe8, C_call }, { 0xe9, 0xe9, C_jmp }, { 0xea, 0xea, C_far_jmp_call },
	{ 0xeb, 0xeb, C_jmp }, { 0xec, 0xed, C_in }, { 0xee, 0xef, C_out },
	{ 0xf1, 0xf1, C_int3_into }, { 0xf4, 0xf4, C_hlt }, { 0xfa, 0xfa, C_cli },
	{ 0xfb, 0xfb, C_sti },
};

static const struct range two_byte[] = {
	{ 0x02, 0x03, C_lar_lsl }, { 0x05, 0x05, C_syscall }, { 0x06, 0x06, C_clts },
	{ 0x07, 0x07, C_sysret }, { 0x08, 0x09, C_wbinvd_invd }, { 0x20, 0x20, C_mov_from_cr },
	{ 0x21, 0x21, C_mov_dr }, { 0x23, 0x23, C_mov_dr }, { 0x30, 0x30, C_wrmsr },
	{ 0x31, 0x31, C_rdtsc }, { 0x32, 0x32, C_rdmsr }, { 0x33, 0x33, C_rdpmc },
	{ 0x34, 0x34, C_sysenter }, { 0x35, 0x35, C_sysexit }, { 0x78, 0x79, C_vmx_svm },
	{ 0x80, 0x8f, C_jcc }, { 0xa1, 0xa1, C_pop_seg }, { 0xa2, 0xa2, C_cpuid },
	{ 0xa9, 0xa9, C_pop_seg }, { 0xb2, 0xb2, C_lds_les_lfs }, { 0xb4, 0xb5, C_lds_les_lfs },
};

/* 0F 01 with a register operand, by ModRM byte. */
static const struct range group_7[] = {
	{ 0xc1, 0xc4, C_vmx_svm }, { 0xc8, 0xc9, C_monitor_mwait }, { 0xca, 0xcb, C_stac_clac },
	{ 0xd0, 0xd0, C_xgetbv }, { 0xd1, 0xd1, C_xsetbv }, { 0xd4, 0xd4, C_vmx_svm },
	{ 0xd8, 0xdf, C_vmx_svm }, { 0xee, 0xef, C_wrpkru_rdpkru }, { 0xf0, 0xf7, C_lmsw },
	{ 0xf8, 0xf8, C_swapgs }, { 0xf9, 0xf9, C_rdtsc },
};

/* Groups by the reg field of ModRM. */
static const uint8_t group_6[8] = {
	C_sldt_str_sgdt_sidt, C_sldt_str_sgdt_sidt, C_lldt, C_ltr,
	C_verr_verw, C_verr_verw, C_verr_verw, C_verr_verw,
};
static const uint8_t group_7_memory[8] = {
	C_sldt_str_sgdt_sidt, C_sldt_str_sgdt_sidt, C_lgdt, C_lidt, C_none, C_none, C_lmsw, C_invlpg,
};
static const uint8_t group_15_memory[8] = {
	C_fxsave, C_fxrstor, C_ldmxcsr_stmxcsr, C_ldmxcsr_stmxcsr, C_xsave, C_xrstor, C_xsave, C_clflush,
};
static const uint8_t group_15_register[8] = { [5] = C_lfence, [6] = C_mfence, [7] = C_sfence };
static const uint8_t group_15_rep[8] = { C_rdfsgsbase, C_rdfsgsbase, C_wrfsgsbase, C_wrfsgsbase };
static const uint8_t group_9_memory[8] = {
	[3] = C_xrstor, [4] = C_xsave, [5] = C_xsave, [6] = C_vmx_svm, [7] = C_vmx_svm,
};
static const uint8_t mov_to_cr[8] = {
	C_mov_to_cr0, C_mov_to_cr8_2, C_mov_to_cr8_2, C_mov_to_cr3, C_mov_to_cr4,
	C_mov_to_cr8_2, C_mov_to_cr8_2, C_mov_to_cr8_2,
};
static const uint8_t group_5[8] = {
	[2] = C_ind_call, [3] = C_far_jmp_call, [4] = C_ind_jmp, [5] = C_far_jmp_call,
};

static uint8_t look_up(const struct range *table, size_t count, uint8_t value)
{
	for (size_t i = 0; i < count; i++)
		if (value >= table[i].first && value <= table[i].last)
			return table[i].cls;
	return C_none;
}

#define LOOK_UP(table, value) look_up(table, sizeof(table) / sizeof(table)[0], value)

static bool is_string(uint8_t opcode)
{
	return (opcode >= 0x6c && opcode <= 0x6f) || (opcode >= 0xa4 && opcode <= 0xa7)
	    || (opcode >= 0xaa && opcode <= 0xaf);
}

static uint8_t classify_one(const struct view *v, uint8_t *flags)
{
	if (v->rep && is_string(v->opcode))
		*flags |= F_REP;
	switch (v->opcode) {
	case 0x86:
	case 0x87:
		if (v->memory)
			*flags |= F_XCHG_MEM;
		return C_none;
	case 0x90:
		return v->rep == 0xf3 ? C_pause : C_none;
	case 0xdd:
		return v->memory && (v->reg == 4 || v->reg == 6) ? C_fnsave_frstor : C_none;
	case 0xf6:
	case 0xf7:
		return v->reg >= 6 ? C_div : C_none;
	case 0xff:
		return group_5[v->reg];
	default:
		return LOOK_UP(one_byte, v->opcode);
	}
}

static uint8_t classify_fence(const struct view *v)
{
	if (v->memory && v->opsize && !v->rep)
		return v->reg >= 6 ? C_clflush : C_none;
	if (v->memory)
		return group_15_memory[v->reg];
	return v->rep == 0xf3 ? group_15_rep[v->reg] : group_15_register[v->reg];
}

static uint8_t classify_two(const struct view *v)
{
	switch (v->opcode) {
	case 0x00:
		return group_6[v->reg];
	case 0x01:
		return v->memory ? group_7_memory[v->reg] : LOOK_UP(group_7, v->modrm);
	case 0x22:
		return mov_to_cr[v->reg];
	case 0x38:
		return v->modrm == 0x82 && v->opsize ? C_invpcid : C_none;
	case 0xae:
		return classify_fence(v);
	case 0xc7:
		if (v->memory)
			return group_9_memory[v->reg];
		if (v->reg == 7 && v->rep == 0xf3)
			return C_rdpid;
		return v->reg >= 6 ? C_rdrand_seed : C_none;
	default:
		return LOOK_UP(two_byte, v->opcode);
	}
}

static void find_mark(struct insn *q)
{
	static const uint8_t nop[] = { 0x0f, 0x1f, 0x84, 0x00 };

	if (q->len != 8 || memcmp(q->bytes, nop, sizeof nop))
		return;
	switch (q->bytes[7] << 8 | q->bytes[6]) {
	case SCOPE_MARK_BEGIN:
		q->mark = MARK_BEGIN;
		break;
	case SCOPE_MARK_OP:
		q->mark = MARK_OP;
		break;
	case SCOPE_MARK_END:
		q->mark = MARK_END;
		break;
	}
	q->id = q->bytes[5] << 8 | q->bytes[4];
}

/* Skip the prefixes; note them in v and flags. Returns the index of the opcode. */
static unsigned skip_prefixes(struct insn *q, struct view *v)
{
	unsigned i;

	for (i = 0; i < q->len; i++) {
		uint8_t c = q->bytes[i];

		if (c == 0x66)
			v->opsize = true;
		else if (c == 0xf0)
			q->flags |= F_LOCK;
		else if (c == 0xf2 || c == 0xf3)
			v->rep = c;
		else if (!memchr("\x67\x2e\x36\x3e\x26\x64\x65", c, 7))
			break;
	}
	/* 40..4f: a REX prefix if something follows, INC or DEC of 32-bit code if it is the last byte. */
	if (i + 1 < q->len && (q->bytes[i] & 0xf0) == 0x40)
		i++;
	return i;
}

static void set_modrm(struct view *v, const struct insn *q, unsigned i)
{
	v->modrm = i < q->len ? q->bytes[i] : 0;
	v->reg = v->modrm >> 3 & 7;
	v->memory = v->modrm >> 6 != 3;
}

static uint8_t role_of(uint8_t cls)
{
	switch (cls) {
	case C_syscall:
	case C_sysenter:
	case C_int_n:
	case C_int3_into:
	case C_far_jmp_call:
		return F_ENTERS;
	case C_sysret:
	case C_sysexit:
	case C_iret:
	case C_far_ret:
		return F_LEAVES;
	case C_sti:
		return F_OPENS;
	case C_mov_to_cr3:
		return F_SPACE;
	default:
		return 0;
	}
}

void insn_classify(struct insn *q)
{
	struct view v = { .opcode = 0 };
	unsigned i = skip_prefixes(q, &v);

	find_mark(q);
	if (i >= q->len)
		return;
	v.opcode = q->bytes[i++];
	if (v.opcode != 0x0f) {
		set_modrm(&v, q, i);
		q->cls = classify_one(&v, &q->flags);
	} else if (i < q->len) {
		v.opcode = q->bytes[i++];
		set_modrm(&v, q, i);
		q->cls = classify_two(&v);
	}
	q->flags |= role_of(q->cls);
}
