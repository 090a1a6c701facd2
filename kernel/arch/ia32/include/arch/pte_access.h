/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pte_access.h - access to a PTE with its kept bits and SOFT_X (pte.h). With PAE the CPU does not ignore bits
 * 62..52, as it does in long mode: they must be 0 (SDM 3A 4.4.2). So what the other functions see in bits
 * 59..52 of an entry is in a byte of its own (<arch/kept.h>), which is 0 if the entry is not present.
 *
 * The functions: kernel/arch/x86_64/include/arch/pte_access.h. The bytes are the kernel's only, which runs
 * with interrupts off; on several CPUs they need the same care as the entry.
 */
#ifndef ARCH_PTE_ACCESS_H
#define ARCH_PTE_ACCESS_H

#include <arch/atomic.h>
#include <arch/kept.h>
#include <arch/pte.h>

enum { KEPT_SHIFT = 52 };
#define KEPT_OUTSIDE	((uint64_t)0xff << KEPT_SHIFT)

static INLINE uint64_t pte_read(const arch_pte_t *at)
{
	return *at | (uint64_t)*arch_kept_byte(at) << KEPT_SHIFT;
}

/* The upper half first: a CPU can use the entry as soon as it is present. */
static INLINE void pte_store(arch_pte_t *at, uint64_t e)
{
	volatile uint32_t *half = (volatile uint32_t *)(void *)at;

	*arch_kept_byte(at) = (uint8_t)(e >> KEPT_SHIFT);
	half[1] = (uint32_t)((e & ~KEPT_OUTSIDE) >> 32);
	half[0] = (uint32_t)e;
}

static INLINE uint64_t pte_change(arch_pte_t *at, uint64_t stay, uint64_t add)
{
	uint8_t *kept = arch_kept_byte(at), was = *kept;

	*kept = (uint8_t)((was & stay >> KEPT_SHIFT) | add >> KEPT_SHIFT);
	return atomic_change(at, stay, add & ~KEPT_OUTSIDE) | (uint64_t)was << KEPT_SHIFT;
}

static INLINE uint64_t pte_take(arch_pte_t *at) { return pte_change(at, 0, 0); }

static INLINE bool pte_replace(arch_pte_t *at, uint64_t old, uint64_t new)
{
	if (!atomic_replace(at, old & ~KEPT_OUTSIDE, new & ~KEPT_OUTSIDE))
		return false;
	*arch_kept_byte(at) = (uint8_t)(new >> KEPT_SHIFT);
	return true;
}

#endif
