/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.h - what root's reports of stopped threads show of the machine: arch/<a>/machine.c.
 */
#ifndef ROOT_MACHINE_H
#define ROOT_MACHINE_H

#include <stdbool.h>
#include <stdint.h>
#include <x2/arch.h>

enum { MACHINE_EXCEPTIONS = 32, MACHINE_CALL_BYTES = 7 };	/* bytes of the longest call instruction */

/* Names of exceptions by their number, 0 if it has none; of the words of an exception message. */
extern const char *const machine_exceptions[MACHINE_EXCEPTIONS];
extern const char *const machine_registers[L4_EXC_REPLY_WORDS + 1];

/* Returns true if a call instruction ends before `after`; MACHINE_CALL_BYTES bytes before it are readable. */
bool machine_calls(const uint8_t *after);

#endif
