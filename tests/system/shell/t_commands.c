/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_commands.c - tests of the shell's own commands, but those for files, and of what they say without a
 * right.
 */
#include <stdio.h>
#include "play.h"
#include "system.h"

/* The next request with this label is refused. */
static void refuse(L4_Word_t label, unsigned skip)
{
	spoil.label = label;
	spoil.skip = skip;
	spoil.count = 1;
	spoil.tag = ANSWER(ROOT_E_RIGHT, 0);
}

/* Ends of lines of mem and maps. */
#define USED	"    4       8       5    1024       1       2     3\n"
#define UNKNOWN	"    4       8       -       -       1       2     3\n"
#define OF_ROOT	"r-x       1     2 root                     1000        1\n"
#define NO_RIGHT "the program has no right to that; rights are in the system description\n"

TEST(command_help, "help lists each command; help with a command that one; an unknown one is named")
{
	shell_start(NULL);
	CHECK(says("help", "poweroff [STATUS]        switch it off; STATUS is for emulators\n"));
	CHECK(strstr(console.text, "A | B                    B reads what A prints\n"));
	CHECK(shows("help ps",
		    "ps                       threads: task, id, space, state, priority, time used\n"));
	CHECK(shows("help none", "help: there is no command none; help lists them all\n"));
}

TEST(command_small, "echo, clear, uptime, names, jobs without any")
{
	shell_start(NULL);
	CHECK(shows("echo", "\n") && shows("echo a b", "a b\n") && shows("clear", "\033[2J\033[H"));
	kernel_set_clock(3723456000ul);
	CHECK(says("uptime", "up 1:02:03.") && heartbeats > 1);
	CHECK(shows("names", "NAME               TASK     THREAD\n"
			     "console               4      129.1\nconsole               4      129.1\n"));
	CHECK(shows("jobs", "nothing runs in the background; run PROGRAM & starts something\n"));
	CHECK(shows("wait", ""));
}

TEST(command_ls, "ls lists the programs with their sizes; other folders of the boot image are not listed")
{
	shell_start(NULL);
	CHECK(says("ls", "PROGRAM               BYTES\nhello                  1000\n")
	      && shows("ls /", console.text));
	CHECK(shows("ls /bin", "ls: /bin: only /, and directories below /disk and /tmp, can be listed\n"));
}

TEST(command_ps, "ps shows each thread with its task and program, but no interrupt threads")
{
	shell_start(NULL);
	shown("stay &");
	CHECK(says("ps", " TASK     THREAD SPACE PROGRAM        STATE     PRIO       SECONDS  PARTNER\n"
			 "    -       18.1     1 sigma0         waiting    100         2.345  -\n"
			 "    -       20.1     2 root           waiting    100         2.345  any\n"
			 "    -      191.1     9 ?              halted     100         2.345  20.1\n"
			 "   20      192.1    10 stay           waiting    100         2.345  20.1\n"
			 "    7      256.1     3 shell          ?          100         2.345  20.1\n"));
	refuse(ROOT_INSPECT, 2);
	CHECK(says("ps", "ps: " NO_RIGHT));
}

TEST(command_ps_children, "ps names the task that schedules a thread of no task")
{
	shell_start(NULL);
	foreign_scheduler = MAIN_THREAD;
	shown("ps");
	CHECK(strstr(console.text, "    -      191.1     9 child of 7     halted     100 "));
}

TEST(command_ps_small, "ps has a column with the sizes of small spaces if a task has one")
{
	shell_start(NULL);
	shown("stay &");
	small_bytes = 8 << 20;
	CHECK(says("ps", " TASK     THREAD SPACE SMALL PROGRAM        STATE     PRIO       SECONDS  PARTNER\n"
			 "    -       18.1     1     - sigma0         waiting    100         2.345  -\n"));
	CHECK(strstr(console.text, "   20      192.1    10    8M stay           waiting    100 "));
	CHECK(strstr(console.text, "    7      256.1     3     - shell          ?          100 "));
}

TEST(command_mem, "mem shows the memory, and for each space what it uses of the kernel's and its own")
{
	shell_start(NULL);
	shown("stay &");
	CHECK(says("mem", "memory        1048576     524288     524288\n"
			  "kernel           1024          0       1024\n"));
	CHECK(strstr(console.text, "    3    7 shell            " USED));
	CHECK(strstr(console.text, "    1    - sigma0           " UNKNOWN));
	refuse(ROOT_MEMORY, 0);
	CHECK(says("mem", "mem: " NO_RIGHT));
	refuse(ROOT_INSPECT, 0);
	CHECK(says("mem", "mem: " NO_RIGHT));
	refuse(ROOT_TASKS, 0);
	CHECK(says("mem", "    3    7 shell            " UNKNOWN));
}

