/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * commands.c - the table of commands, and those that are a few lines.
 */
#include <l4/schedule.h>
#include <pecan/console.h>
#include <pecan/files.h>
#include <pecan/names.h>
#include <pecan/print.h>
#include <pecan/system.h>
#include <string.h>

#include "shell.h"

enum { HISTORY_SHOWN = 50, KILL_LOOKS = 64 };

static void cmd_help(int argc, char **argv)
{
	unsigned found = 0;

	for (const struct command *c = shell_commands; c->name; c++)
		if (argc < 2 || strcmp(argv[1], c->name) == 0) {
			printf("%-24s %s\n", c->usage, c->help);
			found++;
		}
	if (!found)
		printf("help: there is no command %s; help lists them all\n", argv[1]);
	if (argc > 1)
		return;
	puts("PROGRAM [ARGS] [&]       the same as run");
	puts("A | B                    B reads what A prints");
	puts("A < FILE                 A reads a file, also of the disk (/disk/...) or /tmp");
	puts("A > FILE, A >> FILE      what A prints becomes a file there, or its end");
	puts("'...', \"...\" and \\ keep blanks and other characters in one argument.");
	puts("ID is a task number (7), a thread id (58.2) or a program's name; ps shows them.");
	puts("Keys: Tab completes; arrows, Home, End, Delete; ^A ^E start and end,");
	puts("      ^U ^K ^W delete, ^L clear, ^C stop, ^D end of the input,");
	puts("      Ctrl-^ or Print Screen: back to the shell, whatever the program does.");
}

static void cmd_run(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	puts("run: name a program, as in run hello; ls lists them");
}

/* Ends the task, and all that it has started. */
static void kill_task(const struct pecan_task *t)
{
	enum root_error e;

	if (t->task == 0) {
		printf("kill: %s is no task of root's; the system cannot run without it\n", t->name);
		return;
	}
	e = pecan_kill_family(t->task);
	if (e == ROOT_OK)
		printf("killed task %lu, %s\n", t->task, t->name);
	else
		shell_refused("kill", e);
}

/* Ends each task of the program, but those above this shell, with all that they have started; counts them. */
static enum root_error kill_each(const char *program, unsigned *killed)
{
	enum root_error e = ROOT_OK;
	struct pecan_task t;

	for (L4_Word_t at = 0; e == ROOT_OK && pecan_next_task(&at, &t); )
		if (strcmp(t.name, program) == 0 && t.ended == ROOT_ALIVE && !shell_is_above(t.task)) {
			e = pecan_kill_family(t.task);
			if (e == ROOT_OK)
				(*killed)++;
			else if (e == ROOT_E_TASK)	/* it has ended by itself */
				e = ROOT_OK;
		}
	return e;
}

/*
 * Tasks of the program may start others of it meanwhile, and end: it is done when a look finds none. Nothing
 * is printed before, as those tasks run while the console waits for its line.
 */
static void kill_all(const char *program)
{
	unsigned before, killed = 0, looks = 0;
	enum root_error e;

	do {
		before = killed;
		e = kill_each(program, &killed);
	} while (e == ROOT_OK && killed != before && ++looks < KILL_LOOKS && !jobs_interrupted());
	if (killed > 0)
		printf("killed %u tasks of %s, and what they had started\n", killed, program);
	else if (e == ROOT_OK)
		printf("kill: there is no task of %s to end; ps lists tasks and threads\n", program);
	if (e != ROOT_OK)
		shell_refused("kill", e);
	else if (killed != before)
		printf("kill: others of %s are started all the time; end what starts them first\n", program);
}

static void cmd_kill(int argc, char **argv)
{
	bool all = argc > 1 && strcmp(argv[1], "all") == 0;
	struct pecan_task t;

	if (argc < 2)
		puts("kill: name a task, as in kill 7; ps shows them");
	else if (all && argc < 3)
		puts("kill: name a program, as in kill all hello; ps shows them");
	else if (all)
		kill_all(argv[2]);
	else if (argc > 2)
		puts("kill: name one task, or all of one program, as in kill all hello");
	else if (id_task("kill", argv[1], &t))
		kill_task(&t);
}

static void cmd_echo(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		printf(i > 1 ? " %s" : "%s", argv[i]);
	putchar('\n');
}

static void cmd_clear(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	printf("\033[2J\033[H");
}

static void cmd_uptime(int argc, char **argv)
{
	L4_Word64_t us = L4_SystemClock().raw;
	unsigned long s = (unsigned long)(us / 1000000);

	(void)argc;
	(void)argv;
	printf("up %lu:%02lu:%02lu.%03lu\n", s / 3600, s / 60 % 60, s % 60,
	       (unsigned long)(us / 1000 % 1000));
}

