/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_limits.c - limits, users and groups.
 */
#include <fcntl.h>
#include <sys/resource.h>
#include "px.h"

enum { DESCRIPTORS = 64 };

static long get(int resource, struct rlimit *r)
{
	return px(SYS_prlimit64, 0, resource, NULL, r);
}

static long set(int resource, rlim_t now, rlim_t most)
{
	struct rlimit r = { now, most };

	return px(SYS_prlimit64, 0, resource, &r, NULL);
}

TEST(limit_get, "each limit is that of the library or the section; others are EINVAL, other tasks' ESRCH")
{
	struct rlimit r;

	CHECK(get(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur == DESCRIPTORS && r.rlim_max == DESCRIPTORS);
	CHECK(get(RLIMIT_NPROC, &r) == 0 && r.rlim_cur == 64 && get(RLIMIT_CORE, &r) == 0 && r.rlim_max == 0);
	CHECK(get(RLIMIT_AS, &r) == 0 && r.rlim_cur == root.limit && r.rlim_max == root.limit);
	CHECK(get(RLIMIT_STACK, &r) == 0 && r.rlim_cur == 1 << 20);
	CHECK(get(RLIMIT_FSIZE, &r) == 0 && r.rlim_cur == RLIM_INFINITY);
	CHECK(get(-1, &r) == -EINVAL && get(RLIM_NLIMITS, &r) == -EINVAL);
	CHECK(px(SYS_prlimit64, OWN_TASK, RLIMIT_CPU, NULL, &r) == 0);
	CHECK(px(SYS_prlimit64, OWN_PARENT, RLIMIT_CPU, NULL, &r) == -ESRCH);
}

TEST(limit_set, "a limit is set to itself; descriptors to fewer, and again up to the most; others are EPERM")
{
	struct rlimit r = { 9, 9 };
	int fd[2];

	CHECK(set(RLIMIT_CORE, 0, 0) == 0 && set(RLIMIT_CORE, 1, 1) == -EPERM && set(RLIMIT_CPU, 1, 1) == -EPERM);
	CHECK(set(RLIMIT_NOFILE, 5, 4) == -EINVAL && set(RLIMIT_NOFILE, 64, 65) == -EPERM);
	CHECK(set(RLIMIT_NOFILE, 4, DESCRIPTORS) == 0 && px(SYS_open, "/init", O_RDONLY) == 3);
	CHECK(px(SYS_open, "/init", O_RDONLY) == -EMFILE && px(SYS_dup, 3) == -EMFILE);
	CHECK(px(SYS_dup2, 3, 4) == -EBADF && px(SYS_fcntl, 3, F_DUPFD, 4) == -EINVAL);
	CHECK(px(SYS_pipe, fd) == -EMFILE && set(RLIMIT_NOFILE, DESCRIPTORS, DESCRIPTORS) == 0);
	CHECK(px(SYS_dup2, 3, 63) == 63 && set(RLIMIT_NOFILE, 8, 8) == 0);
	CHECK(px(SYS_fcntl, 63, F_GETFD) == 0);			/* those that are open stay */
	CHECK(px(SYS_prlimit64, 0, RLIMIT_NOFILE, &r, &r) == -EPERM && r.rlim_cur == 9);
	CHECK(get(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur == 8 && r.rlim_max == 8);
}

/* ---- users and groups ---- */

static unsigned all[3];

static bool are(unsigned real, unsigned effective, unsigned saved)
{
	return all[0] == real && all[1] == effective && all[2] == saved;
}

#define USERS(r, e, s)	(px(SYS_getresuid, &all[0], &all[1], &all[2]) == 0 && are(r, e, s))
#define GROUPS(r, e, s)	(px(SYS_getresgid, &all[0], &all[1], &all[2]) == 0 && are(r, e, s))

TEST(ids_drop, "user 0 takes any user and group, which are shown; then other ones are EPERM")
{
	unsigned list[2] = { 7, 9 }, got[2] = { 0, 0 };

	CHECK(px(SYS_getuid) == 0 && px(SYS_getegid) == 0 && px(SYS_getgroups, 0, NULL) == 0);
	CHECK(px(SYS_setgroups, 2, list) == 0 && px(SYS_setgid, 100) == 0 && GROUPS(100, 100, 100));
	CHECK(px(SYS_setuid, 1000) == 0 && px(SYS_getuid) == 1000 && px(SYS_geteuid) == 1000);
	CHECK(px(SYS_getgid) == 100 && px(SYS_getgroups, 1, got) == -EINVAL && px(SYS_getgroups, 2, got) == 2);
	CHECK(got[0] == 7 && got[1] == 9);
	CHECK(px(SYS_setuid, 0) == -EPERM && px(SYS_setresuid, -1, 0, -1) == -EPERM);
	CHECK(px(SYS_setgid, 0) == -EPERM);
	CHECK(px(SYS_setgroups, 0, NULL) == -EPERM && px(SYS_setresuid, 0, -1, -1) == -EPERM);
	CHECK(px(SYS_setreuid, 0, -1) == -EPERM && px(SYS_setresgid, -1, 0, -1) == -EPERM);
	CHECK(px(SYS_setuid, 1000) == 0 && px(SYS_setresuid, -1, -1, -1) == 0 && USERS(1000, 1000, 1000));
}

TEST(ids_saved, "a program that keeps its real or saved user 0 can have it back, and no other one")
{
	CHECK(px(SYS_setresuid, -1, 5, -1) == 0 && USERS(0, 5, 0) && px(SYS_setuid, 6) == -EPERM);
	CHECK(px(SYS_setgid, 6) == -EPERM && px(SYS_setuid, 0) == 0 && USERS(0, 0, 0));
	CHECK(px(SYS_setreuid, 5, 6) == 0 && USERS(5, 6, 6) && px(SYS_setreuid, 6, 5) == 0 && USERS(6, 5, 5));
	CHECK(px(SYS_setreuid, 0, -1) == -EPERM && px(SYS_setresuid, 7, -1, -1) == -EPERM && USERS(6, 5, 5));
}

TEST(ids_wrong, "the number -1 and more than 32 groups are EINVAL")
{
	unsigned list[33] = { 0 };

	CHECK(px(SYS_setuid, -1) == -EINVAL && px(SYS_setgid, -1) == -EINVAL);
	CHECK(px(SYS_setgroups, 33, list) == -EINVAL && px(SYS_setgroups, 32, list) == 0);
	CHECK(px(SYS_getgroups, 32, list) == 32 && px(SYS_getgroups, -1, list) == -EINVAL);
}

TEST(robust_list, "robust lists are musl's own: set is accepted, get has none, another thread's is EPERM")
{
	void *head = &head;
	size_t bytes = 1;

	CHECK(px(SYS_set_robust_list, NULL, 24) == 0);
	CHECK(px(SYS_get_robust_list, 0, &head, &bytes) == 0 && !head && bytes == 0);
	CHECK(px(SYS_get_robust_list, 1, &head, &bytes) == -EPERM);
}
