/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * msg_object.h - a message built in memory, loaded into and stored from the message registers.
 * Part of <l4/message.h>; include that.
 *
 *   msg[0] tag | msg[1..u] untyped words | msg[u+1 .. u+t] words of typed items
 *
 * What does not fit in the 63 words after the tag is not appended: the message stays as it was.
 */
#ifndef L4_MSG_OBJECT_H
#define L4_MSG_OBJECT_H

#include <l4/msg_tag.h>
#include <l4/msg_items.h>
#include <l4/vregs.h>

typedef union {
	L4_Word_t raw[64];
	L4_Word_t msg[64];
	L4_MsgTag_t tag;
} L4_Msg_t;

/* Returns the number of words after the tag, at most the maximum, whatever the tag says. */
L4_INLINE L4_Word_t __L4_TagWords(L4_MsgTag_t tag)
{
	L4_Word_t words = L4_UntypedWords(tag) + L4_TypedWords(tag);

	return words < 64 ? words : 63;
}

/* Copies word by word, for the same reason as message registers (vregs.h). */
L4_INLINE void __L4_CopyWords(L4_Word_t *to, const L4_Word_t *from, L4_Word_t n)
{
	volatile L4_Word_t *word = to;

	while (n-- > 0)
		*word++ = *from++;
}

/* ---- The whole message ---- */

L4_INLINE L4_MsgTag_t L4_MsgMsgTag(const L4_Msg_t *msg)
{
	return msg->tag;
}

L4_INLINE void L4_Set_MsgMsgTag(L4_Msg_t *msg, L4_MsgTag_t tag)
{
	msg->tag = tag;
}

L4_INLINE L4_Word_t L4_MsgLabel(const L4_Msg_t *msg)
{
	return L4_Label(msg->tag);
}

L4_INLINE void L4_Set_MsgLabel(L4_Msg_t *msg, L4_Word_t label)
{
	L4_Set_Label(&msg->tag, label);
}

L4_INLINE void L4_MsgClear(L4_Msg_t *msg)
{
	msg->tag.raw = 0;
}

/* u and t are numbers of words. */
L4_INLINE void L4_MsgPut(L4_Msg_t *msg, L4_Word_t label, int u, L4_Word_t *untyped, int t,
	void *items)
{
	msg->tag.raw = label << 16 | ((L4_Word_t)t & 0x3f) << 6 | ((L4_Word_t)u & 0x3f);
	if (__L4_TagWords(msg->tag) != (L4_Word_t)u + (L4_Word_t)t)
		return;
	__L4_CopyWords(&msg->msg[1], untyped, (L4_Word_t)u);
	__L4_CopyWords(&msg->msg[1 + u], (const L4_Word_t *)items, (L4_Word_t)t);
}

L4_INLINE void L4_MsgGet(const L4_Msg_t *msg, L4_Word_t *untyped, void *items)
{
	L4_Word_t u = L4_UntypedWords(msg->tag), words = __L4_TagWords(msg->tag);

	__L4_CopyWords(untyped, &msg->msg[1], u);
	__L4_CopyWords((L4_Word_t *)items, &msg->msg[1 + u], words - u);
}

L4_INLINE void L4_MsgLoad(L4_Msg_t *msg)
{
	L4_LoadMRs(0, (int)__L4_TagWords(msg->tag) + 1, msg->msg);
}

L4_INLINE void L4_MsgStore(L4_MsgTag_t tag, L4_Msg_t *msg)
{
	L4_StoreMRs(1, (int)__L4_TagWords(tag), &msg->msg[1]);
	msg->tag = tag;
}

/* ---- Append ---- */

/* Adds n typed words at the end, counted in the tag. Returns the first one; NULL if there is no room. */
L4_INLINE L4_Word_t *__L4_MsgTypedRoom(L4_Msg_t *msg, L4_Word_t n)
{
	L4_Word_t used = __L4_TagWords(msg->tag);

	if (used + n > 63)
		return 0;
	msg->tag.raw += n << 6;
	return &msg->msg[1 + used];
}

