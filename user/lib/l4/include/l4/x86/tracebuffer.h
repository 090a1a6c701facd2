/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * x86/tracebuffer.h - the clock and the performance counters of a record. Part of
 * <l4/tracebuffer.h>, which declares the types; include that.
 */
#ifndef L4_X86_TRACEBUFFER_H
#define L4_X86_TRACEBUFFER_H

/* Counters 0 and 1 are read where the kernel says that it programmed them for users. */
L4_INLINE void L4_Tbuf_StoreRecordArch(L4_TraceRecord_t *record, L4_TraceConfig_t config)
{
	record->tsc = __L4_Rdtsc();
	record->pmc0 = config.X.pmon ? __L4_Rdpmc(0) : 0;
	record->pmc1 = config.X.pmon ? __L4_Rdpmc(1) : 0;
}

#endif
