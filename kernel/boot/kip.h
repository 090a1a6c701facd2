/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kip.h - filling the kernel interface page (api 1).
 */
#ifndef BOOT_KIP_H
#define BOOT_KIP_H

#include <x2/kip.h>

/* Fill the page at kip (L4_KIP_BYTES, zeroed), except for memory descriptors and server regions. */
void kip_init(struct l4_kip *kip);

/* Add a feature string; for arch_kip_fill. */
void kip_feature(struct l4_kip *kip, const char *feature);

/* Returns a memory descriptor's type field with a subtype, for L4_MEM_BOOTLOADER and L4_MEM_ARCH. */
static inline unsigned kip_memory_type(unsigned type, unsigned subtype) { return type | subtype << 4; }

/* Add a memory descriptor: [low, high], inclusive. Returns false if the list is full. */
bool kip_memory(struct l4_kip *kip, unsigned type, bool is_virtual, l4_word_t low, l4_word_t high);

#endif
