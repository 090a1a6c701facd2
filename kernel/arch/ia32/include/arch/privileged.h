/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * privileged.h - what .S files need of the machine: the data of the CPU.
 */
#include "offsets.h"

/* A field of the executing CPU's struct cpu_local, and its UTCB cell, as operands. There is one CPU. */
#define CPU(offset)	cpu_locals + offset
#define UTCB_CELL	utcb_cells
