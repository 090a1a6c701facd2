/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shell.h - the parts of the shell.
 *
 *   main.c      reading lines, finding the command
 *   commands.c  the table of commands, and the small ones
 *   jobs.c      programs that the shell started: foreground, background, ^C
 *   servers.c   name service and console, started again when they have ended
 *   ids.c       task numbers, thread ids and names, as typed and as shown
 *   tables.c    ps, mem, maps, irq: the records of the kernel and of root
 */
#ifndef SHELL_H
#define SHELL_H

#include <stdbool.h>
#include <stddef.h>

#include <pecan/task.h>

enum { ID_TEXT = 24, NAME_TEXT = ROOT_NAME_BYTES };

/* A command: `args` is the rest of the line without the blanks around it. */
struct command {
	const char *name, *usage, *help;
	void (*run)(const char *args);
};

extern const struct command shell_commands[];	/* ends with a NULL name */

/* First word of text into word[0..bytes); returns the rest, blanks skipped. */
const char *shell_word(const char *text, char *word, size_t bytes);

/* A decimal number and nothing else? */
bool shell_number(const char *text, L4_Word_t *value);

/* End this shell, if there is another one. */
void shell_exit(const char *args);

/* Print "what: why", why being root's error. */
void shell_refused(const char *what, enum root_error e);

/* ids.c */
void id_text(char *text, L4_ThreadId_t thread);
bool id_thread(const char *text, L4_ThreadId_t *thread);
bool id_is_first_shell(void);
bool id_task(const char *command, const char *text, struct pecan_task *task);
void id_program(char *name, L4_ThreadId_t thread, L4_Word_t *task);
L4_Word_t id_space_of(L4_ThreadId_t thread);

/* jobs.c */
void jobs_start(void);
bool jobs_is_program(const char *name);
void jobs_run(const char *name, const char *args, bool background);
void jobs_report(void);
void jobs_list(const char *args);
void jobs_wait(const char *args);

/* servers.c */

/* Start name service and console again if they have ended. Any thread of the shell may call it. */
void servers_restore(void);

/* Print which servers were started again since the last call. */
void servers_report(void);

/* tables.c */
void table_ps(const char *args);
void table_mem(const char *args);
void table_maps(const char *args);
void table_irq(const char *args);

#endif
