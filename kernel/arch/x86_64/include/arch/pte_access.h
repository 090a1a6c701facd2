/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pte_access.h - access to a PTE with its kept bits and SOFT_X (pte.h), which are bits of the entry here.
 *
 * pte_read(at)			returns the entry
 * pte_store(at, e)		stores an entry where none is present
 * pte_change(at, stay, add)	sets it to (entry & stay) | add, and returns what it was
 * pte_take(at)			clears it, and returns what it was
 * pte_replace(at, old, new)	if it is `old`, sets it to new and returns true
 */
#ifndef ARCH_PTE_ACCESS_H
#define ARCH_PTE_ACCESS_H

#include <arch/atomic.h>

#define pte_read(at)	(*(at))
#define pte_store(at, e) (*(at) = (e))
#define pte_change	atomic_change
#define pte_take	atomic_take
#define pte_replace	atomic_replace

#endif
