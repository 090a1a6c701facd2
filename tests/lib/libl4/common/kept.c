/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kept.c - the registers that the kernel says a call keeps (<arch/registers.h>) against the table of this
 * machine (calls.h). What calls.c leaves in registers is part of that table: so libl4 relies on nothing else.
 */
#include <arch/registers.h>
#include "calls.h"
#include "harness.h"
#include "world.h"

#define KEPT(reg)		| BIT(AT_##reg)
#define KEPT_BY(call, bits)	[CALL_##call] = 0 bits,

/* Besides those that each call keeps. */
static const unsigned long long kernel_keeps[CALLS] = { ARCH_KEPT_BY(KEPT_BY, KEPT) };

static unsigned long long by_each(void)
{
	unsigned long long bits = 0;

	for (unsigned n = 0; n < MACHINE_REGISTERS; n++)
		bits |= machine_keeps(n) ? BIT(n) : 0;
	return bits;
}

static unsigned long long by_call(unsigned call)
{
	const struct message_registers *m = &message_registers;
	unsigned long long bits = call_registers[call].kept;

	for (unsigned i = 0; i < m->sent && (call == CALL_IPC || call == CALL_UNMAP); i++)
		bits |= BIT(m->at[i]);
	return bits;
}

TEST(LCALL0018, "each call keeps the registers that the binding keeps, by the kernel's own table")
{
	CHECK_EQ(by_each(), 0 ARCH_KEPT(KEPT));
	for (unsigned call = 0; call < CALLS; call++)
		if (kernel_keeps[call] != by_call(call))
			test_fail(__FILE__, __LINE__, "call %u keeps registers 0x%llx, not 0x%llx", call,
				  kernel_keeps[call], by_call(call));
}
