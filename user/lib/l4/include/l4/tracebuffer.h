/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tracebuffer.h - records in a kernel's trace buffer, where a kernel has one (feature string
 * "tracebuffer"). Pecan has none: L4_GetTraceBuffer is NULL there and nothing is recorded.
 */
#ifndef L4_TRACEBUFFER_H
#define L4_TRACEBUFFER_H

#include <l4/types.h>
#include <l4/thread.h>

#define L4_TRACEBUFFER_MAGIC		((L4_Word_t)0x1464b123acebfULL)	/* cut to a word of 32 bits */
#define L4_TRACEBUFFER_NUM_ARGS		(9)
#define L4_TRACEBUFFER_USERID_START	(100)
#define L4_TRACEBUFFER_DEFAULT_TYPE	(1)

/* Events that the kernel's performance counters count. */
typedef union {
	L4_Word_t raw;
	struct {
		L4_BITFIELD5(L4_Word_t, smp : 1, pmon : 1, pmon_cpu : 4, pmon_e : 1,
			     __padding : L4_BITS_PER_WORD - 7);
	} X;
} L4_TraceConfig_t;

typedef struct {
	struct {
		L4_BITFIELD2(L4_Word_t, utype : 16, __pad0 : L4_BITS_PER_WORD - 16);
		L4_BITFIELD2(L4_Word_t, cpu : 16, id : L4_BITS_PER_WORD - 16);
	} X;
	L4_Word_t tsc, thread, pmc0, pmc1, str;
	L4_Word_t data[L4_TRACEBUFFER_NUM_ARGS];
} L4_TraceRecord_t;

/* `mask` has a bit for each type, from bit 16 up; `current` is the last record, `max` how many. */
typedef struct {
	L4_Word_t magic, current, mask, max;
	L4_TraceConfig_t config;
	L4_Word_t __pad[3];
	L4_Word_t counters[8];
	L4_TraceRecord_t tracerecords[];
} L4_TraceBuffer_t;

#include __L4_INC_ARCH(tracebuffer.h)

#if defined(__cplusplus)
extern "C" {
#endif

L4_TraceBuffer_t *L4_GetTraceBuffer(void);

#if defined(__cplusplus)
}
#endif

L4_INLINE void L4_Tbuf_StoreRecord(L4_TraceRecord_t *record, const L4_TraceConfig_t config,
	L4_Word_t type, L4_Word_t id)
{
	record->X.utype = type & 0xffff;
	record->X.cpu = L4_ProcessorNo() & 0xffff;
	record->X.id = id & (~0UL >> 16);
	record->thread = L4_Myself().raw;
	L4_Tbuf_StoreRecordArch(record, config);
}

/* Begins and returns the next record; NULL if there is no buffer or the type is masked out. */
L4_INLINE L4_TraceRecord_t *L4_Tbuf_NextRecord(L4_Word_t type, L4_Word_t id)
{
	L4_TraceBuffer_t *buffer = L4_GetTraceBuffer();
	L4_TraceRecord_t *record;

	if (buffer == 0 || (buffer->mask & (type & 0xffff) << 16) == 0)
		return 0;
	buffer->current = buffer->current + 1 < buffer->max ? buffer->current + 1 : 0;
	record = &buffer->tracerecords[buffer->current];
	L4_Tbuf_StoreRecord(record, buffer->config, type, id);
	return record;
}

L4_INLINE void L4_Tbuf_IncCounter(L4_Word_t counter)
{
	L4_TraceBuffer_t *buffer = L4_GetTraceBuffer();

	if (buffer != 0)
		__L4_Inc_Atomic(&buffer->counters[counter & 7]);
}

/* n: number of arguments, at most four. */
L4_INLINE void __L4_Tbuf_Record(L4_Word_t id, const char *str, L4_Word_t n, const L4_Word_t *args)
{
	L4_TraceRecord_t *record = L4_Tbuf_NextRecord(L4_TRACEBUFFER_DEFAULT_TYPE, id);
	L4_Word_t i;

	if (record == 0)
		return;
	record->str = (L4_Word_t)str;
	for (i = 0; i < n; i++)
		record->data[i] = args[i];
}

