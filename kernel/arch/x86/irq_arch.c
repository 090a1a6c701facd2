/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * irq_arch.c - the functions of core/arch.h for interrupt lines: the board implements them.
 */
#include <core/arch.h>
#include <arch/board.h>

bool arch_irq_usable(unsigned line) { return plat_irq_usable(line); }
void arch_irq_mask(unsigned line) { plat_irq_mask(line); }
bool arch_irq_unmask(unsigned line) { return plat_irq_unmask(line); }
