/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * numbers.h - what the table of call.c has for this machine alone: the calls that have other numbers, or
 * other arguments, than elsewhere.
 */
#ifndef POSIX_PPC32_NUMBERS_H
#define POSIX_PPC32_NUMBERS_H

#include "../words32/numbers_32.h"

#define PX_MACHINE	"ppc"

#define PX_MACHINE_CALLS								\
	PX_CALLS_32									\
	PX_ID_CALLS()									\
	[SYS_accept] = px_accept,

#endif
