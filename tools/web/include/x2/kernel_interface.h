/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel_interface.h - in the place of that of abi: v86 ignores LOCK, so lock; nop is a NOP in it. UD0 (SDM
 * 2B) is an invalid instruction there too; the byte behind its two, a part of it, is not executed.
 */
#ifndef X2_KERNEL_INTERFACE_H
#define X2_KERNEL_INTERFACE_H

enum { L4_UD_0 = 0x0f, L4_UD_1 = 0xff };

#endif
