/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libctest.h - the declarations of libctest.
 */
#ifndef LIBCTEST_H
#define LIBCTEST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Counts a check; prints `what` if it does not hold. */
void check(bool holds, const char *what);

/* Counts and prints a check that this machine has not. */
void leave_out(const char *what);

void test_text(void);
void test_memory(void);
void test_mapping(void);
void test_files(void);
void test_time(void);
void test_threads(void);
void test_local(void);
void test_ends(void);
void test_streams(void);
void test_signals(void);
void test_alarms(void);
void test_processes(void);
void test_races(void);
void test_special(void);
void test_tmp(void);
void test_dates(void);
void test_system(void);
void test_cancellation(void);

/* Starts some threads and joins them. Returns true if each returned its number, first and so on. */
bool run_all(void *(*run)(void *), uintptr_t first);

bool reads_random(void);		/* /dev/urandom; false: an error */

/* A child: the times of pieces of one byte and of PIPE_BUF. Returns the exit status. */
int compare_pipes(void);
int show_boot(void);		/* a child: when boot was. Returns the exit status */
int wait_by(const char *how);	/* a child: waits for ever, or loops */
int drop_rights(void);		/* a child: gives up user 0. Returns the exit status */
int write_tmp(void);			/* a child: below /tmp. Returns the exit status */

/* The program is a child of itself, or of a test at the serial line. Returns the exit status. */
int child(int argc, char **argv);

/* Starts this program with these descriptors as 0 to 2 (-1: as they are). Returns its number, or -1. */
pid_t start_child(const int fd[3], const char *a, const char *b, const char *c);
int end_of_child(pid_t pid);		/* its status as waitpid has it, or -1 */

#endif
