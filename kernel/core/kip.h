/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kip.h - filling the kernel interface page (api 1).
 */
#ifndef CORE_KIP_H
#define CORE_KIP_H

#include <x2/kip.h>

/* Fill the page at kip (L4_KIP_BYTES, zeroed) with all but memory descriptors and server regions. */
void kip_init(struct l4_kip *kip);

/* Add one memory descriptor: [low, high], inclusive. False when the list is full. */
bool kip_memory(struct l4_kip *kip, unsigned type, unsigned subtype, bool is_virtual,
		l4_word_t low, l4_word_t high);

#endif
