/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file.c - descriptors, and the open files that they stand for: several descriptors and child tasks can have
 * one file.
 */
#include <errno.h>
#include <fcntl.h>
#include "file.h"

enum { FILES = 96, DESCRIPTORS = 64 };

static struct px_file files[FILES] = {
	{ .refs = 1, .kind = &px_input }, { .refs = 1, .kind = &px_output, .flags = O_WRONLY },
	{ .refs = 1, .kind = &px_error, .flags = O_WRONLY },
};
static struct { struct px_file *file; bool close_on_exec; } at[DESCRIPTORS] = {
	{ &files[0], false }, { &files[1], false }, { &files[2], false },
};

int px_files_lock;
struct px_descriptors px_descriptors = { DESCRIPTORS, DESCRIPTORS };

const struct px_store *px_store_of(const struct px_file *f)
{
	static const struct px_store none;

	return f->kind->store ? f->kind->store : &none;
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

/* No other thread can find a file whose last reference this is. */
void px_file_put(struct px_file *f)
{
	bool last;

	px_lock(&px_files_lock);
	last = f->refs == 1;
	if (!last)
		f->refs--;
	px_unlock(&px_files_lock);
	if (!last)
		return;
	if (f->kind->close)
		f->kind->close(f);
	__atomic_store_n(&f->refs, 0, __ATOMIC_RELEASE);
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

long px_file_new(struct px_file *like, bool close_on_exec)
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
	if (f < files + FILES)
		return describe_by(f, 0, close_on_exec);
	if (like->kind->close)
		like->kind->close(like);
	return -ENFILE;
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

static long set_flags(struct px_file *f, long flags)
{
	int can = f->kind->appends ? O_NONBLOCK | O_APPEND : O_NONBLOCK;

	f->flags = (f->flags & ~can) | ((int)flags & can);
	return 0;
}

static long lock(const struct px_file *f, long command, struct flock *l)
{
	const struct px_store *s = px_store_of(f);

	return s->lock ? s->lock(f, command, l) : -EINVAL;
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
		return f->flags;
	case F_SETFL:
		return set_flags(f, value);
	case F_GETLK:
	case F_SETLK:
	case F_SETLKW:
		return lock(f, command, (struct flock *)value);
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
