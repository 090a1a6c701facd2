/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * classes.h - the kinds of x86 instructions that are counted apart, and the TLBs that are modelled (tlb.c).
 */
#ifndef SCOPE_CLASSES_H
#define SCOPE_CLASSES_H

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

/* TLBs of unlimited size that drop their non-global entries when CR3 is written, under five assumptions. */
#define TLBS(X) \
	X(user_4k) X(kernel_global_4k) X(kernel_nonglobal_4k) X(kernel_global_2m) X(kernel_nonglobal_2m)

#endif
