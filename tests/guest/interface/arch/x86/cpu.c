/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpu.c - which CPU it is, and how the tests see its flags.
 */
#include "machine.h"

/* It raises neither #XM nor #AC, and #SS only for selectors. */
bool under_qemu(void)
{
	struct cpuid id;

	cpuid(0x40000000, 0, &id);
	return id.ebx == 0x54474354;		/* "TCGTCGTCGTCG" */
}

word without_vif(word flags)
{
	enum { VIF = 1 << 19, VIP = 1 << 20 };

	return under_qemu() ? flags & ~(word)(VIF | VIP) : flags;
}

void need_flush(void)
{
	enum { CLFLUSH = 1 << 19 };		/* of CPUID leaf 1, EDX */
	struct cpuid id;

	cpuid(1, 0, &id);
	if (!(id.edx & CLFLUSH))
		guest_skip("the CPU has no CLFLUSH");
}

void code_return(word at)
{
	*(volatile unsigned char *)at = return_code[0];
}
