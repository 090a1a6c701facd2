/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attribute.h - memory attributes (generic/include/arch/attribute.h): codes are those of MemoryControl
 * (ppc32 11).
 */
#ifndef ARCH_ATTRIBUTE_H
#define ARCH_ATTRIBUTE_H

#include <x2/word.h>

uint8_t arch_attribute(l4_word_t name);
l4_word_t arch_attribute_name(uint8_t attr);
uint64_t arch_cache_flush(uint64_t pa, uint64_t bytes);

#endif
