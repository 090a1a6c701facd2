/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pecan_syscall.h - a system call is a call of user/lib/posix, on each machine: part of syscall_arch.h.
 */
/* The six arguments of call n are in a. */
long __pecan_syscall(long n, const long *a);

static __inline long __syscall6(long n, long a1, long a2, long a3, long a4, long a5, long a6)
{
	const long a[6] = { a1, a2, a3, a4, a5, a6 };

	return __pecan_syscall(n, a);
}

static __inline long __syscall0(long n)
{
	return __syscall6(n, 0, 0, 0, 0, 0, 0);
}

static __inline long __syscall1(long n, long a1)
{
	return __syscall6(n, a1, 0, 0, 0, 0, 0);
}

static __inline long __syscall2(long n, long a1, long a2)
{
	return __syscall6(n, a1, a2, 0, 0, 0, 0);
}

static __inline long __syscall3(long n, long a1, long a2, long a3)
{
	return __syscall6(n, a1, a2, a3, 0, 0, 0);
}

static __inline long __syscall4(long n, long a1, long a2, long a3, long a4)
{
	return __syscall6(n, a1, a2, a3, a4, 0, 0);
}

static __inline long __syscall5(long n, long a1, long a2, long a3, long a4, long a5)
{
	return __syscall6(n, a1, a2, a3, a4, a5, 0);
}
