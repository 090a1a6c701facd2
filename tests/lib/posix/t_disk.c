/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_disk.c - files and directories of the file server, and its errors.
 */
#include <dirent.h>
#include <stdio.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>
#include <pecan/file_time.h>
#include <pecan/files.h>
#include "disk_fake.h"
#include "px.h"

TEST(disk_read, "a file of the disk is read at its offset and at others; seeking asks for its size")
{
	char text[16];

	CHECK(px(SYS_open, "/disk/file", O_RDONLY) == 3);
	CHECK(px(SYS_read, 3, text, 4) == 4 && px(SYS_read, 3, text, 16) == 6);
	CHECK(memcmp(text, "456789", 6) == 0);
	CHECK(px(SYS_pread64, 3, text, 2, 1) == 2 && memcmp(text, "12", 2) == 0);
	disk_node("/file")->size = 8;
	CHECK(px(SYS_lseek, 3, -1, SEEK_END) == 7 && px(SYS_read, 3, text, 16) == 1 && text[0] == '7');
	CHECK(px(SYS_write, 3, "x", 1) == -EBADF && px(SYS_ftruncate, 3, 0) == -EINVAL);
	CHECK(px(SYS_pread64, 3, text, 1, -1l) == -EINVAL);
	CHECK(px(SYS_close, 3) == 0 && disk_node("/file")->opened == 0);
}

TEST(disk_append_flag, "a file that is opened to append is opened so at the server, and not to read")
{
	CHECK(px(SYS_open, "/disk/file", O_WRONLY | O_APPEND) == 3);
	CHECK(disk.flags == (FILES_WRITE | FILES_APPEND));
	CHECK(px(SYS_open, "/disk/file", O_RDWR | O_APPEND) == 4);
	CHECK(disk.flags == (FILES_WRITE | FILES_APPEND));
	CHECK(px(SYS_open, "/disk/file", O_RDONLY | O_APPEND) == 5 && disk.flags == 0);
}

TEST(disk_write, "what is written is in the file, in as many requests as the server wants")
{
	static char text[150000];

	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)(i * 5 + i / 4096);
	CHECK(px(SYS_open, "/disk/new", O_CREAT | O_EXCL | O_RDWR, 0644) == 3);
	CHECK(disk.flags == (FILES_WRITE | FILES_CREATE | FILES_EXCLUSIVE));
	disk.piece = 7000;
	CHECK(px(SYS_write, 3, text, sizeof text) == sizeof text && disk_node("/new")->size == sizeof text);
	CHECK(memcmp(disk_node("/new")->text, text, sizeof text) == 0);
	CHECK(px(SYS_pwrite64, 3, "abc", 3, 10) == 3 && memcmp(disk_node("/new")->text + 10, "abc", 3) == 0);
	CHECK(px(SYS_lseek, 3, 0, SEEK_CUR) == sizeof text && px(SYS_pwrite64, 3, "abc", 3, -1l) == -EINVAL);
	CHECK(px(SYS_ftruncate, 3, 5) == 0 && disk_node("/new")->size == 5);
	CHECK(px(SYS_ftruncate, 3, -1l) == -EINVAL);
	CHECK(px(SYS_open, "/disk/new", O_CREAT | O_EXCL | O_RDWR, 0644) == -EEXIST);
	CHECK(px(SYS_open, "/disk/new", O_TRUNC | O_WRONLY) == 4 && disk_node("/new")->size == 0);
}

TEST(disk_append, "O_APPEND writes at the end, also when another program moves it meanwhile")
{
	CHECK(px(SYS_open, "/disk/file", O_WRONLY | O_APPEND) == 3);
	disk.moves = 2;
	CHECK(px(SYS_write, 3, "ab", 2) == 2 && disk_node("/file")->size == 14);
	CHECK(memcmp(disk_node("/file")->text, "0123456789++ab", 14) == 0);
	CHECK(px(SYS_lseek, 3, 0, SEEK_CUR) == 14);
}

TEST(disk_set_append, "F_SETFL can set O_APPEND and clear it: writes go to the end, or to the offset")
{
	const struct node *file = disk_node("/file");

	CHECK(px(SYS_open, "/disk/file", O_RDWR) == 3);
	CHECK(px(SYS_fcntl, 3, F_SETFL, O_APPEND | O_NONBLOCK) == 0);
	CHECK(px(SYS_fcntl, 3, F_GETFL) == (O_RDWR | O_APPEND | O_NONBLOCK));
	CHECK(px(SYS_write, 3, "ab", 2) == 2 && file->size == 12);
	CHECK(memcmp(file->text, "0123456789ab", 12) == 0);
	CHECK(px(SYS_fcntl, 3, F_SETFL, 0) == 0 && px(SYS_lseek, 3, 0, SEEK_SET) == 0);
	CHECK(px(SYS_write, 3, "cd", 2) == 2 && file->size == 12 && memcmp(file->text, "cd23", 4) == 0);
}

