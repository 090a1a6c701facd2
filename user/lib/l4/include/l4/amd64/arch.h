/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * amd64/arch.h - fpages of I/O ports (protocols 6).
 *
 *   0 (63..32) | port (31..16) | log2 of the number of ports (15..10) | 2 (9..4) | rights (3..0)
 *
 * Rights are ignored: a mapped port may be read and written.
 */
#ifndef L4_AMD64_ARCH_H
#define L4_AMD64_ARCH_H

#include <l4/types.h>

typedef union {
	L4_Word_t raw;
	struct {
		L4_BITFIELD5(L4_Word_t, rwx : 4, __two : 6, s : 6, p : 16, __zero : 32);
	} X;
} L4_IoFpage_t;

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

#if defined(__cplusplus)
L4_INLINE L4_Fpage_t L4_Fpage(L4_IoFpage_t io)
{
	L4_Fpage_t f;

	f.raw = io.raw;
	return f;
}
#endif

#endif
