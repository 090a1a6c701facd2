/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * abi32/short.h - Ipc with words in registers. Part of <l4/short.h>.
 */
#ifndef L4_ABI32_SHORT_H
#define L4_ABI32_SHORT_H

#include <l4/message.h>
#include <l4/abi32/syscalls.h>

L4_MsgTag_t L4_ShortIpc(L4_ThreadId_t *partner, L4_ThreadId_t FromSpecifier, L4_Word_t Timeouts,
	L4_MsgTag_t tag, L4_Word_t *words, L4_Word_t take);

#endif
