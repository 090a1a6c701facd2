/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * misc.h - memory attributes of pages (api 7.4).
 *
 * In a call for several fpages the low two bits of each choose one of the four attributes.
 */
#ifndef L4_MISC_H
#define L4_MISC_H

#include <l4/types.h>
#include <l4/vregs.h>
#include __L4_INC_ARCH(syscalls.h)

#define L4_DefaultMemory	(0)

L4_INLINE L4_Word_t L4_Set_PageAttribute(L4_Fpage_t f, L4_Word_t attribute)
{
	L4_Word_t attributes[4] = { attribute, 0, 0, 0 };

	L4_LoadMR(0, L4_FpageRemoveRights(f, L4_FullyAccessible).raw);
	return L4_MemoryControl(0, attributes);
}

/* n: at most 64 fpages; for 0 it returns 1 without a call. */
L4_INLINE L4_Word_t L4_Set_PageAttributes(L4_Word_t n, L4_Fpage_t *fpages,
	const L4_Word_t *attributes)
{
	L4_Word_t i;

	if (n == 0)
		return 1;
	for (i = 0; i < n; i++)
		L4_LoadMR((int)i, fpages[i].raw);
	return L4_MemoryControl((n - 1) & 0x3f, attributes);
}

#endif
