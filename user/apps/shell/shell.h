/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shell.h - the parts of the shell.
 *
 *   main.c      reading lines
 *   words.c     a line taken apart: words, quotation marks, | < > &
 *   pipeline.c  what a line says is done: a command, a program, programs connected by pipes
 *   pipes.c     the thread that serves pipes and files to those programs
 *   paths.c     names of files: the current directory, the boot image, the disk
 *   disk.c      commands for files and directories of the disk
 *   complete.c  Tab
 *   commands.c  the table of commands, and the small ones
 *   jobs.c      programs that the shell started: foreground, background, ^C
 *   ids.c       task numbers, thread ids and names, as typed and as shown
 *   tables.c    ps, mem, maps, irq: the records of the kernel and of root
 */
#ifndef SHELL_H
#define SHELL_H

#include <stdbool.h>
#include <stddef.h>

#include <pecan/task.h>

#include "words.h"

enum { ID_TEXT = 24, NAME_TEXT = ROOT_NAME_BYTES, JOB_TEXT = 64 };

/* A command of the shell itself. */
struct command {
	const char *name, *usage, *help;
	int most;			/* arguments at the most; -1: any number */
	bool prints;			/* and no more, so a pipe may begin with it */
	void (*run)(int argc, char **argv);
};

extern const struct command shell_commands[];	/* ends with a NULL name */

/* Returns NULL if there is none. */
const struct command *shell_command(const char *name);

/* A decimal number and nothing else? */
bool shell_number(const char *text, L4_Word_t *value);

/* End this shell, if there is another one. */
void shell_exit(int argc, char **argv);

/* Print "what: why", why being root's error. */
void shell_refused(const char *what, enum root_error e);

/*
 * pipeline.c: do what a line says. Returns the exit status of its program in the foreground, 128 and a number
 * (9; 11: a fault; 20: it is in the background after the attention key) if that did not end by itself, or one
 * of these.
 */
enum { SHELL_WRONG = 2, SHELL_NOT_FOUND = 127 };
int pipeline_run(struct words *w);

/* complete.c: Tab was typed with the cursor at `pos`. Changes line and pos, or lists what can follow. */
void complete(char *line, size_t bytes, size_t *pos);

/* ids.c */
void id_text(char *text, L4_ThreadId_t thread);
bool id_thread(const char *text, L4_ThreadId_t *thread);
bool id_is_first_shell(void);
bool id_task(const char *command, const char *text, struct pecan_task *task);
void id_program(char *name, L4_ThreadId_t thread, L4_Word_t *task);
L4_Word_t id_space_of(L4_ThreadId_t thread);

/* jobs.c */

struct job {
	unsigned count;			/* of tasks; 0: no job */
	L4_Word_t task[STAGES_MAX];	/* 0: it has ended */
	L4_Word_t number;		/* its last task */
	enum root_end how;		/* and how that ended: valid when all have */
	L4_SignedWord_t status;
	bool told;			/* the user was told that it waits for input */
	char name[JOB_TEXT];
};

void jobs_start(void);

/* The same for a shell that does one line: only pipes. */
void jobs_start_one(void);
bool jobs_is_program(const char *name);

/* Was ^C typed since the last prompt, and not for a program that reads, or the attention key? */
bool jobs_interrupted(void);

/* Was the attention key typed since the last prompt, and not while the shell read a line? */
bool jobs_attention(void);

/* The same, after giving way to the thread that waits for ^C. */
bool jobs_interrupted_so_far(void);

/* The job has the terminal, and ^C ends it. */
void jobs_to_foreground(struct job *j);

/*
 * Wait for the end of a job in the foreground, report it unless it was status 0. Returns as pipeline_run.
 * After the attention key the job is in the background, or, if there is no place, ended.
 */
int jobs_end_foreground(struct job *j);

/* Ends all programs that others have started, but this shell and those that have started it. */
void jobs_end_all(void);

/* Is there room for another job in the background? Put it there. */
bool jobs_room(void);
void jobs_add(const struct job *j);

/* Before a prompt: report background jobs that have ended or wait to read; forget a ^C typed so far. */
void jobs_report(void);
void jobs_list(int argc, char **argv);
void jobs_wait(int argc, char **argv);

/* disk.c */
void disk_ls(int argc, char **argv);
void disk_cp(int argc, char **argv);
void disk_mv(int argc, char **argv);
void disk_rm(int argc, char **argv);
void disk_mkdir(int argc, char **argv);
void disk_df(int argc, char **argv);
void disk_sync(int argc, char **argv);
void disk_cd(int argc, char **argv);
void disk_pwd(int argc, char **argv);

/* tables.c */
void table_ps(int argc, char **argv);
void table_mem(int argc, char **argv);
void table_maps(int argc, char **argv);
void table_irq(int argc, char **argv);

#endif