TEST(disk_write_only, "a file that is open for writing only cannot be read, and has no read locks")
{
	struct flock l = { .l_type = F_RDLCK };
	char byte;

	CHECK(px(SYS_open, "/disk/file", O_WRONLY) == 3 && px(SYS_fcntl, 3, F_GETFL) == O_WRONLY);
	CHECK(px(SYS_read, 3, &byte, 1) == -EBADF && px(SYS_pread64, 3, &byte, 1, 0) == -EBADF);
	CHECK(px(SYS_fcntl, 3, F_SETLK, &l) == -EBADF && px(SYS_write, 3, "x", 1) == 1);
	l.l_type = F_WRLCK;
	CHECK(px(SYS_fcntl, 3, F_SETLK, &l) == 0 && px(SYS_fcntl, 3, F_GETLK, &l) == 0);
}

TEST(disk_full, "a disk that takes a part is a short write, one that takes nothing ENOSPC")
{
	static char text[DISK_TEXT];

	CHECK(px(SYS_open, "/disk/file", O_WRONLY) == 3);
	CHECK(px(SYS_lseek, 3, DISK_TEXT - 10, SEEK_SET) == DISK_TEXT - 10);
	CHECK(px(SYS_write, 3, text, 100) == 10 && px(SYS_write, 3, text, 100) == -ENOSPC);
}

TEST(disk_errors, "each status of the server is its error number")
{
	static const struct { enum files_status s; int e; } all[] = {
		{ FILES_E_ABSENT, ENOENT }, { FILES_E_EXISTS, EEXIST }, { FILES_E_NO_DIRECTORY, ENOTDIR },
		{ FILES_E_DIRECTORY, EISDIR }, { FILES_E_NOT_EMPTY, ENOTEMPTY }, { FILES_E_KIND, ENOTSUP },
		{ FILES_E_NAME, ENAMETOOLONG }, { FILES_E_ARGUMENT, EINVAL }, { FILES_E_SPACE, ENOSPC },
		{ FILES_E_LARGE, EFBIG }, { FILES_E_READ_ONLY, EROFS }, { FILES_E_LIMIT, ENFILE },
		{ FILES_E_LOOP, ELOOP }, { FILES_E_LOCKED, EAGAIN }, { FILES_E_DEVICE, EIO },
		{ FILES_E_NO_DISK, ENODEV }, { FILES_E_DENIED, EACCES }, { FILES_E_LENT, EBUSY },
		{ FILES_E_PART, EACCES }, { FILES_E_IMMUTABLE, EPERM }, { FILES_E_APPEND_ONLY, EPERM },
		{ FILES_E_ENCRYPTED, ENOKEY }, { FILES_E_COMPRESSED, ENOTSUP }, { FILES_E_INLINE, ENOTSUP },
		{ FILES_E_VERITY, EPERM }, { FILES_E_CASEFOLD, ENOTSUP }, { FILES_E_OWN, EPERM },
	};
	char byte;

	CHECK(px(SYS_open, "/disk/file", O_RDWR) == 3);
	for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
		disk.read = disk.write = all[i].s;
		CHECK(px(SYS_read, 3, &byte, 1) == -all[i].e && px(SYS_write, 3, "x", 1) == -all[i].e);
		spoil = (struct spoil){ FILES_MKDIR, 0, 1, ANSWER(all[i].s, 0), false };
		CHECK(px(SYS_mkdir, "/disk/d", 0755) == -all[i].e);
	}
	disk.refuses = true;
	CHECK(px(SYS_mkdir, "/disk/d", 0755) == -EACCES && px(SYS_open, "/disk/file", O_RDONLY) == -EACCES);
}

static enum files_status borrow(void) { return files_borrow(LENT_NAME, LENT_FIRST, LENT_SECTORS); }

