/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attribute.h - the page attribute table. Its indices are the codes of arch_attribute (mem/arch.h).
 */
#ifndef ARCH_ATTRIBUTE_H
#define ARCH_ATTRIBUTE_H

/* Called once, at boot, when the final page tables are loaded. */
void attribute_init(void);

#endif
