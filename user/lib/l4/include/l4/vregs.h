/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vregs.h - virtual registers: thread control registers, message registers, buffer registers.
 *
 * All of them are words of the UTCB, counted from MR0 (api 2.1):
 *
 *   BR32 .. BR0 | TCRs | MR0 .. MR63      MyLocalId = address of MR0 = __L4_Utcb() of the machine
 *   -48    -16   -15..-1   0     63
 *
 * The first MRs are CPU registers only inside a system call; the bindings of syscalls.h load and store
 * them. The kernel changes these words only during a system call of the thread (bindings clobber
 * memory) - but for PreemptFlags, which is therefore changed by atomic operations.
 *
 * d of PreemptFlags means "delay preemption": L4_DisablePreemption sets it. Older amd64 headers
 * had the two names the wrong way round.
 */
#ifndef L4_VREGS_H
#define L4_VREGS_H

#include <l4/types.h>
#include __L4_INC_ARCH(utcb.h)

#define __L4_NUM_MRS	64
#define __L4_NUM_BRS	33

#define __L4_TCR_WORD_SIZE_MASK		(-1)
#define __L4_TCR_THREAD_WORD_0		(-4)
#define __L4_TCR_THREAD_WORD_1		(-5)
#define __L4_TCR_VIRTUAL_ACTUAL_SENDER	(-6)
#define __L4_TCR_INTENDED_RECEIVER	(-7)
#define __L4_TCR_XFER_TIMEOUT		(-8)
#define __L4_TCR_ERROR_CODE		(-9)
#define __L4_TCR_PREEMPT_FLAGS		(-10)
#define __L4_TCR_COP_FLAGS		(-10)
#define __L4_TCR_EXCEPTION_HANDLER	(-11)
#define __L4_TCR_PAGER			(-12)
#define __L4_TCR_USER_DEFINED_HANDLE	(-13)
#define __L4_TCR_PROCESSOR_NO		(-14)
#define __L4_TCR_MY_GLOBAL_ID		(-15)
#define __L4_TCR_BR0			(-16)

L4_INLINE L4_Word_t __L4_TCR_MyGlobalId(void)
{
	return __L4_Utcb()[__L4_TCR_MY_GLOBAL_ID];
}

L4_INLINE L4_Word_t __L4_TCR_MyLocalId(void)
{
	return (L4_Word_t)__L4_Utcb();
}

L4_INLINE L4_Word_t __L4_TCR_ProcessorNo(void)
{
	return __L4_Utcb()[__L4_TCR_PROCESSOR_NO];
}

L4_INLINE L4_Word_t __L4_TCR_UserDefinedHandle(void)
{
	return __L4_Utcb()[__L4_TCR_USER_DEFINED_HANDLE];
}

L4_INLINE void __L4_TCR_Set_UserDefinedHandle(L4_Word_t w)
{
	__L4_Utcb()[__L4_TCR_USER_DEFINED_HANDLE] = w;
}

L4_INLINE L4_Word_t __L4_TCR_Pager(void)
{
	return __L4_Utcb()[__L4_TCR_PAGER];
}

L4_INLINE void __L4_TCR_Set_Pager(L4_Word_t w)
{
	__L4_Utcb()[__L4_TCR_PAGER] = w;
}

L4_INLINE L4_Word_t __L4_TCR_ExceptionHandler(void)
{
	return __L4_Utcb()[__L4_TCR_EXCEPTION_HANDLER];
}

L4_INLINE void __L4_TCR_Set_ExceptionHandler(L4_Word_t w)
{
	__L4_Utcb()[__L4_TCR_EXCEPTION_HANDLER] = w;
}

L4_INLINE L4_Word_t __L4_TCR_ErrorCode(void)
{
	return __L4_Utcb()[__L4_TCR_ERROR_CODE];
}

L4_INLINE L4_Word_t __L4_TCR_XferTimeout(void)
{
	return __L4_Utcb()[__L4_TCR_XFER_TIMEOUT];
}

L4_INLINE void __L4_TCR_Set_XferTimeout(L4_Word_t w)
{
	__L4_Utcb()[__L4_TCR_XFER_TIMEOUT] = w;
}

L4_INLINE L4_Word_t __L4_TCR_IntendedReceiver(void)
{
	return __L4_Utcb()[__L4_TCR_INTENDED_RECEIVER];
}

L4_INLINE L4_Word_t __L4_TCR_ActualSender(void)
{
	return __L4_Utcb()[__L4_TCR_VIRTUAL_ACTUAL_SENDER];
}

L4_INLINE void __L4_TCR_Set_VirtualSender(L4_Word_t w)
{
	__L4_Utcb()[__L4_TCR_VIRTUAL_ACTUAL_SENDER] = w;
}

L4_INLINE L4_Word_t __L4_TCR_WordSizeMask(void)
{
	return __L4_Utcb()[__L4_TCR_WORD_SIZE_MASK];
}

