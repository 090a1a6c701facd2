/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * output.h - included before all files of user level: functions that print have symbols of their own, as the
 * program of the host prints with those of its C library, some of which are inline.
 */
#define __NO_INLINE__ 1
#pragma redefine_extname printf shell_printf
#pragma redefine_extname vprintf shell_vprintf
#pragma redefine_extname puts shell_puts
#pragma redefine_extname putchar shell_putchar

int shell_main(int argc, char **argv);
