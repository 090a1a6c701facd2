/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * word.h - the machine word of X.2 and the ids of threads.
 *
 * The headers of abi/ define the interface of kernel and user level, which both include them. They
 * include nothing else. Clauses are cited as in docs/spec-map.md: "api 4.1" is section 4.1 of the generic
 * X.2 interface.
 */
#ifndef X2_WORD_H
#define X2_WORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef unsigned long l4_word_t;

#define L4_WORD_BITS	(8u * (unsigned)sizeof(l4_word_t))

/*
 * Thread ids (api 4.1).             64-bit word            32-bit word
 *   global   thread number          63..32                 31..14
 *            version                31..0                  13..0, low 6 bits not all zero
 *   local    address of MR0 in the UTCB; the low 6 bits are zero
 * An id is local if its low 6 bits are zero. Test for nil first, whose low 6 bits are zero too.
 */
typedef struct { l4_word_t raw; } l4_tid_t;

#if __SIZEOF_LONG__ == 8
enum { L4_TID_VERSION_BITS = 32 };
#else
enum { L4_TID_VERSION_BITS = 14 };
#endif

#define L4_TID_LOCAL_MASK	((l4_word_t)0x3f)
#define L4_NILTHREAD		((l4_tid_t){ 0 })
#define L4_ANYTHREAD		((l4_tid_t){ ~(l4_word_t)0 })
#define L4_ANYLOCALTHREAD	((l4_tid_t){ ~(l4_word_t)0x3f })

static inline l4_tid_t l4_tid_global(l4_word_t number, l4_word_t version)
{
	return (l4_tid_t){ number << L4_TID_VERSION_BITS | version };
}

static inline l4_word_t l4_tid_number(l4_tid_t t)
{
	return t.raw >> L4_TID_VERSION_BITS;
}

static inline l4_word_t l4_tid_version(l4_tid_t t)
{
	return t.raw & (((l4_word_t)1 << L4_TID_VERSION_BITS) - 1);
}

static inline bool l4_tid_eq(l4_tid_t a, l4_tid_t b) { return a.raw == b.raw; }
static inline bool l4_tid_is_nil(l4_tid_t t) { return t.raw == 0; }
static inline bool l4_tid_is_any(l4_tid_t t) { return t.raw == L4_ANYTHREAD.raw; }
static inline bool l4_tid_is_anylocal(l4_tid_t t) { return t.raw == L4_ANYLOCALTHREAD.raw; }

/* True for nil and for anylocal as well: test for those two first. */
static inline bool l4_tid_is_local(l4_tid_t t) { return (t.raw & L4_TID_LOCAL_MASK) == 0; }

/* ErrorCode of a call other than Ipc (api 8). */
enum l4_error {
	L4_OK			= 0,
	L4_ERR_NO_PRIVILEGE	= 1,
	L4_ERR_THREAD		= 2,
	L4_ERR_SPACE		= 3,
	L4_ERR_SCHEDULER	= 4,
	L4_ERR_PARAM		= 5,
	L4_ERR_UTCB_AREA	= 6,
	L4_ERR_KIP_AREA		= 7,
	L4_ERR_NO_MEM		= 8,
};

#endif
