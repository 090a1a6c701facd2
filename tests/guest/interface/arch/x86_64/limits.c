/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * limits.c - see machine.h: in long mode user segments have no limits.
 */
#include "machine.h"

bool limits_enforced(void) { return false; }
