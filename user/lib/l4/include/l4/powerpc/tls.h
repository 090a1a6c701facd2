/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * powerpc/tls.h - the thread pointer, for which the kernel has no call: a word of the UTCB
 * (L4_TCR_THREAD_POINTER of <x2/arch.h>). The link is that of a function of this library, which stores it.
 * Part of <l4/pecan.h>.
 */
#ifndef L4_POWERPC_TLS_H
#define L4_POWERPC_TLS_H

#include <l4/powerpc/syscalls.h>

L4_INLINE L4_Word_t __L4_SetTlsBy(__L4_Link_t link, L4_Word_t address)
{
	return ((L4_Word_t (*)(L4_Word_t))link)(address);
}

#endif
