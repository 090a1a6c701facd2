/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * msi.h - interrupts that devices raise by a memory write: the boards of ppc32 have none, and the kernel has
 * no feature string "msi".
 */
#ifndef X2_MSI_H
#define X2_MSI_H

enum { L4_MSI_IDS = 0 };

#endif
