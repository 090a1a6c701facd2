/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vm86.c - no instruction of a program leads to another mode of the CPU, so there is nothing to play.
 */
#include "../../rival.h"

void vm86_run(void) { }
