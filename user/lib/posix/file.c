/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file.c - descriptors, and the open files that they stand for: several descriptors and child tasks can have
 * one file.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include "child.h"
#include "disk.h"
#include "error.h"
#include "file.h"
#include "futex.h"
#include "image.h"
#include "lock.h"
#include "pair.h"
#include "pipe.h"
#include "ready.h"
#include "signal.h"
#include "socket.h"
#include "text.h"

enum { FILES = 96, DESCRIPTORS = 64 };

static struct px_file files[FILES] = {
	{ .refs = 1, .kind = PX_INPUT }, { .refs = 1, .kind = PX_OUTPUT }, { .refs = 1, .kind = PX_ERROR },
};
static struct { struct px_file *file; bool close_on_exec; } at[DESCRIPTORS] = {
	{ &files[0], false }, { &files[1], false }, { &files[2], false },
};

int px_files_lock, px_changes;
struct px_descriptors px_descriptors = { DESCRIPTORS, DESCRIPTORS };

void px_changed(void)
{
	__atomic_add_fetch(&px_changes, 1, __ATOMIC_SEQ_CST);
	px_futex_wake(&px_changes, INT_MAX);
	px_socket_notify();
	px_child_notify();
}

long px_wait(int seen, uint64_t deadline)
{
	long e;

	px_error_flush();
	if (px_interrupted())
		return -EINTR;
	e = px_futex_wait(&px_changes, seen, deadline);
	return e == -EAGAIN ? 0 : e;
}

/* ---- references ---- */

struct px_file *px_file_get(long fd)
{
	struct px_file *f = NULL;

	px_lock(&px_files_lock);
	if (fd >= 0 && fd < DESCRIPTORS && at[fd].file) {
		f = at[fd].file;
		f->refs++;
	}
	px_unlock(&px_files_lock);
	return f;
}

void px_file_put(struct px_file *f)
{
	struct px_socket *socket = NULL;
	struct px_disk *disk = NULL;
	struct px_file pair = { .kind = PX_INPUT };
	bool closed;

	px_lock(&px_files_lock);
	f->refs--;
	if (f->refs == 0 && f->kind == PX_PAIR)
		pair = *f;
	if (f->refs == 0 && (f->kind == PX_DISK_FILE || f->kind == PX_DISK_DIRECTORY))
		disk = f->disk;
	if (f->refs == 0 && f->kind == PX_SOCKET)
		socket = f->socket;
	closed = f->refs == 0 && (f->kind == PX_PIPE_READ || f->kind == PX_PIPE_WRITE);
	if (closed)
		px_pipe_close(f->pipe, f->kind == PX_PIPE_READ);
	px_unlock(&px_files_lock);
	if (closed)
		px_changed();
	if (pair.kind == PX_PAIR)
		px_pair_drop(&pair);
	if (disk)
		px_disk_close(disk);
	if (socket)
		px_socket_close(socket);
}

/* Takes the caller's reference. The lowest free descriptor from `from` on, or -EMFILE; then there is none. */
static long describe_by(struct px_file *f, long from, bool close_on_exec)
{
	long fd = from;
	bool fits;

	px_lock(&px_files_lock);
	while (fd < px_descriptors.now && at[fd].file)
		fd++;
	fits = fd < px_descriptors.now;
	if (fits) {
		at[fd].file = f;
		at[fd].close_on_exec = close_on_exec;
	}
	px_unlock(&px_files_lock);
	if (fits)
		return fd;
	px_file_put(f);
	return -EMFILE;
}

long px_file_new(const struct px_file *like, bool close_on_exec)
{
	struct px_file *f = files;

	px_lock(&px_files_lock);
	while (f < files + FILES && f->refs)
		f++;
	if (f < files + FILES) {
		*f = *like;
		f->refs = 1;
	}
	px_unlock(&px_files_lock);
	return f < files + FILES ? describe_by(f, 0, close_on_exec) : -ENFILE;
}

long px_close(const struct px_args *p)
{
	struct px_file *f = NULL;

	px_lock(&px_files_lock);
	if (p->a[0] >= 0 && p->a[0] < DESCRIPTORS) {
		f = at[p->a[0]].file;
		at[p->a[0]].file = NULL;
	}
	px_unlock(&px_files_lock);
	if (!f)
		return -EBADF;
	px_file_put(f);
	return 0;
}

/* ---- duplicates ---- */

static long duplicate(long fd, long from, bool close_on_exec)
{
	struct px_file *f = px_file_get(fd);

	if (!f)
		return -EBADF;
	if (from >= 0 && from < px_descriptors.now)
		return describe_by(f, from, close_on_exec);
	px_file_put(f);
	return -EINVAL;
}

static long duplicate_to(long fd, long to, bool close_on_exec)
{
	struct px_file *f = px_file_get(fd), *before;

	if (!f)
		return -EBADF;
	if (to < 0 || to >= px_descriptors.now) {
		px_file_put(f);
		return -EBADF;
	}
	px_lock(&px_files_lock);
	before = at[to].file;
	at[to].file = f;
	at[to].close_on_exec = close_on_exec;
	px_unlock(&px_files_lock);
	if (before)
		px_file_put(before);
	return to;
}