TEST(disk_borrowed, "the disk is asked for until all of it is written, also without a connection")
{
	spoil = (struct spoil){ FILES_ATTACH, 0, 1, ANSWER(FILES_E_NO_DISK, 0), false };
	CHECK(borrow() == FILES_OK && disk.lends == 2);
	spoil = (struct spoil){ FILES_LEND, 0, 1, ANSWER(FILES_E_OPEN, 0), false };
	CHECK(borrow() == FILES_E_OPEN);
	CHECK(files_borrow(LENT_NAME, 0, LENT_SECTORS) == FILES_E_PART);
	CHECK(files_borrow(LENT_NAME, LENT_FIRST, 0) == FILES_E_PART);
	CHECK(files_borrow("second", LENT_FIRST, LENT_SECTORS) == FILES_E_PART);
}

TEST(disk_refused, "a confined program without `uses files` gets EACCES")
{
	spoil = (struct spoil){ FILES_ATTACH, 0, 1, ANSWER(ROOT_NOT_PERMITTED, 0), false };
	CHECK(px(SYS_open, "/disk/file", O_RDONLY) == -EACCES);
	CHECK(px(SYS_open, "/disk/file", O_RDONLY) == 3);
}

TEST(disk_wrong, "answers of the wrong length or label are a lost server: the request is sent again")
{
	char text[10];

	CHECK(px(SYS_open, "/disk/file", O_RDONLY) == 3 && disk.attached == 1);
	spoil = (struct spoil){ FILES_GET, 0, 1, ANSWER(FILES_OK, 3), false };
	CHECK(px(SYS_read, 3, text, 10) == 10 && disk.attached == 2);
	spoil = (struct spoil){ FILES_GET, 0, 2, ANSWER(0x666, 1), false };
	CHECK(px(SYS_pread64, 3, text, 10, 0) == 10 && disk.attached == 4 && spoil.count == 0);
}

static bool has_two_turns(void)
{
	return disk.turn[0] != 0 && disk.turn[0] == disk.turn[1] && disk.turn[1] != disk.turn[2];
}

TEST(disk_turns, "a change of names that is sent again has its number, which no other one has")
{
	static const L4_Word_t lost = ANSWER(0x666, 1);

	spoil = (struct spoil){ FILES_MKDIR, 0, 1, lost, false };
	CHECK(px(SYS_mkdir, "/disk/d", 0755) == 0 && has_two_turns());
	spoil = (struct spoil){ FILES_RMDIR, 0, 1, lost, false };
	CHECK(px(SYS_rmdir, "/disk/d") == 0 && has_two_turns());
	spoil = (struct spoil){ FILES_OPEN, 0, 1, lost, false };
	CHECK(px(SYS_open, "/disk/e", O_CREAT | O_EXCL | O_RDWR, 0644) == 3 && has_two_turns());
	CHECK(disk.flags == (FILES_WRITE | FILES_CREATE | FILES_EXCLUSIVE));
	spoil = (struct spoil){ FILES_RENAME, 0, 1, lost, false };
	CHECK(px(SYS_rename, "/disk/e", "/disk/f") == 0 && has_two_turns());
	spoil = (struct spoil){ FILES_LINK, 0, 1, lost, false };
	CHECK(px(SYS_link, "/disk/f", "/disk/g") == 0 && has_two_turns());
	spoil = (struct spoil){ FILES_SYMLINK, 0, 1, lost, false };
	CHECK(px(SYS_symlink, "f", "/disk/h") == 0 && has_two_turns());
	spoil = (struct spoil){ FILES_UNLINK, 0, 1, lost, false };
	CHECK(px(SYS_unlink, "/disk/g") == 0 && has_two_turns());
}

TEST(disk_lies, "a server that says it has read or written more than was asked for is EIO")
{
	char text[10];

	CHECK(px(SYS_open, "/disk/file", O_RDWR) == 3);
	disk.lies = 1;
	CHECK(px(SYS_read, 3, text, 10) == -EIO && px(SYS_write, 3, text, 10) == -EIO);
}

TEST(disk_restart, "after a restart of the server a file is open again, unless it is another one")
{
	char text[10];

	CHECK(px(SYS_open, "/disk/file", O_RDWR) == 3 && px(SYS_read, 3, text, 4) == 4);
	spoil = (struct spoil){ FILES_GET, 0, 1, 0, true };
	disk_restart();
	CHECK(px(SYS_read, 3, text, 3) == 3 && memcmp(text, "456", 3) == 0);
	CHECK(disk_node("/file")->opened == 2);
	disk_restart();
	disk_node("/file")->number = 77;
	CHECK(px(SYS_read, 3, text, 3) == -ENOENT);
}

static void back(void *unused)
{
	(void)unused;
	disk_restart();
}

