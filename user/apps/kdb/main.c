/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - kdb: enters the kernel's debugger, without a break on the serial line; docs/user/debugging.md.
 *
 * The way in is int3 with the console convention "enter the debugger", which the kernel answers with
 * `kdb=debug`; without, it is an exception, which this program's second thread handles.
 */
#include <l4/ipc.h>
#include <l4/kdebug.h>
#include <l4/thread.h>
#include <pecan/print.h>
#include <pecan/task.h>
#include <pecan/thread.h>

static void handle(void *unused)
{
	L4_ThreadId_t from;

	(void)unused;
	L4_Wait(&from);
	puts("kdb: this needs the kernel option kdb=debug");
	pecan_exit(1);
}

int main(void)
{
	L4_ThreadId_t handler;

	if (pecan_thread_start(handle, 0, 0, &handler) != ROOT_OK)
		return 1;
	L4_Set_ExceptionHandler(handler);
	L4_KDB_Enter("kdb: entered by the program");
	return 0;
}
