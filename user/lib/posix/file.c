/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file.c - file descriptors: 0 to 2 are the console, the others read-only files of the boot image.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <pecan/console.h>
#include <pecan/system.h>
#include "posix.h"

enum { FILES = 32, BLOCK = 512 };

enum kind { CLOSED, CONSOLE, FILE_OF_IMAGE };

struct file { enum kind kind; char name[ROOT_NAME_BYTES]; unsigned long offset, size; };

static struct file files[FILES] = { { .kind = CONSOLE }, { .kind = CONSOLE }, { .kind = CONSOLE } };
static int files_lock;

/* The line that was typed last, and how much of it was read. */
static char line[CONSOLE_LINE_BYTES + 2];
static size_t line_used, line_bytes;
static int line_lock;

static struct file *file_of(long fd)
{
	return fd >= 0 && fd < FILES && files[fd].kind != CLOSED ? &files[fd] : NULL;
}

/* Makes sure that there is typed text, if there can be. Returns 0 at ^D, or an error. */
static long fill_line(void)
{
	enum console_status status;

	if (line_used < line_bytes)
		return 1;
	line_used = line_bytes = 0;
	status = console_read_line("", false, line, CONSOLE_LINE_BYTES + 1);
	if (status == CONSOLE_INTERRUPTED)
		return -EINTR;
	if (status == CONSOLE_END)
		return 0;
	if (status != CONSOLE_OK)
		return -EIO;
	line_bytes = strlen(line);
	line[line_bytes++] = '\n';
	return 1;
}

static long read_console(char *to, size_t bytes)
{
	long more;

	px_lock(&line_lock);
	more = fill_line();
	if (more > 0) {
		if (bytes > line_bytes - line_used)
			bytes = line_bytes - line_used;
		memcpy(to, line + line_used, bytes);
		line_used += bytes;
		more = (long)bytes;
	}
	px_unlock(&line_lock);
	return more;
}

static long read_image(const char *name, void *to, size_t bytes, unsigned long offset)
{
	L4_Word_t got;

	return pecan_file_read(name, offset, to, bytes, &got, NULL) == ROOT_OK ? (long)got : -EIO;
}

static long read_file(struct file *f, void *to, size_t bytes)
{
	long got;

	if (f->kind == CONSOLE)
		return read_console(to, bytes);
	got = read_image(f->name, to, bytes, f->offset);
	if (got > 0)
		f->offset += (unsigned long)got;
	return got;
}

long px_read(const struct px_args *p)
{
	struct file *f = file_of(p->a[0]);

	return f ? read_file(f, (void *)p->a[1], (size_t)p->a[2]) : -EBADF;
}

long px_file_at(int fd, void *to, size_t bytes, unsigned long offset)
{
	struct file *f = file_of(fd);

	if (!f)
		return -EBADF;
	return f->kind == CONSOLE ? -ESPIPE : read_image(f->name, to, bytes, offset);
}

long px_pread(const struct px_args *p)
{
	return px_file_at((int)p->a[0], (void *)p->a[1], (size_t)p->a[2], (unsigned long)p->a[3]);
}

/* A part that is not filled ends the call: then all that was typed, or the file, has been read. */
long px_readv(const struct px_args *p)
{
	const struct iovec *v = (const struct iovec *)p->a[1];
	struct file *f = file_of(p->a[0]);
	long sum = 0;

	if (!f)
		return -EBADF;
	for (long i = 0; i < p->a[2]; i++) {
		long got = v[i].iov_len ? read_file(f, v[i].iov_base, v[i].iov_len) : 0;

		if (got < 0)
			return sum ? sum : got;
		sum += got;
		if ((size_t)got < v[i].iov_len)
			break;
	}
	return sum;
}

static long write_file(long fd, const char *text, size_t bytes)
{
	struct file *f = file_of(fd);

	if (!f || f->kind != CONSOLE)
		return -EBADF;
	return console_write(text, bytes) ? (long)bytes : -EIO;
}

long px_write(const struct px_args *p)
{
	return write_file(p->a[0], (const char *)p->a[1], (size_t)p->a[2]);
}

long px_writev(const struct px_args *p)
{
	const struct iovec *v = (const struct iovec *)p->a[1];
	long sum = 0;

	for (long i = 0; i < p->a[2]; i++) {
		long put = write_file(p->a[0], v[i].iov_base, v[i].iov_len);

		if (put < 0)
			return sum ? sum : put;
		sum += put;
	}
	return sum;
}

