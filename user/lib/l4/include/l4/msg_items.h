/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * msg_items.h - typed items: map, grant, string and control-transfer items (api 5.3).
 * Part of <l4/message.h>; include that.
 *
 *   first word   payload (10..) | kind (3..1) | C (0): 100 map, 101 grant, 110 control, 0hh string
 *
 * A string item is of variable length: its descriptor is followed by j + 1 addresses, and while c
 * is set by a further descriptor of the same string. The library never sets C in messages; the
 * number of words in the tag rules.
 */
#ifndef L4_MSG_ITEMS_H
#define L4_MSG_ITEMS_H

#include <l4/types.h>

#define __L4_ITEM_KIND		0xeUL
#define __L4_ITEM_MAP		0x8UL
#define __L4_ITEM_GRANT		0xaUL
#define __L4_ITEM_CTRLXFER	0xcUL
#define __L4_ITEM_NOSTRING	0x8UL

typedef union {
	L4_Word_t raw[2];
	struct {
		L4_BITFIELD4(L4_Word_t, C : 1, __type : 3, __zeros : 6,
			     snd_base : L4_BITS_PER_WORD - 10);
		L4_Fpage_t snd_fpage;
	} X;
} L4_MapItem_t;

typedef union {
	L4_Word_t raw[2];
	struct {
		L4_BITFIELD4(L4_Word_t, C : 1, __type : 3, __zeros : 6,
			     snd_base : L4_BITS_PER_WORD - 10);
		L4_Fpage_t snd_fpage;
	} X;
} L4_GrantItem_t;

typedef union {
	L4_Word_t raw[2];
	struct {
		L4_BITFIELD5(L4_Word_t, C : 1, __type : 3, j : 5, c : 1,
			     string_length : L4_BITS_PER_WORD - 10);
		union {
			void *string_ptr;
			void *substring_ptr[1];
		} str;
	} X;
} L4_StringItem_t;

/* Header, then one word for each bit of mask; in a message only those whose bit is set. */
#define __L4_CTRLXFER_REGS	52
typedef union {
	L4_Word_t raw[1 + __L4_CTRLXFER_REGS];
	struct {
		L4_BITFIELD4(L4_Word_t, C : 1, __type : 3, id : 8, mask : L4_BITS_PER_WORD - 12);
		L4_Word_t reg[__L4_CTRLXFER_REGS];
	} X;
} L4_CtrlXferItem_t;

typedef struct {
	L4_Word_t raw;		/* where bits 2..1 of a string item are; 0 is the default */
} L4_CacheAllocationHint_t;

#define L4_UseDefaultCacheAllocation	(__L4_VALUE(L4_CacheAllocationHint_t){ 0UL })

/* ---- Map and grant items ---- */

L4_INLINE L4_MapItem_t L4_MapItem(L4_Fpage_t f, L4_Word_t SndBase)
{
	L4_MapItem_t m;

	m.raw[0] = (SndBase & ~0x3ffUL) | __L4_ITEM_MAP;
	m.raw[1] = f.raw;
	return m;
}

L4_INLINE L4_Bool_t L4_IsMapItem(L4_MapItem_t m)
{
	return (m.raw[0] & __L4_ITEM_KIND) == __L4_ITEM_MAP;
}

L4_INLINE L4_Fpage_t L4_MapItemSndFpage(L4_MapItem_t m)
{
	return m.X.snd_fpage;
}

L4_INLINE L4_Word_t L4_MapItemSndBase(L4_MapItem_t m)
{
	return m.raw[0] & ~0x3ffUL;
}

L4_INLINE L4_GrantItem_t L4_GrantItem(L4_Fpage_t f, L4_Word_t SndBase)
{
	L4_GrantItem_t g;

	g.raw[0] = (SndBase & ~0x3ffUL) | __L4_ITEM_GRANT;
	g.raw[1] = f.raw;
	return g;
}

L4_INLINE L4_Bool_t L4_IsGrantItem(L4_GrantItem_t g)
{
	return (g.raw[0] & __L4_ITEM_KIND) == __L4_ITEM_GRANT;
}

L4_INLINE L4_Fpage_t L4_GrantItemSndFpage(L4_GrantItem_t g)
{
	return g.X.snd_fpage;
}

L4_INLINE L4_Word_t L4_GrantItemSndBase(L4_GrantItem_t g)
{
	return g.raw[0] & ~0x3ffUL;
}

