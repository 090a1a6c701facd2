/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk.c - files and directories below /disk and /tmp, which are servers' (<pecan/files.h>).
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <pecan/file_time.h>
#include <proto/files_client.h>
#include "disk.h"
#include "file.h"
#include "io.h"
#include "lock.h"
#include "path.h"

enum {
	FILES = 64, ENTRIES_BYTES = 2048, BLOCK = 4096, EXT_MAGIC = 0xef53, TMP_MAGIC = 0x01021994, DEVICE = 1,
	NAME_BYTES = 255,
};

struct disk {
	bool used;
	struct files_file file;
};

static struct disk files[FILES];
static struct files_file *file_of(const struct px_file *f)
{
	return &((struct disk *)f->own)->file;
}

static long count_or_error(long n)
{
	return n < 0 ? px_disk_error((enum files_status)-n) : n;
}


/* ---- bytes ---- */

/* A file is read on until the bytes are there, or the end. */
static long read_at(const struct px_file *f, void *to, size_t bytes, uint64_t offset)
{
	size_t done = 0;

	if ((f->flags & O_ACCMODE) == O_WRONLY)
		return -EBADF;
	while (done < bytes) {
		long n = count_or_error(files_get(file_of(f), offset + done, (char *)to + done, bytes - done));

		if (n <= 0)
			return done ? (long)done : n;
		done += (size_t)n;
	}
	return (long)done;
}

static long write_from(const struct px_file *f, const char *from, size_t bytes, uint64_t *offset)
{
	struct files_file *file = file_of(f);
	size_t done = 0;

	if ((f->flags & O_ACCMODE) == O_RDONLY)
		return -EBADF;
	while (done < bytes) {
		long n = f->flags & O_APPEND ? files_append(file, offset, from + done, bytes - done)
					     : files_put(file, *offset, from + done, bytes - done);

		n = count_or_error(n);
		if (n <= 0)
			return done ? (long)done : n ? n : -ENOSPC;
		done += (size_t)n;
		*offset += (uint64_t)n;
	}
	return (long)done;
}

static long write_bytes(struct px_file *f, const void *from, size_t bytes)
{
	return write_from(f, from, bytes, &f->offset);
}

static long write_at(const struct px_file *f, const void *from, size_t bytes, int64_t offset)
{
	uint64_t at = (uint64_t)offset;

	return offset < 0 ? -EINVAL : write_from(f, from, bytes, &at);
}

static int64_t size_of(const struct px_file *f)
{
	uint64_t size = 0;
	int64_t e = px_disk_error(files_size(file_of(f), &size));

	return e ? e : (int64_t)size;
}

static long set_size(const struct px_file *f, int64_t size)
{
	if ((f->flags & O_ACCMODE) == O_RDONLY || size < 0)
		return -EINVAL;
	return px_disk_error(files_set_size(file_of(f), (uint64_t)size));
}

long px_set_size_path(const char *path, int64_t size)
{
	char whole[PX_PATH];

	if (!px_on_disk(NULL, &path, whole))
		return px_not_on_disk(path, whole);
	return size < 0 ? -EINVAL : px_disk_error(files_truncate(path, (uint64_t)size));
}

static long sync_file(const struct px_file *f)
{
	return px_disk_error(files_flush_file(file_of(f)));
}

long px_sync(const struct px_args *p)
{
	(void)p;
	files_flush(true);
	return 0;
}

/* ---- what a file is ---- */

static struct timespec time_of(uint64_t time)
{
	return (struct timespec){ .tv_sec = file_time_seconds(time), .tv_nsec = (long)file_time_ns(time) };
}

