/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * short.h - messages of at most seven untyped words without a detour through the message registers in
 * memory. Ours, not X.2's; it works on every kernel that has the amd64 binding.
 *
 * The words of a message are where the caller has them: of `words`, as many as the tag says are sent
 * as MR1.., and the first `take` of those that come back are written there. With a constant tag and
 * take, only these are loaded and stored, and none of what the functions of <l4/ipc.h> do besides.
 * MR0..MR7 in memory (L4_MsgTag, L4_StoreMR) have nothing to do with the message; the tag is the result.
 * `partner` is the receiver of the message, and afterwards the sender of the answer.
 * Words of the answer beyond `take` are lost up to MR7; from MR8 on they are where they always are.
 *
 * The tag must have no typed words. If it shows that the Ipc failed, L4_ErrorCode gives the reason, and the
 * words written are undefined.
 */
#ifndef L4_SHORT_H
#define L4_SHORT_H

#include <l4/types.h>
#include <l4/ipc.h>
#include __L4_INC_ARCH(short.h)

#define L4_SHORT_WORDS	7

L4_INLINE L4_MsgTag_t L4_ShortCall(L4_ThreadId_t to, L4_MsgTag_t tag, L4_Word_t *words, L4_Word_t take)
{
	L4_ThreadId_t partner = to;

	return L4_ShortIpc(&partner, to, L4_Timeouts(L4_Never, L4_Never), tag, words, take);
}

L4_INLINE L4_MsgTag_t L4_ShortReplyWait(L4_ThreadId_t *partner, L4_MsgTag_t tag, L4_Word_t *words,
	L4_Word_t take)
{
	return L4_ShortIpc(partner, L4_anythread, L4_Timeouts(L4_ZeroTime, L4_Never), tag, words, take);
}

#endif
