/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * irq_arch.c - interrupt lines are the board's business; core asks for them here.
 */
#include <core/arch.h>
#include <arch/board.h>

bool arch_irq_usable(unsigned line) { return plat_irq_usable(line); }
void arch_irq_mask(unsigned line) { plat_irq_mask(line); }
bool arch_irq_unmask(unsigned line) { return plat_irq_unmask(line); }
