/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpu.h - a CPU that takes no interrupt.
 */
#ifndef ARCH_CPU_H
#define ARCH_CPU_H

void cpu_window(void);
void cpu_wait(void);

#endif
