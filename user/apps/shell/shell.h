/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shell.h - the parts of the shell.
 *
 *   main.c      reading lines
 *   words.c     parses a line: words, quotation marks, | < > &
 *   pipeline.c  executes a line: a command, a program, programs connected by pipes
 *   pipes.c     the thread that serves pipes and files to those programs
 *   paths.c     names of files: the current directory, the boot image, the disk
 *   disk.c      commands for files and directories of the disk
 *   list.c      what ls -l shows
 *   complete.c  completion of words by Tab
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
	int most;			/* maximum of arguments; -1: any number */
	bool prints;			/* it only prints: a pipe may begin with it */
	void (*run)(int argc, char **argv);
};

extern const struct command shell_commands[];	/* ends with a NULL name */

/* Returns the command of that name, or NULL. */
const struct command *shell_command(const char *name);

/* Returns true, and the value, if the text is a decimal number. */
bool shell_number(const char *text, L4_Word_t *value);

/* End this shell, if there is another one. */
void shell_exit(int argc, char **argv);

/* Print `what`, a colon and the text of root's error. */
void shell_refused(const char *what, enum root_error e);

/*
 * pipeline.c: execute a line. Returns the exit status of its program in the foreground; 128 plus 9 if that
 * was ended, 11 after a fault, 20 if it is in the background after the attention key; or one of these.
 */
enum { SHELL_WRONG = 2, SHELL_NOT_FOUND = 127 };
int pipeline_run(struct words *w);

/* complete.c: complete the word before `pos` after Tab. Changes line and pos, or lists the possibilities. */
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
	bool waits_reported;		/* a line said that it waits for input */
	char name[JOB_TEXT];
};

void jobs_start(void);

/* The same for a shell that executes one line: only the pipes. */
void jobs_start_one(void);
bool jobs_is_program(const char *name);

/* Returns true if ^C, not read by a program, or the attention key was typed since the last prompt. */
bool jobs_interrupted(void);

/* Returns true if the attention key was typed since the last prompt, but not while the shell read a line. */
bool jobs_attention(void);

/* jobs_interrupted, after the thread that waits for ^C has had time to run. */
bool jobs_interrupted_so_far(void);

/* Give the job the terminal: ^C ends it. */
void jobs_to_foreground(struct job *j);

/*
 * Wait for the end of a job in the foreground, and report a status other than 0. Returns as pipeline_run.
 * After the attention key the job is moved to the background, or ended if there is no place.
 */
int jobs_end_foreground(struct job *j);

/* Returns true for this shell, and for the tasks that have started it. */
bool shell_is_above(L4_Word_t task);

/* Ends all programs that others have started, except this shell and those that have started it. */
void jobs_end_all(void);

/* Return true if there is room for another job in the background; add one. */
bool jobs_room(void);
void jobs_add(const struct job *j);

/* Call it before a prompt: report background jobs that have ended or wait to read; drop a ^C typed so far. */
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
