/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * call.c - the table of system calls, and the small ones. What is not in the table returns ENOSYS.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <l4/schedule.h>
#include "posix.h"

long __pecan_syscall(long n, const long *a);

void px_lock(int *lock)
{
	while (__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE))
		L4_ThreadSwitch(L4_nilthread);
}

void px_unlock(int *lock)
{
	__atomic_store_n(lock, 0, __ATOMIC_RELEASE);
}

/* Signals between tasks do not exist, and none is ever delivered: a mask has no effect. */
static long nothing(const struct px_args *p)
{
	(void)p;
	return 0;
}

static long px_uname(const struct px_args *p)
{
	struct utsname *u = (struct utsname *)p->a[0];

	memset(u, 0, sizeof *u);
	strcpy(u->sysname, "Pecan");
	strcpy(u->nodename, "pecan");
	strcpy(u->release, "0.1");
	strcpy(u->version, "L4 X.2");
	strcpy(u->machine, "x86_64");
	return 0;
}

static long px_getcwd(const struct px_args *p)
{
	if (p->a[1] < 2)
		return -ERANGE;
	strcpy((char *)p->a[0], "/");
	return 2;
}

static px_call *const calls[] = {
	[SYS_read] = px_read, [SYS_readv] = px_readv, [SYS_pread64] = px_pread,
	[SYS_write] = px_write, [SYS_writev] = px_writev,
	[SYS_open] = px_open, [SYS_openat] = px_openat, [SYS_close] = px_close,
	[SYS_lseek] = px_lseek, [SYS_ioctl] = px_ioctl, [SYS_fcntl] = px_fcntl,
	[SYS_stat] = px_stat, [SYS_lstat] = px_stat, [SYS_fstat] = px_fstat,
	[SYS_newfstatat] = px_fstatat, [SYS_access] = px_access,
	[SYS_mmap] = px_mmap, [SYS_munmap] = px_munmap, [SYS_madvise] = nothing,
	[SYS_futex] = px_futex, [SYS_sched_yield] = px_yield,
	[SYS_exit] = px_exit, [SYS_exit_group] = px_exit_group,
	[SYS_gettid] = px_gettid, [SYS_set_tid_address] = px_set_tid_address,
	[SYS_getpid] = px_getpid, [SYS_tkill] = px_tkill,
	[SYS_rt_sigprocmask] = nothing, [SYS_rt_sigaction] = nothing,
	[SYS_clock_gettime] = px_clock_gettime, [SYS_clock_getres] = px_clock_getres,
	[SYS_gettimeofday] = px_gettimeofday, [SYS_nanosleep] = px_nanosleep,
	[SYS_clock_nanosleep] = px_clock_nanosleep,
	[SYS_getuid] = nothing, [SYS_geteuid] = nothing, [SYS_getgid] = nothing, [SYS_getegid] = nothing,
	[SYS_uname] = px_uname, [SYS_getcwd] = px_getcwd,
};

long __pecan_syscall(long n, const long *a)
{
	if (n < 0 || (size_t)n >= sizeof calls / sizeof *calls || !calls[n])
		return -ENOSYS;
	return calls[n]((const struct px_args *)a);
}
