/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * msg_accept.h - the buffer registers of a receiver: the acceptor in BR0 and the list of string buffers in
 * BR1.. (api 5.4). Part of <l4/message.h>; include that.
 *
 *   acceptor   window fpage without its low 4 bits (4..) | 0 (3..2) | c (1) | s (0)
 */
#ifndef L4_MSG_ACCEPT_H
#define L4_MSG_ACCEPT_H

#include <l4/msg_items.h>
#include <l4/vregs.h>

typedef union {
	L4_Word_t raw;
	struct {
		L4_BITFIELD4(L4_Word_t, s : 1, c : 1, __zeros : 2, RcvWindow : L4_BITS_PER_WORD - 4);
	} X;
} L4_Acceptor_t;

/* raw: string items one after the other; string: the first of them. */
typedef union {
	L4_Word_t raw[__L4_NUM_BRS - 1];
	L4_StringItem_t string[1];
} L4_MsgBuffer_t;

#define L4_UntypedWordsAcceptor	(__L4_VALUE(L4_Acceptor_t){ 0UL })
#define L4_StringItemsAcceptor	(__L4_VALUE(L4_Acceptor_t){ 1UL })
#define L4_CtrlXferAcceptor	(__L4_VALUE(L4_Acceptor_t){ 2UL })

#define __L4_ACCEPT_KINDS	0x3UL
#define __L4_ACCEPT_WINDOW	(~0xfUL)

/* The rights of the window are not part of an acceptor: they would read as other kinds. */
L4_INLINE L4_Acceptor_t L4_MapGrantItems(L4_Fpage_t RcvWindow)
{
	L4_Acceptor_t a;

	a.raw = RcvWindow.raw & __L4_ACCEPT_WINDOW;
	return a;
}

/* Returns an acceptor with the kinds of both, and the window of r if it has one. */
L4_INLINE L4_Acceptor_t L4_AddAcceptor(const L4_Acceptor_t l, const L4_Acceptor_t r)
{
	L4_Word_t window = r.raw & __L4_ACCEPT_WINDOW ? r.raw : l.raw;
	L4_Acceptor_t a;

	a.raw = (window & __L4_ACCEPT_WINDOW) | ((l.raw | r.raw) & __L4_ACCEPT_KINDS);
	return a;
}

/* Returns l without the kinds of r, and without a window if r has one. */
L4_INLINE L4_Acceptor_t L4_RemoveAcceptor(const L4_Acceptor_t l, const L4_Acceptor_t r)
{
	L4_Word_t window = r.raw & __L4_ACCEPT_WINDOW ? 0 : l.raw;
	L4_Acceptor_t a;

	a.raw = (window & __L4_ACCEPT_WINDOW) | (l.raw & ~r.raw & __L4_ACCEPT_KINDS);
	return a;
}

/* By value, as programs call them: the sum is the result, the caller's l cannot change. */
L4_INLINE L4_Acceptor_t L4_AddAcceptorTo(L4_Acceptor_t l, const L4_Acceptor_t r)
{
	return L4_AddAcceptor(l, r);
}

L4_INLINE L4_Acceptor_t L4_RemoveAcceptorFrom(L4_Acceptor_t l, const L4_Acceptor_t r)
{
	return L4_RemoveAcceptor(l, r);
}

L4_INLINE L4_Bool_t L4_HasStringItems(const L4_Acceptor_t a)
{
	return a.X.s;
}

L4_INLINE L4_Bool_t L4_HasMapGrantItems(const L4_Acceptor_t a)
{
	return (a.raw & __L4_ACCEPT_WINDOW) != 0;
}

L4_INLINE L4_Fpage_t L4_RcvWindow(const L4_Acceptor_t a)
{
	L4_Fpage_t window;

	window.raw = a.raw & __L4_ACCEPT_WINDOW;
	return window;
}

L4_INLINE void L4_Accept(const L4_Acceptor_t a)
{
	L4_LoadBR(0, a.raw);
}

