/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * system.c - see system.h.
 */
#include "system.h"

void system_boot(void)
{
	machine_boot(SYSTEM);
	if (machine.made != 3)
		kernel_stop(machine.text);
	machine_be(FIRST(1));
}

L4_ThreadId_t system_tool(void)
{
	struct root_spawn_out out;

	if (root_spawn(ROOT, 0, L4_nilthread, "tool", "", &out) != ROOT_OK)
		kernel_stop("the tool does not start");
	machine_be(out.first);
	return out.first;
}

L4_Word_t system_child(const char *program)
{
	struct root_spawn_out out;

	machine_be(FIRST(1));
	if (root_spawn(ROOT, 0, L4_nilthread, program, "", &out) != ROOT_OK)
		kernel_stop(machine.text);
	machine_be(out.first);
	return out.task;
}

void system_exit(L4_Word_t status)
{
	L4_LoadMR(1, status);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = ROOT_EXIT << 16 | 1 });
	CHECK(L4_IpcSucceeded(L4_Send(ROOT)));
}

struct root_memory_out system_memory(void)
{
	struct root_memory_out m = { 0 };

	CHECK(root_memory(ROOT, &m) == ROOT_OK);
	return m;
}
