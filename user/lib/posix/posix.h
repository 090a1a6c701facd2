/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * posix.h - the declarations of user/lib/posix: the system calls of musl, as functions of six words that
 * return a result or a negative error number (docs/user/libc.md).
 *
 * The threads of the program are musl's. The library has up to four of its own, which have no thread-local
 * storage: they read the input (input.c), serve the streams of child tasks and wait for their end (child.c),
 * and wait for timers (timer.c).
 */
#ifndef POSIX_H
#define POSIX_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <l4/types.h>
#include <pecan/special.h>
#include <pecan/stream.h>
#include <proto/root.h>

struct timespec;
struct stat;
struct px_args { long a[6]; };
typedef long px_call(const struct px_args *p);

/* Spins with ThreadSwitch: threads of a task have one priority, and hold it for a short time. */
void px_lock(int *lock);
void px_unlock(int *lock);

/* ---- file.c: descriptors and open files ---- */

enum px_kind {
	PX_INPUT, PX_OUTPUT, PX_ERROR,		/* the streams with which the program was started */
	PX_IMAGE, PX_DIRECTORY,			/* of the boot image */
	PX_SPECIAL,				/* <pecan/special.h> */
	PX_PIPE_READ, PX_PIPE_WRITE,
	PX_DISK_FILE, PX_DISK_DIRECTORY,	/* disk.h */
	PX_SOCKET,				/* socket.h */
};

struct px_pipe;
struct px_disk;
struct px_socket;
struct px_file {
	unsigned refs;				/* descriptors, children, calls; 0: free */
	enum px_kind kind;
	int flags;				/* O_NONBLOCK, or 0 */
	unsigned long offset, size;		/* of a directory: offset is the number of the next entry */
	struct px_pipe *pipe;
	struct px_disk *disk;
	struct px_socket *socket;
	enum pecan_special special;
	char name[ROOT_NAME_BYTES];		/* of the boot image: see px_path */
};

/* Guards descriptors, open files, pipes, the input, children. */
extern int px_files_lock;

px_call px_read, px_readv, px_write, px_writev, px_pread, px_open, px_openat, px_close, px_lseek, px_ioctl;
px_call px_fstat, px_fcntl, px_dup, px_dup2, px_dup3, px_pipe, px_pipe2;

/* Returns the file of a descriptor, with one more reference; NULL if the descriptor is closed. */
struct px_file *px_file_get(long fd);
void px_file_put(struct px_file *f);

/* The value of `call` with f, the file of a descriptor; -EBADF if it is closed. */
#define PX_WITH_FILE(fd, f, call)						\
	({									\
		struct px_file *f = px_file_get(fd);				\
		long result_ = f ? (call) : -EBADF;				\
										\
		if (f)								\
			px_file_put(f);						\
		result_;							\
	})

/* The same for the directory of a path: f is NULL for AT_FDCWD, the current one. */
#define PX_AT(fd, f, call)							\
	((fd) == AT_FDCWD ? ({ struct px_file *f = NULL; (call); }) : PX_WITH_FILE(fd, f, call))

/* Returns a new descriptor of a new file, a copy of *f, or an error. */
long px_file_new(const struct px_file *f, bool close_on_exec);

/*
 * The bytes available in PX_INPUT or PX_PIPE_READ: peek copies at most `bytes`, skip removes them. peek
 * returns their number, 0 at the end, -EAGAIN if there are none yet, or an error. Under px_files_lock.
 */
long px_peek(struct px_file *f, void *to, size_t bytes);
void px_skip(struct px_file *f, long bytes);

/* Read and write PX_SPECIAL; written bytes are dropped. Return the number of bytes, or an error. */
long px_special_read(const struct px_file *f, void *to, size_t bytes);
long px_special_write(const struct px_file *f, size_t bytes);

/* Write to a stream. Returns the number of bytes, or an error: at its end also raises SIGPIPE. */
long px_stream_write(enum stream_ends end, const char *text, size_t bytes);

/* ---- error.c ---- */

/*
 * Write to PX_ERROR, by whole lines. Returns the number of bytes, or an error. flush: write an incomplete
 * line.
 */
long px_error_write(const char *from, size_t bytes);
void px_error_flush(void);

/*
 * The number of events for which calls can wait. px_changed increments it and wakes the calls that wait: by
 * px_wait and px_socket_notify those of this program, by px_child_notify those of its children.
 */
extern int px_changes;
void px_changed(void);

/* Wait until px_changes is not `seen`, or for the deadline. Returns 0, -ETIMEDOUT, or -EINTR for a signal. */
long px_wait(int seen, unsigned long deadline);

/* Returns true for a file with an offset. */
static inline bool px_is_file(const struct px_file *f)
{
	return f->kind == PX_IMAGE || f->kind == PX_DISK_FILE;
}

/* ---- image.c: names, files and directories of the boot image ---- */

px_call px_stat, px_lstat, px_fstatat, px_access, px_faccessat, px_chdir, px_fchdir, px_getcwd, px_getdents;

