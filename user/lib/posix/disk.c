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
#include <unistd.h>
#include <pecan/file_time.h>
#include <pecan/stream.h>
#include <proto/files_client.h>
#include "disk.h"
#include "file.h"
#include "image.h"
#include "io.h"
#include "process.h"

enum {
	FILES = 64, ENTRIES_BYTES = 2048, BLOCK = 4096, EXT_MAGIC = 0xef53, TMP_MAGIC = 0x01021994, DEVICE = 1,
	NAME_BYTES = 255,
};

struct px_disk {
	bool used, reads, writes, append;
	struct files_file file;
};

static struct px_disk files[FILES];
static char current[STREAM_PATH_BYTES];	/* directory, if that is of a server, else "" */
static bool has_current;		/* false: it is the one in which the program was started */
static int current_lock;

long px_disk_error(enum files_status s)
{
	static const int numbers[] = {
		[FILES_OK] = 0, [FILES_E_REQUEST] = ENAMETOOLONG, [FILES_E_ABSENT] = ENOENT,
		[FILES_E_EXISTS] = EEXIST, [FILES_E_NO_DIRECTORY] = ENOTDIR, [FILES_E_DIRECTORY] = EISDIR,
		[FILES_E_NOT_EMPTY] = ENOTEMPTY, [FILES_E_KIND] = ENOTSUP, [FILES_E_NAME] = ENAMETOOLONG,
		[FILES_E_ARGUMENT] = EINVAL, [FILES_E_SPACE] = ENOSPC, [FILES_E_LARGE] = EFBIG,
		[FILES_E_READ_ONLY] = EROFS, [FILES_E_LIMIT] = ENFILE, [FILES_E_HANDLE] = EIO,
		[FILES_E_MOVED] = EIO, [FILES_E_LOCKED] = EAGAIN,
		[FILES_E_LOOP] = ELOOP, [FILES_E_DEVICE] = EIO, [FILES_E_NO_DISK] = ENODEV, [FILES_E_MORE] = EAGAIN,
		[FILES_E_DENIED] = EACCES, [FILES_E_SHARE] = ENOSPC, [FILES_E_ACROSS] = EXDEV,
		[FILES_E_OPEN] = EBUSY, [FILES_E_LENT] = EBUSY, [FILES_E_PART] = EACCES,
		[FILES_E_IMMUTABLE] = EPERM, [FILES_E_APPEND_ONLY] = EPERM, [FILES_E_ENCRYPTED] = ENOKEY,
		[FILES_E_COMPRESSED] = ENOTSUP, [FILES_E_INLINE] = ENOTSUP, [FILES_E_VERITY] = EPERM,
		[FILES_E_CASEFOLD] = ENOTSUP, [FILES_E_OWN] = EPERM,
		[FILES_REFUSED] = EACCES,
	};

	return (unsigned)s < sizeof numbers / sizeof *numbers ? -numbers[s] : -EIO;
}

/* ---- paths ---- */

const char *px_disk_current(void)
{
	char path[STREAM_PATH_BYTES];

	if (!__atomic_load_n(&has_current, __ATOMIC_ACQUIRE)) {
		pecan_start_directory(path);
		px_lock(&current_lock);
		if (!has_current && files_below(path))
			strcpy(current, path);
		__atomic_store_n(&has_current, true, __ATOMIC_RELEASE);
		px_unlock(&current_lock);
	}
	return current[0] ? current : NULL;
}

static void set_current(const char *whole)
{
	px_lock(&current_lock);
	strcpy(current, whole);
	__atomic_store_n(&has_current, true, __ATOMIC_RELEASE);
	px_unlock(&current_lock);
}

/* Where a relative path begins. */
static void begin(const struct px_file *at, char whole[PX_PATH])
{
	if (!at)
		strcpy(whole, px_disk_current() ? current : "");
	else if (at->kind == PX_DISK_DIRECTORY)
		files_whole(at->disk->file.path, whole);
	else
		whole[0] = 0;
}

bool px_on_disk(const struct px_file *at, const char **path, char whole[PX_PATH])
{
	const char *below;

	if (!**path)
		return false;			/* no file has that name */
	whole[0] = 0;
	if (**path != '/')
		begin(at, whole);
	if (**path != '/' && !whole[0])
		return false;			/* relative to a directory of the boot image */
	if (!files_path_add(whole, PX_PATH, *path))
		return false;
	below = files_below(whole);
	if (below) {
		*path = below;
		return true;
	}
	if (!whole[0])
		strcpy(whole, "/");
	*path = whole;
	return false;
}

