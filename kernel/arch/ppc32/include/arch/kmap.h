/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kmap.h - the kernel's translations and low memory (<arch/layout.h>), made at boot.
 */
#ifndef ARCH_KMAP_H
#define ARCH_KMAP_H

#include <x2/word.h>

struct boot_info;

/* Sets the BATs, and copies the vectors. The firmware cannot be called any more. */
void kmap_take_over(void);

/* Makes the hash table. Adds the kernel's memory to boot->reserved. Returns 0, or an error text. */
const char *kmap_init(struct boot_info *boot);

#endif
