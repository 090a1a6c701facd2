/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * selectors.h - between selectors.c and arch/NAME/selectors_arch.c.
 */
#ifndef ATTACK_SELECTORS_H
#define ATTACK_SELECTORS_H

#include "attack.h"
#include "machine.h"

enum { LOW = 0x10000 };			/* below are addresses where nothing is */

word selector(void);			/* any, often one of the global table */

extern const word user_cs;
extern void (*const selector_traps[])(void);
extern const word selector_trap_count;

/* By an IRET with any selectors and flags, to the first 64 KiB. */
void leave_by_iret(void);

#endif