L4_INLINE void __L4_TCR_Set_WordSizeMask(L4_Word_t w)
{
	__L4_Utcb()[__L4_TCR_WORD_SIZE_MASK] = w;
}

/* n = 0 or 1. */
L4_INLINE L4_Word_t __L4_TCR_ThreadWord(L4_Word_t n)
{
	return __L4_Utcb()[__L4_TCR_THREAD_WORD_0 - (int)n];
}

L4_INLINE void __L4_TCR_Set_ThreadWord(L4_Word_t n, L4_Word_t w)
{
	__L4_Utcb()[__L4_TCR_THREAD_WORD_0 - (int)n] = w;
}

/* ---- PreemptFlags (bits 7..0 of word -10) and CopFlags (bits 15..8) ---- */

#define __L4_PREEMPT_SIGNAL	(1 << 5)
#define __L4_PREEMPT_DELAY	(1 << 6)
#define __L4_PREEMPT_PENDING	(1 << 7)

/* n = 0: PreemptFlags; 1: CopFlags. */
L4_INLINE L4_Word8_t *__L4_Flags(int n)
{
	return (L4_Word8_t *)(__L4_Utcb() + __L4_TCR_PREEMPT_FLAGS) + __L4_BYTE_OF_WORD(n);
}

L4_INLINE L4_Bool_t __L4_Set_PreemptFlag(int flag)
{
	return (__atomic_fetch_or(__L4_Flags(0), (L4_Word8_t)flag, __ATOMIC_RELAXED) & flag) != 0;
}

L4_INLINE L4_Bool_t __L4_Clr_PreemptFlag(int flag)
{
	return (__atomic_fetch_and(__L4_Flags(0), (L4_Word8_t)~flag, __ATOMIC_RELAXED) & flag) != 0;
}

L4_INLINE void L4_Set_CopFlag(L4_Word_t n)
{
	*__L4_Flags(1) = (L4_Word8_t)(*__L4_Flags(1) | 1UL << (n & 7));
}

L4_INLINE void L4_Clr_CopFlag(L4_Word_t n)
{
	*__L4_Flags(1) = (L4_Word8_t)(*__L4_Flags(1) & ~(1UL << (n & 7)));
}

/* The next five return the old value of the flag. */
L4_INLINE L4_Bool_t L4_EnablePreemptionFaultException(void)
{
	return __L4_Set_PreemptFlag(__L4_PREEMPT_SIGNAL);
}

L4_INLINE L4_Bool_t L4_DisablePreemptionFaultException(void)
{
	return __L4_Clr_PreemptFlag(__L4_PREEMPT_SIGNAL);
}

L4_INLINE L4_Bool_t L4_EnablePreemption(void)
{
	return __L4_Clr_PreemptFlag(__L4_PREEMPT_DELAY);
}

L4_INLINE L4_Bool_t L4_DisablePreemption(void)
{
	return __L4_Set_PreemptFlag(__L4_PREEMPT_DELAY);
}

L4_INLINE L4_Bool_t L4_PreemptionPending(void)
{
	return __L4_Clr_PreemptFlag(__L4_PREEMPT_PENDING);
}

/*
 * ---- Message registers: Load is memory to MR, Store is MR to memory ----
 *
 * Volatile, so that the compiler moves them word by word: no vector registers (the kernel need not
 * save any for a thread that only sends messages) and no call of memcpy.
 */

L4_INLINE volatile L4_Word_t *__L4_MR(int i)
{
	return __L4_Utcb() + i;
}

L4_INLINE void L4_LoadMR(int i, L4_Word_t w)
{
	*__L4_MR(i) = w;
}

L4_INLINE void L4_StoreMR(int i, L4_Word_t *w)
{
	*w = *__L4_MR(i);
}

L4_INLINE void L4_LoadMRs(int i, int k, L4_Word_t *w)
{
	volatile L4_Word_t *mr = __L4_MR(i);

	while (k-- > 0)
		*mr++ = *w++;
}

L4_INLINE void L4_StoreMRs(int i, int k, L4_Word_t *w)
{
	volatile L4_Word_t *mr = __L4_MR(i);

	while (k-- > 0)
		*w++ = *mr++;
}

/* ---- Buffer registers: they descend in memory ---- */

L4_INLINE void L4_LoadBR(int i, L4_Word_t w)
{
	*__L4_MR(__L4_TCR_BR0 - i) = w;
}

L4_INLINE void L4_StoreBR(int i, L4_Word_t *w)
{
	*w = *__L4_MR(__L4_TCR_BR0 - i);
}

L4_INLINE void L4_LoadBRs(int i, int k, const L4_Word_t *w)
{
	volatile L4_Word_t *br = __L4_MR(__L4_TCR_BR0 - i);

	while (k-- > 0)
		*br-- = *w++;
}

L4_INLINE void L4_StoreBRs(int i, int k, L4_Word_t *w)
{
	volatile L4_Word_t *br = __L4_MR(__L4_TCR_BR0 - i);

	while (k-- > 0)
		*w++ = *br--;
}

#endif
