/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * system.h - the system that most tests boot, and its tasks: names, shell, server run from the start; tool is
 * what the shell starts.
 */
#ifndef TESTS_ROOT_SYSTEM_H
#define TESTS_ROOT_SYSTEM_H

#include <proto/root_client.h>
#include "../posix/kernel.h"
#include "harness.h"
#include "machine.h"

#define ROOT		kernel_thread(ROOT_THREAD)
#define FIRST(slot)	machine_first(slot)

enum { PAGE = 4096, SUPERVISOR_TASK = 1, NAMES_TASK, SHELL_TASK, SERVER_TASK, TOOL_TASK };

#define SUPERVISOR_SLOT	~0u		/* for machine_first */

#define SYSTEM \
	"task names; start; rights names; memory 1M; priority 120; restart 2 60; keep 16K\n" \
	"task shell; start; uses names server; memory 8M; priority 100 150; " \
	"rights spawn kill inspect power log framebuffer devices terminal clock; disk partition 3\n" \
	"task server; start; uses names; provides service; memory 2M; priority 110\n" \
	"heartbeat 10; restart 1 60\n" \
	"task tool; uses server; memory 1M; kernel-memory 1M; priority 90; irq 5; " \
	"ports 60 3f8-3ff; physical a0000-bffff; disk service 1M 3G\n"

/* Boots it; the test is the first thread of the shell then. */
void system_boot(void);

/* The shell starts the tool; it is the test's thread then. */
L4_ThreadId_t system_tool(void);

/*
 * The shell of whatever was booted starts this program, whose first thread is the test's then. Returns the
 * task.
 */
L4_Word_t system_child(const char *program);

/* The task of the test's thread ends itself. */
void system_exit(L4_Word_t status);

/* What root_memory answers to the test's thread. */
struct root_memory_out system_memory(void);

#endif
