/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thread.h - a thread's own control registers, and ExchangeRegisters and ThreadControl
 * for other threads of the space (api 2, 4).
 */
#ifndef L4_THREAD_H
#define L4_THREAD_H

#include <l4/types.h>
#include <l4/vregs.h>
#include __L4_INC_ARCH(syscalls.h)

#define L4_ERROR_OK			(0)
#define L4_ERROR_NO_PRIVILEGE		(1)
#define L4_ERROR_INVALID_THREAD		(2)
#define L4_ERROR_INVALID_SPACE		(3)
#define L4_ERROR_INVALID_SCHEDULER	(4)
#define L4_ERROR_INVALID_PARAM		(5)
#define L4_ERROR_UTCB_AREA		(6)
#define L4_ERROR_KIP_AREA		(7)
#define L4_ERROR_NO_MEM			(8)

/* Extensions of some Pistachio builds; a kernel without them ignores the bits. */
#define L4_EXREGS_CTRLXFER_CONF_FLAG	(1UL << 9)
#define L4_EXREGS_CTRLXFER_READ_FLAG	(1UL << 10)
#define L4_EXREGS_CTRLXFER_WRITE_FLAG	(1UL << 11)
#define L4_EXREGS_EXCHANDLER_FLAG	(1UL << 12)
#define L4_EXREGS_SCHEDULER_FLAG	(1UL << 13)

/* Control bits of ExchangeRegisters (api 4.4). */
#define __L4_EXREGS_HALT	0x001UL
#define __L4_EXREGS_RECEIVE	0x002UL
#define __L4_EXREGS_SEND	0x004UL
#define __L4_EXREGS_SP		0x008UL
#define __L4_EXREGS_IP		0x010UL
#define __L4_EXREGS_FLAGS	0x020UL
#define __L4_EXREGS_HANDLE	0x040UL
#define __L4_EXREGS_PAGER	0x080UL
#define __L4_EXREGS_SET_HALT	0x100UL
#define __L4_EXREGS_DELIVER	0x200UL

/* The state of a thread before ExchangeRegisters. */
typedef struct {
	L4_Word_t raw;
} L4_ThreadState_t;

L4_INLINE L4_Bool_t L4_ThreadWasHalted(L4_ThreadState_t s)
{
	return (s.raw & __L4_EXREGS_HALT) != 0;
}

L4_INLINE L4_Bool_t L4_ThreadWasReceiving(L4_ThreadState_t s)
{
	return (s.raw & __L4_EXREGS_RECEIVE) != 0;
}

L4_INLINE L4_Bool_t L4_ThreadWasSending(L4_ThreadState_t s)
{
	return (s.raw & __L4_EXREGS_SEND) != 0;
}

L4_INLINE L4_Bool_t L4_ThreadWasIpcing(L4_ThreadState_t s)
{
	return (s.raw & (__L4_EXREGS_RECEIVE | __L4_EXREGS_SEND)) != 0;
}

/* ---- The calling thread ---- */

L4_INLINE L4_ThreadId_t __L4_Id(L4_Word_t raw)
{
	L4_ThreadId_t t;

	t.raw = raw;
	return t;
}

L4_INLINE L4_ThreadId_t L4_MyGlobalId(void)
{
	return __L4_Id(__L4_TCR_MyGlobalId());
}

L4_INLINE L4_ThreadId_t L4_MyLocalId(void)
{
	return __L4_Id(__L4_TCR_MyLocalId());
}

L4_INLINE L4_ThreadId_t L4_Myself(void)
{
	return L4_MyGlobalId();
}

L4_INLINE L4_Word_t L4_ProcessorNo(void)
{
	return __L4_TCR_ProcessorNo();
}

L4_INLINE L4_Word_t L4_UserDefinedHandle(void)
{
	return __L4_TCR_UserDefinedHandle();
}

L4_INLINE void L4_Set_UserDefinedHandle(L4_Word_t handle)
{
	__L4_TCR_Set_UserDefinedHandle(handle);
}

L4_INLINE L4_ThreadId_t L4_Pager(void)
{
	return __L4_Id(__L4_TCR_Pager());
}

L4_INLINE void L4_Set_Pager(L4_ThreadId_t pager)
{
	__L4_TCR_Set_Pager(pager.raw);
}