L4_INLINE void L4_Tbuf_RecordEvent_t0(L4_Word_t id, const char *str)
{
	__L4_Tbuf_Record(id, str, 0, 0);
}

L4_INLINE void L4_Tbuf_RecordEvent_t1(L4_Word_t id, const char *str, L4_Word_t a)
{
	__L4_Tbuf_Record(id, str, 1, &a);
}

L4_INLINE void L4_Tbuf_RecordEvent_t2(L4_Word_t id, const char *str, L4_Word_t a, L4_Word_t b)
{
	L4_Word_t args[2] = { a, b };

	__L4_Tbuf_Record(id, str, 2, args);
}

L4_INLINE void L4_Tbuf_RecordEvent_t3(L4_Word_t id, const char *str, L4_Word_t a, L4_Word_t b,
	L4_Word_t c)
{
	L4_Word_t args[3] = { a, b, c };

	__L4_Tbuf_Record(id, str, 3, args);
}

L4_INLINE void L4_Tbuf_RecordEvent_t4(L4_Word_t id, const char *str, L4_Word_t a, L4_Word_t b,
	L4_Word_t c, L4_Word_t d)
{
	L4_Word_t args[4] = { a, b, c, d };

	__L4_Tbuf_Record(id, str, 4, args);
}

/* The names without t are the same; a program may switch them off by defining them itself. */
L4_INLINE void L4_Tbuf_RecordEvent_0(L4_Word_t id, const char *str)
{
	L4_Tbuf_RecordEvent_t0(id, str);
}

L4_INLINE void L4_Tbuf_RecordEvent_1(L4_Word_t id, const char *str, L4_Word_t a)
{
	L4_Tbuf_RecordEvent_t1(id, str, a);
}

L4_INLINE void L4_Tbuf_RecordEvent_2(L4_Word_t id, const char *str, L4_Word_t a, L4_Word_t b)
{
	L4_Tbuf_RecordEvent_t2(id, str, a, b);
}

L4_INLINE void L4_Tbuf_RecordEvent_3(L4_Word_t id, const char *str, L4_Word_t a, L4_Word_t b,
	L4_Word_t c)
{
	L4_Tbuf_RecordEvent_t3(id, str, a, b, c);
}

L4_INLINE void L4_Tbuf_RecordEvent_4(L4_Word_t id, const char *str, L4_Word_t a, L4_Word_t b,
	L4_Word_t c, L4_Word_t d)
{
	L4_Tbuf_RecordEvent_t4(id, str, a, b, c, d);
}

#if defined(__cplusplus)
L4_INLINE void L4_Tbuf_RecordEvent(L4_Word_t id, const char *str)
{
	L4_Tbuf_RecordEvent_t0(id, str);
}

L4_INLINE void L4_Tbuf_RecordEvent(L4_Word_t id, const char *str, L4_Word_t a)
{
	L4_Tbuf_RecordEvent_t1(id, str, a);
}

L4_INLINE void L4_Tbuf_RecordEvent(L4_Word_t id, const char *str, L4_Word_t a, L4_Word_t b)
{
	L4_Tbuf_RecordEvent_t2(id, str, a, b);
}

L4_INLINE void L4_Tbuf_RecordEvent(L4_Word_t id, const char *str, L4_Word_t a, L4_Word_t b,
	L4_Word_t c)
{
	L4_Tbuf_RecordEvent_t3(id, str, a, b, c);
}

L4_INLINE void L4_Tbuf_RecordEvent(L4_Word_t id, const char *str, L4_Word_t a, L4_Word_t b,
	L4_Word_t c, L4_Word_t d)
{
	L4_Tbuf_RecordEvent_t4(id, str, a, b, c, d);
}
#endif

#endif
