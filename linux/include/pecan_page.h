/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pecan_page.h - a page is cleared or copied: arch/um/os-Pecan/pages.S. The pages do not overlap.
 */
#ifndef __ASM_UM_PECAN_PAGE_H
#define __ASM_UM_PECAN_PAGE_H

void pecan_clear_page(void *page);
void pecan_copy_page(void *to, const void *from);

#define clear_page(page)	pecan_clear_page((void *)(page))
#define copy_page(to, from)	pecan_copy_page((void *)(to), (const void *)(from))

#endif
