/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * abi32/kdebug.h - the console of the kernel's debugger.
 */
#ifndef L4_ABI32_KDEBUG_H
#define L4_ABI32_KDEBUG_H

#include <l4/types.h>

void L4_KDB_Enter(const char *text);
void L4_KDB_PrintChar(int c);
void L4_KDB_PrintString(const char *text);
void L4_KDB_ClearPage(void);
int L4_KDB_ReadChar(void);
int L4_KDB_ReadChar_Blocked(void);

#endif
