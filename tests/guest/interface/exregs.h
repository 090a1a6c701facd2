/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exregs.h - ExchangeRegisters with all its values (threads/exregs*.c and others).
 */
#ifndef GUEST_EXREGS_H
#define GUEST_EXREGS_H

#include "machine.h"

enum {
	X_H = 1, X_R = 2, X_S = 4, X_SP = 8, X_IP = 16, X_FLAGS = 32, X_HANDLE = 64, X_PAGER = 128,
	X_HALT = 256, X_DELIVER = 512,
};

struct exregs { word result, control, sp, ip, flags, handle, pager; };

struct exregs exchange(L4_ThreadId_t t, word control, struct exregs in);
struct exregs exchange_control(L4_ThreadId_t t, word control);

#endif
