/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rows.h - the windows of `make bench-linux`: their numbers (bench/linux/rows.py has their names), and how a
 * row is counted. Pecan and Linux count the same work.
 */
#ifndef LINUX_ROWS_H
#define LINUX_ROWS_H

#include "../scope/marks.h"

enum row {
	ROW_READ_1 = 1, ROW_READ_32, ROW_FILE_READ, ROW_OPEN_CLOSE, ROW_RESTART,
};

enum { WINDOWS = 32, OPERATIONS = 64, READ_BYTES = 4096, DEPTH = 32, DISK_BYTES = 64 << 20 };

/* A constant row: WINDOWS windows of OPERATIONS operations each, after as many that do not count. */
#define ROW(row, operation)						\
	do {								\
		for (int n_ = 0; n_ < OPERATIONS; n_++)			\
			operation;					\
		for (int w_ = 0; w_ < WINDOWS; w_++) {			\
			SCOPE_BEGIN(row);				\
			for (int n_ = 0; n_ < OPERATIONS; n_++) {	\
				operation;				\
				SCOPE_OP(row);				\
			}						\
			SCOPE_END(row);					\
		}							\
	} while (0)

/* Where on the disk the n-th block is that is read: far from the one before. */
static inline unsigned long block_at(unsigned n)
{
	return (unsigned long)n * 1021 % (DISK_BYTES / READ_BYTES) * READ_BYTES;
}

/* The programs end here if something does not work; text: what. */
_Noreturn void work_failed(const char *text);

/* posix.c: rows by the calls of POSIX, with files below the folder. */
void work_files(const char *folder);

#endif
