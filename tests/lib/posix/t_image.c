/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_image.c - names, files and directories of the boot image; files that are made when they are opened.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>
#include "net_fake.h"
#include "px.h"

TEST(image_read, "a file of the image is read in pieces, at offsets, to its end; it cannot be written")
{
	char text[700];

	CHECK(px(SYS_open, "/bin/long", O_RDONLY) == 3);
	CHECK(px(SYS_read, 3, text, sizeof text) == 600 && text[0] == 'l' && text[599] == 'l');
	CHECK(px(SYS_read, 3, text, sizeof text) == 0);
	CHECK(px(SYS_lseek, 3, -1, SEEK_END) == 599 && px(SYS_read, 3, text, 5) == 1);
	CHECK(px(SYS_pread64, 3, text, 5, 598) == 2 && px(SYS_lseek, 3, 0, SEEK_CUR) == 600);
	CHECK(px(SYS_write, 3, "x", 1) == -EBADF && px(SYS_pwrite64, 3, "x", 1, 0) == -EBADF);
	CHECK(px(SYS_lseek, 3, -601, SEEK_CUR) == -EINVAL && px(SYS_lseek, 3, 0, 7) == -EINVAL);
	CHECK(px(SYS_ftruncate, 3, 1) == -EINVAL && px(SYS_fsync, 3) == 0);
	CHECK(px(SYS_fchmod, 3, 0644) == -EROFS);
}

TEST(image_open, "opening names what is wrong: absent, no directory, read-only, too long, empty, bad at")
{
	char name[ROOT_NAME_BYTES + 8];

	memset(name, 'n', sizeof name);
	name[sizeof name - 1] = 0;
	CHECK(px(SYS_open, "/absent", O_RDONLY) == -ENOENT && px(SYS_open, "", O_RDONLY) == -ENOENT);
	CHECK(px(SYS_open, "/init", O_RDONLY | O_DIRECTORY) == -ENOTDIR);
	CHECK(px(SYS_open, "/init", O_RDWR) == -EROFS && px(SYS_open, "/new", O_CREAT) == -EROFS);
	CHECK(px(SYS_open, name, O_RDONLY) == -ENAMETOOLONG);
	CHECK(px(SYS_openat, 40, "init", O_RDONLY) == -EBADF);
	CHECK(px(SYS_open, "/init", O_RDONLY) == 3 && px(SYS_openat, 3, "x", O_RDONLY) == -ENOTDIR);
	CHECK(px(SYS_open, "/bin", O_RDONLY) == 4 && px(SYS_openat, 4, "../init", O_RDONLY) == 5);
	CHECK(px(SYS_openat, AT_FDCWD, "bin/./sh", O_RDONLY) == 6);
	CHECK(px(SYS_read, 4, name, 1) == -EISDIR && px(SYS_pread64, 4, name, 1, 0) == -EISDIR);
}

TEST(image_lost, "reading is EIO when root answers with an error, with the wrong words, or not at all")
{
	char text[8];

	CHECK(px(SYS_open, "/init", O_RDONLY) == 3);
	spoil = (struct spoil){ ROOT_FILE, 0, 1, ANSWER(ROOT_E_RIGHT, 0), false };
	CHECK(px(SYS_read, 3, text, 8) == -EIO);
	spoil = (struct spoil){ ROOT_FILE, 0, 1, ANSWER(ROOT_OK, 1), false };
	CHECK(px(SYS_read, 3, text, 8) == -EIO);
	spoil = (struct spoil){ ROOT_FILE, 0, 1, 0, true };
	CHECK(px(SYS_read, 3, text, 8) == -EIO);
	CHECK(px(SYS_read, 3, text, 8) == 8 && memcmp(text, "start he", 8) == 0);
}

