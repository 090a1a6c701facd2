/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pecan.h - the extensions of Pecan to X.2. Each has a feature string in the kernel interface page, and no
 * effect on programs that do not use it.
 *
 *   inspect     state that only the kernel has, and its trace, for privileged spaces (<x2/inspect.h>)
 *   tls         thread-local storage: the base of FS, set by the thread itself
 *   msi         interrupt ids for messages of devices (<x2/msi.h>)
 *   kmemlimit   kernel memory of a space, carved out of its payer's, by SpaceControl's control
 *   norevoke    map items that revoke nothing, for pagers that have a higher priority than their clients
 */
#ifndef L4_PECAN_H
#define L4_PECAN_H

#include <l4/kip.h>
#include <l4/message.h>
#include <l4/vregs.h>
#include __L4_INC_ARCH(syscalls.h)
#include <x2/inspect.h>
#include <x2/msi.h>

#if defined(__cplusplus)
extern "C" {
#endif

/* Set by __L4_Init; NULL if the kernel has no such call. */
extern __L4_Link_t __L4_Inspect, __L4_SetTls;

#if defined(__cplusplus)
}
#endif

#include __L4_INC_ARCH(inspect.h)
#include __L4_INC_ARCH(tls.h)

L4_INLINE L4_Bool_t L4_HasInspect(void)
{
	return __L4_Inspect != 0;
}

/*
 * Reads one record into MR1..: returns the `start` of the next one, or 0 when there was none (then
 * L4_ErrorCode says whether that was an error). Without the call: 0, ErrorCode untouched.
 */
L4_INLINE L4_Word_t L4_Inspect(L4_Word_t what, L4_Word_t object, L4_Word_t start)
{
	return L4_HasInspect() ? __L4_InspectBy(__L4_Inspect, what, object, start) : 0;
}

/* The same with the record copied out: `words` words, as the structures of <x2/inspect.h> have. */
L4_INLINE L4_Word_t L4_InspectRecord(L4_Word_t what, L4_Word_t object, L4_Word_t start,
	void *record, L4_Word_t words)
{
	L4_Word_t next = L4_Inspect(what, object, start);

	if (next != 0)
		L4_StoreMRs(1, (int)words, (L4_Word_t *)record);
	return next;
}

L4_INLINE L4_Bool_t L4_HasTls(void)
{
	return __L4_SetTls != 0;
}

/*
 * Sets the FS base of the calling thread, until it sets another; 0: it has none. Returns 1; or 0 if the
 * address is not in the user area (L4_ErrorCode is 5), or without the call.
 */
L4_INLINE L4_Word_t L4_SetTls(void *address)
{
	return L4_HasTls() ? __L4_SetTlsBy(__L4_SetTls, (L4_Word_t)address) : 0;
}

/* ---- Interrupts by messages ---- */

L4_INLINE L4_Bool_t L4_HasMsi(void)
{
	return __L4_KipHasFeature(L4_GetKernelInterface(), "msi");
}

/* The lowest interrupt id for messages; there are L4_MSI_IDS. */
L4_INLINE L4_Word_t L4_FirstMsi(void)
{
	return L4_ThreadIdSystemBase(L4_GetKernelInterface()) - L4_MSI_IDS;
}

/* ---- Kernel-memory limit: a control word for L4_SpaceControl, in KiB ---- */

#define L4_KmemLimitFlag	(1UL << 30)
#define L4_KmemLimitMax		(L4_KmemLimitFlag - 1)

L4_INLINE L4_Bool_t L4_HasKmemLimit(void)
{
	return __L4_KipHasFeature(L4_GetKernelInterface(), "kmemlimit");
}

L4_INLINE L4_Word_t L4_KmemLimit(L4_Word_t kib)
{
	return L4_KmemLimitFlag | (kib < L4_KmemLimitMax ? kib : L4_KmemLimitMax);
}

/* Returns the KiB in an old control word; 0 if it has no limit. */
L4_INLINE L4_Word_t L4_KmemLimitOf(L4_Word_t control)
{
	return control & L4_KmemLimitFlag ? control & L4_KmemLimitMax : 0;
}

/* ---- Map items that revoke nothing ---- */

L4_INLINE L4_Bool_t L4_HasNoRevoke(void)
{
	return __L4_KipHasFeature(L4_GetKernelInterface(), "norevoke");
}

/*
 * A map item for which the kernel removes no page of the receiver's and waits for no revocation: it ends
 * where one would be needed, without an error. Without the feature: an ordinary map item.
 */
L4_INLINE L4_MapItem_t L4_MapItemNoRevoke(L4_Fpage_t f, L4_Word_t SndBase)
{
	L4_MapItem_t m = L4_MapItem(f, SndBase);

	m.raw[0] |= 1UL << 4;
	return m;
}

#endif
