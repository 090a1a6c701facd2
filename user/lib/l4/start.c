/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start.c - from the entry point to main.
 *
 * A program started by the root task gets the System V stack: argc, argv[0..argc-1], NULL. An
 * initial server starts with SP = 0 (protocols 7.3); start.S gives it a stack of its own and
 * argc = 0. `_exit` is defined by the program or its client library: a task asks the
 * root task to end it, a server has no parent and never returns from main.
 */
#include <l4/thread.h>

int main(int argc, char **argv);
void _exit(int status) __attribute__((noreturn));
void __L4_Start(L4_Word_t *stack) __attribute__((noreturn));

/* C++ constructors and the like; the linker script marks where they are listed. */
typedef void constructor(void);
extern constructor *const __init_array_start[] __attribute__((weak));
extern constructor *const __init_array_end[] __attribute__((weak));

static void run_constructors(void)
{
	for (constructor *const *c = __init_array_start; c != __init_array_end; c++)
		(*c)();
}

void __L4_Start(L4_Word_t *stack)
{
	__L4_Init();
	run_constructors();
	_exit(main((int)stack[0], (char **)&stack[1]));
}
