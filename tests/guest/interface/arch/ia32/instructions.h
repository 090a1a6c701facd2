/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * instructions.h - see machine.h.
 */
#include "../x86/instructions.h"
