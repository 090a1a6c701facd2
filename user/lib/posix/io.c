/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io.c - see io.h. All that a kind of file does differently is an operation of its table (file.h).
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include "event.h"
#include "file.h"
#include "io.h"
#include "signal.h"

enum { BLOCK = 512 };

/* ---- text ---- */

long px_read_text(struct px_file *f, void *to, size_t bytes, struct px_how how)
{
	const struct px_kind *k = f->kind;

	for (;;) {
		int seen = __atomic_load_n(&px_changes, __ATOMIC_SEQ_CST);
		long n;

		px_lock(&px_files_lock);
		n = k->peek(f, to, bytes);
		if (n != -EAGAIN && !how.peeks)
			k->skip(f, n < 0 ? 0 : (size_t)n);
		px_unlock(&px_files_lock);
		if (n > 0 && !k->want && !how.peeks)
			px_changed();		/* there is room again */
		if (n != -EAGAIN)
			return n;
		if (k->want && !k->want())
			return -ENOMEM;
		if (!how.waits)
			return -EAGAIN;
		n = px_wait(seen, 0);
		if (n < 0)
			return n;
	}
}

/* Puts what fits. Returns bytes or an error; -EAGAIN: nothing fits. */
static long put(struct px_file *f, const char *text, size_t bytes, bool quiet)
{
	long n;

	px_lock(&px_files_lock);
	n = f->kind->put(f, text, bytes);
	px_unlock(&px_files_lock);
	if (n > 0)
		px_changed();
	if (n == -EPIPE && !quiet)
		px_raise(SIGPIPE);
	return n;
}

long px_write_text(struct px_file *f, const char *text, size_t bytes, struct px_how how)
{
	size_t done = 0;

	while (done < bytes) {
		int seen = __atomic_load_n(&px_changes, __ATOMIC_SEQ_CST);
		long n = put(f, text + done, bytes - done, how.quiet);

		if (n == -EAGAIN && how.waits)
			n = px_wait(seen, 0);
		if (n < 0)
			return done ? (long)done : n;
		done += (size_t)n;
	}
	return (long)done;
}

/* ---- reading and writing ---- */

static long read_file(struct px_file *f, void *to, size_t bytes)
{
	const struct px_kind *k = f->kind;
	long n;

	if (k->read)
		return k->read(f, to, bytes);
	if (k->read_at) {
		n = k->read_at(f, to, bytes, f->offset);
		if (n > 0)
			f->offset += (uint64_t)n;
		return n;
	}
	if (k->peek)
		return bytes ? px_read_text(f, to, bytes, px_how(f)) : 0;
	return k->read_parts ? k->read_parts(f, &(struct iovec){ to, bytes }, 1)
			     : S_ISDIR(k->mode) ? -EISDIR : -EBADF;
}

long px_read(const struct px_args *p)
{
	return PX_WITH_FILE(p->a[0], f, read_file(f, (void *)p->a[1], (size_t)p->a[2]));
}

static long read_from(const struct px_file *f, void *to, size_t bytes, uint64_t offset)
{
	const struct px_kind *k = f->kind;

	return k->read_at ? k->read_at(f, to, bytes, offset) : S_ISDIR(k->mode) ? -EISDIR : -ESPIPE;
}

long px_read_at(long fd, void *to, size_t bytes, uint64_t offset)
{
	return PX_WITH_FILE(fd, f, read_from(f, to, bytes, offset));
}

static long write_file(struct px_file *f, const void *from, size_t bytes)
{
	const struct px_kind *k = f->kind;

	if (k->write)
		return k->write(f, from, bytes);
	if (k->put)
		return px_write_text(f, from, bytes, px_how(f));
	return k->write_parts ? k->write_parts(f, &(struct iovec){ (void *)from, bytes }, 1) : -EBADF;
}

long px_write(const struct px_args *p)
{
	return PX_WITH_FILE(p->a[0], f, write_file(f, (const void *)p->a[1], (size_t)p->a[2]));
}

static long write_to(const struct px_file *f, const void *from, size_t bytes, int64_t offset)
{
	const struct px_kind *k = f->kind;

	return k->write_at ? k->write_at(f, from, bytes, offset) : k->read_at ? -EBADF : -ESPIPE;
}

long px_write_at(long fd, const void *from, size_t bytes, int64_t offset)
{
	return PX_WITH_FILE(fd, f, write_to(f, from, bytes, offset));
}

/* ---- several parts ---- */

typedef long transfer(struct px_file *f, void *at, size_t bytes);

/* A part that is not transferred whole ends the call. */
static long each_part(struct px_file *f, const struct iovec *v, long parts, transfer *one)
{
	long sum = 0;

	for (long i = 0; i < parts; i++) {
		long n = v[i].iov_len ? one(f, v[i].iov_base, v[i].iov_len) : 0;

		if (n < 0)
			return sum ? sum : n;
		sum += n;
		if ((size_t)n < v[i].iov_len)
			break;
	}
	return sum;
}

static long write_part(struct px_file *f, void *at, size_t bytes)
{
	return write_file(f, at, bytes);
}