static long fill(struct stat *st, const char *path, const struct files_stat_out *from)
{
	memset(st, 0, sizeof *st);
	st->st_dev = DEVICE + files_in_memory(path);
	st->st_mode = (mode_t)from->mode;
	st->st_ino = from->inode;
	st->st_nlink = from->links;
	st->st_size = (off_t)from->size;
	st->st_blksize = BLOCK;
	st->st_blocks = (blkcnt_t)from->sectors;
	st->st_mtim = time_of(from->modified);
	st->st_ctim = time_of(from->changed);
	st->st_atim = time_of(from->accessed);
	return 0;
}

long px_disk_stat(const char *path, bool link, struct stat *st)
{
	struct files_stat_out out;
	long e = px_disk_error(link ? files_describe_link(path, &out) : files_describe_path(path, &out));

	return e ? e : fill(st, path, &out);
}

static long describe(const struct px_file *f, struct stat *st)
{
	struct files_stat_out out;
	long e = px_disk_error(files_describe(file_of(f), &out));

	return e ? e : fill(st, file_of(f)->path, &out);
}

long px_disk_space(const char *path, struct statfs *s)
{
	struct files_space_out out;
	long e = px_disk_error(files_free(path, &out));

	if (e)
		return e;
	*s = (struct statfs){
		.f_type = files_in_memory(path) ? TMP_MAGIC : EXT_MAGIC, .f_bsize = out.block_bytes,
		.f_frsize = out.block_bytes, .f_blocks = out.blocks, .f_bfree = out.free_blocks,
		.f_bavail = out.free_blocks, .f_files = out.inodes, .f_ffree = out.free_inodes,
		.f_namelen = NAME_BYTES,
	};
	return 0;
}

static long space_of(const struct px_file *f, struct statfs *s)
{
	return px_disk_space(file_of(f)->path, s);
}

static long set(const struct px_file *f, const struct files_attributes *a)
{
	return px_disk_error(files_set(file_of(f), a));
}

/* ---- directories ---- */

long px_disk_chdir(const char *path)
{
	char whole[PX_PATH];
	struct stat st;
	long e = *path ? px_disk_stat(path, false, &st) : 0;

	if (e || (*path && !S_ISDIR(st.st_mode)))
		return e ? e : -ENOTDIR;
	files_whole(path, whole);
	return px_change_to(whole) ? 0 : -ENAMETOOLONG;
}

static const char *path_of(const struct px_file *f)
{
	return file_of(f)->path;
}

static long enter(const struct px_file *f)
{
	return px_disk_chdir(path_of(f));
}

static unsigned char type_of(unsigned type)
{
	static const unsigned char types[] = {
		DT_UNKNOWN, DT_REG, DT_DIR, DT_CHR, DT_BLK, DT_FIFO, DT_SOCK, DT_LNK,
	};

	return type < sizeof types ? types[type] : DT_UNKNOWN;
}

static long list(struct px_file *f, char *to, size_t room)
{
	char entries[ENTRIES_BYTES] __attribute__((aligned(8)));
	long got = count_or_error(files_entries(file_of(f), f->offset, entries, sizeof entries));
	size_t used = 0;

	for (long at = 0; at < got; ) {
		const struct files_entry *e = (const struct files_entry *)(entries + at);
		struct px_entry entry = { e->inode, e->next, type_of(e->type) };
		size_t n = px_put_entry(to + used, room - used, e->name, entry);

		if (n == 0)
			return used ? (long)used : -EINVAL;
		used += n;
		f->offset = e->next;
		at += e->bytes;
	}
	return got < 0 ? got : (long)used;
}

/* ---- opening, and the kinds ---- */

static struct disk *take(void)
{
	struct disk *d = files;

	px_lock(&px_files_lock);
	while (d < files + FILES && d->used)
		d++;
	if (d < files + FILES)
		d->used = true;
	px_unlock(&px_files_lock);
	return d < files + FILES ? d : NULL;
}

static void close_file(struct px_file *f)
{
	files_done(file_of(f));
	((struct disk *)f->own)->used = false;
}

static long lock(const struct px_file *f, long command, struct flock *l)
{
	return px_lock_file(f, file_of(f), command, l);
}

