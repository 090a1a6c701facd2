/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reserved.c - memory and I/O ports of the kernel, fixed at boot.
 */
#include <mem/reserved.h>
#include <mem/mem.h>

bool reserved_memory(uint64_t base, uint64_t size)
{
	for (unsigned i = 0; i < mem.nreserved; i++)
		if (base < mem.reserved[i].base + mem.reserved[i].size
		    && mem.reserved[i].base < base + size)
			return true;
	return false;
}

bool reserved_port(l4_word_t port)
{
	for (unsigned i = 0; i < mem.nports; i++)
		if (port >= mem.ports[i].first && port - mem.ports[i].first < mem.ports[i].count)
			return true;
	return false;
}
