/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pecan_pgtable.h - page table entries whose pages children of Pecan may have: arch/um/os-Pecan/lent.c.
 *
 * The bit that Linux calls _PAGE_NEWPAGE, and ignores in all comparisons, says here that the child may have
 * the page (_PAGE_LENT). Only a change of an entry by these two functions may change what is lent.
 */
#ifndef __ASM_UM_PECAN_PGTABLE_H
#define __ASM_UM_PECAN_PGTABLE_H

#define _PAGE_LENT	_PAGE_NEWPAGE
#define _PAGE_EXEC	0x008

#define PAGE_SHARED_EXEC	__pgprot(_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_EXEC | _PAGE_ACCESSED)
#define PAGE_COPY_EXEC		__pgprot(_PAGE_PRESENT | _PAGE_USER | _PAGE_EXEC | _PAGE_ACCESSED)
#define PAGE_READONLY_EXEC	PAGE_COPY_EXEC

struct mm_struct;
void pecan_set_pte(struct mm_struct *mm, unsigned long at, pte_t *ptep, pte_t pte);
void pecan_pte_clear(struct mm_struct *mm, unsigned long at, pte_t *ptep);

#endif
