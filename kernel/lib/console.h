/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * console.h - the two functions of the machine that printing and panics use. They are part of the
 * contract of core/arch.h, declared here because lib is below core.
 */
#ifndef LIB_CONSOLE_H
#define LIB_CONSOLE_H

/* One character to the debug console (and the screen while the kernel owns it). */
void arch_putc(char c);

/* Print the registers that explain a panic, and stop the machine for good. */
_Noreturn void arch_stop(void);

#endif
