/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pte.h - bits of page-table entries with 64-bit entries (Intel SDM 3A 4.5; AMD64 volume 2 5.3).
 */
#ifndef ARCH_PTE_H
#define ARCH_PTE_H

#include <stdint.h>

typedef uint64_t arch_pte_t;

#define PTE_P		((uint64_t)1 << 0)	/* present */
#define PTE_W		((uint64_t)1 << 1)
#define PTE_U		((uint64_t)1 << 2)	/* user */
#define PTE_PWT		((uint64_t)1 << 3)	/* PWT, PCD and PAT: bits 0 to 2 of an index of the */
#define PTE_PCD		((uint64_t)1 << 4)	/* page attribute table (SDM 3A 11.12.3) */
#define PTE_UC		(PTE_PWT | PTE_PCD)	/* strong uncacheable */
#define PTE_A		((uint64_t)1 << 5)	/* accessed */
#define PTE_D		((uint64_t)1 << 6)	/* dirty; leaves only */
#define PTE_PS		((uint64_t)1 << 7)	/* a leaf, above the lowest level */
#define PTE_PAT		((uint64_t)1 << 7)	/* at the lowest level */
#define PTE_PAT_LARGE	((uint64_t)1 << 12)	/* in leaves above it */
#define PTE_G		((uint64_t)1 << 8)	/* global: a load of CR3 does not invalidate it */
#define PTE_OWN		((uint64_t)1 << 9)	/* ignored by the CPU: leaf.own */
#define PTE_NX		((uint64_t)1 << 63)
#define PTE_FRAME	((uint64_t)0x000ffffffffff000)

/*
 * The CPU ignores bits 58..52, with or without protection keys. Pecan stores status bits of the page there
 * (leaf.kept), and its X right, for CPUs without NX.
 */
enum { PTE_KEPT_SHIFT = 52, PTE_KEPT_BITS = 6 };
#define PTE_KEPT	((uint64_t)0x3f << PTE_KEPT_SHIFT)
#define PTE_SOFT_X	((uint64_t)1 << 58)

/* A table, and what an entry maps at each level. Huge pages: with four levels of tables only. */
enum { PTE_LEVEL_BITS = 9, PTE_ENTRIES = 1 << PTE_LEVEL_BITS };
enum { PTE_PAGE_LOG2 = 12, PTE_BIG_LOG2 = 21, PTE_HUGE_LOG2 = 30 };

/*
 * The CPU ignores bits 62..52 of an entry that points at a table. Pecan stores there which entries of that
 * table may point at tables themselves (ptab_arch.c, Q1): 0, none; 1 + the index of the only one; or
 * PTE_SEVERAL, and bit g for entries 64 g to 64 g + 63.
 */
enum { PTE_BELOW_SHIFT = 52, PTE_GROUP_LOG2 = 6 };
#define PTE_BELOW	((uint64_t)0x7ff << PTE_BELOW_SHIFT)
#define PTE_GROUPS	((uint64_t)0xff << PTE_BELOW_SHIFT)
#define PTE_SEVERAL	((uint64_t)1 << 62)

#endif
