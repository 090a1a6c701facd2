/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message.c - see message.h: the local APIC of this CPU (<x2/msi.h>).
 */
#include <l4/cpuid.h>
#include <x2/msi.h>

#include "../../message.h"

uint32_t message_address(void)
{
	return L4_MSI_ADDRESS | (L4_CpuId(1).ebx >> 24) << L4_MSI_APIC_SHIFT;
}

uint32_t message_data(L4_Word_t irq) { return (uint32_t)irq + L4_MSI_VECTOR; }