/* Moves the typed words up by one. */
L4_INLINE void L4_MsgAppendWord(L4_Msg_t *msg, L4_Word_t w)
{
	L4_Word_t i, u = L4_UntypedWords(msg->tag), used = __L4_TagWords(msg->tag);

	if (used >= 63)
		return;
	for (i = used; i > u; i--)
		msg->msg[i + 1] = msg->msg[i];
	msg->msg[u + 1] = w;
	msg->tag.raw++;
}

L4_INLINE void L4_MsgAppendMapItem(L4_Msg_t *msg, L4_MapItem_t m)
{
	L4_Word_t *to = __L4_MsgTypedRoom(msg, 2);

	if (to)
		__L4_CopyWords(to, m.raw, 2);
}

L4_INLINE void L4_MsgAppendGrantItem(L4_Msg_t *msg, L4_GrantItem_t g)
{
	L4_Word_t *to = __L4_MsgTypedRoom(msg, 2);

	if (to)
		__L4_CopyWords(to, g.raw, 2);
}

L4_INLINE void L4_MsgAppendSimpleStringItem(L4_Msg_t *msg, L4_StringItem_t s)
{
	L4_Word_t *to = __L4_MsgTypedRoom(msg, 2);

	if (to)
		__L4_CopyWords(to, s.raw, 2);
}

/* Appends a string with all its descriptors and addresses. */
L4_INLINE void L4_MsgAppendStringItem(L4_Msg_t *msg, L4_StringItem_t *s)
{
	L4_Word_t words = __L4_StringWords(s);
	L4_Word_t *to = __L4_MsgTypedRoom(msg, words);

	if (to)
		__L4_CopyWords(to, s->raw, words);
}

/* ---- Put and get by place: u counts untyped words from 0, t typed words from 0 ---- */

L4_INLINE L4_Word_t *__L4_MsgTyped(L4_Msg_t *msg, L4_Word_t t)
{
	return &msg->msg[1 + L4_UntypedWords(msg->tag) + t];
}

L4_INLINE void L4_MsgPutWord(L4_Msg_t *msg, L4_Word_t u, L4_Word_t w)
{
	msg->msg[u + 1] = w;
}

L4_INLINE void L4_MsgPutMapItem(L4_Msg_t *msg, L4_Word_t t, L4_MapItem_t m)
{
	__L4_CopyWords(__L4_MsgTyped(msg, t), m.raw, 2);
}

L4_INLINE void L4_MsgPutGrantItem(L4_Msg_t *msg, L4_Word_t t, L4_GrantItem_t g)
{
	__L4_CopyWords(__L4_MsgTyped(msg, t), g.raw, 2);
}

L4_INLINE void L4_MsgPutSimpleStringItem(L4_Msg_t *msg, L4_Word_t t, L4_StringItem_t s)
{
	__L4_CopyWords(__L4_MsgTyped(msg, t), s.raw, 2);
}

L4_INLINE void L4_MsgPutStringItem(L4_Msg_t *msg, L4_Word_t t, L4_StringItem_t *s)
{
	__L4_CopyWords(__L4_MsgTyped(msg, t), s->raw, __L4_StringWords(s));
}

L4_INLINE L4_Word_t L4_MsgWord(L4_Msg_t *msg, L4_Word_t u)
{
	return msg->msg[u + 1];
}

L4_INLINE void L4_MsgGetWord(L4_Msg_t *msg, L4_Word_t u, L4_Word_t *w)
{
	*w = msg->msg[u + 1];
}

/* The next ones return the length of the item in words. */
L4_INLINE L4_Word_t L4_MsgGetMapItem(L4_Msg_t *msg, L4_Word_t t, L4_MapItem_t *m)
{
	__L4_CopyWords(m->raw, __L4_MsgTyped(msg, t), 2);
	return 2;
}

L4_INLINE L4_Word_t L4_MsgGetGrantItem(L4_Msg_t *msg, L4_Word_t t, L4_GrantItem_t *g)
{
	__L4_CopyWords(g->raw, __L4_MsgTyped(msg, t), 2);
	return 2;
}

