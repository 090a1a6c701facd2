/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * special.c - files that are on no disk: those of /dev, and the users and hosts of /etc.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "libctest.h"

enum { SOME = 64 };

static bool is_zero(const char *text)
{
	for (size_t i = 0; i < SOME; i++)
		if (text[i])
			return false;
	return true;
}

static void test_zero_and_full(void)
{
	char text[SOME] = "text";
	int zero = open("/dev/zero", O_RDWR), full = open("//dev/./full", O_RDWR | O_CREAT | O_TRUNC, 0600);

	check(read(zero, text, SOME) == SOME && is_zero(text) && write(zero, text, SOME) == SOME, "/dev/zero");
	text[0] = 'x';
	check(read(full, text, SOME) == SOME && is_zero(text), "/dev/full is read as zeroes");
	errno = 0;
	check(write(full, text, 1) == -1 && errno == ENOSPC, "/dev/full has no room");
	errno = 0;
	check(pwrite(full, text, 1, 0) == -1 && errno == ENOSPC, "nor at an offset");
	check(close(zero) == 0 && close(full) == 0, "close");
}

static void test_names(void)
{
	static const char *const names[] = {
		"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom",
	};
	struct stat st, other;
	int fd;

	for (unsigned i = 0; i < 4; i++)
		check(stat(names[i], &st) == 0 && stat(names[i + 1], &other) == 0 && st.st_ino != other.st_ino
		      && st.st_rdev != other.st_rdev, "special files have numbers of their own");
	fd = open("dev/null", O_RDONLY);
	check(fd >= 0 && fstat(fd, &st) == 0 && stat("/dev/null", &other) == 0, "by a relative path");
	check(st.st_ino == other.st_ino && st.st_rdev == makedev(1, 3) && close(fd) == 0, "it is the same one");
	check(stat("/dev/zero", &st) == 0 && S_ISCHR(st.st_mode), "stat of a special file");
	check(access("/dev/urandom", R_OK) == 0 && access("/dev/null", W_OK) == 0, "access to special files");
	errno = 0;
	fd = open("/dev/null", O_WRONLY | O_CREAT | O_EXCL, 0600);
	check(fd == -1 && errno == EEXIST, "it is there: EEXIST");
	errno = 0;
	check(open("dev/none", O_RDONLY) == -1 && errno == ENOENT, "others are absent");
	fd = open("/dev/null", O_RDONLY | O_DIRECTORY);
	check(fd == -1, "they are no directories");
}

bool reads_random(void)
{
	char a[SOME] = "", b[SOME] = "";
	int fd = open("/dev/urandom", O_RDONLY);
	bool reads = read(fd, a, SOME) == SOME && read(fd, b, SOME) == SOME;

	close(fd);
	return reads && memcmp(a, b, SOME) != 0;
}

static void test_users(void)
{
	struct passwd *user = getpwuid(getuid());
	struct group *group;

	check(user && strcmp(user->pw_name, "root") == 0 && strcmp(user->pw_dir, "/disk/home") == 0,
	      "getpwuid: /etc/passwd");
	user = getpwnam("root");
	check(user && user->pw_uid == 0, "getpwnam");
	check(getpwnam("nobody") == NULL, "a user that is not there");
	group = getgrgid(getgid());
	check(group && strcmp(group->gr_name, "root") == 0, "getgrgid: /etc/group");
}

static void test_hosts(void)
{
	struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM }, *found = NULL;
	int e = getaddrinfo("pecan", "80", &hints, &found);

	check(e == 0 && ((struct sockaddr_in *)found->ai_addr)->sin_addr.s_addr == htonl(INADDR_LOOPBACK),
	      "getaddrinfo: /etc/hosts");
	if (e == 0)
		freeaddrinfo(found);
}

void test_special(void)
{
	test_zero_and_full();
	test_names();
	test_users();
	test_hosts();
}
