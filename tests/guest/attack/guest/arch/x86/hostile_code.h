/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hostile_code.h - between hostile_code.c and the table of the machine's code (hostile_arch.c).
 */
#ifndef HOSTILE_CODE_H
#define HOSTILE_CODE_H

#include "hostile_arch.h"

/* Code, and what follows it. */
enum tail { NO_TAIL, A_BYTE, A_LONG, A_WORD, A_CALL, REGISTERS, MEMORY, NOISE };
struct fragment { uint8_t length, tail; const char *bytes; };
extern const struct fragment hostile_fragments[];	/* what other machines of x86 do not have */
extern const unsigned hostile_fragment_count;

#endif