/* s must have room for the whole string. */
L4_INLINE L4_Word_t L4_MsgGetStringItem(L4_Msg_t *msg, L4_Word_t t, L4_StringItem_t *s)
{
	L4_StringItem_t *item = (L4_StringItem_t *)__L4_MsgTyped(msg, t);
	L4_Word_t words = __L4_StringWords(item);

	__L4_CopyWords(s->raw, item->raw, words);
	return words;
}

/* ---- Control-transfer items: in a message only the registers of the mask follow ---- */

L4_INLINE L4_Word_t __L4_CtrlXferWords(const L4_CtrlXferItem_t *c)
{
	return 1 + (L4_Word_t)__builtin_popcountl(c->raw[0] >> 12);
}

L4_INLINE void __L4_PackCtrlXfer(L4_Word_t *to, const L4_CtrlXferItem_t *c)
{
	L4_Word_t reg, mask = c->raw[0] >> 12;

	*to++ = c->raw[0];
	for (reg = 0; reg < __L4_CTRLXFER_REGS; reg++)
		if (mask >> reg & 1)
			*to++ = c->raw[1 + reg];
}

/* Does not append an item without registers. */
L4_INLINE void L4_MsgAppendCtrlXferItem(L4_Msg_t *msg, L4_CtrlXferItem_t *c)
{
	L4_Word_t *to = __L4_CtrlXferWords(c) > 1 ? __L4_MsgTypedRoom(msg, __L4_CtrlXferWords(c)) : 0;

	if (to)
		__L4_PackCtrlXfer(to, c);
}

L4_INLINE void L4_MsgPutCtrlXferItem(L4_Msg_t *msg, L4_Word_t t, L4_CtrlXferItem_t *c)
{
	__L4_PackCtrlXfer(__L4_MsgTyped(msg, t), c);
}

/* mr is the message register of the item's first word. */
L4_INLINE L4_Word_t L4_MsgGetCtrlXferItem(L4_Msg_t *msg, L4_Word_t mr, L4_CtrlXferItem_t *c)
{
	const L4_Word_t *from = &msg->msg[mr];
	L4_Word_t reg, mask = *from >> 12;

	c->raw[0] = *from++;
	for (reg = 0; reg < __L4_CTRLXFER_REGS; reg++)
		if (mask >> reg & 1)
			c->raw[1 + reg] = *from++;
	return __L4_CtrlXferWords(c);
}

/* One word for each fault of fault_id_mask, as L4_ConfCtrlXferItems expects; C is the last one's. */
L4_INLINE void L4_AppendFaultConfCtrlXferItems(L4_Msg_t *msg, L4_Word64_t fault_id_mask,
	L4_Word_t fault_mask, L4_Word_t C)
{
	L4_CtrlXferItem_t item;

	while (fault_id_mask != 0) {
		L4_FaultConfCtrlXferItemInit(&item, (L4_Word_t)__builtin_ctzll(fault_id_mask), fault_mask);
		fault_id_mask &= fault_id_mask - 1;
		item.X.C = fault_id_mask != 0 || C;
		L4_MsgAppendWord(msg, item.raw[0]);
	}
}

/* ---- C++ ---- */

#if defined(__cplusplus)
L4_INLINE void L4_Put(L4_Msg_t *msg, L4_Word_t label, int u, L4_Word_t *untyped, int t, void *items)
{
	L4_MsgPut(msg, label, u, untyped, t, items);
}

L4_INLINE void L4_Get(const L4_Msg_t *msg, L4_Word_t *untyped, void *items)
{
	L4_MsgGet(msg, untyped, items);
}

L4_INLINE L4_MsgTag_t L4_MsgTag(const L4_Msg_t *msg)
{
	return L4_MsgMsgTag(msg);
}

L4_INLINE void L4_Set_MsgTag(L4_Msg_t *msg, L4_MsgTag_t tag)
{
	L4_Set_MsgMsgTag(msg, tag);
}

L4_INLINE L4_Word_t L4_Label(const L4_Msg_t *msg)
{
	return L4_MsgLabel(msg);
}

L4_INLINE void L4_Set_Label(L4_Msg_t *msg, L4_Word_t label)
{
	L4_Set_MsgLabel(msg, label);
}

