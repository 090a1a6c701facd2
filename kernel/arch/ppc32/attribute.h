/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attribute.h - the bits WIMG of a PTE, and the caches.
 */
#ifndef PPC32_ATTRIBUTE_H
#define PPC32_ATTRIBUTE_H

#include <stddef.h>
#include <stdint.h>

/* RAM is the physical memory below, all of it (properties.c). Set at boot, before the first space. */
extern uint32_t ram_end;

/* Returns WIMG for a frame of user memory with that attribute; and the attribute of a PTE. */
uint32_t attribute_bits(uint32_t frame, uint8_t attr);
uint8_t attribute_of(uint32_t e);

/* Programs were written to n bytes at p, in the direct map: no instruction cache has older ones. */
void cache_make_code(const void *p, size_t n);

#endif