/* What a pipe takes whole is written by one call: a reader never gets a part of it. */
long px_write_joined(struct px_file *f, const struct iovec *v, long parts,
		     long (*whole)(struct px_file *f, const void *from, size_t bytes))
{
	char text[PIPE_BUF];
	size_t bytes = 0;

	for (long i = 0; i < parts; i++) {
		if (v[i].iov_len > sizeof text - bytes)
			return each_part(f, v, parts, write_part);
		if (v[i].iov_len)
			memcpy(text + bytes, v[i].iov_base, v[i].iov_len);
		bytes += v[i].iov_len;
	}
	return whole(f, text, bytes);
}

static long write_parts(struct px_file *f, const struct iovec *v, long parts)
{
	const struct px_kind *k = f->kind;

	return k->write_parts ? k->write_parts(f, v, parts) : px_write_joined(f, v, parts, write_file);
}

/* A wait for the second part would hold back the text of the first: only a file is read on. */
static long read_parts(struct px_file *f, const struct iovec *v, long parts)
{
	bool is_file = f->kind->read_at && !f->kind->read;

	if (f->kind->read_parts)
		return f->kind->read_parts(f, v, parts);
	while (!is_file && parts > 1 && !v->iov_len) {
		v++;
		parts--;
	}
	return each_part(f, v, !is_file && parts > 1 ? 1 : parts, read_file);
}

long px_readv(const struct px_args *p)
{
	return PX_WITH_FILE(p->a[0], f, read_parts(f, (const struct iovec *)p->a[1], p->a[2]));
}

long px_writev(const struct px_args *p)
{
	return PX_WITH_FILE(p->a[0], f, write_parts(f, (const struct iovec *)p->a[1], p->a[2]));
}

/* ---- offset, size, kind ---- */

static int64_t seek(struct px_file *f, int64_t by, long from)
{
	int64_t (*size)(const struct px_file *) = px_store_of(f)->size;
	int64_t base = from == SEEK_CUR ? (int64_t)f->offset : 0, to;

	if (!f->kind->seeks)
		return -ESPIPE;
	if (from == SEEK_END) {
		base = size ? size(f) : (int64_t)f->size;
		if (base < 0)
			return base;
	}
	if (from < SEEK_SET || from > SEEK_END || __builtin_add_overflow(base, by, &to) || to < 0)
		return -EINVAL;
	f->offset = (uint64_t)to;
	return to;
}

int64_t px_seek(long fd, int64_t by, long from)
{
	return PX_WITH_FILE(fd, f, seek(f, by, from));
}

static long set_size(const struct px_file *f, int64_t size)
{
	const struct px_store *s = px_store_of(f);

	return s->set_size ? s->set_size(f, size) : -EINVAL;
}

long px_set_size(long fd, int64_t size)
{
	return PX_WITH_FILE(fd, f, set_size(f, size));
}

static long sync_file(const struct px_file *f)
{
	const struct px_store *s = f->kind->store;

	return !s ? -EINVAL : s->sync ? s->sync(f) : 0;
}

long px_fsync(const struct px_args *p)
{
	return PX_WITH_FILE(p->a[0], f, sync_file(f));
}

long px_ioctl(const struct px_args *p)
{
	return PX_WITH_FILE(p->a[0], f, f->kind->ioctl ? f->kind->ioctl(f, p->a[1], (void *)p->a[2]) : -ENOTTY);
}

/* A number that differs for different names, but for rare ones. */
static ino_t number_of(const char *name)
{
	ino_t n = 5381;

	while (*name)
		n = n * 33 + (unsigned char)*name++;
	return n;
}

long px_describe(const struct px_file *f, struct stat *st)
{
	memset(st, 0, sizeof *st);
	st->st_mode = f->kind->mode;
	st->st_ino = number_of(f->name);
	st->st_nlink = 1;
	st->st_size = (off_t)f->size;
	st->st_blksize = BLOCK;
	st->st_blocks = (st->st_size + BLOCK - 1) / BLOCK;
	return 0;
}

long px_describe_file(const struct px_file *f, struct stat *st)
{
	return f->kind->stat ? f->kind->stat(f, st) : px_describe(f, st);
}

long px_fstat(const struct px_args *p)
{
	return PX_WITH_FILE(p->a[0], f, px_describe_file(f, (struct stat *)p->a[1]));
}

/* ---- directories ---- */

long px_enter(const struct px_file *f)
{
	const struct px_store *s = px_store_of(f);

	return s->enter ? s->enter(f) : -ENOTDIR;
}

long px_fchdir(const struct px_args *p)
{
	return PX_WITH_FILE(p->a[0], f, px_enter(f));
}

size_t px_put_entry(char *to, size_t room, const char *name, struct px_entry e)
{
	struct dirent *d = (struct dirent *)to;
	size_t n = offsetof(struct dirent, d_name) + strlen(name) + 1;

	n = (n + _Alignof(struct dirent) - 1) & ~(_Alignof(struct dirent) - 1);
	if (n > room)
		return 0;
	d->d_ino = e.inode;
	d->d_off = (off_t)e.next;
	d->d_reclen = (unsigned short)n;
	d->d_type = e.type;
	strcpy(d->d_name, name);
	return n;
}

static long list(struct px_file *f, char *to, size_t room)
{
	const struct px_store *s = px_store_of(f);

	return s->list ? s->list(f, to, room) : -ENOTDIR;
}

long px_getdents(const struct px_args *p)
{
	return PX_WITH_FILE(p->a[0], f, list(f, (char *)p->a[1], (size_t)p->a[2]));
}
