/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * insn.h - one guest instruction, and what kind it is.
 */
#ifndef SCOPE_INSN_H
#define SCOPE_INSN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLASSES(X) \
	X(none) X(syscall) X(sysret) X(sysenter) X(sysexit) X(iret) X(int_n) X(int3_into) X(swapgs) \
	X(mov_to_cr0) X(mov_to_cr3) X(mov_to_cr4) X(mov_to_cr8_2) X(mov_from_cr) X(mov_dr) X(clts) X(lmsw) \
	X(wrmsr) X(rdmsr) X(wrfsgsbase) X(rdfsgsbase) X(invlpg) X(invpcid) \
	X(fxsave) X(fxrstor) X(xsave) X(xrstor) X(xgetbv) X(xsetbv) X(fnsave_frstor) X(ldmxcsr_stmxcsr) \
	X(cpuid) X(rdtsc) X(rdrand_seed) X(rdpmc) X(rdpid) X(mfence) X(lfence) X(sfence) X(clflush) \
	X(in) X(out) X(mov_to_seg) X(lds_les_lfs) X(pop_seg) X(lgdt) X(lidt) X(lldt) X(ltr) \
	X(sldt_str_sgdt_sidt) X(verr_verw) X(lar_lsl) X(hlt) X(wbinvd_invd) X(monitor_mwait) X(pause) \
	X(cli) X(sti) X(pushf) X(popf) X(stac_clac) X(wrpkru_rdpkru) X(far_jmp_call) X(far_ret) X(vmx_svm) \
	X(div) X(call) X(ind_call) X(jmp) X(ind_jmp) X(ret) X(jcc)

#define CLASS_ENUM(name) C_##name,
enum insn_class { CLASSES(CLASS_ENUM) CLASS_COUNT };
extern const char *const class_name[CLASS_COUNT];

/* Independent of the class. */
enum insn_flag { F_LOCK = 1, F_XCHG_MEM = 2, F_REP = 4 };

enum insn_mark { MARK_NONE, MARK_BEGIN, MARK_END, MARK_OP };

enum { INSN_MAX = 15 };

struct insn {
	uint64_t va, pa;		/* virtual; physical, or host address where that is unknown */
	uint8_t len, cls, flags, mark;
	bool kernel;
	uint8_t bytes[INSN_MAX];
	uint16_t id;			/* of a mark */
	struct insn *next;
};

/* Fill in cls and flags from len and bytes, mark and id of a mark. */
void insn_classify(struct insn *q);

#endif
