/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rows.h - the windows of `make bench-linux`: their numbers (bench/linux/rows.py has their names), and how a
 * row is counted. Pecan and Linux count the same work.
 */
#ifndef LINUX_ROWS_H
#define LINUX_ROWS_H

#include "../scope/marks.h"

enum row {
	ROW_READ_1 = 1, ROW_READ_32, ROW_FILE_READ, ROW_OPEN_CLOSE, ROW_RESTART, ROW_UDP_64, ROW_UDP_1400,
	ROW_TCP_RECEIVE, ROW_TCP_SEND, ROW_SQL_INSERTS, ROW_SQL_COMMITS,
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

/* sql.c: rows of SQLite, with a database in the folder. */
void work_sql(const char *folder);

/* net.c: the machine that is counted, and its peer. */
enum { NEAR = 0x0a000901, PEER = 0x0a000902, MASK = 0xffffff00, SEGMENT = 1460 };
enum { UDP_PORT = 7, TCP_PORT = 9, SHORT = 64, LONG = 1400 };
enum { EXCHANGES = 100, FIRST = 8 };	/* of each row, after FIRST that do not count */
enum { BURST = 16, BURST_BYTES = BURST * SEGMENT };	/* an exchange of a stream */
void work_net(void);

#endif
