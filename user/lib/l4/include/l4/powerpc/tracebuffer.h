/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * powerpc/tracebuffer.h - the clock and the performance counters of a record. Part of <l4/tracebuffer.h>,
 * which declares the types; include that.
 */
#ifndef L4_POWERPC_TRACEBUFFER_H
#define L4_POWERPC_TRACEBUFFER_H

/* The counters' names for users are special registers 937 and 938: UPMC1, UPMC2. */
L4_INLINE void L4_Tbuf_StoreRecordArch(L4_TraceRecord_t *record, L4_TraceConfig_t config)
{
	L4_Word_t first = 0, second = 0;

	if (config.X.pmon)
		__asm__ __volatile__("mfspr %0, 937\n\tmfspr %1, 938" : "=r"(first), "=r"(second));
	record->tsc = (L4_Word_t)__L4_Timebase();
	record->pmc0 = first;
	record->pmc1 = second;
}

#endif