L4_INLINE L4_ThreadId_t L4_ExceptionHandler(void)
{
	return __L4_Id(__L4_TCR_ExceptionHandler());
}

L4_INLINE void L4_Set_ExceptionHandler(L4_ThreadId_t handler)
{
	__L4_TCR_Set_ExceptionHandler(handler.raw);
}

L4_INLINE L4_Word_t L4_ErrorCode(void)
{
	return __L4_TCR_ErrorCode();
}

L4_INLINE const char *L4_ErrorCode_String(L4_Word_t error)
{
	static const char *const name[] = {
		"l4_error_ok", "l4_error_no_privilege", "l4_error_invalid_thread",
		"l4_error_invalid_space", "l4_error_invalid_scheduler", "l4_error_invalid_param",
		"l4_error_utcb_area", "l4_error_kip_area", "l4_error_no_mem",
	};

	return error < sizeof(name) / sizeof(name[0]) ? name[error] : "invalid error code";
}

L4_INLINE L4_Word_t L4_XferTimeouts(void)
{
	return __L4_TCR_XferTimeout();
}

L4_INLINE void L4_Set_XferTimeouts(L4_Word_t timeouts)
{
	__L4_TCR_Set_XferTimeout(timeouts);
}

L4_INLINE L4_ThreadId_t L4_IntendedReceiver(void)
{
	return __L4_Id(__L4_TCR_IntendedReceiver());
}

L4_INLINE L4_ThreadId_t L4_ActualSender(void)
{
	return __L4_Id(__L4_TCR_ActualSender());
}

L4_INLINE void L4_Set_VirtualSender(L4_ThreadId_t sender)
{
	__L4_TCR_Set_VirtualSender(sender.raw);
}

L4_INLINE L4_Word_t L4_WordSizeMask(void)
{
	return __L4_TCR_WordSizeMask();
}

L4_INLINE void L4_Reset_WordSizeMask(void)
{
	__L4_TCR_Set_WordSizeMask(~0UL);
}

/* ---- Other threads of the space, by ExchangeRegisters ---- */

/* All old values that a call returns. */
typedef struct {
	L4_Word_t control, sp, ip, flags, handle;
	L4_ThreadId_t pager, result;
} __L4_ExregsOld_t;

L4_INLINE __L4_ExregsOld_t __L4_Exregs(L4_ThreadId_t t, L4_Word_t control, L4_Word_t sp,
	L4_Word_t ip, L4_Word_t flags)
{
	__L4_ExregsOld_t old;

	old.result = L4_ExchangeRegisters(t, control, sp, ip, flags, 0, L4_nilthread, &old.control,
					  &old.sp, &old.ip, &old.flags, &old.handle, &old.pager);
	return old;
}

/* Converts an id by ExchangeRegisters, unless it already has the wanted form. */
L4_INLINE L4_ThreadId_t L4_GlobalIdOf(L4_ThreadId_t t)
{
	if (L4_IsNilThread(t) || L4_IsGlobalId(t))
		return t;
	return __L4_Exregs(t, 0, 0, 0, 0).result;
}

L4_INLINE L4_ThreadId_t L4_LocalIdOf(L4_ThreadId_t t)
{
	if (L4_IsLocalId(t))
		return t;
	return __L4_Exregs(t, 0, 0, 0, 0).result;
}

L4_INLINE L4_Bool_t L4_SameThreads(L4_ThreadId_t l, L4_ThreadId_t r)
{
	return L4_IsThreadEqual(L4_GlobalIdOf(l), L4_GlobalIdOf(r));
}

L4_INLINE L4_Word_t L4_UserDefinedHandleOf(L4_ThreadId_t t)
{
	return __L4_Exregs(t, __L4_EXREGS_DELIVER, 0, 0, 0).handle;
}

L4_INLINE void L4_Set_UserDefinedHandleOf(L4_ThreadId_t t, L4_Word_t handle)
{
	__L4_ExregsOld_t old;

	L4_ExchangeRegisters(t, __L4_EXREGS_HANDLE, 0, 0, 0, handle, L4_nilthread, &old.control,
			     &old.sp, &old.ip, &old.flags, &old.handle, &old.pager);
}

L4_INLINE L4_ThreadId_t L4_PagerOf(L4_ThreadId_t t)
{
	return __L4_Exregs(t, __L4_EXREGS_DELIVER, 0, 0, 0).pager;
}

