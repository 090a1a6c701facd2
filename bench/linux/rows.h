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
	ROW_GETPPID, ROW_READ_ZERO, ROW_WRITE_NULL, ROW_STAT, ROW_PIPE, ROW_FUTEX, ROW_FAULT_ORDER,
	ROW_FAULT_SCATTER, ROW_FORK, ROW_VFORK_EXEC, ROW_SIGNAL, ROW_GZIP, ROW_BZIP2, ROW_SHA256, ROW_TAR,
	ROW_CREATE_16, ROW_CREATE_128, ROW_CREATE_512, ROW_CREATE_2048,
	ROW_STAT_16, ROW_STAT_128, ROW_STAT_512, ROW_STAT_2048,
	ROW_WRITE_ORDER = 40, ROW_WRITE_RANDOM, ROW_WRITE_FSYNC, ROW_APPEND_4K, ROW_GROW_64K, ROW_READ_UNCACHED,
	ROW_WRITE_BACK, ROW_WRITE_1, ROW_WRITE_32, ROW_FILE_READ_32, ROW_UDP_DEEP,
	ROW_READ_AGAIN, ROW_FORK_COPIES,
};

enum { WINDOWS = 32, OPERATIONS = 64, READ_BYTES = 4096, DEPTH = 32, DISK_BYTES = 64 << 20,
       FILE_BYTES = 256 * 1024 };

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

/* The same with DEPTH operations in a window's turn, each the answer of one of as many requests under way. */
#define ROW_DEEP(row, operation)					\
	do {								\
		for (int w_ = 0; w_ < WINDOWS; w_++) {			\
			SCOPE_BEGIN(row);				\
			for (unsigned n_ = 0; n_ < 4 * DEPTH;) {	\
				unsigned some_ = operation;		\
									\
				n_ += some_;				\
				while (some_-- > 0)			\
					SCOPE_OP(row);			\
			}						\
			SCOPE_END(row);					\
		}							\
	} while (0)

/* Where on the disk the n-th block is that is read or written: far from the one before. */
static inline unsigned long block_at(unsigned n)
{
	return (unsigned long)n * 1021 % (DISK_BYTES / READ_BYTES) * READ_BYTES;
}

/* The programs end here if something does not work; text: what. */
_Noreturn void work_failed(const char *text);

/*
 * posix.c: rows by the calls of POSIX, with files below the folder; the second one needs a disk of 64 MiB.
 * work_files leaves WORK_FILE there, with FILE_BYTES in the cache.
 */
#define WORK_FILE	"file"
void work_files(const char *folder);
void work_writes(const char *folder);

/* posix.c: rows of directories, in a new one in the folder. */
void work_directories(const char *folder);

/* sql.c: rows of SQLite, with a database in the folder. */
void work_sql(const char *folder);

/* net.c: the machine that is counted, and its peer. */
enum { NEAR = 0x0a000901, PEER = 0x0a000902, MASK = 0xffffff00, SEGMENT = 1460 };
enum { UDP_PORT = 7, DEEP_PORT = 8, TCP_PORT = 9, SHORT = 64, LONG = 1400 };
enum { EXCHANGES = 100, FIRST = 8 };	/* of each row, after FIRST that do not count */
enum { BURST = 16, BURST_BYTES = BURST * SEGMENT };	/* an exchange of a stream */
void work_net(void);

/* mmsg.c of Linux, ring.c of Pecan: take DEPTH datagrams of SHORT bytes of that port, and send them back. */
void deep_begin(void);
void deep_echo(void);

/* path.c: addresses of mirror.py, which are those of tests/system/net/peer.py. */
enum { PATH_NEAR = 0x0a09000f, PATH_FAR = 0x0a090002 };
void work_path(void);

#endif
