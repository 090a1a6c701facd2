/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reserved.c - memory and ports that are the kernel's own for as long as it runs.
 */
#include <core/boot.h>
#include <core/kernel.h>

bool boot_is_reserved(uint64_t base, uint64_t size)
{
	for (unsigned i = 0; i < kernel.nreserved; i++)
		if (base < kernel.reserved[i].base + kernel.reserved[i].size
		    && kernel.reserved[i].base < base + size)
			return true;
	return false;
}

bool boot_port_is_reserved(l4_word_t port)
{
	for (unsigned i = 0; i < kernel.nports; i++)
		if (port >= kernel.ports[i].first && port - kernel.ports[i].first < kernel.ports[i].count)
			return true;
	return false;
}