L4_INLINE void L4_Set_PagerOf(L4_ThreadId_t t, L4_ThreadId_t pager)
{
	__L4_ExregsOld_t old;

	L4_ExchangeRegisters(t, __L4_EXREGS_PAGER, 0, 0, 0, 0, pager, &old.control, &old.sp, &old.ip,
			     &old.flags, &old.handle, &old.pager);
}

#define __L4_EXREGS_START (__L4_EXREGS_SET_HALT | __L4_EXREGS_RECEIVE | __L4_EXREGS_SEND)
#define __L4_EXREGS_STOP (__L4_EXREGS_SET_HALT | __L4_EXREGS_HALT | __L4_EXREGS_DELIVER)

L4_INLINE void L4_Start(L4_ThreadId_t t)
{
	__L4_Exregs(t, __L4_EXREGS_START, 0, 0, 0);
}

L4_INLINE void L4_Start_SpIp(L4_ThreadId_t t, L4_Word_t sp, L4_Word_t ip)
{
	__L4_Exregs(t, __L4_EXREGS_START | __L4_EXREGS_SP | __L4_EXREGS_IP, sp, ip, 0);
}

L4_INLINE void L4_Start_SpIpFlags(L4_ThreadId_t t, L4_Word_t sp, L4_Word_t ip, L4_Word_t flags)
{
	__L4_Exregs(t, __L4_EXREGS_START | __L4_EXREGS_SP | __L4_EXREGS_IP | __L4_EXREGS_FLAGS,
		    sp, ip, flags);
}

/* Stops t, and with RECEIVE or SEND aborts that half of its IPC. sp, ip and flags may be NULL. */
L4_INLINE L4_ThreadState_t __L4_StopBy(L4_ThreadId_t t, L4_Word_t control, L4_Word_t *sp,
	L4_Word_t *ip, L4_Word_t *flags)
{
	__L4_ExregsOld_t old = __L4_Exregs(t, __L4_EXREGS_STOP | control, 0, 0, 0);
	L4_ThreadState_t state;

	if (sp)
		*sp = old.sp;
	if (ip)
		*ip = old.ip;
	if (flags)
		*flags = old.flags;
	state.raw = old.control;
	return state;
}

L4_INLINE L4_ThreadState_t L4_Stop_SpIpFlags(L4_ThreadId_t t, L4_Word_t *sp, L4_Word_t *ip,
	L4_Word_t *flags)
{
	return __L4_StopBy(t, 0, sp, ip, flags);
}

L4_INLINE L4_ThreadState_t L4_Stop(L4_ThreadId_t t)
{
	return __L4_StopBy(t, 0, 0, 0, 0);
}

L4_INLINE L4_ThreadState_t L4_AbortReceive_and_stop_SpIpFlags(L4_ThreadId_t t, L4_Word_t *sp,
	L4_Word_t *ip, L4_Word_t *flags)
{
	return __L4_StopBy(t, __L4_EXREGS_RECEIVE, sp, ip, flags);
}

L4_INLINE L4_ThreadState_t L4_AbortReceive_and_stop(L4_ThreadId_t t)
{
	return __L4_StopBy(t, __L4_EXREGS_RECEIVE, 0, 0, 0);
}

L4_INLINE L4_ThreadState_t L4_AbortSend_and_stop_SpIpFlags(L4_ThreadId_t t, L4_Word_t *sp,
	L4_Word_t *ip, L4_Word_t *flags)
{
	return __L4_StopBy(t, __L4_EXREGS_SEND, sp, ip, flags);
}

L4_INLINE L4_ThreadState_t L4_AbortSend_and_stop(L4_ThreadId_t t)
{
	return __L4_StopBy(t, __L4_EXREGS_SEND, 0, 0, 0);
}

L4_INLINE L4_ThreadState_t L4_AbortIpc_and_stop_SpIpFlags(L4_ThreadId_t t, L4_Word_t *sp,
	L4_Word_t *ip, L4_Word_t *flags)
{
	return __L4_StopBy(t, __L4_EXREGS_RECEIVE | __L4_EXREGS_SEND, sp, ip, flags);
}

L4_INLINE L4_ThreadState_t L4_AbortIpc_and_stop(L4_ThreadId_t t)
{
	return __L4_StopBy(t, __L4_EXREGS_RECEIVE | __L4_EXREGS_SEND, 0, 0, 0);
}

