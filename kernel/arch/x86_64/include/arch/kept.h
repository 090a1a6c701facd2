/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kept.h - the kept status is in the PTE (PTE_KEPT_SHIFT of pte.h).
 */
#ifndef ARCH_KEPT_H
#define ARCH_KEPT_H

static inline void arch_kept_init(void) { }

#endif
