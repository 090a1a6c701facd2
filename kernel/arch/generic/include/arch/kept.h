/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kept.h - the kept status (mem/leaf.h) of a machine whose PTEs have no room for it: a byte for each PTE that
 * kernel memory can contain, in frames of kernel memory. A machine whose PTEs have room has a header of its
 * own, with an empty arch_kept_init.
 */
#ifndef ARCH_KEPT_H
#define ARCH_KEPT_H

#include <stdint.h>
#include <arch/ptab.h>

extern uintptr_t arch_kept;		/* the byte of a PTE at 0, if there were one */

/* Called once, at boot, when there is kernel memory and no space: takes its frames from the pool for ever. */
void arch_kept_init(void);

/*
 * Returns the byte of a PTE in kernel memory. For the machine's page tables only. The byte is not cleared
 * with the PTE: the machine sets it whenever it makes a PTE present.
 */
static inline uint8_t *arch_kept_byte(const arch_pte_t *pte)
{
	return (uint8_t *)(arch_kept + (uintptr_t)pte / sizeof(*pte));
}

#endif