TEST(disk_wait, "a call waits up to 10 s for the next server; without one it is EIO")
{
	unsigned long before;
	char text[10];

	CHECK(px(SYS_open, "/disk/file", O_RDWR) == 3);
	kernel_end_server(FILES_THREAD);
	before = kernel_now();
	kernel_at(before + 5000000, back, NULL);
	CHECK(px(SYS_read, 3, text, 4) == 4 && kernel_now() - before >= 5000000);
	kernel_end_server(FILES_THREAD);
	before = kernel_now();
	CHECK(px(SYS_read, 3, text, 4) == -EIO && kernel_now() - before > 9000000);
}

TEST(disk_borrow_waits, "a server that is about to be started is asked for the disk; without one it is free")
{
	uint64_t before = kernel_now();

	kernel_end_server(FILES_THREAD);
	kernel_at(before + 5000000, back, NULL);
	CHECK(borrow() == FILES_OK && disk.lends == 2 && kernel_now() - before >= 5000000);
	kernel_end_server(FILES_THREAD);
	before = kernel_now();
	CHECK(borrow() == FILES_LOST && kernel_now() - before > 9000000);
}

TEST(disk_absent, "without a file server all of its calls are EIO")
{
	struct stat st;

	kernel_end_server(FILES_THREAD);
	CHECK(px(SYS_open, "/disk/file", O_RDONLY) == -EIO && px(SYS_stat, "/disk", &st) == -EIO);
	CHECK(px(SYS_mkdir, "/disk/x", 0755) == -EIO);
}

