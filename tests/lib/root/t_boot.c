/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_boot.c - what root reports of boot images, descriptions and too little memory.
 */
#include <proto/root_client.h>
#include "../posix/kernel.h"
#include "harness.h"
#include "machine.h"

#define NAMES "task names\n\tstart\n\trights names\n\tmemory 1M\n\tpriority 120\n"

TEST(boot_good, "a good image: the memory is named, a task of `start` begins in the start code")
{
	L4_Word_t ip, sp;
	L4_ThreadId_t first;

	machine_boot(NAMES);
	CHECK(machine_said("KiB of memory for programs\n"));
	first = machine_first(0);
	CHECK(machine.made == 1 && machine_started(first, &ip, &sp));
	CHECK(ip % 4096 == 0 && sp > ip && sp % 8 == 0);
}

TEST(boot_missing, "an image without a description, and a damaged one, are named")
{
	machine_boot(NULL);
	CHECK(machine_said("the boot image has no system description, the file `init`"));
	CHECK(machine.made == 0);
}

TEST(boot_damaged, "an image one of whose members has another sum is refused with the member's name")
{
	machine.damaged = true;
	machine_boot(NAMES);
	CHECK(machine_said("boot image boot image: bin/names"));
	CHECK(machine_said("make it again with tools/mkboot"));
	CHECK(machine.made == 0);
}

TEST(boot_wrong, "an error of the description is reported with line and column")
{
	machine_boot("task names\n\tstart\n\tmemoy 1M\n");
	CHECK(machine_said("system description (init), line 3, column 2:"));
	CHECK(machine.made == 0);
}

TEST(boot_wrong_once, "that is reported once: a supervisor that starts nothing waits, and does not hang")
{
	machine_boot("task names\n\tstart\n\tmemoy 1M\n");
	CHECK(machine_said("system description (init), line 3, column 2:"));
	machine_wait(40000000);
	CHECK(!machine_said("system description (init)") && !machine_said("the supervisor"));
}

TEST(boot_promises, "a description that reserves more than there is is refused with both numbers")
{
	machine_boot("task names\n\tstart\n\tmemory 1M\ntask tool\n\tstart\n\tmemory 200M\n\treserve 100M\n");
	CHECK(machine_said("the tasks that are started reserve"));
	CHECK(machine_said("lower `memory` or `reserve` of their sections"));
	CHECK(machine.made == 0);
}

TEST(boot_little, "too little memory for the workers, or for anything, is reported")
{
	machine.pages = 200;
	machine_boot(NAMES);
	CHECK(machine.bytes > 0 && machine.made == 0);
}

TEST(boot_no_program, "a file that is no program, and one that is not there, do not start; others do")
{
	machine_boot("task odd\n\tstart\ntask absent\n\tstart\n" NAMES);
	CHECK(machine_said("odd"));
	CHECK(machine_said("absent"));
	CHECK(machine.made == 1);
}
