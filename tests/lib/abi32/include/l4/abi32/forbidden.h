/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * abi32/forbidden.h - instructions that user code must not execute.
 */
#ifndef L4_ABI32_FORBIDDEN_H
#define L4_ABI32_FORBIDDEN_H

#include <l4/types.h>

#define L4_ReadableIsExecutable	(1)
#define L4_HasPorts		(1)
#define L4_DivisionTraps	(1)
#define L4_RETURN_CODE		0xc3

void L4_ForbiddenUndefined(void);
void L4_ForbiddenHalt(void);
void L4_ForbiddenCli(void);
void L4_ForbiddenPageTable(void);
void L4_ForbiddenReadMsr(void);
void L4_ForbiddenPort(L4_Word16_t port);
void L4_ForbiddenSyscall(L4_Word_t number);

#endif