static const struct px_store file_store = {
	.size = size_of, .set_size = set_size, .set = set, .sync = sync_file, .lock = lock, .space = space_of,
};
static const struct px_kind file = {
	.seeks = true, .appends = true, .read_at = read_at, .write = write_bytes, .write_at = write_at,
	.stat = describe, .close = close_file, .store = &file_store,
};
static const struct px_store directory_store = {
	.set = set, .sync = sync_file, .space = space_of, .path = path_of, .enter = enter, .list = list,
};
static const struct px_kind directory = {
	.mode = S_IFDIR, .seeks = true, .stat = describe, .close = close_file, .store = &directory_store,
};

static L4_Word_t flags_of(long flags)
{
	bool writes = (flags & O_ACCMODE) != O_RDONLY;

	return (writes ? FILES_WRITE : 0) | (writes && flags & O_APPEND ? FILES_APPEND : 0)
	       | (flags & O_CREAT ? FILES_CREATE : 0)
	       | (flags & O_CREAT && flags & O_EXCL ? FILES_EXCLUSIVE : 0)
	       | (flags & O_TRUNC ? FILES_TRUNCATE : 0);
}

/* How a file is open, of O_ACCMODE. */
static int access_of(long flags)
{
	bool reads = (flags & O_ACCMODE) != O_WRONLY, writes = (flags & O_ACCMODE) != O_RDONLY;

	return !writes ? O_RDONLY : reads ? O_RDWR : O_WRONLY;
}

long px_disk_open(const char *path, long flags)
{
	struct px_file f = { .kind = &file, .own = take() };
	long e;

	if (!f.own)
		return -ENFILE;
	px_waits();
	f.flags = access_of(flags) | ((int)flags & (O_NONBLOCK | O_APPEND));
	e = px_disk_error(files_use(file_of(&f), path, flags_of(flags)));
	if (e == 0 && S_ISDIR(file_of(&f)->mode)) {
		f.kind = &directory;
		f.flags = (int)flags & O_NONBLOCK;
	} else if (e == 0 && (flags & O_DIRECTORY)) {
		e = -ENOTDIR;
	}
	if (e == 0)
		return px_file_new(&f, flags & O_CLOEXEC);
	close_file(&f);
	return e;
}

/* ---- what changes names ---- */

typedef enum files_status change_fn(const char *path);

static long change(const struct px_file *at, const char *path, change_fn *fn)
{
	char whole[PX_PATH];

	return px_on_disk(at, &path, whole) ? px_disk_error(fn(path)) : px_not_on_disk(path, whole);
}

long px_unlink(const struct px_args *p)
{
	return change(NULL, (const char *)p->a[0], files_remove);
}

long px_rmdir(const struct px_args *p)
{
	return change(NULL, (const char *)p->a[0], files_remove_directory);
}

long px_mkdir(const struct px_args *p)
{
	return change(NULL, (const char *)p->a[0], files_make_directory);
}

long px_unlinkat(const struct px_args *p)
{
	change_fn *fn = p->a[2] & AT_REMOVEDIR ? files_remove_directory : files_remove;

	return PX_AT(p->a[0], f, change(f, (const char *)p->a[1], fn));
}

long px_mkdirat(const struct px_args *p)
{
	return PX_AT(p->a[0], f, change(f, (const char *)p->a[1], files_make_directory));
}

long px_rename(const struct px_args *p)
{
	const char *old = (const char *)p->a[0], *fresh = (const char *)p->a[1];
	char whole[PX_PATH], other[PX_PATH];
	long e;

	if (!px_on_disk(NULL, &old, whole))
		return px_not_on_disk(old, whole);
	if (px_on_disk(NULL, &fresh, other))
		return px_disk_error(files_move(old, fresh));
	e = px_not_on_disk(fresh, other);
	return e == -EROFS ? -EXDEV : e;
}
