/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ia32/short.h - Ipc with words straight from and to the caller's variables: those that a message has beyond
 * the registers of syscalls.h go through the UTCB. Part of <l4/short.h>; include that.
 */
#ifndef L4_IA32_SHORT_H
#define L4_IA32_SHORT_H

#include <l4/types.h>
#include <l4/message.h>
#include <l4/ia32/syscalls.h>
#include <l4/vregs.h>

L4_INLINE L4_MsgTag_t L4_ShortIpc(L4_ThreadId_t *partner, L4_ThreadId_t FromSpecifier,
	L4_Word_t Timeouts, L4_MsgTag_t tag, L4_Word_t *words, L4_Word_t take)
{
	L4_ThreadId_t to = *partner;
	L4_Word_t mr1, mr2, specifier = FromSpecifier.raw;

	L4_LoadMRs(1, (int)L4_UntypedWords(tag), words);
	__L4_IPC(__L4_Ipc, to.raw, specifier, Timeouts, tag.raw, mr1, mr2);
	if (take >= 1)
		words[0] = mr1;
	if (take >= 2)
		words[1] = mr2;
	if (take >= 3)
		L4_StoreMRs(3, (int)take - 2, words + 2);
	if (!L4_IsNilThread(FromSpecifier))
		*partner = to;
	return tag;
}

#endif