/* A path that was too long has been added in part. */
long px_not_on_disk(const char *path, const char whole[PX_PATH])
{
	if (!*path)
		return -ENOENT;
	return path != whole && whole[0] ? -ENAMETOOLONG : -EROFS;
}

/* ---- opening ---- */

static struct px_disk *take(void)
{
	struct px_disk *d = files;

	px_lock(&px_files_lock);
	while (d < files + FILES && d->used)
		d++;
	if (d < files + FILES)
		d->used = true;
	px_unlock(&px_files_lock);
	return d < files + FILES ? d : NULL;
}

void px_disk_close(struct px_disk *d)
{
	files_done(&d->file);
	d->used = false;
}

static L4_Word_t flags_of(long flags)
{
	bool writes = (flags & O_ACCMODE) != O_RDONLY;

	return (writes ? FILES_WRITE : 0) | (writes && flags & O_APPEND ? FILES_APPEND : 0)
	       | (flags & O_CREAT ? FILES_CREATE : 0)
	       | (flags & O_CREAT && flags & O_EXCL ? FILES_EXCLUSIVE : 0)
	       | (flags & O_TRUNC ? FILES_TRUNCATE : 0);
}

long px_disk_open(const char *path, long flags)
{
	struct px_disk *d = take();
	struct px_file f = { .kind = PX_DISK_FILE, .flags = (int)flags & O_NONBLOCK, .disk = d };
	long e, fd;

	if (!d)
		return -ENFILE;
	px_waits();
	e = px_disk_error(files_use(&d->file, path, flags_of(flags)));
	if (e == 0) {
		d->reads = (flags & O_ACCMODE) != O_WRONLY;
		d->writes = (flags & O_ACCMODE) != O_RDONLY;
		d->append = flags & O_APPEND;
		if (S_ISDIR(d->file.mode))
			f.kind = PX_DISK_DIRECTORY;
		else if (flags & O_DIRECTORY)
			e = -ENOTDIR;
	}
	if (e < 0) {
		px_disk_close(d);
		return e;
	}
	fd = px_file_new(&f, flags & O_CLOEXEC);
	if (fd == -ENFILE)
		px_disk_close(d);
	return fd;
}

struct files_file *px_disk_file(const struct px_file *f)
{
	return &f->disk->file;
}

long px_disk_access(const struct px_file *f)
{
	const struct px_disk *d = f->disk;

	return (!d->writes ? O_RDONLY : d->reads ? O_RDWR : O_WRONLY) | (d->append ? O_APPEND : 0);
}

void px_disk_set_append(const struct px_file *f, bool append)
{
	f->disk->append = append;
}

/* ---- bytes ---- */

static long count_or_error(long n)
{
	return n < 0 ? px_disk_error((enum files_status)-n) : n;
}

/* A file is read on until the bytes are there, or the end. */
long px_disk_read(const struct px_file *f, void *to, size_t bytes, uint64_t offset)
{
	size_t done = 0;

	if (f->kind == PX_DISK_DIRECTORY)
		return -EISDIR;
	if (!f->disk->reads)
		return -EBADF;
	while (done < bytes) {
		long n = count_or_error(files_get(&f->disk->file, offset + done, (char *)to + done, bytes - done));

		if (n <= 0)
			return done ? (long)done : n;
		done += (size_t)n;
	}
	return (long)done;
}

static long write_from(const struct px_file *f, const char *from, size_t bytes, uint64_t *offset)
{
	struct px_disk *d = f->disk;
	size_t done = 0;

	if (f->kind == PX_DISK_DIRECTORY || !d->writes)
		return -EBADF;
	while (done < bytes) {
		long n = d->append ? files_append(&d->file, offset, from + done, bytes - done)
				   : files_put(&d->file, *offset, from + done, bytes - done);

		n = count_or_error(n);
		if (n <= 0)
			return done ? (long)done : n ? n : -ENOSPC;
		done += (size_t)n;
		*offset += (uint64_t)n;
	}
	return (long)done;
}

long px_disk_write(struct px_file *f, const void *from, size_t bytes)
{
	return write_from(f, from, bytes, &f->offset);
}

static long write_there(const struct px_file *f, const char *from, size_t bytes, int64_t offset)
{
	uint64_t at = (uint64_t)offset;

	if (f->kind != PX_DISK_FILE)
		return f->kind == PX_SPECIAL ? px_special_write(f, bytes) : f->kind == PX_IMAGE ? -EBADF : -ESPIPE;
	return offset < 0 ? -EINVAL : write_from(f, from, bytes, &at);
}

