/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_machine.h - what the benchmark needs to know of the machine. Each machine has a header of this name:
 *
 *   EXTENT_AT        where the second space gets 4 MiB that can hold no large page: each half has a page of
 *                    the kernel's in it, so UTCB_AREA or KIP_AREA
 *   UTCB_AREA        of the other spaces; and KIP_AREA
 *   CROWD_UTCBS      the same of a space with 2^24 bytes of UTCBs; and CROWD_KIP
 *   HPET_AT          where the timer's registers are mapped
 *   EXCEPTION_WORDS  of the reply to an exception message; the first is the IP
 *   TRAP_LENGTH      bytes of the instruction at `trap` (bench/guest/arch)
 *   STACK_BELOW      of a stack's end the first SP is, as if the entry had been called
 */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <l4/kip.h>

#define EXTENT_AT	0xbe000000UL
#define UTCB_AREA	(EXTENT_AT + 0x200000)
#define KIP_AREA	EXTENT_AT
/* An area of many UTCBs, aligned to its size, has no room for the page in its extent. */
#define CROWD_UTCBS	UTCB_AREA
#define CROWD_KIP	(KIP_AREA - 4096)
#define HPET_AT		0xfed00000UL

enum { EXCEPTION_WORDS = 20, TRAP_LENGTH = 2, STACK_BELOW = 8 };

/* Returns the page of the kernel's stubs in a space with this address of the kernel interface page. */
static inline L4_Word_t gateway_page(L4_Word_t kip)
{
	(void)kip;
	return __L4_Kip(L4_GetKernelInterface())->Ipc & -4096UL;
}

#endif
