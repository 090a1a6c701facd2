/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ia32/arch.h - fpages of I/O ports as bit-fields; their functions are in x86/io.h.
 */
#ifndef L4_IA32_ARCH_H
#define L4_IA32_ARCH_H

#include <l4/x86/io.h>

typedef union {
	L4_Word_t raw;
	struct {
		L4_BITFIELD4(L4_Word_t, rwx : 4, __two : 6, s : 6, p : 16);
	} X;
} L4_IoFpage_t;

#if defined(__cplusplus)
L4_INLINE L4_Fpage_t L4_Fpage(L4_IoFpage_t io)
{
	L4_Fpage_t f;

	f.raw = io.raw;
	return f;
}
#endif

#endif
