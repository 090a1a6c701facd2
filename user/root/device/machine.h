/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.h - what root has to know of the machine: what its reports of stopped threads show, and where
 * devices are: arch/<a>.
 */
#ifndef ROOT_MACHINE_H
#define ROOT_MACHINE_H

#include <stdbool.h>
#include <stdint.h>
#include <x2/arch.h>

enum { MACHINE_CALL_BYTES = 7 };	/* bytes of the longest call instruction, at most */

/* Names of the words of an exception message. */
extern const char *const machine_registers[L4_EXC_REPLY_WORDS + 1];

/* The name of an exception, 0 if it has none. */
const char *machine_exception_name(l4_word_t number);

/* What the message of an exception says. number is ~0 if it is none. */
struct machine_report { l4_word_t ip, number, code; };

/* message: MR1.., of which the first `words` were sent, and L4_EXC_WORDS are there. */
struct machine_report machine_report(const l4_word_t *message, unsigned words);

/* Returns true if a call instruction ends before `after`; MACHINE_CALL_BYTES bytes before it are readable. */
bool machine_calls(const uint8_t *after);

/* Call it at boot: finds out where devices are. */
void machine_begin(void);

/*
 * What is to be added to the physical addresses first to last, by which the system description and drivers
 * name registers that the firmware has placed elsewhere; 0 for all others.
 */
l4_word_t machine_moved(l4_word_t first, l4_word_t last);

#endif