long px_write_at(long fd, const void *from, size_t bytes, int64_t offset)
{
	return PX_WITH_FILE(fd, f, write_there(f, from, bytes, offset));
}

int64_t px_disk_size(const struct px_file *f)
{
	uint64_t size = 0;
	int64_t e = px_disk_error(files_size(&f->disk->file, &size));

	return e ? e : (int64_t)size;
}

static long set_size(const struct px_file *f, int64_t size)
{
	if (f->kind != PX_DISK_FILE || !f->disk->writes || size < 0)
		return -EINVAL;
	return px_disk_error(files_set_size(&f->disk->file, (uint64_t)size));
}

long px_set_size(long fd, int64_t size)
{
	return PX_WITH_FILE(fd, f, set_size(f, size));
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
	if (f->kind != PX_DISK_FILE && f->kind != PX_DISK_DIRECTORY)
		return f->kind == PX_IMAGE || f->kind == PX_DIRECTORY ? 0 : -EINVAL;
	return px_disk_error(files_flush_file(&f->disk->file));
}

long px_fsync(const struct px_args *p)
{
	return PX_WITH_FILE(p->a[0], f, sync_file(f));
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

long px_disk_describe(const struct px_file *f, struct stat *st)
{
	struct files_stat_out out;
	long e = px_disk_error(files_describe(&f->disk->file, &out));

	return e ? e : fill(st, f->disk->file.path, &out);
}

static long fill_space(const char *path, struct statfs *s)
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

long px_space(const char *path, struct statfs *s)
{
	char whole[PX_PATH];

	return px_on_disk(NULL, &path, whole) ? fill_space(path, s) : px_image_space(path, s);
}

static long space_of(const struct px_file *f, struct statfs *s)
{
	if (f->kind != PX_DISK_FILE && f->kind != PX_DISK_DIRECTORY)
		return px_image_space(NULL, s);
	return fill_space(f->disk->file.path, s);
}

long px_space_of(long fd, struct statfs *s)
{
	return PX_WITH_FILE(fd, f, space_of(f, s));
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
	if (strlen(whole) >= sizeof current)
		return -ENAMETOOLONG;		/* no program could be started there */
	set_current(whole);
	return 0;
}

long px_disk_change_to(const struct px_file *f)
{
	return px_disk_chdir(f->disk->file.path);
}

void px_disk_leave(void)
{
	set_current("");
}

static unsigned char type_of(unsigned type)
{
	static const unsigned char types[] = {
		DT_UNKNOWN, DT_REG, DT_DIR, DT_CHR, DT_BLK, DT_FIFO, DT_SOCK, DT_LNK,
	};

	return type < sizeof types ? types[type] : DT_UNKNOWN;
}

/* Adds an entry. Returns its size; 0 if it does not fit. */
static size_t put_entry(char *to, size_t room, const struct files_entry *e)
{
	struct dirent *d = (struct dirent *)to;
	size_t n = offsetof(struct dirent, d_name) + strlen(e->name) + 1;

	n = (n + _Alignof(struct dirent) - 1) & ~(_Alignof(struct dirent) - 1);
	if (n > room)
		return 0;
	d->d_ino = e->inode;
	d->d_off = (off_t)e->next;
	d->d_reclen = (unsigned short)n;
	d->d_type = type_of(e->type);
	strcpy(d->d_name, e->name);
	return n;
}

long px_disk_list(struct px_file *f, char *to, size_t room)
{
	char entries[ENTRIES_BYTES] __attribute__((aligned(8)));
	long got = count_or_error(files_entries(&f->disk->file, f->offset, entries, sizeof entries));
	size_t used = 0;

	for (long at = 0; at < got; ) {
		const struct files_entry *e = (const struct files_entry *)(entries + at);
		size_t n = put_entry(to + used, room - used, e);

		if (n == 0)
			return used ? (long)used : -EINVAL;
		used += n;
		f->offset = e->next;
		at += e->bytes;
	}
	return got < 0 ? got : (long)used;
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

	if (p->a[0] == AT_FDCWD)
		return change(NULL, (const char *)p->a[1], fn);
	return PX_WITH_FILE(p->a[0], f, change(f, (const char *)p->a[1], fn));
}

long px_mkdirat(const struct px_args *p)
{
	if (p->a[0] == AT_FDCWD)
		return change(NULL, (const char *)p->a[1], files_make_directory);
	return PX_WITH_FILE(p->a[0], f, change(f, (const char *)p->a[1], files_make_directory));
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
