/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * os.c - the work `os` of `make bench-linux`: what a system call, a switch, a page fault, a process and a
 * signal cost in a Linux, and what programs of Debian's busybox do. It runs in the initramfs
 * (linux/initramfs), on Debian's kernel and on the one that is a server of Pecan. With the argument `net` it
 * does the work of the network (net.c) instead.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rows.h"

#define TREE "/tmp/tree"
#define TEXT "/tmp/text"

enum {
	TOUCHES = (WINDOWS + 1) * OPERATIONS, PAGE = 4096,
	FAR_PAGES = 1 << 15, FAR_STEP = 12289,		/* odd: each page of the area comes once */
	COPIES = 16,
	TREE_FILES = 400, TREE_BYTES = 128 << 10, TEXT_BYTES = 5 << 20, PROGRAM_WINDOWS = 2, PATH = 64,
};

_Noreturn void work_failed(const char *text)
{
	printf("work: failed: %s: %s\n", text, strerror(errno));
	exit(1);
}

static long must(long result, const char *text)
{
	if (result < 0)
		work_failed(text);
	return result;
}

/* ---- system calls ---- */

static void work_calls(void)
{
	int zero = (int)must(open("/dev/zero", O_RDONLY), "/dev/zero");
	int null = (int)must(open("/dev/null", O_WRONLY), "/dev/null");
	struct stat st;
	char byte = 0;

	ROW(ROW_GETPPID, getppid());
	ROW(ROW_READ_ZERO, must(read(zero, &byte, 1) - 1, "a read of /dev/zero"));
	ROW(ROW_WRITE_NULL, must(write(null, &byte, 1) - 1, "a write to /dev/null"));
	ROW(ROW_STAT, must(stat("/bin/busybox", &st), "stat"));
	close(zero);
	close(null);
}

/* ---- switches ---- */

static void exchange(int to, int from)
{
	char byte = 0;

	if (write(to, &byte, 1) != 1 || read(from, &byte, 1) != 1)
		work_failed("a pipe");
}

static void work_pipe(void)
{
	int there[2], back[2];
	char byte;
	pid_t child;

	must(pipe(there) | pipe(back), "pipe");
	child = (pid_t)must(fork(), "fork");
	if (child == 0) {
		close(there[1]);
		while (read(there[0], &byte, 1) == 1 && write(back[1], &byte, 1) == 1)
			;
		_exit(0);
	}
	close(there[0]);
	ROW(ROW_PIPE, exchange(there[1], back[0]));
	close(there[1]);
	waitpid(child, NULL, 0);
	close(back[0]);
	close(back[1]);
}

enum { NEAR_TURN, FAR_TURN, OVER };
static int turn;