long px_dup(const struct px_args *p)
{
	return duplicate(p->a[0], 0, false);
}

long px_dup2(const struct px_args *p)
{
	if (p->a[0] != p->a[1])
		return duplicate_to(p->a[0], p->a[1], false);
	return p->a[0] >= 0 && p->a[0] < DESCRIPTORS && at[p->a[0]].file ? p->a[1] : -EBADF;
}

long px_dup3(const struct px_args *p)
{
	if (p->a[0] == p->a[1] || (p->a[2] & ~O_CLOEXEC))
		return -EINVAL;
	return duplicate_to(p->a[0], p->a[1], p->a[2] & O_CLOEXEC);
}

/* ---- fcntl ---- */

static long access_mode(const struct px_file *f)
{
	if (f->kind == PX_SPECIAL || f->kind == PX_SOCKET || f->kind == PX_PAIR)
		return O_RDWR;
	if (f->kind == PX_DISK_FILE)
		return px_disk_access(f);
	return f->kind == PX_OUTPUT || f->kind == PX_ERROR || f->kind == PX_PIPE_WRITE ? O_WRONLY : O_RDONLY;
}

static long control(struct px_file *f, long fd, long command, long value)
{
	switch (command) {
	case F_GETFD:
		return at[fd].close_on_exec ? FD_CLOEXEC : 0;
	case F_SETFD:
		at[fd].close_on_exec = value & FD_CLOEXEC;
		return 0;
	case F_GETFL:
		return access_mode(f) | f->flags;
	case F_SETFL:
		f->flags = (int)value & O_NONBLOCK;
		if (f->kind == PX_DISK_FILE)
			px_disk_set_append(f, value & O_APPEND);
		return 0;
	case F_GETLK:
	case F_SETLK:
	case F_SETLKW:
		return px_lock_file(f, command, (struct flock *)value);
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		return duplicate(fd, value, command == F_DUPFD_CLOEXEC);
	default:
		return -ENOSYS;
	}
}

long px_fcntl(const struct px_args *p)
{
	return PX_WITH_FILE(p->a[0], f, control(f, p->a[0], p->a[1], p->a[2]));
}

/* ---- new files ---- */

static long open_special(struct px_file *f, long flags)
{
	f->flags = (int)flags & O_NONBLOCK;
	if ((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL))
		return -EEXIST;
	return flags & O_DIRECTORY ? -ENOTDIR : px_file_new(f, flags & O_CLOEXEC);
}

static long open_file(const struct px_file *directory, const char *path, long flags)
{
	struct px_file f = { .kind = PX_IMAGE };
	char whole[PX_PATH];
	long e;

	if (px_on_disk(directory, &path, whole))
		return px_disk_open(path, flags);
	if (px_text_open(path, flags, &e))
		return e;
	e = px_path(directory, path, f.name);
	if (e < 0)
		return e;
	if (px_is_special(&f))
		return open_special(&f, flags);
	if ((flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)))
		return -EROFS;
	e = px_image_find(&f);
	if (e < 0)
		return e;
	if ((flags & O_DIRECTORY) && f.kind != PX_DIRECTORY)
		return -ENOTDIR;
	return px_file_new(&f, flags & O_CLOEXEC);
}

long px_open(const struct px_args *p)
{
	return open_file(NULL, (const char *)p->a[0], p->a[1]);
}

long px_openat(const struct px_args *p)
{
	return PX_AT(p->a[0], f, open_file(f, (const char *)p->a[1], p->a[2]));
}

/* An end of a pipe that gets no descriptor is closed. */
static long open_end(const struct px_file *f, bool close_on_exec)
{
	long fd = px_file_new(f, close_on_exec);

	if (fd == -ENFILE) {
		px_lock(&px_files_lock);
		px_pipe_close(f->pipe, f->kind == PX_PIPE_READ);
		px_unlock(&px_files_lock);
	}
	return fd;
}

static long open_pipe(int fd[2], long flags)
{
	struct px_file f = { .kind = PX_PIPE_READ, .flags = flags & O_NONBLOCK };
	long in, out;

	px_lock(&px_files_lock);
	f.pipe = px_pipe_new();
	px_unlock(&px_files_lock);
	if (!f.pipe)
		return -ENFILE;
	in = open_end(&f, flags & O_CLOEXEC);
	f.kind = PX_PIPE_WRITE;
	out = open_end(&f, flags & O_CLOEXEC);
	if (in < 0 || out < 0) {
		px_close(&(struct px_args){ { in } });
		px_close(&(struct px_args){ { out } });
		return in < 0 ? in : out;
	}
	fd[0] = (int)in;
	fd[1] = (int)out;
	return 0;
}

long px_pipe(const struct px_args *p)
{
	return open_pipe((int *)p->a[0], 0);
}

long px_pipe2(const struct px_args *p)
{
	return p->a[1] & ~(O_CLOEXEC | O_NONBLOCK) ? -EINVAL : open_pipe((int *)p->a[0], p->a[1]);
}
