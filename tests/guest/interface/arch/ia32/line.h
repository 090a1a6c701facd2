/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * line.h - see uart.h.
 */
#include "../x86/line.h"