TEST(command_maps, "maps shows a space's mappings, ports, and what others have from it")
{
	shell_start(NULL);
	CHECK(shows("maps", "maps: name a task, as in maps shell; ps shows them\n"));
	CHECK(says("maps shell", "space 3, shell\n"));
	CHECK(strstr(console.text, "        400000    4K " OF_ROOT));
	CHECK(strstr(console.text, "        800000    2M " OF_ROOT));
	CHECK(strstr(console.text, "ports 0060 to 0067 from space 0, -\n"));
	CHECK(says("maps root", "mapped to space 3, shell: 2 pages in 2 extents\n"));
	CHECK(!strstr(console.text, " 0 pages"));
	CHECK(says("maps sigma0", " 2^64 r-x       1     0 -    "));
	CHECK(says("maps 20.1", "space 2, root\n") && says("maps 18.1", "space 1, sigma0\n"));
	CHECK(shows("maps none", "maps: there is no task none; ps lists tasks and threads\n"));
	refuse(ROOT_INSPECT, 0);
	CHECK(says("maps shell", "maps: the kernel has no space of shell any more, or has no inspection\n"));
	refuse(ROOT_INSPECT, 1);
	CHECK(says("maps shell", "maps: " NO_RIGHT));
}

TEST(command_irq, "irq shows the interrupts that have a handler")
{
	shell_start(NULL);
	CHECK(shows("irq", " IRQ     THREAD PROGRAM             COUNT  STATE\n"
			   "   0      191.1 ?                       9  detached\n"
			   "   1      191.1 ?                       9  armed\n"
			   "   3      191.1 ?                       9  not acknowledged\n"));
	refuse(ROOT_INSPECT, 0);
	CHECK(says("irq", "irq: " NO_RIGHT));
}

TEST(command_kill, "kill takes a number, a name or a thread; what cannot be ended is said")
{
	shell_start(NULL);
	shown("stay &");
	shown("stay &");
	shown("hello &");
	CHECK(shows("kill", "kill: name a task, as in kill 7; ps shows them\n"));
	CHECK(shows("kill stay", "kill: 2 tasks run stay; give the number that ps shows under TASK\n"));
	CHECK(shows("kill 20", "killed task 20, stay\n[20] stay: killed\n"));
	CHECK(shows("kill 193.1", "killed task 21, stay\n[21] stay: killed\n"));
	CHECK(shows("kill 21", "kill: there is no task 21; ps lists tasks and threads\n"));
	CHECK(shows("kill root", "kill: root is no task of root's; the system cannot run without it\n"));
	CHECK(shows("kill 18.1", "kill: sigma0 is no task of root's; the system cannot run without it\n"));
	CHECK(shows("kill 77.1", "kill: there is no thread 77.1; ps lists the threads there are\n"));
	CHECK(shows("kill 1.x", "kill: there is no task 1.x; ps lists tasks and threads\n"));
	CHECK(shows("kill 12345678901234567890123456.1",
		    "kill: there is no task 12345678901234567890123456.1; ps lists tasks and threads\n"));
	CHECK(shows("kill 99999999999999999999",
		    "kill: there is no task 99999999999999999999; ps lists tasks and threads\n"));
	CHECK(shows("kill all", "kill: name a program, as in kill all hello; ps shows them\n"));
	CHECK(shows("kill 7 8", "kill: name one task, or all of one program, as in kill all hello\n"));
	shown("stay &");
	refuse(ROOT_KILL, 0);
	CHECK(shows("kill stay", "kill: " NO_RIGHT));
	refuse(ROOT_KILL, 0);
	CHECK(shows("kill all stay", "kill: " NO_RIGHT));
}

TEST(command_kill_family, "kill ends what the task has started as well; kill all NAME each task of a program")
{
	shell_start(NULL);
	shown("parent stay &");
	CHECK(says("kill parent", "killed task 20, parent\n"));
	CHECK(shows("kill stay", "kill: there is no task stay; ps lists tasks and threads\n"));
	shown("stay &");
	shown("stay &");
	CHECK(says("kill all stay", "killed 2 tasks of stay, and what they had started\n"));
	CHECK(shows("kill stay", "kill: there is no task stay; ps lists tasks and threads\n"));
	CHECK(shows("kill all stay", "kill: there is no task of stay to end; ps lists tasks and threads\n"));
	CHECK(shows("kill all shell", "kill: there is no task of shell to end; ps lists tasks and threads\n"));
}

TEST(command_power, "poweroff and reboot first write the files and end all programs; poweroff has a status")
{
	shell_start(NULL);
	shown("stay &");
	CHECK(shows("poweroff x",
		    "poweroff: x is no number: give the exit status for the emulator, or nothing\n"));
	CHECK(power.requests == 0 && disk.syncs == 0);
	power.answer = ROOT_E_RIGHT;
	CHECK(says("poweroff 3", "poweroff: " NO_RIGHT) && strstr(console.text, "[20] stay: killed\n"));
	CHECK(power.requests == 1 && power.what == ROOT_POWER_OFF && power.status == 3 && disk.cleans == 1);
	CHECK(says("reboot", "reboot: " NO_RIGHT) && power.what == ROOT_POWER_REBOOT && disk.cleans == 2);
	disk.losses = 1;
	CHECK(says("poweroff", "poweroff: ") && power.requests == 3 && power.status == 0);
}

TEST(command_names_lost, "lists of a root that refuses them are empty, and nothing hangs")
{
	shell_start(NULL);
	spoil.count = 100;
	spoil.tag = ANSWER(ROOT_E_RIGHT, 0);
	spoil.label = ROOT_PROGRAMS;
	CHECK(shows("ls", "PROGRAM               BYTES\n") && says("hello", "no such command or program"));
	spoil.label = ROOT_TASKS;
	CHECK(says("kill stay", "there is no task stay"));
	spoil.count = 0;
}
