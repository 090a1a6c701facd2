/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * schedule.h - priorities, time slices and processors of threads (api 7.1, 7.2).
 *
 * Each function changes one thing and leaves the others (a control word of -1) alone; the result
 * is that of Schedule: the thread's state, or L4_SCHEDRESULT_ERROR with L4_ErrorCode.
 */
#ifndef L4_SCHEDULE_H
#define L4_SCHEDULE_H

#include <l4/types.h>
#include __L4_INC_ARCH(syscalls.h)

#define L4_SCHEDRESULT_ERROR		(0)
#define L4_SCHEDRESULT_DEAD		(1)
#define L4_SCHEDRESULT_INACTIVE		(2)
#define L4_SCHEDRESULT_RUNNING		(3)
#define L4_SCHEDRESULT_PENDING_SEND	(4)
#define L4_SCHEDRESULT_SENDING		(5)
#define L4_SCHEDRESULT_WAITING		(6)
#define L4_SCHEDRESULT_RECEIVING	(7)

L4_INLINE void L4_Yield(void)
{
	L4_ThreadSwitch(L4_nilthread);
}

L4_INLINE L4_Word_t L4_Set_Priority(L4_ThreadId_t t, L4_Word_t priority)
{
	L4_Word_t old;

	return L4_Schedule(t, ~0UL, ~0UL, priority & 0xff, ~0UL, &old);
}

L4_INLINE L4_Word_t L4_Set_ProcessorNo(L4_ThreadId_t t, L4_Word_t processor)
{
	L4_Word_t old;

	return L4_Schedule(t, ~0UL, processor, ~0UL, ~0UL, &old);
}

L4_INLINE L4_Word_t L4_Set_Timeslice(L4_ThreadId_t t, L4_Time_t timeslice, L4_Time_t totalquantum)
{
	L4_Word_t old;

	return L4_Schedule(t, (L4_Word_t)timeslice.raw << 16 | totalquantum.raw, ~0UL, ~0UL, ~0UL,
			   &old);
}

/* Reads the rest of the time slice and of the total quantum. */
L4_INLINE L4_Word_t L4_Timeslice(L4_ThreadId_t t, L4_Time_t *timeslice, L4_Time_t *totalquantum)
{
	L4_Word_t left = 0, result = L4_Schedule(t, ~0UL, ~0UL, ~0UL, ~0UL, &left);

	timeslice->raw = (L4_Word16_t)(left >> 16);
	totalquantum->raw = (L4_Word16_t)left;
	return result;
}

L4_INLINE L4_Word_t L4_Set_PreemptionDelay(L4_ThreadId_t t, L4_Word_t sensitivePrio,
	L4_Word_t maxDelay)
{
	L4_Word_t old;

	return L4_Schedule(t, ~0UL, ~0UL, ~0UL, (sensitivePrio & 0xff) << 16 | (maxDelay & 0xffff),
			   &old);
}

/* ---- Hierarchical-scheduler extension; a kernel without it ignores these bits ---- */

#define __L4_PRIO_KEEP	0x1ffUL

L4_INLINE L4_Word_t L4_Set_Stride(L4_ThreadId_t t, L4_Word_t stride)
{
	L4_Word_t old;

	return L4_Schedule(t, ~0UL, ~0UL, (stride & 0xffff) << 16 | __L4_PRIO_KEEP, ~0UL, &old);
}

L4_INLINE L4_Word_t L4_HS_Schedule(L4_ThreadId_t t, L4_Word_t control, L4_ThreadId_t domain,
	L4_Word_t prio, L4_Word_t stride, L4_Word_t *old_control)
{
	return L4_Schedule(t, domain.raw, ~0UL, stride << 16 | (prio & __L4_PRIO_KEEP),
			   (control & 0x3f) << 26 | 1UL << 25, old_control);
}

#endif
