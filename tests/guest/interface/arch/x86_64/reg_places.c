/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reg_places.c - see exceptions.h.
 */
#include "exceptions.h"

const uint8_t reg_places[REGS] = {
	M_RAX, M_RBX, M_RCX, M_RDX, M_RSI, M_RDI, M_RBP, M_R8, M_R9, M_R10, M_R11, M_R12, M_R13, M_R14, M_R15,
};
