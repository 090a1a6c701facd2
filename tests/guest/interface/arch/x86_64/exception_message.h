/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exception_message.h - the exception message (amd64: protocols 5.2): places of registers, MR numbers.
 */
#ifndef GUEST_EXCEPTION_MESSAGE_H
#define GUEST_EXCEPTION_MESSAGE_H

#include "../x86/exception_numbers.h"

enum {
	M_RIP = 1, M_RBX, M_R10, M_R12, M_R13, M_R14, M_R15, M_RAX, M_RCX, M_RDX, M_RSI, M_RDI, M_RBP,
	M_R8, M_R9, M_R11, M_RSP, M_RFLAGS, M_NUMBER, M_ERROR, M_WORDS = 20,
	M_IP = M_RIP, M_SP = M_RSP, M_FLAGS = M_RFLAGS,
};

#endif
