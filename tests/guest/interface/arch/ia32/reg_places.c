/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reg_places.c - see exceptions.h.
 */
#include "exceptions.h"

const uint8_t reg_places[REGS] = { M_EAX, M_EBX, M_ECX, M_EDX, M_ESI, M_EDI, M_EBP };
