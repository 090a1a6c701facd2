/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kept.c - the kept status of the host machine (ptab.h) in its PTEs.
 */
#include <arch/atomic.h>
#include "../ptab.h"

#define KEPT ((((uint64_t)1 << LEAF_KEPT_BITS) - 1) << PTE_KEPT)

uint8_t host_kept_get(const arch_pte_t *e) { return (uint8_t)((*e & KEPT) >> PTE_KEPT); }

void host_kept_set(arch_pte_t *e, uint8_t kept) { atomic_change(e, ~KEPT, (uint64_t)kept << PTE_KEPT); }
