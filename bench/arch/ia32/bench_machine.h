/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_machine.h - see bench/arch/x86_64/bench_machine.h. The stubs are in the kernel interface page, which
 * therefore has the same address in all spaces that share the memory of this program.
 */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <l4/kip.h>

#define EXTENT_AT	0xbfc00000UL
#define UTCB_AREA	EXTENT_AT
#define KIP_AREA	0xbff00000UL
#define CROWD_UTCBS	0xb0000000UL
#define CROWD_KIP	KIP_AREA
#define HPET_AT		0x70000000UL

enum { EXCEPTION_WORDS = 12, TRAP_LENGTH = 2, STACK_BELOW = 8 };

static inline L4_Word_t gateway_page(L4_Word_t kip) { return kip; }

#endif
