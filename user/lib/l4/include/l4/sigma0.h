/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sigma0.h - requests for memory to sigma0 (protocols 7.1).
 *
 * The result of a request is the fpage that sigma0 sent - as sigma0 sees it, not where it was
 * mapped - or the nilpage if it refused. The acceptor (BR0) is left as it was before.
 */
#ifndef L4_SIGMA0_H
#define L4_SIGMA0_H

#include <l4/types.h>
#include <l4/kip.h>
#include <l4/message.h>
#include <l4/ipc.h>

#define __L4_SIGMA0_LABEL	((L4_Word_t)-6 << 4)
#define __L4_FPAGE_EXTENDED	0x8UL

L4_INLINE L4_ThreadId_t __L4_Sigma0(void)
{
	return L4_GlobalId(L4_ThreadIdUserBase(L4_GetKernelInterface()), 1);
}

/* high: address bits 63..32, sent if f has its extended bit. s0 = nilthread: sigma0 itself. */
L4_INLINE L4_Fpage_t L4_Sigma0_GetPage_RcvWindow_High(L4_ThreadId_t s0, L4_Fpage_t f,
	L4_Fpage_t RcvWindow, L4_Word_t high)
{
	L4_Acceptor_t before = L4_Accepted();
	L4_Fpage_t sent = L4_Nilpage;
	L4_MsgTag_t tag;

	if (L4_IsNilThread(s0))
		s0 = __L4_Sigma0();
	tag.raw = __L4_SIGMA0_LABEL << 16 | (f.raw & __L4_FPAGE_EXTENDED ? 3 : 2);
	L4_Accept(L4_MapGrantItems(RcvWindow));
	L4_Set_MsgTag(tag);
	L4_LoadMR(1, f.raw);
	L4_LoadMR(2, 0);
	L4_LoadMR(3, high);
	if (L4_IpcSucceeded(L4_Call(s0)))
		L4_StoreMR(2, &sent.raw);
	L4_Accept(before);
	return sent;
}

L4_INLINE L4_Fpage_t L4_Sigma0_GetPage_RcvWindow(L4_ThreadId_t s0, L4_Fpage_t f,
	L4_Fpage_t RcvWindow)
{
	f.raw &= ~__L4_FPAGE_EXTENDED;
	return L4_Sigma0_GetPage_RcvWindow_High(s0, f, RcvWindow, 0);
}

/* The same, mapped to the same address in the own space. */
L4_INLINE L4_Fpage_t L4_Sigma0_GetPage(L4_ThreadId_t s0, L4_Fpage_t f)
{
	return L4_Sigma0_GetPage_RcvWindow(s0, f, L4_CompleteAddressSpace);
}

/* Requests 2^log2 bytes of any free RAM. */
L4_INLINE L4_Fpage_t L4_Sigma0_GetAny(L4_ThreadId_t s0, L4_Word_t log2, L4_Fpage_t RcvWindow)
{
	return L4_Sigma0_GetPage_RcvWindow(s0, L4_FpageLog2(~0UL, (int)log2), RcvWindow);
}

/*
 * Maps every page of the first memory descriptor of that type to `address` (0: 1:1) and returns
 * where it is; NULL if there is none, if a page is refused, or in sigma0 itself.
 */
L4_INLINE void *L4_Sigma0_GetSpecial(L4_Word_t type, void *address, L4_Word_t pagesize)
{
	void *kip = L4_GetKernelInterface();
	L4_ThreadId_t s0 = __L4_Sigma0();
	L4_MemoryDesc_t *desc = 0;
	L4_Word_t i, from, to, at;

	for (i = 0; (desc = L4_MemoryDesc(kip, i)); i++)
		if (L4_MemoryDescType(desc) == type && !L4_IsMemoryDescVirtual(desc))
			break;
	if (!desc || L4_IsThreadEqual(L4_Myself(), s0))
		return 0;
	from = L4_MemoryDescLow(desc) & ~(pagesize - 1);
	to = L4_MemoryDescHigh(desc);
	at = address ? (L4_Word_t)address : from;
	for (i = 0; i <= to - from; i += pagesize)
		if (L4_IsNilFpage(L4_Sigma0_GetPage_RcvWindow(s0, L4_Fpage(from + i, pagesize),
							      L4_Fpage(at + i, pagesize))))
			return 0;
	return (void *)(at + L4_MemoryDescLow(desc) - from);
}

#if defined(__cplusplus)
L4_INLINE L4_Fpage_t L4_Sigma0_GetPage(L4_ThreadId_t s0, L4_Fpage_t f, L4_Word_t high,
	L4_Fpage_t RcvWindow)
{
	f.raw |= __L4_FPAGE_EXTENDED;
	return L4_Sigma0_GetPage_RcvWindow_High(s0, f, RcvWindow, high);
}

L4_INLINE L4_Fpage_t L4_Sigma0_GetPage(L4_ThreadId_t s0, L4_Fpage_t f, L4_Word_t high)
{
	return L4_Sigma0_GetPage(s0, f, high, L4_CompleteAddressSpace);
}
#endif

#endif
