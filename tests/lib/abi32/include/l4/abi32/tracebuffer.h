/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * abi32/tracebuffer.h - the clock and the performance counters of a record. Part of <l4/tracebuffer.h>.
 */
#ifndef L4_ABI32_TRACEBUFFER_H
#define L4_ABI32_TRACEBUFFER_H

void L4_Tbuf_StoreRecordArch(L4_TraceRecord_t *record, L4_TraceConfig_t config);

#endif
