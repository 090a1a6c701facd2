/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * panic.c - prints the text, then the registers (arch_stop), and stops.
 */
#include <lib/console.h>
#include <lib/panic.h>
#include <lib/print.h>

void panic(const char *format, ...)
{
	va_list args;

	printk("\npanic: ");
	va_start(args, format);
	vprintk(format, args);
	va_end(args);
	printk("\n");
	arch_stop();
}
