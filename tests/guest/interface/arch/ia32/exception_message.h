/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exception_message.h - the exception message (ia32: protocols 5.1): places of registers, MR numbers.
 */
#ifndef GUEST_EXCEPTION_MESSAGE_H
#define GUEST_EXCEPTION_MESSAGE_H

#include "../x86/exception_numbers.h"

enum {
	M_EIP = 1, M_EFLAGS, M_NUMBER, M_ERROR, M_EDI, M_ESI, M_EBP, M_ESP, M_EBX, M_EDX, M_ECX, M_EAX,
	M_WORDS = 12,
	M_IP = M_EIP, M_SP = M_ESP, M_FLAGS = M_EFLAGS,
};

#endif
