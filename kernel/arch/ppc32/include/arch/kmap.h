/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kmap.h - the kernel's translations and low memory (<arch/layout.h>), made at boot.
 */
#ifndef ARCH_KMAP_H
#define ARCH_KMAP_H

#include <x2/word.h>

struct boot_info;

/* Sets the BATs; copies the vectors. The firmware cannot be called any more: it uses the same addresses. */
void kmap_take_over(void);

/* Reserves the kernel's memory and makes the hash table. Adds to boot->reserved. Returns 0, or an error text. */
const char *kmap_init(struct boot_info *boot);

#endif
