/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * classes.h - the kinds of PowerPC instructions (32 bits, Book S) that are counted apart, and the TLBs that
 * are modelled (tlb.c).
 */
#ifndef SCOPE_CLASSES_H
#define SCOPE_CLASSES_H

#define CLASSES(X) \
	X(none) X(sc) X(rfi) X(mtsr) X(mfsr) X(mtmsr) X(mfmsr) X(mtspr) X(mfspr) X(mtbat) X(mfbat) X(mftb) \
	X(mtjump) X(mfjump) X(mtxer) X(mfxer) X(mtcr) X(mfcr) X(crlogical) \
	X(tlbie) X(tlbsync) X(sync) X(isync) X(eieio) X(lwarx) X(stwcx) X(lmw) X(stmw) X(string) \
	X(dcbz) X(dcb) X(icbi) X(mul) X(div) X(fp) X(trap) X(call) X(jmp) X(ind_call) X(ind_jmp) X(ret) X(jcc)

/* The misses of user code in the TLBs of a 750; the same if each change of the space forgot everything. */
#define TLBS(X) X(user_4k) X(user_4k_flushed)

#endif
