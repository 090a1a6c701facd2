/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * amd64/compat.h - thread ids of 32-bit programs (api 4.1), and their conversion.
 *
 *   global   thread number (31..14) | version (13..0)       local   id (31..6) | 0 (5..0)
 */
#ifndef L4_AMD64_COMPAT_H
#define L4_AMD64_COMPAT_H

#include <l4/types.h>

typedef union {
	L4_Word32_t raw;
	struct {
		L4_BITFIELD2(L4_Word32_t, version : 14, thread_no : 18);
	} X;
} L4_GthreadId32_t;

typedef union {
	L4_Word32_t raw;
	struct {
		L4_BITFIELD2(L4_Word32_t, __zeros : 6, local_id : 26);
	} X;
} L4_LthreadId32_t;

typedef union {
	L4_Word32_t raw;
	L4_GthreadId32_t global;
	L4_LthreadId32_t local;
} L4_ThreadId32_t;

#define L4_nilthread32		(__L4_VALUE(L4_ThreadId32_t){ 0U })
#define L4_anythread32		(__L4_VALUE(L4_ThreadId32_t){ ~0U })
#define L4_anylocalthread32	(__L4_VALUE(L4_ThreadId32_t){ ~0x3fU })

L4_INLINE L4_ThreadId32_t L4_GlobalId32(L4_Word32_t threadno, L4_Word32_t version)
{
	L4_ThreadId32_t t;

	t.raw = threadno << 14 | (version & 0x3fff);
	return t;
}

L4_INLINE L4_Word32_t L4_Version32(L4_ThreadId32_t t)
{
	return t.raw & 0x3fff;
}

L4_INLINE L4_Word32_t L4_ThreadNo32(L4_ThreadId32_t t)
{
	return t.raw >> 14;
}

L4_INLINE L4_Bool_t L4_IsThreadEqual32(const L4_ThreadId32_t l, const L4_ThreadId32_t r)
{
	return l.raw == r.raw;
}

L4_INLINE L4_Bool_t L4_IsThreadNotEqual32(const L4_ThreadId32_t l, const L4_ThreadId32_t r)
{
	return l.raw != r.raw;
}

L4_INLINE L4_Bool_t L4_IsNilThread32(L4_ThreadId32_t t)
{
	return t.raw == 0;
}

L4_INLINE L4_Bool_t L4_IsLocalId32(L4_ThreadId32_t t)
{
	return (t.raw & 0x3f) == 0;
}

L4_INLINE L4_Bool_t L4_IsGlobalId32(L4_ThreadId32_t t)
{
	return (t.raw & 0x3f) != 0;
}

/* nil and local ids (any-local is one) keep their low half; anythread stays all ones. */
L4_INLINE L4_ThreadId32_t L4_ThreadId32(L4_ThreadId_t t)
{
	L4_ThreadId32_t narrow;

	if (L4_IsThreadEqual(t, L4_anythread))
		return L4_anythread32;
	if (L4_IsGlobalId(t))
		return L4_GlobalId32((L4_Word32_t)L4_ThreadNo(t), (L4_Word32_t)L4_Version(t));
	narrow.raw = (L4_Word32_t)t.raw;
	return narrow;
}

L4_INLINE L4_ThreadId_t L4_ThreadIdFrom32(L4_ThreadId32_t t)
{
	L4_ThreadId_t wide;

	if (L4_IsThreadEqual32(t, L4_anythread32))
		return L4_anythread;
	if (L4_IsThreadEqual32(t, L4_anylocalthread32))
		return L4_anylocalthread;
	if (L4_IsGlobalId32(t))
		return L4_GlobalId(L4_ThreadNo32(t), L4_Version32(t));
	wide.raw = t.raw;
	return wide;
}

#if defined(__cplusplus)
L4_INLINE L4_Bool_t operator==(const L4_ThreadId32_t &l, const L4_ThreadId32_t &r)
{
	return L4_IsThreadEqual32(l, r);
}

L4_INLINE L4_Bool_t operator!=(const L4_ThreadId32_t &l, const L4_ThreadId32_t &r)
{
	return L4_IsThreadNotEqual32(l, r);
}

L4_INLINE L4_ThreadId_t L4_ThreadId(L4_ThreadId32_t t)
{
	return L4_ThreadIdFrom32(t);
}
#endif

#endif
