/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * space.h - revocation of mappings, and status bits of pages (api 6.3).
 *
 * The rights of an fpage name what is revoked; in the fpage that comes back they are the status
 * bits. Up to 64 fpages a call.
 */
#ifndef L4_SPACE_H
#define L4_SPACE_H

#include <l4/types.h>
#include <l4/vregs.h>
#include __L4_INC_ARCH(syscalls.h)

#define __L4_UNMAP_FLUSH	0x40UL

L4_INLINE L4_Fpage_t __L4_UnmapOne(L4_Fpage_t f, L4_Word_t control)
{
	L4_LoadMR(0, f.raw);
	L4_Unmap(control);
	L4_StoreMR(0, &f.raw);
	return f;
}

L4_INLINE void __L4_UnmapMany(L4_Word_t n, L4_Fpage_t *f, L4_Word_t control)
{
	L4_Word_t i;

	if (n == 0)
		return;
	for (i = 0; i < n; i++)
		L4_LoadMR((int)i, f[i].raw);
	L4_Unmap(control | ((n - 1) & 0x3f));
	for (i = 0; i < n; i++)
		L4_StoreMR((int)i, &f[i].raw);
}

/* Revokes the rights in all spaces that got the pages from this one, directly or indirectly. */
L4_INLINE L4_Fpage_t L4_UnmapFpage(L4_Fpage_t f)
{
	return __L4_UnmapOne(f, 0);
}

L4_INLINE void L4_UnmapFpages(L4_Word_t n, L4_Fpage_t *fpages)
{
	__L4_UnmapMany(n, fpages, 0);
}

/* From this space too. */
L4_INLINE L4_Fpage_t L4_Flush(L4_Fpage_t f)
{
	return __L4_UnmapOne(f, __L4_UNMAP_FLUSH);
}

L4_INLINE void L4_FlushFpages(L4_Word_t n, L4_Fpage_t *fpages)
{
	__L4_UnmapMany(n, fpages, __L4_UNMAP_FLUSH);
}

/* Reads and resets the status bits; revokes no rights. */
L4_INLINE L4_Fpage_t L4_GetStatus(L4_Fpage_t f)
{
	return __L4_UnmapOne(L4_FpageRemoveRights(f, L4_FullyAccessible), 0);
}

L4_INLINE L4_Bool_t L4_WasWritten(L4_Fpage_t f)
{
	return (f.raw & L4_Writable) != 0;
}

L4_INLINE L4_Bool_t L4_WasReferenced(L4_Fpage_t f)
{
	return (f.raw & L4_Readable) != 0;
}

L4_INLINE L4_Bool_t L4_WaseXecuted(L4_Fpage_t f)
{
	return (f.raw & L4_eXecutable) != 0;
}

#if defined(__cplusplus)
L4_INLINE L4_Fpage_t L4_Unmap(L4_Fpage_t f)
{
	return L4_UnmapFpage(f);
}

L4_INLINE void L4_Unmap(L4_Word_t n, L4_Fpage_t *fpages)
{
	L4_UnmapFpages(n, fpages);
}

L4_INLINE void L4_Flush(L4_Word_t n, L4_Fpage_t *fpages)
{
	L4_FlushFpages(n, fpages);
}
#endif

#endif
