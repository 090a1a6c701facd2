/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lock.c - locks of fcntl, for files of the disk: the file server has them. A call that waits asks again and
 * again.
 */
#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>
#include <pecan/files.h>
#include <proto/files_client.h>
#include "event.h"
#include "file.h"
#include "lock.h"
#include "path.h"

enum { AGAIN_NS = 5000000 };

struct range { uint64_t from, to; };

static long kind_of(short type)
{
	switch (type) {
	case F_RDLCK: return FILES_LOCK_READ;
	case F_WRLCK: return FILES_LOCK_WRITE;
	case F_UNLCK: return FILES_UNLOCK;
	default: return -EINVAL;
	}
}

static int64_t range_of(const struct px_file *f, const struct flock *l, struct range *r)
{
	int64_t base = l->l_whence == SEEK_CUR ? (int64_t)f->offset
		     : l->l_whence == SEEK_END ? f->kind->store->size(f) : 0;
	int64_t from, end;

	if (base < 0)
		return base;
	if (l->l_whence < SEEK_SET || l->l_whence > SEEK_END || __builtin_add_overflow(base, l->l_start, &from)
	    || __builtin_add_overflow(from, l->l_len, &end) || from < 0 || end < 0)
		return -EINVAL;
	r->from = (uint64_t)(l->l_len < 0 ? end : from);
	r->to = l->l_len == 0 ? INT64_MAX : (uint64_t)(l->l_len < 0 ? from : end) - 1;
	return 0;
}

static long set(struct files_file *f, L4_Word_t kind, const struct range *r, bool wait)
{
	for (;;) {
		enum files_status s = files_set_lock(f, kind, r->from, r->to);

		if (s == FILES_E_LIMIT)
			return -ENOLCK;
		if (s != FILES_E_LOCKED || !wait)
			return px_disk_error(s);
		if (px_nanosleep(&(struct px_args){ { (long)&(struct timespec){ 0, AGAIN_NS } } }) == -EINTR)
			return -EINTR;
	}
}

static long get(struct files_file *f, L4_Word_t kind, const struct range *r, struct flock *l)
{
	struct files_locked_out out = { 0 };
	long e = px_disk_error(files_find_lock(f, kind, r->from, r->to, &out));

	if (e)
		return e;
	if (out.task == 0) {
		l->l_type = F_UNLCK;
		return 0;
	}
	*l = (struct flock){
		.l_type = out.its_kind == FILES_LOCK_READ ? F_RDLCK : F_WRLCK, .l_whence = SEEK_SET,
		.l_start = (off_t)out.its_first, .l_pid = (pid_t)out.task,
		.l_len = out.its_last == INT64_MAX ? 0 : (off_t)(out.its_last - out.its_first + 1),
	};
	return 0;
}

static bool permits(long access, long kind)
{
	return kind == FILES_UNLOCK || access != (kind == FILES_LOCK_WRITE ? O_RDONLY : O_WRONLY);
}

long px_lock_file(const struct px_file *f, struct files_file *file, long command, struct flock *l)
{
	long kind = kind_of(l->l_type);
	struct range r;
	int64_t e;

	e = kind < 0 ? kind : range_of(f, l, &r);
	if (e)
		return (long)e;
	if (command != F_GETLK && !permits(f->flags & O_ACCMODE, kind))
		return -EBADF;
	return command == F_GETLK ? get(file, (L4_Word_t)kind, &r, l)
				  : set(file, (L4_Word_t)kind, &r, command == F_SETLKW);
}
