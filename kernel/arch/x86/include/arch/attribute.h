/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attribute.h - the page attribute table. Its places are the codes of arch_attribute (core/arch.h).
 */
#ifndef ARCH_ATTRIBUTE_H
#define ARCH_ATTRIBUTE_H

/* Once, at boot, when the kernel's own page tables are loaded. */
void attribute_init(void);

#endif
