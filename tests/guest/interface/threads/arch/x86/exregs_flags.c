/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exregs_flags.c - ExchangeRegisters: the flags that a running thread reads (api 4.4).
 */
#include "exregs.h"

static void report_flags(void *out)
{
	for (;;)
		*(volatile word *)out = flags_read();
}

TEST(GEXR0025, "a running thread whose flags were changed still runs with interrupts on and IOPL 0")
{
	static volatile word flags;
	L4_ThreadId_t t;

	flags = 0;
	t = thread_start_prio(report_flags, (void *)&flags, 99);
	sleep_us(1000);
	exchange(t, X_FLAGS, (struct exregs){ .flags = ~0ul & ~0x100ul });
	flags = 0;
	sleep_us(1000);
	CHECK_EQ(flags & 0x27200, 0x200);
}

