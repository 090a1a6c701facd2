/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pthread_arch.h - the thread pointer is a word of the UTCB, whose address is at GS:0 (<l4/ia32/tls.h>). It
 * is not at GS:0 itself, as the ABI of i386 has it: so no object may have thread-local storage
 * (tools/check-tls).
 */
static inline uintptr_t __get_tp()
{
	uintptr_t tp;

	__asm__("movl %%gs:0, %0\n\tmovl -8(%0), %0" : "=r"(tp));
	return tp;
}

#define MC_PC gregs[REG_EIP]
