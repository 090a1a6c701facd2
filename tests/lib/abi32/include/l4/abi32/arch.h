/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * abi32/arch.h - fpages of I/O ports.
 */
#ifndef L4_ABI32_ARCH_H
#define L4_ABI32_ARCH_H

#include <l4/types.h>

typedef union {
	L4_Word_t raw;
	struct {
		L4_BITFIELD4(L4_Word_t, rwx : 4, __two : 6, s : 6, p : 16);
	} X;
} L4_IoFpage_t;

L4_Fpage_t L4_IoFpageLog2(L4_Word_t port, int log2);
L4_Fpage_t L4_IoFpage(L4_Word_t port, int size);
L4_Word_t L4_IoFpagePort(L4_Fpage_t f);
L4_Word_t L4_IoFpageSizeLog2(L4_Fpage_t f);
L4_Word_t L4_IoFpageSize(L4_Fpage_t f);
L4_Bool_t L4_IsIoFpage(L4_Fpage_t f);

#endif