TEST(image_stat, "stat has kind, size and permissions: programs of bin can be executed, nothing is written")
{
	struct stat st;

	CHECK(px(SYS_stat, "/init", &st) == 0 && st.st_mode == (S_IFREG | 0444) && st.st_size == 12);
	CHECK(px(SYS_lstat, "/bin/long", &st) == 0 && st.st_mode == (S_IFREG | 0555) && st.st_blocks == 2);
	CHECK(px(SYS_stat, "/lib", &st) == 0 && st.st_mode == (S_IFDIR | 0555));
	CHECK(px(SYS_stat, "/", &st) == 0 && S_ISDIR(st.st_mode) && px(SYS_stat, "/li", &st) == -ENOENT);
	CHECK(px(SYS_open, "/lib", O_RDONLY) == 3);
	CHECK(px(SYS_newfstatat, 3, "sub/x", &st, 0) == 0 && st.st_size == 4);
	CHECK(px(SYS_newfstatat, 3, "", &st, AT_EMPTY_PATH) == 0 && S_ISDIR(st.st_mode));
	CHECK(px(SYS_newfstatat, 3, "", &st, 0) == -ENOENT && px(SYS_newfstatat, 9, "", &st, 0) == -EBADF);
	CHECK(px(SYS_fstat, 3, &st) == 0 && S_ISDIR(st.st_mode) && px(SYS_fstat, 9, &st) == -EBADF);
	CHECK(px(SYS_access, "/init", R_OK) == 0 && px(SYS_access, "/init", W_OK) == -EROFS);
	CHECK(px(SYS_access, "/init", X_OK) == -EACCES && px(SYS_access, "/bin/sh", X_OK) == 0);
	CHECK(px(SYS_faccessat, 3, "sub", F_OK) == 0 && px(SYS_faccessat, 3, "none", F_OK) == -ENOENT);
}

TEST(image_space, "statfs has the boot image, which is full and read-only, for names that are there")
{
	struct statfs space;
	int fd[2];

	CHECK(px(SYS_statfs, "/", &space) == 0 && space.f_bsize == 512 && space.f_files == 4);
	CHECK(space.f_blocks == 5 && space.f_bfree == 0 && space.f_namelen == ROOT_NAME_BYTES - 1);
	CHECK(px(SYS_statfs, "/init", &space) == 0 && px(SYS_statfs, "/dev/null", &space) == 0);
	CHECK(px(SYS_statfs, "/none", &space) == -ENOENT && px(SYS_fstatfs, 9, &space) == -EBADF);
	CHECK(px(SYS_open, "/lib", O_RDONLY) == 3 && px(SYS_fstatfs, 3, &space) == 0);
	CHECK(px(SYS_pipe, fd) == 0 && px(SYS_fstatfs, fd[0], &space) == 0 && space.f_bsize == 512);
}

TEST(image_chdir, "chdir and fchdir change where relative paths begin; getcwd names it or is ERANGE")
{
	struct stat st;
	char path[16];

	CHECK(px(SYS_getcwd, path, sizeof path) == 2 && strcmp(path, "/") == 0);
	CHECK(px(SYS_chdir, "lib/sub") == 0 && px(SYS_getcwd, path, sizeof path) == 9);
	CHECK(strcmp(path, "/lib/sub") == 0 && px(SYS_getcwd, path, 8) == -ERANGE);
	CHECK(px(SYS_stat, "x", &st) == 0 && px(SYS_stat, "../../../init", &st) == 0);
	CHECK(px(SYS_chdir, "x") == -ENOTDIR && px(SYS_chdir, "y") == -ENOENT);
	CHECK(px(SYS_chdir, "") == -ENOENT);
	CHECK(px(SYS_open, "/bin", O_RDONLY) == 3 && px(SYS_fchdir, 3) == 0);
	CHECK(px(SYS_getcwd, path, sizeof path) == 5 && strcmp(path, "/bin") == 0);
	CHECK(px(SYS_fchdir, 0) == -ENOTDIR);
}

static unsigned names_of(long fd, size_t room, char *all)
{
	char entries[256] __attribute__((aligned(8)));
	unsigned n = 0;
	long got;

	all[0] = 0;
	while ((got = px(SYS_getdents64, fd, entries, room)) > 0)
		for (long at = 0; at < got; n++) {
			const struct dirent *d = (const struct dirent *)(entries + at);

			strcat(strcat(all, d->d_name), d->d_type == DT_DIR ? "/ " : " ");
			at += d->d_reclen;
		}
	return got < 0 ? 1000 : n;
}

TEST(image_list, "getdents has each name of a directory once, with its kind, in as many pieces as it takes")
{
	char all[200];

	CHECK(px(SYS_open, "/", O_RDONLY | O_DIRECTORY) == 3);
	CHECK(names_of(3, 256, all) == 5 && strcmp(all, "./ ../ init bin/ lib/ ") == 0);
	CHECK(px(SYS_lseek, 3, 0, SEEK_SET) == 0 && names_of(3, 32, all) == 5);
	CHECK(strcmp(all, "./ ../ init bin/ lib/ ") == 0);
	CHECK(px(SYS_lseek, 3, 3, SEEK_SET) == 3 && names_of(3, 256, all) == 2);
	CHECK(strcmp(all, "bin/ lib/ ") == 0);
	CHECK(px(SYS_lseek, 3, 0, SEEK_SET) == 0 && px(SYS_getdents64, 3, all, 8) == -EINVAL);
	CHECK(px(SYS_open, "/bin", O_RDONLY) == 4 && names_of(4, 256, all) == 4);
	CHECK(strcmp(all, "./ ../ long sh ") == 0 && px(SYS_getdents64, 0, all, 99) == -ENOTDIR);
}