/* ---- String items ---- */

L4_INLINE L4_StringItem_t L4_StringItem(int size, void *address)
{
	L4_StringItem_t s;

	s.raw[0] = (L4_Word_t)(L4_Word32_t)size << 10;
	s.raw[1] = (L4_Word_t)address;
	return s;
}

L4_INLINE L4_Bool_t L4_IsStringItem(L4_StringItem_t *s)
{
	return (s->raw[0] & __L4_ITEM_NOSTRING) == 0;
}

L4_INLINE L4_Bool_t L4_CompoundString(L4_StringItem_t *s)
{
	return s->X.c;
}

L4_INLINE L4_Word_t L4_Substrings(L4_StringItem_t *s)
{
	return s->X.j + 1;
}

/* n counts from 1. */
L4_INLINE void *L4_Substring(L4_StringItem_t *s, L4_Word_t n)
{
	const L4_Word_t *word = s->raw;

	return (void *)word[n];
}

/* Returns the word after the descriptor s and its addresses. */
L4_INLINE L4_StringItem_t *__L4_NextDescriptor(L4_StringItem_t *s)
{
	L4_Word_t *word = s->raw;

	return (L4_StringItem_t *)(word + 1 + L4_Substrings(s));
}

/* Returns the word after the whole string; *last is its last descriptor. */
L4_INLINE L4_StringItem_t *__L4_EndOfString(L4_StringItem_t *s, L4_StringItem_t **last)
{
	L4_StringItem_t *part = s;

	while (part->X.c)
		part = __L4_NextDescriptor(part);
	if (last)
		*last = part;
	return __L4_NextDescriptor(part);
}

/* Returns the word after all strings that are connected by their C bits; *last is the last string. */
L4_INLINE L4_StringItem_t *__L4_EndOfStrings(L4_StringItem_t *s, L4_StringItem_t **last)
{
	while (s->X.C)
		s = __L4_EndOfString(s, 0);
	if (last)
		*last = s;
	return __L4_EndOfString(s, 0);
}

L4_INLINE L4_Word_t __L4_StringWords(L4_StringItem_t *s)
{
	return (L4_Word_t)(__L4_EndOfString(s, 0)->raw - s->raw);
}

/* dest must have room for all of source. */
L4_INLINE void __L4_Copy_String(L4_StringItem_t *dest, L4_StringItem_t *source)
{
	L4_Word_t i, words = __L4_StringWords(source);
	L4_Word_t *to = dest->raw;
	const L4_Word_t *from = source->raw;

	for (i = 0; i < words; i++)
		to[i] = from[i];
}

/* Appends substr to the string dest. Returns the new part in dest. */
L4_INLINE L4_StringItem_t *L4_AddSubstringTo(L4_StringItem_t *dest, L4_StringItem_t *substr)
{
	L4_StringItem_t *last, *end = __L4_EndOfString(dest, &last);

	last->X.c = 1;
	__L4_Copy_String(end, substr);
	return end;
}

/* Appends a substring of the same length as the others of the last part. */
L4_INLINE L4_StringItem_t *L4_AddSubstringAddressTo(L4_StringItem_t *dest, void *address)
{
	L4_StringItem_t *last, *end = __L4_EndOfString(dest, &last);
	L4_Word_t *word = end->raw;

	word[0] = (L4_Word_t)address;
	last->X.j = (last->X.j + 1) & 0x1f;
	return last;
}

/* ---- Cache allocation hints of string items ---- */

L4_INLINE L4_CacheAllocationHint_t L4_CacheAlloctionHint(const L4_StringItem_t s)
{
	L4_CacheAllocationHint_t hint;

	hint.raw = s.raw[0] & 0x6;
	return hint;
}

L4_INLINE L4_Bool_t L4_IsCacheAllocationHintEqual(const L4_CacheAllocationHint_t l,
	const L4_CacheAllocationHint_t r)
{
	return l.raw == r.raw;
}

L4_INLINE L4_Bool_t L4_IsCacheAllocationHintNotEqual(const L4_CacheAllocationHint_t l,
	const L4_CacheAllocationHint_t r)
{
	return l.raw != r.raw;
}

L4_INLINE L4_StringItem_t L4_AddCacheAllocationHint(const L4_StringItem_t s,
	const L4_CacheAllocationHint_t hint)
{
	L4_StringItem_t hinted = s;

	hinted.raw[0] |= hint.raw & 0x6;
	return hinted;
}

