/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pthread_arch.h - the thread pointer is a word of the UTCB, whose address is r2 (<l4/powerpc/tls.h>). It is
 * not r2 itself, as the ABI has it: so thread-local storage is reached by __tls_get_addr alone
 * (tools/check-tls). The block of a thread begins TP_OFFSET below its thread pointer.
 */
static inline uintptr_t __get_tp()
{
	uintptr_t tp;

	__asm__("lwz %0, -8(2)" : "=r"(tp));
	return tp;
}

#define TLS_ABOVE_TP
#define GAP_ABOVE_TP	0
#define TP_OFFSET	0x7000
#define DTP_OFFSET	0x8000

#define MC_PC	gregs[32]	/* behind the 32 general registers */