TEST(image_list_cut, "the last line of the list of files counts only if it is whole")
{
	struct stat st;

	root.list_cut = 2;
	CHECK(px(SYS_stat, "/lib/sub", &st) == -ENOENT && px(SYS_stat, "/bin", &st) == 0);
}

TEST(text_resolver, "/etc/resolv.conf names the servers that there are; without one it is absent")
{
	char text[64] = "";

	CHECK(px(SYS_open, "/etc/resolv.conf", O_RDWR) == -EROFS);
	CHECK(px(SYS_open, "/etc/resolv.conf", O_RDONLY) == 3);
	CHECK(px(SYS_read, 3, text, sizeof text) == 20 && strcmp(text, "nameserver 10.0.2.3\n") == 0);
	CHECK(px(SYS_read, 3, text, sizeof text) == 0);
	net.dns6 = 3;
	CHECK(px(SYS_open, "/etc/resolv.conf", O_RDONLY) == 4 && px(SYS_read, 4, text, sizeof text) == 39);
	CHECK(strcmp(text, "nameserver 10.0.2.3\nnameserver fec0::3\n") == 0);
	net.dns6_on_link = true;
	CHECK(px(SYS_open, "/etc/resolv.conf", O_RDONLY) == 5 && px(SYS_read, 5, text, sizeof text) == 41);
	CHECK(strcmp(text, "nameserver 10.0.2.3\nnameserver fe80::3%1\n") == 0);
	net.dns = net.dns6 = 0;
	CHECK(px(SYS_open, "/etc/resolv.conf", O_RDONLY) == -ENOENT);
	kernel_end_server(NET_THREAD);
	CHECK(px(SYS_open, "/etc/resolv.conf", O_RDONLY) == -ENOENT);
}

TEST(text_resolver_cards, "/etc/resolv.conf has the default card's servers first, and no part of a line")
{
	static const char line[] = "nameserver 2001:db8:1111:2222:3333:4444:5555:6660\n";
	char text[256] = "";
	const char *at = text;

	net.second = 1;
	CHECK(px(SYS_open, "/etc/resolv.conf", O_RDONLY) == 3 && px(SYS_read, 3, text, sizeof text) > 0);
	CHECK(strncmp(text, line, strlen(line)) == 0);
	CHECK(strcmp(text + strlen(line), "nameserver 10.0.2.3\n") == 0);
	net.second = 4;
	memset(text, 0, sizeof text);
	CHECK(px(SYS_open, "/etc/resolv.conf", O_RDONLY) == 4 && px(SYS_read, 4, text, sizeof text) > 0);
	for (unsigned i = 0; i < 3; i++, at += strlen(line))
		CHECK(strncmp(at, line, strlen(line) - 2) == 0 && at[strlen(line) - 1] == '\n');
	CHECK(*at == 0);
}

TEST(special_files, "/dev/zero has zeros, /dev/full no room, urandom bytes of the source or EIO")
{
	char text[4] = "aaa";

	CHECK(px(SYS_open, "/dev/zero", O_RDWR) == 3 && px(SYS_read, 3, text, 2) == 2);
	CHECK(memcmp(text, "\0\0a", 3) == 0 && px(SYS_write, 3, text, 4) == 4);
	CHECK(px(SYS_open, "/dev/full", O_RDWR) == 4 && px(SYS_write, 4, text, 4) == -ENOSPC);
	CHECK(px(SYS_write, 4, text, 0) == 0 && px(SYS_pwrite64, 4, text, 1, 0) == -ENOSPC);
	CHECK(px(SYS_open, "/dev/urandom", O_RDONLY) == 5 && px(SYS_read, 5, text, 4) == 4);
	CHECK(text[3] == 0x42);
	kernel_end_server(RANDOM_THREAD);
	CHECK(px(SYS_read, 5, text, 4) == -EIO && px(SYS_read, 5, text, 0) == 0);
	CHECK(px(SYS_open, "/dev/null", O_CREAT | O_EXCL) == -EEXIST);
	CHECK(px(SYS_open, "dev/zero", O_RDONLY) == 6 && px(SYS_read, 6, text, 2) == 2);
	CHECK(px(SYS_open, "/dev/null", O_DIRECTORY) == -ENOTDIR);
}