L4_INLINE L4_Acceptor_t L4_Accepted(void)
{
	L4_Acceptor_t a;

	L4_StoreBR(0, &a.raw);
	return a;
}

/* ---- The list of string buffers: a cleared one has words 0 and 1 zero ---- */

L4_INLINE L4_Bool_t __L4_MsgBufferEmpty(const L4_MsgBuffer_t *b)
{
	return b->raw[0] == 0 && b->raw[1] == 0;
}

L4_INLINE void L4_MsgBufferClear(L4_MsgBuffer_t *b)
{
	b->raw[0] = 0;
	b->raw[1] = 0;
}

/* Sets C in each descriptor of the buffer s: another buffer follows. */
L4_INLINE void __L4_MsgBufferChain(L4_StringItem_t *s)
{
	s->X.C = 1;
	while (s->X.c) {
		s = __L4_NextDescriptor(s);
		s->X.C = 1;
	}
}

/* A buffer that does not fit is not appended. */
L4_INLINE void L4_MsgBufferAppendRcvString(L4_MsgBuffer_t *b, L4_StringItem_t *s)
{
	L4_StringItem_t *last;
	L4_Word_t *to, used = 0, words = __L4_StringWords(s);

	if (!__L4_MsgBufferEmpty(b))
		used = (L4_Word_t)(__L4_EndOfStrings(b->string, &last)->raw - b->raw);
	if (used + words > __L4_NUM_BRS - 1)
		return;
	if (used != 0)
		__L4_MsgBufferChain(last);
	to = b->raw + used;
	__L4_Copy_String((L4_StringItem_t *)to, s);
	((L4_StringItem_t *)to)->X.C = 0;
}

L4_INLINE void L4_MsgBufferAppendSimpleRcvString(L4_MsgBuffer_t *b, L4_StringItem_t s)
{
	L4_MsgBufferAppendRcvString(b, &s);
}

L4_INLINE void L4_AcceptStrings(const L4_Acceptor_t a, L4_MsgBuffer_t *b)
{
	L4_Accept(a);
	if (!__L4_MsgBufferEmpty(b))
		L4_LoadBRs(1, (int)(__L4_EndOfStrings(b->string, 0)->raw - b->raw), b->raw);
}

/* ---- C++ ---- */

#if defined(__cplusplus)
L4_INLINE L4_Acceptor_t operator+(const L4_Acceptor_t &l, const L4_Acceptor_t &r)
{
	return L4_AddAcceptor(l, r);
}

L4_INLINE L4_Acceptor_t operator+=(L4_Acceptor_t &l, const L4_Acceptor_t &r)
{
	return l = L4_AddAcceptor(l, r);
}

L4_INLINE L4_Acceptor_t operator-(const L4_Acceptor_t &l, const L4_Acceptor_t &r)
{
	return L4_RemoveAcceptor(l, r);
}

L4_INLINE L4_Acceptor_t operator-=(L4_Acceptor_t &l, const L4_Acceptor_t &r)
{
	return l = L4_RemoveAcceptor(l, r);
}

L4_INLINE L4_Bool_t L4_StringItems(const L4_Acceptor_t a)
{
	return L4_HasStringItems(a);
}

L4_INLINE L4_Bool_t L4_MapGrantItems(const L4_Acceptor_t a)
{
	return L4_HasMapGrantItems(a);
}

L4_INLINE void L4_Accept(const L4_Acceptor_t a, L4_MsgBuffer_t *b)
{
	L4_AcceptStrings(a, b);
}

L4_INLINE void L4_Clear(L4_MsgBuffer_t *b)
{
	L4_MsgBufferClear(b);
}

L4_INLINE void L4_Append(L4_MsgBuffer_t *b, L4_StringItem_t s)
{
	L4_MsgBufferAppendSimpleRcvString(b, s);
}

L4_INLINE void L4_Append(L4_MsgBuffer_t *b, L4_StringItem_t *s)
{
	L4_MsgBufferAppendRcvString(b, s);
}
#endif

#endif
