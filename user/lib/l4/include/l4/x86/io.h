/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * x86/io.h - fpages of I/O ports (protocols 6), in the low half of a word of 64 bits. Part of arch.h of the
 * machine.
 *
 *   port (31..16) | log2 of the number of ports (15..10) | 2 (9..4) | rights (3..0)
 *
 * Rights are ignored: a mapped port may be read and written.
 */
#ifndef L4_X86_IO_H
#define L4_X86_IO_H

#include <l4/types.h>

L4_INLINE L4_Fpage_t L4_IoFpageLog2(L4_Word_t port, int log2)
{
	L4_Fpage_t f;

	f.raw = (port & 0xffff) << 16 | ((L4_Word_t)log2 & 0x3f) << 10 | 2 << 4;
	return f;
}

/* size: number of ports, rounded up to a power of two. */
L4_INLINE L4_Fpage_t L4_IoFpage(L4_Word_t port, int size)
{
	return L4_IoFpageLog2(port, size < 2 ? 0 : __L4_Msb((L4_Word_t)size - 1) + 1);
}

L4_INLINE L4_Word_t L4_IoFpagePort(L4_Fpage_t f)
{
	return f.raw >> 16 & 0xffff;
}

L4_INLINE L4_Word_t L4_IoFpageSizeLog2(L4_Fpage_t f)
{
	return f.raw >> 10 & 0x3f;
}

L4_INLINE L4_Word_t L4_IoFpageSize(L4_Fpage_t f)
{
	return 1UL << L4_IoFpageSizeLog2(f);
}

L4_INLINE L4_Bool_t L4_IsIoFpage(L4_Fpage_t f)
{
	return (f.raw >> 4 & 0x3f) == 2;
}

#endif
