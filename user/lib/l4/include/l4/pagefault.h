/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pagefault.h - the messages between a faulting thread and its pager (protocols 3), as they lie in
 * MR0..MR2. The header of this name in L4Ka::Pistachio never compiled; this one keeps its types.
 */
#ifndef L4_PAGEFAULT_H
#define L4_PAGEFAULT_H

#include <l4/types.h>
#include <l4/message.h>

#define __L4_PAGEFAULT_LABEL	((L4_Word_t)-2 << 4)

/* The label is -2 << 4 plus the access: L4_Readable, L4_Writable or L4_eXecutable. */
typedef union {
	L4_Word_t raw[3];
	struct {
		L4_MsgTag_t tag;
		L4_Word_t address;
		L4_Word_t ip;
	} X;
} L4_PfRequest_t;

/* One map item or one grant item; both have the same shape. */
typedef union {
	L4_Word_t raw[3];
	struct {
		L4_MsgTag_t tag;
		L4_MapItem_t item;
	} X;
} L4_PfReply_t;

L4_INLINE L4_Bool_t __L4_IsPagefault(L4_MsgTag_t tag)
{
	return L4_UntypedWords(tag) == 2 && L4_TypedWords(tag) == 0
	       && tag.raw >> 20 == __L4_PAGEFAULT_LABEL << 16 >> 20;
}

L4_INLINE L4_Word_t __L4_PagefaultAccess(L4_MsgTag_t tag)
{
	return L4_Label(tag) & L4_FullyAccessible;
}

#endif
