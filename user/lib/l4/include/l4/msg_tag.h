/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * msg_tag.h - the message tag (api 5.2). Part of <l4/message.h>; include that.
 */
#ifndef L4_MSG_TAG_H
#define L4_MSG_TAG_H

#include <l4/types.h>
#include <l4/vregs.h>

#define L4_Niltag	(__L4_VALUE(L4_MsgTag_t){ 0UL })

L4_INLINE L4_Bool_t L4_IsMsgTagEqual(const L4_MsgTag_t l, const L4_MsgTag_t r)
{
	return l.raw == r.raw;
}

L4_INLINE L4_Bool_t L4_IsMsgTagNotEqual(const L4_MsgTag_t l, const L4_MsgTag_t r)
{
	return l.raw != r.raw;
}

L4_INLINE L4_Word_t L4_Label(L4_MsgTag_t t)
{
	return t.raw >> 16;
}

L4_INLINE L4_Word_t L4_UntypedWords(L4_MsgTag_t t)
{
	return t.X.u;
}

L4_INLINE L4_Word_t L4_TypedWords(L4_MsgTag_t t)
{
	return t.X.t;
}

L4_INLINE void L4_Set_Label(L4_MsgTag_t *t, L4_Word_t label)
{
	t->raw = (t->raw & 0xffff) | label << 16;
}

/* These replace the label, whatever their name says; a negative label is sign-extended. */
L4_INLINE L4_MsgTag_t L4_MsgTagAddLabel(const L4_MsgTag_t t, int label)
{
	L4_MsgTag_t labelled = t;

	L4_Set_Label(&labelled, (L4_Word_t)(L4_SignedWord_t)label);
	return labelled;
}

L4_INLINE L4_MsgTag_t L4_MsgTagAddLabelTo(L4_MsgTag_t *t, int label)
{
	return *t = L4_MsgTagAddLabel(*t, label);
}

L4_INLINE L4_MsgTag_t L4_MsgTag(void)
{
	L4_MsgTag_t t;

	L4_StoreMR(0, &t.raw);
	return t;
}

L4_INLINE void L4_Set_MsgTag(L4_MsgTag_t t)
{
	L4_LoadMR(0, t.raw);
}

#if defined(__cplusplus)
L4_INLINE L4_Bool_t operator==(const L4_MsgTag_t &l, const L4_MsgTag_t &r)
{
	return L4_IsMsgTagEqual(l, r);
}

L4_INLINE L4_Bool_t operator!=(const L4_MsgTag_t &l, const L4_MsgTag_t &r)
{
	return L4_IsMsgTagNotEqual(l, r);
}

L4_INLINE L4_MsgTag_t operator+(const L4_MsgTag_t &t, int label)
{
	return L4_MsgTagAddLabel(t, label);
}

L4_INLINE L4_MsgTag_t operator+=(L4_MsgTag_t &t, int label)
{
	return L4_MsgTagAddLabelTo(&t, label);
}
#endif

#endif