TEST(disk_stat, "stat follows links, lstat does not; all words of the answer are where they belong")
{
	struct stat st;

	CHECK(px(SYS_stat, "/disk/link", &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 10);
	CHECK(st.st_dev == 1);
	CHECK(px(SYS_lstat, "/disk/link", &st) == 0 && S_ISLNK(st.st_mode) && st.st_size == 5);
	CHECK(st.st_mtim.tv_sec == 1000 && st.st_ctim.tv_sec == 2000 && st.st_atim.tv_sec == 3000);
	CHECK(st.st_mtim.tv_nsec == 1 && st.st_ctim.tv_nsec == 2 && st.st_atim.tv_nsec == 3);
	CHECK(st.st_nlink == 1 && st.st_blocks == 1 && st.st_ino == disk_node("/link")->number);
	CHECK(px(SYS_open, "/disk/folder", O_RDONLY) == 3 && px(SYS_fstat, 3, &st) == 0);
	CHECK(S_ISDIR(st.st_mode));
	CHECK(px(SYS_newfstatat, 3, "inner", &st, 0) == 0 && st.st_size == 5);
	CHECK(px(SYS_newfstatat, 3, "", &st, AT_EMPTY_PATH) == 0 && S_ISDIR(st.st_mode));
	CHECK(px(SYS_newfstatat, 3, "../link", &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode));
	CHECK(px(SYS_access, "/disk/folder/inner", W_OK | X_OK) == 0);
	CHECK(px(SYS_access, "/disk/file", X_OK) == -EACCES);
	CHECK(px(SYS_stat, "/disk/none", &st) == -ENOENT && px(SYS_stat, "/disk/../init", &st) == 0);
}

TEST(disk_names, "mkdir, rename, link, unlink and rmdir change names, by path and by directory")
{
	CHECK(px(SYS_mkdir, "/disk/d", 0755) == 0 && px(SYS_mkdir, "/disk/d", 0755) == -EEXIST);
	CHECK(px(SYS_open, "/disk/d", O_RDONLY | O_DIRECTORY) == 3 && px(SYS_mkdirat, 3, "e", 0755) == 0);
	CHECK(px(SYS_rmdir, "/disk/d") == -ENOTEMPTY && px(SYS_unlinkat, 3, "e", AT_REMOVEDIR) == 0);
	CHECK(px(SYS_rename, "/disk/file", "/disk/d/f") == 0 && disk_node("/d/f") && !disk_node("/file"));
	CHECK(px(SYS_link, "/disk/d/f", "/disk/g") == 0 && px(SYS_link, "/disk/d", "/disk/h") == -EPERM);
	CHECK(px(SYS_linkat, 3, "f", AT_FDCWD, "/disk/i", 0) == 0);
	CHECK(px(SYS_linkat, 3, "f", 3, "k", 1) == -EINVAL);
	disk.link = FILES_E_LIMIT;
	CHECK(px(SYS_link, "/disk/d/f", "/disk/j") == -EMLINK);
	CHECK(px(SYS_unlink, "/disk/g") == 0 && px(SYS_unlink, "/disk/g") == -ENOENT);
	CHECK(px(SYS_unlinkat, 3, "f", 0) == 0 && px(SYS_unlinkat, AT_FDCWD, "/disk/i", 0) == 0);
	CHECK(px(SYS_rmdir, "/disk/d") == 0 && px(SYS_rename, "/disk/none", "/disk/x") == -ENOENT);
	CHECK(px(SYS_mkdirat, 40, "e", 0755) == -EBADF && px(SYS_unlinkat, 40, "e", 0) == -EBADF);
}

TEST(disk_elsewhere, "names of the boot image cannot be changed: EROFS, or EXDEV from the disk to there")
{
	CHECK(px(SYS_mkdir, "/bin/x", 0755) == -EROFS && px(SYS_unlink, "/init") == -EROFS);
	CHECK(px(SYS_rename, "/init", "/disk/init") == -EROFS);
	CHECK(px(SYS_rename, "/disk/file", "/file") == -EXDEV);
	CHECK(px(SYS_link, "/init", "/disk/init") == -EROFS && px(SYS_link, "/disk/file", "/file") == -EXDEV);
	CHECK(px(SYS_symlink, "x", "/x") == -EROFS && px(SYS_truncate, "/init", 0) == -EROFS);
	CHECK(px(SYS_chmod, "/init", 0644) == -EROFS);
	CHECK(px(SYS_utimensat, AT_FDCWD, "/init", NULL, 0) == -EROFS);
	CHECK(px(SYS_readlink, "/init", NULL, 0) == -EINVAL);
}

/* The calls that change a name, with a path. */
static long change(unsigned n, const char *path)
{
	switch (n) {
	case 0: return px(SYS_mkdir, path, 0755);
	case 1: return px(SYS_rmdir, path);
	case 2: return px(SYS_unlink, path);
	case 3: return px(SYS_rename, path, "/disk/x");
	case 4: return px(SYS_rename, "/disk/file", path);
	case 5: return px(SYS_symlink, "x", path);
	case 6: return px(SYS_truncate, path, 0);
	case 7: return px(SYS_link, path, "/disk/x");
	case 8: return px(SYS_link, "/disk/file", path);
	case 9: return px(SYS_chmod, path, 0600);
	case 10: return px(SYS_readlink, path, NULL, 0);
	case 11: return px(SYS_unlinkat, AT_FDCWD, path, 0);
	default: return px(SYS_mkdirat, AT_FDCWD, path, 0755);
	}
}

TEST(disk_paths, "each call that changes a name: an empty path is ENOENT, one that is too long ENAMETOOLONG")
{
	char path[400];

	memset(path, 'n', sizeof path);
	memcpy(path, "/disk/", 6);
	path[sizeof path - 1] = 0;
	for (unsigned n = 0; n <= 12; n++) {
		long empty = change(n, ""), large = change(n, path);

		if (empty != -ENOENT || large != -ENAMETOOLONG)
			printf("    call %u: %ld, %ld\n", n, empty, large);
		CHECK(empty == -ENOENT && large == -ENAMETOOLONG);
	}
}

TEST(disk_links, "readlink has the target, cut to the room; symlink's target may have 239 characters")
{
	char text[300];

	CHECK(px(SYS_readlink, "/disk/link", text, 3) == 3 && memcmp(text, "/fi", 3) == 0);
	CHECK(px(SYS_readlinkat, AT_FDCWD, "/disk/link", text, 99) == 5);
	CHECK(px(SYS_readlink, "/disk/file", text, 9) == -EINVAL);
	CHECK(px(SYS_open, "/disk/folder", O_RDONLY) == 3 && px(SYS_symlinkat, "inner", 3, "l") == 0);
	CHECK(strcmp(disk_node("/folder/l")->text, "inner") == 0);
	memset(text, 't', sizeof text);
	text[240] = 0;
	CHECK(px(SYS_symlink, text, "/disk/m") == -ENAMETOOLONG);
	text[239] = 0;
	CHECK(px(SYS_symlink, text, "/disk/m") == 0 && px(SYS_readlink, "/disk/m", text, 300) == 239);
	CHECK(px(SYS_readlink, "/disk/link", NULL, 0) == -EINVAL);
	CHECK(px(SYS_readlink, "/disk/none", text, 9) == -ENOENT);
	CHECK(px(SYS_symlinkat, "x", 50, "y") == -EBADF);
}

TEST(disk_attributes, "permissions and times, 1901 to 2446: of a path, a file, a link; UTIME_NOW, UTIME_OMIT")
{
	struct timespec t[2] = { { -50, 0 }, { 60, 999999999 } };
	struct node *file = disk_node("/file"), *link = disk_node("/link");

	CHECK(px(SYS_chmod, "/disk/file", 0104711) == 0 && file->mode == (S_IFREG | 04711));
	CHECK(px(SYS_open, "/disk/file", O_RDONLY) == 3 && px(SYS_fchmod, 3, 0600) == 0);
	CHECK(file->mode == (S_IFREG | 0600));
	CHECK(px(SYS_fchmodat, AT_FDCWD, "/disk/file", 0640) == 0 && file->mode == (S_IFREG | 0640));
	CHECK(px(SYS_utimensat, 3, NULL, t, 0) == 0);
	CHECK(file->accessed == file_time(-50, 0) && file->modified == file_time(60, 999999999));
	t[0].tv_nsec = UTIME_OMIT;
	t[1].tv_nsec = UTIME_NOW;
	CHECK(px(SYS_utimensat, AT_FDCWD, "/disk/file", t, 0) == 0);
	CHECK(file->accessed == file_time(-50, 0) && file->modified == FILES_NOW);
	CHECK(px(SYS_utimensat, AT_FDCWD, "/disk/link", NULL, AT_SYMLINK_NOFOLLOW) == 0);
	CHECK(link->accessed == FILES_NOW);
	t[0].tv_nsec = 1000000000;
	CHECK(px(SYS_utimensat, 3, NULL, t, 0) == -EINVAL);
	t[0] = (struct timespec){ INT64_MAX, 0 };
	CHECK(px(SYS_utimensat, 3, NULL, t, 0) == 0 && file->accessed == file_time(FILE_TIME_LAST, 0));
	CHECK(px(SYS_utimensat, 0, NULL, NULL, 0) == -EINVAL);
	CHECK(px(SYS_chmod, "", 0) == -ENOENT && px(SYS_fchmod, 50, 0) == -EBADF);
}

TEST(disk_sync, "fsync is EIO once for each open file after the disk has failed; sync also cleans")
{
	CHECK(px(SYS_open, "/disk/file", O_WRONLY) == 3 && px(SYS_open, "/disk/file", O_WRONLY) == 4);
	disk.more = 3;
	CHECK(px(SYS_fsync, 3) == 0 && disk.syncs == 4 && disk.cleans == 0);
	disk.losses = 1;
	CHECK(px(SYS_fsync, 3) == -EIO && px(SYS_fsync, 3) == 0 && px(SYS_fdatasync, 4) == -EIO);
	CHECK(px(SYS_sync) == 0 && disk.cleans == 1 && px(SYS_fsync, 0) == -EINVAL);
}

TEST(disk_sync_since_open, "fsync reports what was lost since the file was opened, also by another server")
{
	char text[4];

	disk.losses = 5;
	CHECK(px(SYS_open, "/disk/file", O_RDWR) == 3 && px(SYS_fsync, 3) == 0);
	disk_restart();
	disk.losses = 6;
	CHECK(px(SYS_read, 3, text, 4) == 4 && px(SYS_fsync, 3) == -EIO && px(SYS_fsync, 3) == 0);
}

TEST(disk_space, "statfs has the sizes of the file system")
{
	struct statfs s;

	CHECK(px(SYS_statfs, "/disk", &s) == 0 && s.f_bsize == 1024 && s.f_blocks == 5000);
	CHECK(s.f_bavail == 3000);
	CHECK(px(SYS_open, "/disk/file", O_RDONLY) == 3 && px(SYS_fstatfs, 3, &s) == 0);
	CHECK(s.f_files == 70 && s.f_ffree == 60);
	spoil = (struct spoil){ FILES_SPACE, 0, 1, ANSWER(FILES_E_NO_DISK, 0), false };
	CHECK(px(SYS_statfs, "/disk", &s) == -ENODEV);
}

TEST(disk_truncate, "truncate needs no open file; sizes below 0 are EINVAL, those of 16 TiB EFBIG")
{
	CHECK(px(SYS_truncate, "/disk/file", 3) == 0 && disk_node("/file")->size == 3);
	CHECK(px(SYS_truncate, "/disk/file", -1l) == -EINVAL && px(SYS_truncate, "/disk/none", 3) == -ENOENT);
	CHECK(px(SYS_truncate, "/disk/file", 1l << 44) == -EFBIG);
	CHECK(px(SYS_open, "/disk/file", O_WRONLY) == 3);
	CHECK(px(SYS_ftruncate, 3, 1l << 44) == -EFBIG && px(SYS_pwrite64, 3, "x", 1, 1l << 44) == -EFBIG);
}

TEST(disk_chdir, "the current directory can be of the disk: relative paths, getcwd, and back to the image")
{
	struct stat st;
	char path[32];

	CHECK(px(SYS_chdir, "/disk/folder") == 0 && px(SYS_stat, "inner", &st) == 0 && st.st_size == 5);
	CHECK(px(SYS_getcwd, path, sizeof path) == 13 && strcmp(path, "/disk/folder") == 0);
	CHECK(px(SYS_chdir, "inner") == -ENOTDIR && px(SYS_chdir, "none") == -ENOENT);
	CHECK(px(SYS_chdir, "..") == 0);
	CHECK(px(SYS_stat, "file", &st) == 0 && px(SYS_open, "folder", O_RDONLY) == 3);
	CHECK(px(SYS_fchdir, 3) == 0);
	CHECK(px(SYS_getcwd, path, 4) == -ERANGE && px(SYS_chdir, "../../bin") == 0);
	CHECK(px(SYS_getcwd, path, sizeof path) == 5 && strcmp(path, "/bin") == 0);
	CHECK(px(SYS_stat, "sh", &st) == 0);
}

TEST(disk_start, "the current directory is the one that the parent names, if it is of the disk")
{
	char path[32];

	root.streams = kernel_thread(STREAM_THREAD);
	strcpy(stream_parent.directory, "/disk/folder");
	CHECK(px(SYS_getcwd, path, sizeof path) == 13 && strcmp(path, "/disk/folder") == 0);
}

TEST(disk_list, "getdents lists a directory of the disk in pieces; seeking back lists it again")
{
	char entries[64] __attribute__((aligned(8))), all[100] = "";
	unsigned n = 0;
	long got;

	CHECK(px(SYS_open, "/disk", O_RDONLY | O_DIRECTORY) == 3);
	for (unsigned round = 0; round < 2; round++) {
		while ((got = px(SYS_getdents64, 3, entries, 48)) > 0)
			for (long at = 0; at < got; at += ((struct dirent *)(entries + at))->d_reclen, n++)
				strcat(strcat(all, ((struct dirent *)(entries + at))->d_name), " ");
		CHECK(got == 0 && px(SYS_lseek, 3, 0, SEEK_SET) == 0);
	}
	CHECK(n == 6 && strcmp(all, "file folder link file folder link ") == 0);
	CHECK(px(SYS_getdents64, 3, entries, 8) == -EINVAL && px(SYS_read, 3, entries, 8) == -EISDIR);
	CHECK(px(SYS_write, 3, entries, 8) == -EBADF);
	CHECK(px(SYS_open, "/disk/file", O_RDONLY | O_DIRECTORY) == -ENOTDIR);
	CHECK(px(SYS_open, "/disk/folder", O_RDWR) == -EISDIR);
}

TEST(disk_list_wrong, "entries of a server without an end of the name, or of wrong sizes, are not used")
{
	char entries[64] __attribute__((aligned(8)));
	struct files_entry e[2] = { { 1, 1, 24, 1, "aaaa" }, { 2, 2, 24, 1, "bbbbb" } };

	disk.list = e;
	disk.list_bytes = sizeof e;
	CHECK(px(SYS_open, "/disk", O_RDONLY) == 3);
	CHECK(px(SYS_getdents64, 3, entries, sizeof entries) == 24);
	CHECK(strcmp(((struct dirent *)entries)->d_name, "aaaa") == 0);
	memcpy(e[0].name, "bbbbb", 5);
	CHECK(px(SYS_getdents64, 3, entries, sizeof entries) == -EINVAL);
	e[0] = (struct files_entry){ 1, 1, 0, 1, "a" };
	CHECK(px(SYS_getdents64, 3, entries, sizeof entries) == -EINVAL);
	e[0].bytes = 25;
	CHECK(px(SYS_getdents64, 3, entries, sizeof entries) == -EINVAL);
}

TEST(disk_many, "64 files of the disk can be open less those of other kinds; closing one makes room for one")
{
	CHECK(px(SYS_close, 0) == 0 && px(SYS_close, 1) == 0 && px(SYS_close, 2) == 0);
	for (long i = 0; i < 64; i++)
		CHECK(px(SYS_open, "/disk/file", O_RDONLY) == i);
	CHECK(px(SYS_open, "/disk/file", O_RDONLY) == -ENFILE && disk_node("/file")->opened == 64);
	CHECK(px(SYS_close, 9) == 0 && px(SYS_open, "/disk/file", O_RDONLY) == 9);
}

/* ---- locks ---- */

static long lock(long command, short type, short whence, long start, long length, struct flock *l)
{
	*l = (struct flock){ .l_type = type, .l_whence = whence, .l_start = start, .l_len = length };
	return px(SYS_fcntl, 3, command, l);
}

TEST(lock_ranges, "a lock's bytes count from the beginning, the offset or the end, also backwards")
{
	struct flock l;

	CHECK(px(SYS_open, "/disk/file", O_RDWR) == 3 && px(SYS_lseek, 3, 4, SEEK_SET) == 4);
	CHECK(lock(F_SETLK, F_WRLCK, SEEK_SET, 2, 3, &l) == 0 && disk.lock_first == 2 && disk.lock_last == 4);
	CHECK(disk.lock_kind == FILES_LOCK_WRITE);
	CHECK(lock(F_SETLK, F_RDLCK, SEEK_CUR, 1, 1, &l) == 0 && disk.lock_first == 5 && disk.lock_last == 5);
	CHECK(lock(F_SETLK, F_UNLCK, SEEK_END, -2, 0, &l) == 0 && disk.lock_first == 8);
	CHECK(disk.lock_last == ~0ul >> 1);
	CHECK(disk.lock_kind == FILES_UNLOCK);
	CHECK(lock(F_SETLK, F_RDLCK, SEEK_SET, 9, -3, &l) == 0 && disk.lock_first == 6);
	CHECK(disk.lock_last == 8);
	CHECK(lock(F_SETLK, F_RDLCK, SEEK_SET, -1, 3, &l) == -EINVAL);
	CHECK(lock(F_SETLK, F_RDLCK, SEEK_SET, 2, -3, &l) == -EINVAL);
	CHECK(lock(F_SETLK, F_RDLCK, 7, 0, 3, &l) == -EINVAL);
	CHECK(lock(F_SETLK, 99, SEEK_SET, 0, 3, &l) == -EINVAL);
	CHECK(lock(F_SETLK, F_RDLCK, SEEK_CUR, ~0ul >> 1, 3, &l) == -EINVAL);
	CHECK(px(SYS_fcntl, 0, F_SETLK, &l) == -EINVAL);
}

TEST(lock_waits, "another task's lock: F_SETLK is EAGAIN, F_SETLKW waits; too many are ENOLCK")
{
	struct flock l;

	CHECK(px(SYS_open, "/disk/file", O_RDWR) == 3);
	disk.locked = 1;
	CHECK(lock(F_SETLK, F_WRLCK, SEEK_SET, 0, 0, &l) == -EAGAIN);
	disk.locked = 3;
	CHECK(lock(F_SETLKW, F_WRLCK, SEEK_SET, 0, 0, &l) == 0 && disk.locks == 5);
	disk.lock = FILES_E_LIMIT;
	CHECK(lock(F_SETLKW, F_WRLCK, SEEK_SET, 0, 0, &l) == -ENOLCK);
}

TEST(lock_other, "F_GETLK has the lock in the way, or F_UNLCK; a write lock needs a file that is written")
{
	struct flock l;

	CHECK(px(SYS_open, "/disk/file", O_RDONLY) == 3);
	CHECK(lock(F_GETLK, F_WRLCK, SEEK_SET, 0, 0, &l) == 0 && l.l_type == F_UNLCK);
	disk.other = (struct files_locked_out){ 9, FILES_LOCK_WRITE, 10, 19 };
	CHECK(lock(F_GETLK, F_RDLCK, SEEK_SET, 0, 0, &l) == 0 && l.l_type == F_WRLCK && l.l_start == 10);
	CHECK(l.l_len == 10 && l.l_pid == 9 && l.l_whence == SEEK_SET);
	disk.other = (struct files_locked_out){ 9, FILES_LOCK_READ, 10, ~0ul >> 1 };
	CHECK(lock(F_GETLK, F_WRLCK, SEEK_SET, 0, 0, &l) == 0 && l.l_type == F_RDLCK && l.l_len == 0);
	CHECK(lock(F_SETLK, F_WRLCK, SEEK_SET, 0, 0, &l) == -EBADF);
	disk.lock = FILES_E_DEVICE;
	CHECK(lock(F_GETLK, F_WRLCK, SEEK_SET, 0, 0, &l) == -EIO);
}
