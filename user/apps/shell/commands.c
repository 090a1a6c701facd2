/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * commands.c - the table of commands, and those that are a few lines.
 */
#include <l4/schedule.h>
#include <pecan/console.h>
#include <pecan/names.h>
#include <pecan/print.h>
#include <pecan/system.h>
#include <string.h>

#include "shell.h"

enum { FILE_CHUNK = 448, HISTORY_SHOWN = 50 };

static void cmd_help(const char *args)
{
	unsigned found = 0;

	for (const struct command *c = shell_commands; c->name; c++)
		if (args[0] == 0 || strcmp(args, c->name) == 0) {
			printf("%-24s %s\n", c->usage, c->help);
			found++;
		}
	if (!found)
		printf("help: there is no command %s; help lists them all\n", args);
	if (args[0])
		return;
	puts("PROGRAM [ARGS] [&]       the same as run");
	puts("ID is a task number (7), a thread id (58.2) or a program's name; ps shows all three.");
	puts("Keys: arrows, Home, End, Delete; ^A ^E start and end, ^U ^K ^W delete, ^L clear, ^C stop.");
}

static void cmd_ls(const char *args)
{
	struct pecan_program p;

	(void)args;
	printf("%-16s %10s\n", "PROGRAM", "BYTES");
	for (L4_Word_t at = 0; pecan_next_program(&at, &p); )
		printf("%-16s %10lu\n", p.name, p.size);
}

static void cmd_run(const char *args)
{
	(void)args;
	puts("run: name a program, as in run hello; ls lists them");
}

static void cmd_kill(const char *args)
{
	struct pecan_task t;
	enum root_error e;

	if (args[0] == 0) {
		puts("kill: name a task, as in kill 7; ps shows them");
		return;
	}
	if (!id_task("kill", args, &t))
		return;
	if (t.task == 0) {
		printf("kill: %s is no task of root's; the system cannot run without it\n", t.name);
		return;
	}
	e = pecan_kill(t.task);
	if (e == ROOT_OK)
		printf("killed task %lu, %s\n", t.task, t.name);
	else
		shell_refused("kill", e);
}

static void cmd_echo(const char *args) { puts(args); }

static void cmd_clear(const char *args)
{
	(void)args;
	printf("\033[2J\033[H");
}

static void cmd_uptime(const char *args)
{
	L4_Word64_t us = L4_SystemClock().raw;
	unsigned long s = us / 1000000;

	(void)args;
	printf("up %lu:%02lu:%02lu.%03lu\n", s / 3600, s / 60 % 60, s % 60,
	       (unsigned long)(us / 1000 % 1000));
}

static void cmd_history(const char *args)
{
	char line[CONSOLE_LINE_BYTES + 1];
	unsigned n = 0;

	(void)args;
	while (n < HISTORY_SHOWN && console_history(n + 1, line, sizeof line))
		n++;
	for (unsigned shown = 1; n; n--, shown++)
		if (console_history(n, line, sizeof line))
			printf("%3u  %s\n", shown, line);
}

static void cmd_cat(const char *args)
{
	char text[FILE_CHUNK];
	L4_Word_t at = 0, got, size;
	enum root_error e;

	if (args[0] == 0) {
		puts("cat: name a file of the boot image, as in cat init");
		return;
	}
	do {
		e = pecan_file_read(args, at, text, sizeof text, &got, &size);
		if (e != ROOT_OK) {
			shell_refused(args, e);
			return;
		}
		console_write(text, got);
		at += got;
	} while (got && at < size);
}

static void cmd_names(const char *args)
{
	struct pecan_name n;
	char id[ID_TEXT];

	(void)args;
	printf("%-16s %6s %10s\n", "NAME", "TASK", "THREAD");
	for (L4_Word_t at = 0; pecan_next_name(&at, &n); ) {
		id_text(id, n.thread);
		printf("%-16s %6lu %10s\n", n.name, n.task, id);
	}
}

static void power(enum root_power what, const char *args)
{
	L4_Word_t status = 0;
	enum root_error e;

	if (args[0] && !shell_number(args, &status)) {
		printf("%s is no number: give the exit status for the emulator, or nothing\n", args);
		return;
	}
	e = pecan_power(what, status);
	shell_refused("power", e);
}

static void cmd_reboot(const char *args) { power(ROOT_POWER_REBOOT, args); }
static void cmd_poweroff(const char *args) { power(ROOT_POWER_OFF, args); }

const struct command shell_commands[] = {
	{ "help", "help [COMMAND]", "this list, or one line of it", cmd_help },
	{ "ls", "ls", "the programs in the boot image", cmd_ls },
	{ "run", "run PROGRAM [ARGS] [&]", "start a program and wait for it; with & do not wait", cmd_run },
	{ "jobs", "jobs", "programs in the background", jobs_list },
	{ "wait", "wait [ID]", "wait for one or all of them; ^C kills it", jobs_wait },
	{ "kill", "kill ID", "end a task", cmd_kill },
	{ "ps", "ps", "threads: task, id, space, state, priority, time used", table_ps },
	{ "mem", "mem", "physical memory, and what each space uses of the kernel's", table_mem },
	{ "maps", "maps ID", "mappings of a space: from where, and to which spaces they went", table_maps },
	{ "irq", "irq", "interrupts: their handlers, and how many came", table_irq },
	{ "names", "names", "the names and the threads that serve under them", cmd_names },
	{ "uptime", "uptime", "time since the start", cmd_uptime },
	{ "history", "history", "the last lines typed", cmd_history },
	{ "cat", "cat FILE", "show a file of the boot image", cmd_cat },
	{ "echo", "echo TEXT", "print TEXT (the demo of that name: run echo N)", cmd_echo },
	{ "clear", "clear", "clear the screen", cmd_clear },
	{ "exit", "exit", "leave a shell that another one has started", shell_exit },
	{ "reboot", "reboot", "start the machine again", cmd_reboot },
	{ "poweroff", "poweroff [STATUS]", "switch it off; STATUS is for emulators", cmd_poweroff },
	{ NULL, NULL, NULL, NULL },
};
