/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reserved.h - memory and I/O ports of the kernel, fixed at boot (mem.h). No user gets them.
 */
#ifndef MEM_RESERVED_H
#define MEM_RESERVED_H

#include <x2/word.h>

struct port_range { uint16_t first, count; };

/* Returns true if this I/O port is the kernel's own. */
bool reserved_port(l4_word_t port);

/* Returns true if [base, base + size), physical addresses, overlaps memory of the kernel. */
bool reserved_memory(uint64_t base, uint64_t size);

#endif