/* Give the turn away, and wait until it is `mine` again or all is over; true: it is mine. */
static bool pass_turn(int to, int mine)
{
	int now;

	__atomic_store_n(&turn, to, __ATOMIC_SEQ_CST);
	syscall(SYS_futex, &turn, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	while ((now = __atomic_load_n(&turn, __ATOMIC_SEQ_CST)) != mine && now != OVER)
		syscall(SYS_futex, &turn, FUTEX_WAIT_PRIVATE, now, NULL, NULL, 0);
	return now == mine;
}

static void *far_thread(void *unused)
{
	(void)unused;
	while (pass_turn(NEAR_TURN, FAR_TURN))
		;
	return NULL;
}

static void work_futex(void)
{
	pthread_t other;

	turn = FAR_TURN;
	if (pthread_create(&other, NULL, far_thread, NULL) != 0)
		work_failed("pthread_create");
	ROW(ROW_FUTEX, pass_turn(FAR_TURN, NEAR_TURN));
	pass_turn(OVER, NEAR_TURN);
	pthread_join(other, NULL);
}

/* ---- page faults ---- */

/* Fresh memory, of which each page is a fault of its own. */
static volatile char *fresh(size_t bytes)
{
	char *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		work_failed("mmap");
	madvise(p, bytes, MADV_NOHUGEPAGE);		/* a kernel without large pages refuses it */
	return p;
}

static void work_faults(void)
{
	volatile char *near = fresh((size_t)TOUCHES * PAGE), *far = fresh((size_t)FAR_PAGES * PAGE);
	size_t n = 0;

	ROW(ROW_FAULT_ORDER, near[n++ * PAGE] = 1);
	n = 0;
	ROW(ROW_FAULT_SCATTER, far[n++ * FAR_STEP % FAR_PAGES * PAGE] = 1);
	munmap((void *)near, (size_t)TOUCHES * PAGE);
	munmap((void *)far, (size_t)FAR_PAGES * PAGE);
}

/* ---- processes, signals ---- */

static void wait_for(pid_t child)
{
	int status;

	if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
		work_failed("a process");
}

static void fork_one(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	wait_for(child);
}

/* The child writes to pages that it has in common with this process, which reads them afterwards. */
static void fork_copies(volatile char *page)
{
	pid_t child = fork();

	if (child == 0) {
		for (unsigned i = 0; i < COPIES; i++)
			page[(size_t)i * PAGE] = 1;
		_exit(0);
	}
	wait_for(child);
	for (unsigned i = 0; i < COPIES; i++)
		if (page[(size_t)i * PAGE] != 0)
			work_failed("a copy");
}

/* A child that executes the program; quiet: its output is thrown away. */
static void run(const char *const *words, bool quiet)
{
	pid_t child = vfork();

	if (child == 0) {
		if (quiet) {
			close(1);
			open("/dev/null", O_WRONLY);
		}
		execv(words[0], (char *const *)words);
		_exit(1);
	}
	wait_for(child);
}

static volatile int signals;

static void count_signal(int number)
{
	(void)number;
	signals++;
}

static void signal_self(pid_t self)
{
	int before = signals;

	if (kill(self, SIGUSR1) != 0 || signals != before + 1)
		work_failed("a signal");
}

static void work_processes(void)
{
	static const char *const tiny[] = { "/bin/tiny", NULL };
	struct sigaction action = { .sa_handler = count_signal };
	volatile char *common = fresh((size_t)COPIES * PAGE);

	for (unsigned i = 0; i < COPIES; i++)
		common[(size_t)i * PAGE] = 0;
	ROW(ROW_FORK, fork_one());
	ROW(ROW_FORK_COPIES, fork_copies(common));
	munmap((void *)common, (size_t)COPIES * PAGE);
	ROW(ROW_VFORK_EXEC, run(tiny, false));
	sigaction(SIGUSR1, &action, NULL);
	ROW(ROW_SIGNAL, signal_self(getpid()));
}

/* ---- programs ---- */

/* Lines of words whose lengths and letters are pseudo-random. */
static void make_text(const char *path, size_t bytes, uint64_t seed)
{
	FILE *f = fopen(path, "w");
	uint64_t x = seed;

	for (size_t i = 0; f && i < bytes; i++) {
		x = x * 6364136223846793005 + 1442695040888963407;
		putc(x >> 61 == 0 ? i % 11 == 0 ? '\n' : ' ' : "etaonrishdlfcmug"[(x >> 56 & x >> 48) % 16], f);
	}
	if (!f || fclose(f) != 0)
		work_failed("a file cannot be written");
}

static void make_tree(void)
{
	char path[PATH];

	must(mkdir(TREE, 0700), TREE);
	for (unsigned n = 0; n < TREE_FILES; n++) {
		snprintf(path, sizeof path, TREE "/%u", n);
		make_text(path, TREE_BYTES, n + 1);
	}
	make_text(TEXT, TEXT_BYTES, 0);
}

#define PROGRAM_ROW(row, ...)							\
	do {									\
		static const char *const words_[] = { __VA_ARGS__, NULL };	\
		for (int w_ = 0; w_ < PROGRAM_WINDOWS; w_++) {			\
			SCOPE_BEGIN(row);					\
			run(words_, true);					\
			SCOPE_OP(row);						\
			SCOPE_END(row);						\
		}								\
	} while (0)

static void work_programs(void)
{
	make_tree();
	PROGRAM_ROW(ROW_GZIP, "/bin/busybox", "gzip", "-c", TEXT);
	PROGRAM_ROW(ROW_BZIP2, "/bin/busybox", "bzip2", "-c", TEXT);
	PROGRAM_ROW(ROW_SHA256, "/bin/busybox", "sh", "-c", "sha256sum " TREE "/*");
	PROGRAM_ROW(ROW_TAR, "/bin/busybox", "tar", "-cf", "/dev/null", TREE);
	run((const char *const[]){ "/bin/busybox", "rm", "-r", TREE, TEXT, NULL }, false);
}

static void work_os(void)
{
	work_calls();
	work_pipe();
	work_futex();
	work_faults();
	work_processes();
	work_programs();
	work_files("/tmp");
	work_sql("/tmp");
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "net") == 0)
		work_net();
	else
		work_os();
	printf("work: done\n");
	return 0;
}
