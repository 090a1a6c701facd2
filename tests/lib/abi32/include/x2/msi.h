/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * msi.h - Pecan's extension: interrupts that devices raise by a memory write (MSI, MSI-X: PCI 3.0, 6.8) are
 * interrupt threads as well. KIP feature string "msi"; without it there are none (no local or I/O APIC).
 *
 * The last L4_MSI_IDS interrupt ids below SystemBase are for messages. Id n is raised by a write of n +
 * L4_MSI_VECTOR to L4_MSI_ADDRESS | (id of the CPU's local APIC << L4_MSI_APIC_SHIFT). The message is edge
 * triggered: one that arrives before the handler has acknowledged the last is kept, further ones are not.
 */
#ifndef X2_MSI_H
#define X2_MSI_H

enum { L4_MSI_IDS = 32, L4_MSI_VECTOR = 0x30, L4_MSI_APIC_SHIFT = 12 };

#define L4_MSI_ADDRESS 0xfee00000u

#endif
