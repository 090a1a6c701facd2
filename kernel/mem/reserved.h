/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reserved.h - memory and I/O ports that are the kernel's own for as long as it runs; noted at boot (mem.h).
 */
#ifndef MEM_RESERVED_H
#define MEM_RESERVED_H

#include <x2/word.h>

struct port_range { uint16_t first, count; };

/* Is this I/O port the kernel's own? */
bool reserved_port(l4_word_t port);

/* Does [base, base + size) touch memory that is the kernel's own? */
bool reserved_memory(uint64_t base, uint64_t size);

#endif