/* Get the name in the boot image of a path relative to the directory `at` or (NULL) the current one. */
long px_path(const struct px_file *at, const char *path, char name[ROOT_NAME_BYTES]);

/* Returns true, and sets the kind, if the file has the name of a special file (<pecan/special.h>). */
bool px_is_special(struct px_file *f);

/* Sets kind and size of a file by its name. Returns 0 or an error. */
long px_image_find(struct px_file *f);
long px_image_read(const char *name, void *to, size_t bytes, unsigned long offset);
void px_describe(struct stat *st, const struct px_file *f);

/* ---- pipe.c; all under px_files_lock ---- */

struct px_pipe *px_pipe_new(void);			/* both ends open; NULL: there are too many */
void px_pipe_close(struct px_pipe *p, bool reader);
long px_pipe_peek(struct px_pipe *p, char *to, size_t bytes);
void px_pipe_skip(struct px_pipe *p, size_t bytes);
long px_pipe_put(struct px_pipe *p, const char *from, size_t bytes);	/* bytes taken, -EAGAIN or -EPIPE */
bool px_pipe_has_room(const struct px_pipe *p);

/* ---- input.c; peek and skip under px_files_lock ---- */

long px_input_peek(char *to, size_t bytes);
void px_input_skip(size_t bytes);
bool px_input_want(void);		/* start to read it, after -EAGAIN of peek. False: that is impossible */

/* ---- child.c ---- */

px_call px_wait4;
void px_child_notify(void);		/* a pipe or the input has changed */
void px_child_interrupt(void);		/* ^C: for the children that read the input */
bool px_child_kill(L4_Word_t task, int signal, long *result);	/* false: the task is no child */

/* ---- text.c ---- */

/* Returns true if the library makes the file when it is opened; *result is its descriptor, or an error. */
bool px_text_open(const char *path, long flags, long *result);

/* ---- process.c ---- */

px_call px_getpid, px_getppid, px_kill;

/* ---- poll.c ---- */

px_call px_poll, px_ppoll, px_select, px_pselect;

/* ---- signal.c ---- */

px_call px_sigaction, px_sigprocmask, px_sigpending, px_sigsuspend, px_sigtimedwait, px_pause, px_tkill;

bool px_is_thread(long number);		/* a thread of the program, not of the library */
void px_signal_begin(void);		/* called by the program's first thread at its start */
void px_signal_end(void);		/* called by a thread that ends */

/* Calls make(arg), which starts a thread and returns its number. The thread gets the caller's mask. */
long px_signal_thread(long (*make)(void *), void *arg);

/* Call it before each system call. is: it is a cancellation point. */
void px_signal_point(bool is);

/* Call it after each: runs handlers. Returns true if it was interrupted, and all of them have SA_RESTART. */
bool px_deliver(bool interrupted);

/* Returns true if a handler is to run in this thread, or its cancellation point is to end. */
bool px_interrupted(void);
void px_raise(int signal);		/* to the calling thread */
void px_signal_send(int thread, int signal);	/* thread 0: to the program */
unsigned long px_mask(unsigned long mask);	/* sets the blocked signals; returns the old ones */
void px_exit_by(int signal) __attribute__((noreturn));

/* ---- memory.c ---- */

px_call px_mmap, px_mremap, px_munmap;

/* ---- futex.c ---- */

px_call px_futex;
long px_futex_wake(int *at, long threads);
long px_futex_wait(int *at, int value, unsigned long deadline);	/* 0: no deadline. A signal: -EINTR */
void px_library_wait(int *at, int value, unsigned long deadline);	/* for the library's threads */
bool px_interrupt(int tid);		/* ends the futex wait of a thread with EINTR */

/* ---- thread.c ---- */

px_call px_exit, px_exit_group, px_gettid, px_set_tid_address, px_yield;
int px_my_number(void);

/* ---- random.c ---- */

px_call px_getrandom;

/* ---- time.c ---- */

px_call px_clock_gettime, px_clock_getres, px_gettimeofday, px_nanosleep;
px_call px_clock_nanosleep;
unsigned long px_now(void);		/* microseconds since boot */

struct timespec px_timespec(unsigned long us);
long px_period(const struct timespec *t);	/* us, rounded up; -EINVAL: not a period */

/* Get the end of a period that begins now; 0 if t is NULL. Returns 0, or -EINVAL: not a period. */
long px_deadline(const struct timespec *t, unsigned long *deadline);

/* Returns the time since boot, in us and not 0, at which the clock shows `us`. */
unsigned long px_time_point(int clock, unsigned long us);

/* ---- timer.c ---- */

px_call px_getitimer, px_setitimer;
px_call px_timer_create, px_timer_settime, px_timer_gettime, px_timer_getoverrun, px_timer_delete;

/* Fill the siginfo of a signal that the calling thread handles, also one of a timer. */
void px_timer_describe(int signal, siginfo_t *info);

#endif
