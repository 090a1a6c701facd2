/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exit.c - the end of a program, for the start code of libl4. A member of the library by itself: a C library
 * has its own.
 */
#include <pecan/task.h>

void _exit(int status) __attribute__((noreturn));

void _exit(int status)
{
	pecan_exit(status);
}