L4_INLINE void L4_Load(L4_Msg_t *msg)
{
	L4_MsgLoad(msg);
}

L4_INLINE void L4_Store(L4_MsgTag_t tag, L4_Msg_t *msg)
{
	L4_MsgStore(tag, msg);
}

L4_INLINE void L4_Clear(L4_Msg_t *msg)
{
	L4_MsgClear(msg);
}

L4_INLINE void L4_Append(L4_Msg_t *msg, L4_Word_t w)
{
	L4_MsgAppendWord(msg, w);
}

L4_INLINE void L4_Append(L4_Msg_t *msg, int w)
{
	L4_MsgAppendWord(msg, (L4_Word_t)(L4_SignedWord_t)w);
}

L4_INLINE void L4_Append(L4_Msg_t *msg, L4_MapItem_t m)
{
	L4_MsgAppendMapItem(msg, m);
}

L4_INLINE void L4_Append(L4_Msg_t *msg, L4_GrantItem_t g)
{
	L4_MsgAppendGrantItem(msg, g);
}

L4_INLINE void L4_Append(L4_Msg_t *msg, L4_StringItem_t s)
{
	L4_MsgAppendSimpleStringItem(msg, s);
}

L4_INLINE void L4_Append(L4_Msg_t *msg, L4_StringItem_t *s)
{
	L4_MsgAppendStringItem(msg, s);
}

L4_INLINE void L4_Append(L4_Msg_t *msg, L4_CtrlXferItem_t *c)
{
	L4_MsgAppendCtrlXferItem(msg, c);
}

L4_INLINE void L4_Append(L4_Msg_t *msg, L4_Word64_t fault_id_mask, L4_Word_t fault_mask,
	L4_Word_t C)
{
	L4_AppendFaultConfCtrlXferItems(msg, fault_id_mask, fault_mask, C);
}

L4_INLINE void L4_Put(L4_Msg_t *msg, L4_Word_t u, L4_Word_t w)
{
	L4_MsgPutWord(msg, u, w);
}

L4_INLINE void L4_Put(L4_Msg_t *msg, L4_Word_t t, L4_MapItem_t m)
{
	L4_MsgPutMapItem(msg, t, m);
}

L4_INLINE void L4_Put(L4_Msg_t *msg, L4_Word_t t, L4_GrantItem_t g)
{
	L4_MsgPutGrantItem(msg, t, g);
}

L4_INLINE void L4_Put(L4_Msg_t *msg, L4_Word_t t, L4_StringItem_t s)
{
	L4_MsgPutSimpleStringItem(msg, t, s);
}

L4_INLINE void L4_Put(L4_Msg_t *msg, L4_Word_t t, L4_StringItem_t *s)
{
	L4_MsgPutStringItem(msg, t, s);
}

L4_INLINE void L4_Put(L4_Msg_t *msg, L4_Word_t t, L4_CtrlXferItem_t *c)
{
	L4_MsgPutCtrlXferItem(msg, t, c);
}

L4_INLINE L4_Word_t L4_Get(L4_Msg_t *msg, L4_Word_t u)
{
	return L4_MsgWord(msg, u);
}

L4_INLINE void L4_Get(L4_Msg_t *msg, L4_Word_t u, L4_Word_t *w)
{
	L4_MsgGetWord(msg, u, w);
}

L4_INLINE L4_Word_t L4_Get(L4_Msg_t *msg, L4_Word_t t, L4_MapItem_t *m)
{
	return L4_MsgGetMapItem(msg, t, m);
}

L4_INLINE L4_Word_t L4_Get(L4_Msg_t *msg, L4_Word_t t, L4_GrantItem_t *g)
{
	return L4_MsgGetGrantItem(msg, t, g);
}

L4_INLINE L4_Word_t L4_Get(L4_Msg_t *msg, L4_Word_t t, L4_StringItem_t *s)
{
	return L4_MsgGetStringItem(msg, t, s);
}

L4_INLINE L4_Word_t L4_Get(L4_Msg_t *msg, L4_Word_t mr, L4_CtrlXferItem_t *c)
{
	return L4_MsgGetCtrlXferItem(msg, mr, c);
}
#endif

#endif