L4_INLINE L4_StringItem_t L4_AddCacheAllocationHintTo(L4_StringItem_t *s,
	const L4_CacheAllocationHint_t hint)
{
	s->raw[0] |= hint.raw & 0x6;
	return *s;
}

/* ---- Control-transfer items (extension; no register sets are defined for amd64) ---- */

L4_INLINE L4_Bool_t L4_IsCtrlXferItem(L4_CtrlXferItem_t *c)
{
	return (c->raw[0] & __L4_ITEM_KIND) == __L4_ITEM_CTRLXFER;
}

L4_INLINE void L4_FaultConfCtrlXferItemInit(L4_CtrlXferItem_t *c, L4_Word_t fault_id,
	L4_Word_t mask)
{
	c->raw[0] = __L4_ITEM_CTRLXFER | (fault_id & 0xff) << 4 | mask << 12;
}

L4_INLINE void L4_CtrlXferItemInit(L4_CtrlXferItem_t *c, L4_Word_t id)
{
	L4_FaultConfCtrlXferItemInit(c, id, 0);
}

/* ---- C++ ---- */

#if defined(__cplusplus)
L4_INLINE L4_Bool_t L4_MapItem(L4_MapItem_t m)
{
	return L4_IsMapItem(m);
}

L4_INLINE L4_Fpage_t L4_SndFpage(L4_MapItem_t m)
{
	return L4_MapItemSndFpage(m);
}

L4_INLINE L4_Word_t L4_SndBase(L4_MapItem_t m)
{
	return L4_MapItemSndBase(m);
}

L4_INLINE L4_Bool_t L4_GrantItem(L4_GrantItem_t g)
{
	return L4_IsGrantItem(g);
}

L4_INLINE L4_Fpage_t L4_SndFpage(L4_GrantItem_t g)
{
	return L4_GrantItemSndFpage(g);
}

L4_INLINE L4_Word_t L4_SndBase(L4_GrantItem_t g)
{
	return L4_GrantItemSndBase(g);
}

L4_INLINE L4_Bool_t L4_StringItem(L4_StringItem_t *s)
{
	return L4_IsStringItem(s);
}

/*
 * Two overloads, by value for temporaries and by reference for strings of more than one
 * descriptor, would be ambiguous for every lvalue: the const reference stands for the first.
 */
L4_INLINE L4_StringItem_t *operator+=(L4_StringItem_t &dest, const L4_StringItem_t &substr)
{
	L4_StringItem_t simple = substr;

	return L4_AddSubstringTo(&dest, &simple);
}

L4_INLINE L4_StringItem_t *operator+=(L4_StringItem_t &dest, L4_StringItem_t &substr)
{
	return L4_AddSubstringTo(&dest, &substr);
}

L4_INLINE L4_StringItem_t *operator+=(L4_StringItem_t &dest, void *address)
{
	return L4_AddSubstringAddressTo(&dest, address);
}

L4_INLINE L4_Bool_t L4_CtrlXferItem(L4_CtrlXferItem_t *c)
{
	return L4_IsCtrlXferItem(c);
}

L4_INLINE void L4_Init(L4_CtrlXferItem_t *c, L4_Word_t id)
{
	L4_CtrlXferItemInit(c, id);
}

L4_INLINE void L4_Init(L4_CtrlXferItem_t *c, L4_Word_t fault_id, L4_Word_t mask)
{
	L4_FaultConfCtrlXferItemInit(c, fault_id, mask);
}

L4_INLINE L4_Bool_t operator==(const L4_CacheAllocationHint_t &l,
	const L4_CacheAllocationHint_t &r)
{
	return L4_IsCacheAllocationHintEqual(l, r);
}

L4_INLINE L4_Bool_t operator!=(const L4_CacheAllocationHint_t &l,
	const L4_CacheAllocationHint_t &r)
{
	return L4_IsCacheAllocationHintNotEqual(l, r);
}

L4_INLINE L4_StringItem_t operator+(const L4_StringItem_t &s, const L4_CacheAllocationHint_t &hint)
{
	return L4_AddCacheAllocationHint(s, hint);
}

L4_INLINE L4_StringItem_t operator+=(L4_StringItem_t &s, const L4_CacheAllocationHint_t &hint)
{
	return L4_AddCacheAllocationHintTo(&s, hint);
}
#endif

#endif
