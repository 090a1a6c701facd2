/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel_interface.h - the two bytes of the invalid instruction that is the system call KernelInterface on
 * x86: lock; nop (amd64 3, ia32 2).
 */
#ifndef X2_KERNEL_INTERFACE_H
#define X2_KERNEL_INTERFACE_H

enum { L4_UD_0 = 0xf0, L4_UD_1 = 0x90 };

#endif