static void cmd_history(int argc, char **argv)
{
	char line[CONSOLE_LINE_BYTES + 1];
	unsigned n = 0;

	(void)argc;
	(void)argv;
	while (n < HISTORY_SHOWN && console_history(n + 1, line, sizeof line))
		n++;
	for (unsigned shown = 1; n; n--, shown++)
		if (console_history(n, line, sizeof line))
			printf("%3u  %s\n", shown, line);
}

static void cmd_names(int argc, char **argv)
{
	struct pecan_name n;
	char id[ID_TEXT];

	(void)argc;
	(void)argv;
	printf("%-16s %6s %10s\n", "NAME", "TASK", "THREAD");
	for (L4_Word_t at = 0; !jobs_interrupted() && pecan_next_name(&at, &n); ) {
		id_text(id, n.thread);
		printf("%-16s %6lu %10s\n", n.name, n.task, id);
	}
}

/* A removed file that is open would have no name on the disk, and its blocks stay in use. */
static void flush_files(const char *command)
{
	jobs_end_all();
	if (files_flush(true) == FILES_E_DEVICE)
		printf("%s: /disk: %s\n", command, files_error_text(FILES_E_DEVICE));
}

static void cmd_reboot(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	flush_files("reboot");
	shell_refused("reboot", pecan_power(ROOT_POWER_REBOOT, 0));
}

static void cmd_poweroff(int argc, char **argv)
{
	L4_Word_t status = 0;

	if (argc > 1 && !shell_number(argv[1], &status))
		printf("poweroff: %s is no number: give the exit status for the emulator, or nothing\n", argv[1]);
	else {
		flush_files("poweroff");
		shell_refused("poweroff", pecan_power(ROOT_POWER_OFF, status));
	}
}

/* name, usage, help, how many arguments at the most, whether a pipe may begin with it, function */
const struct command shell_commands[] = {
	{ "help", "help [COMMAND]", "this list, or one line of it", 1, true, cmd_help },
	{ "ls", "ls [-l] [PATH]", "programs, or a directory of the disk or /tmp; -l: more", 2, true, disk_ls },
	{ "cd", "cd [PATH]", "change the directory: /, or below /disk or /tmp", 1, false, disk_cd },
	{ "pwd", "pwd", "the directory", 0, true, disk_pwd },
	{ "cp", "cp FROM TO", "copy a file to the disk, or to /tmp", 2, false, disk_cp },
	{ "mv", "mv FROM TO", "rename a file or directory", 2, false, disk_mv },
	{ "rm", "rm [-r] PATH...", "remove files; -r: directories too", -1, false, disk_rm },
	{ "mkdir", "mkdir PATH...", "make directories", -1, false, disk_mkdir },
	{ "df", "df [PATH]", "how much of the disk, or of /tmp, is used", 1, true, disk_df },
	{ "sync", "sync", "have all that was written on the disk", 0, false, disk_sync },
	{ "run", "run PROGRAM [ARGS] [&]", "start a program; without & wait for it", 0, false, cmd_run },
	{ "jobs", "jobs", "programs in the background", 0, true, jobs_list },
	{ "wait", "wait [ID]", "wait for one or all of them; ^C ends it, and the wait", 1, false, jobs_wait },
	{ "kill", "kill ID|all NAME", "end a task, or all of a program", 2, false, cmd_kill },
	{ "ps", "ps", "threads: task, id, space, state, priority, time used", 0, true, table_ps },
	{ "mem", "mem", "memory, and what each space uses of the kernel's", 0, true, table_mem },
	{ "maps", "maps ID", "mappings of a space: from where, to which spaces", 1, true, table_maps },
	{ "irq", "irq", "interrupts: their handlers, and how many came", 0, true, table_irq },
	{ "names", "names", "names and the threads that serve under them", 0, true, cmd_names },
	{ "uptime", "uptime", "time since the start", 0, true, cmd_uptime },
	{ "history", "history", "the last lines typed", 0, true, cmd_history },
	{ "echo", "echo TEXT", "print TEXT (the demo of that name: run echo N)", -1, true, cmd_echo },
	{ "clear", "clear", "clear the screen", 0, false, cmd_clear },
	{ "exit", "exit", "leave a shell that another one has started", 0, false, shell_exit },
	{ "reboot", "reboot", "start the machine again", 0, false, cmd_reboot },
	{ "poweroff", "poweroff [STATUS]", "switch it off; STATUS is for emulators", 1, false, cmd_poweroff },
	{ NULL, NULL, NULL, 0, false, NULL },
};
