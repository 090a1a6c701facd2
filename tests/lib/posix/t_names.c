/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_names.c - the small calls: names, numbers, what there is not.
 */
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include "px.h"

TEST(small_unknown, "a number that no call has, below, between or above those of the table, is ENOSYS")
{
	CHECK(px(-1) == -ENOSYS);
	CHECK(px(SYS_fork) == -ENOSYS);
	CHECK(px(100000) == -ENOSYS);
}

TEST(small_uname, "uname names the system")
{
	struct utsname u;

	CHECK(px(SYS_uname, &u) == 0);
	CHECK(strcmp(u.sysname, "Pecan") == 0 && strcmp(u.machine, "x86_64") == 0);
}

TEST(small_sysinfo, "sysinfo has root's sizes and the seconds since boot; or is ENOSYS after an error")
{
	struct sysinfo s;

	kernel_set_clock(7999999);
	CHECK(px(SYS_sysinfo, &s) == 0);
	CHECK(s.totalram == 1 << 30 && s.freeram == 1 << 29 && s.mem_unit == 1 && s.uptime == 7);
	spoil = (struct spoil){ ROOT_MEMORY, 0, 1, ANSWER(ROOT_E_LIMIT, 0), false };
	CHECK(px(SYS_sysinfo, &s) == -ENOSYS);
}

TEST(small_numbers, "the task's number is asked for once, the parent's each time; users and groups are 0")
{
	CHECK(px(SYS_getpid) == OWN_TASK);
	spoil = (struct spoil){ ROOT_TASK_OF, 0, 1, ANSWER(ROOT_E_TASK, 0), false };
	CHECK(px(SYS_getpid) == OWN_TASK && spoil.count == 1);
	CHECK(px(SYS_getppid) == 0 && spoil.count == 0);
	CHECK(px(SYS_getppid) == OWN_PARENT);
	CHECK(px(SYS_getuid) == 0 && px(SYS_getegid) == 0);
}