/* ---- Interrupts (protocols 2): 1 done, 0 see L4_ErrorCode ---- */

L4_INLINE L4_Word_t L4_AssociateInterrupt(L4_ThreadId_t irq, L4_ThreadId_t handler)
{
	return L4_ThreadControl(irq, irq, L4_nilthread, handler, (void *)~0UL);
}

L4_INLINE L4_Word_t L4_DeassociateInterrupt(L4_ThreadId_t irq)
{
	return L4_ThreadControl(irq, irq, L4_nilthread, irq, (void *)~0UL);
}

/* ---- Control-transfer extension: the old control word ---- */

L4_INLINE L4_Word_t L4_ConfCtrlXferItems(L4_ThreadId_t t)
{
	return __L4_Exregs(t, L4_EXREGS_CTRLXFER_CONF_FLAG, 0, 0, 0).control;
}

L4_INLINE L4_Word_t L4_ReadCtrlXferItems(L4_ThreadId_t t)
{
	return __L4_Exregs(t, L4_EXREGS_CTRLXFER_READ_FLAG, 0, 0, 0).control;
}

L4_INLINE L4_Word_t L4_WriteCtrlXferItems(L4_ThreadId_t t)
{
	return __L4_Exregs(t, L4_EXREGS_CTRLXFER_WRITE_FLAG, 0, 0, 0).control;
}

/* ---- C++ ---- */

#if defined(__cplusplus)
L4_INLINE L4_ThreadId_t L4_GlobalId(L4_ThreadId_t t)
{
	return L4_GlobalIdOf(t);
}

L4_INLINE L4_ThreadId_t L4_LocalId(L4_ThreadId_t t)
{
	return L4_LocalIdOf(t);
}

L4_INLINE L4_Word_t L4_UserDefinedHandle(L4_ThreadId_t t)
{
	return L4_UserDefinedHandleOf(t);
}

L4_INLINE void L4_Set_UserDefinedHandle(L4_ThreadId_t t, L4_Word_t handle)
{
	L4_Set_UserDefinedHandleOf(t, handle);
}

L4_INLINE L4_ThreadId_t L4_Pager(L4_ThreadId_t t)
{
	return L4_PagerOf(t);
}

L4_INLINE void L4_Set_Pager(L4_ThreadId_t t, L4_ThreadId_t pager)
{
	L4_Set_PagerOf(t, pager);
}

L4_INLINE void L4_Start(L4_ThreadId_t t, L4_Word_t sp, L4_Word_t ip)
{
	L4_Start_SpIp(t, sp, ip);
}

L4_INLINE void L4_Start(L4_ThreadId_t t, L4_Word_t sp, L4_Word_t ip, L4_Word_t flags)
{
	L4_Start_SpIpFlags(t, sp, ip, flags);
}

L4_INLINE L4_ThreadState_t L4_Stop(L4_ThreadId_t t, L4_Word_t *sp, L4_Word_t *ip,
	L4_Word_t *flags)
{
	return L4_Stop_SpIpFlags(t, sp, ip, flags);
}

L4_INLINE L4_ThreadState_t L4_AbortReceive_and_stop(L4_ThreadId_t t, L4_Word_t *sp, L4_Word_t *ip,
	L4_Word_t *flags)
{
	return L4_AbortReceive_and_stop_SpIpFlags(t, sp, ip, flags);
}

L4_INLINE L4_ThreadState_t L4_AbortSend_and_stop(L4_ThreadId_t t, L4_Word_t *sp, L4_Word_t *ip,
	L4_Word_t *flags)
{
	return L4_AbortSend_and_stop_SpIpFlags(t, sp, ip, flags);
}

/* The name that older headers gave the overload above. */
L4_INLINE L4_ThreadState_t l4_abort_send_and_stop(L4_ThreadId_t t, L4_Word_t *sp, L4_Word_t *ip,
	L4_Word_t *flags)
{
	return L4_AbortSend_and_stop_SpIpFlags(t, sp, ip, flags);
}

L4_INLINE L4_ThreadState_t L4_AbortIpc_and_stop(L4_ThreadId_t t, L4_Word_t *sp, L4_Word_t *ip,
	L4_Word_t *flags)
{
	return L4_AbortIpc_and_stop_SpIpFlags(t, sp, ip, flags);
}
#endif

#endif
