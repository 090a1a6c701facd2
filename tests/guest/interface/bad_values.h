/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bad_values.h - what the tests with invalid arguments share: the values, and the check that all still works.
 */
#ifndef GUEST_BAD_VALUES_H
#define GUEST_BAD_VALUES_H

#include "machine.h"

#define NIL L4_nilthread

/* Values that crashed other kernels: arch/NAME/wild.c. */
enum { WILDS = 36 };
extern const word wild[WILDS];

static inline L4_ThreadId_t wild_id(unsigned i) { return (L4_ThreadId_t){ .raw = wild[i] }; }

/* In the page of the supervisor's UTCB: a thread of this space must not be made to write there. */
static inline bool in_utcbs(word address) { return address >> 12 == L4_MyLocalId().raw >> 12; }

/* An id that names a thread which must survive the test: this one, the supervisor, sigma0. */
bool precious(word id);

/* Checks that threads, spaces, IPC and sleeping still work. */
void check_alive(void);

enum { ZERO_TIMEOUTS = 0x04000400 };

#endif
