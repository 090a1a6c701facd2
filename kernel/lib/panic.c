/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * panic.c - the end of the kernel. The text goes out first; the machine adds its registers
 * (arch_stop).
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