/* Copies the name without a leading slash or "./". Returns 0, or an error if there is no such file. */
static long find(const char *path, char *name, L4_Word_t *size)
{
	char byte;
	L4_Word_t got;

	while (*path == '/' || (path[0] == '.' && path[1] == '/'))
		path++;
	if (strlen(path) >= ROOT_NAME_BYTES)
		return -ENAMETOOLONG;
	strcpy(name, path);
	return *path && pecan_file_read(name, 0, &byte, 1, &got, size) == ROOT_OK ? 0 : -ENOENT;
}

static long open_file(const char *path, long flags)
{
	struct file f = { .kind = FILE_OF_IMAGE };
	long e, fd;

	if ((flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)))
		return -EROFS;
	if (flags & O_DIRECTORY)
		return -ENOTDIR;
	e = find(path, f.name, &f.size);
	if (e < 0)
		return e;
	px_lock(&files_lock);
	for (fd = 0; fd < FILES && files[fd].kind != CLOSED; fd++)
		continue;
	if (fd < FILES)
		files[fd] = f;
	px_unlock(&files_lock);
	return fd < FILES ? fd : -EMFILE;
}

long px_open(const struct px_args *p)
{
	return open_file((const char *)p->a[0], p->a[1]);
}

long px_openat(const struct px_args *p)
{
	return open_file((const char *)p->a[1], p->a[2]);
}

long px_close(const struct px_args *p)
{
	struct file *f = file_of(p->a[0]);

	if (!f)
		return -EBADF;
	f->kind = CLOSED;
	return 0;
}

long px_lseek(const struct px_args *p)
{
	struct file *f = file_of(p->a[0]);
	long base, to;

	if (!f)
		return -EBADF;
	if (f->kind == CONSOLE)
		return -ESPIPE;
	base = p->a[2] == SEEK_CUR ? (long)f->offset : p->a[2] == SEEK_END ? (long)f->size : 0;
	if (p->a[2] < SEEK_SET || p->a[2] > SEEK_END || __builtin_add_overflow(base, p->a[1], &to) || to < 0)
		return -EINVAL;
	f->offset = (unsigned long)to;
	return to;
}

static long describe(struct stat *st, const struct file *f)
{
	memset(st, 0, sizeof *st);
	st->st_mode = f->kind == CONSOLE ? S_IFCHR | 0600 : S_IFREG | 0444;
	st->st_nlink = 1;
	st->st_size = (off_t)f->size;
	st->st_blksize = BLOCK;
	st->st_blocks = (st->st_size + BLOCK - 1) / BLOCK;
	return 0;
}

static long stat_path(const char *path, struct stat *st)
{
	struct file f = { .kind = FILE_OF_IMAGE };
	long e = find(path, f.name, &f.size);

	return e < 0 ? e : describe(st, &f);
}

long px_fstat(const struct px_args *p)
{
	struct file *f = file_of(p->a[0]);

	return f ? describe((struct stat *)p->a[1], f) : -EBADF;
}

long px_stat(const struct px_args *p)
{
	return stat_path((const char *)p->a[0], (struct stat *)p->a[1]);
}

long px_fstatat(const struct px_args *p)
{
	return stat_path((const char *)p->a[1], (struct stat *)p->a[2]);
}

long px_access(const struct px_args *p)
{
	struct stat st;
	long e = stat_path((const char *)p->a[0], &st);

	return e < 0 ? e : p->a[1] & W_OK ? -EROFS : 0;
}

/* The console has a window size, so that it is a terminal (isatty). */
long px_ioctl(const struct px_args *p)
{
	struct file *f = file_of(p->a[0]);
	struct console_info info = { 0 };

	if (!f)
		return -EBADF;
	if (f->kind != CONSOLE || p->a[1] != TIOCGWINSZ)
		return -ENOTTY;
	console_info(&info);
	*(struct winsize *)p->a[2] = (struct winsize){
		.ws_col = (unsigned short)info.columns, .ws_row = (unsigned short)info.rows,
	};
	return 0;
}

/* Programs that run another do not inherit files, so close-on-exec has no effect. */
long px_fcntl(const struct px_args *p)
{
	struct file *f = file_of(p->a[0]);

	if (!f)
		return -EBADF;
	switch (p->a[1]) {
	case F_GETFD:
	case F_SETFD:
		return 0;
	case F_GETFL:
		return f->kind == CONSOLE ? O_RDWR : O_RDONLY;
	default:
		return -ENOSYS;
	}
}
