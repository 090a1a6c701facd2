/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * console.h - the two functions of the machine that printing and panics use. They belong to
 * core/arch.h, and are declared here because lib is below core.
 */
#ifndef LIB_CONSOLE_H
#define LIB_CONSOLE_H

/* Print one character on the debug console, and on the screen while the kernel uses it. */
void arch_putc(char c);

/* Print the registers, and stop the machine. */
_Noreturn void arch_stop(void);

#endif
