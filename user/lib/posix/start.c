/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start.c - the beginning of a program that is linked with musl: the links of the kernel's calls, then musl.
 */
#include <l4/thread.h>
#include "signal.h"

int main(int argc, char **argv, char **environment);
int __libc_start_main(int (*run)(int, char **, char **), int argc, char **argv, void (*init)(void),
		      void (*fini)(void), void (*rtld_fini)(void));
void px_start(long *stack) __attribute__((noreturn));

void px_start(long *stack)
{
	__L4_Init();
	px_signal_begin();
	__libc_start_main(main, (int)stack[0], (char **)&stack[1], 0, 0, 0);
	__builtin_unreachable();
}
