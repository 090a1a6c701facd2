/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * call.c - the table of system calls, and the small ones. What is not in the table returns ENOSYS.
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <pecan/memory.h>
#include "attribute.h"
#include "call.h"
#include "child.h"
#include "deliver.h"
#include "event.h"
#include "disk.h"
#include "file.h"
#include "futex.h"
#include "ids.h"
#include "io.h"
#include "limit.h"
#include "link.h"
#include "memory.h"
#include "name.h"
#include "message.h"
#include "numbers.h"
#include "option.h"
#include "pair.h"
#include "pipe.h"
#include "poll.h"
#include "random.h"
#include "signal.h"
#include "socket.h"
#include "thread.h"
#include "time.h"
#include "timer.h"

long __pecan_syscall(long n, const long *a);
long __pecan_syscall_point(long n, const long *a);

long px_nothing(const struct px_args *p)
{
	(void)p;
	return 0;
}

static long px_sysinfo(const struct px_args *p)
{
	struct sysinfo *s = (struct sysinfo *)p->a[0];
	struct pecan_memory m;

	if (pecan_memory(&m) != ROOT_OK)
		return -ENOSYS;
	*s = (struct sysinfo){ .totalram = m.total, .freeram = m.free, .mem_unit = 1 };
	s->uptime = (unsigned long)(px_now() / 1000000);
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
	strcpy(u->machine, PX_MACHINE);
	return 0;
}

/* The calls that are repeated after a handler with SA_RESTART; of a futex, the wait without a timeout. */
static bool restarts(px_call *call, const long *a)
{
	return call == px_read || call == px_readv || call == px_write || call == px_writev || call == px_wait4
	    || call == px_accept || call == px_accept4 || call == px_connect || call == px_sendto
	    || call == px_sendmsg || call == px_recvfrom || call == px_recvmsg || (call == px_futex && !a[3])
	    || (call == px_fcntl && a[1] == F_SETLKW);
}

/* By musl's numbers. PX_MACHINE_CALLS: the calls that differ by machine. */
static px_call *const calls[] = {
	[SYS_read] = px_read, [SYS_readv] = px_readv, [SYS_pread64] = px_pread,
	[SYS_write] = px_write, [SYS_writev] = px_writev, [SYS_pwrite64] = px_pwrite,
	[SYS_open] = px_open, [SYS_openat] = px_openat, [SYS_close] = px_close,
	[SYS_dup] = px_dup, [SYS_dup2] = px_dup2, [SYS_dup3] = px_dup3,
	[SYS_pipe] = px_pipe, [SYS_pipe2] = px_pipe2, [SYS_poll] = px_poll, [SYS_ioctl] = px_ioctl,
	[SYS_access] = px_access, [SYS_faccessat] = px_faccessat,
	[SYS_chdir] = px_chdir, [SYS_fchdir] = px_fchdir, [SYS_getcwd] = px_getcwd,
	[SYS_getdents64] = px_getdents,
	[SYS_mremap] = px_mremap, [SYS_munmap] = px_munmap, [SYS_madvise] = px_nothing,
	[SYS_sigaltstack] = px_sigaltstack, [SYS_getpgid] = px_getpgid, [SYS_umask] = px_umask,
	[SYS_times] = px_times,
	[SYS_sched_yield] = px_yield, [SYS_exit] = px_exit, [SYS_exit_group] = px_exit_group,
	[SYS_gettid] = px_gettid, [SYS_set_tid_address] = px_set_tid_address,
	[SYS_getpid] = px_getpid, [SYS_getppid] = px_getppid, [SYS_wait4] = px_wait4,
	[SYS_kill] = px_kill, [SYS_tkill] = px_tkill, [SYS_rt_sigaction] = px_sigaction,
	[SYS_rt_sigprocmask] = px_sigprocmask, [SYS_rt_sigpending] = px_sigpending,
	[SYS_rt_sigsuspend] = px_sigsuspend, [SYS_pause] = px_pause,
	[SYS_getitimer] = px_getitimer, [SYS_setitimer] = px_setitimer,
	[SYS_timer_create] = px_timer_create, [SYS_timer_getoverrun] = px_timer_getoverrun,
	[SYS_timer_delete] = px_timer_delete,
	[SYS_unlink] = px_unlink, [SYS_unlinkat] = px_unlinkat, [SYS_rmdir] = px_rmdir,
	[SYS_mkdir] = px_mkdir, [SYS_mkdirat] = px_mkdirat, [SYS_rename] = px_rename,
	[SYS_fsync] = px_fsync, [SYS_fdatasync] = px_fsync, [SYS_sync] = px_sync,
	[SYS_readlink] = px_readlink, [SYS_readlinkat] = px_readlinkat, [SYS_symlink] = px_symlink,
	[SYS_symlinkat] = px_symlinkat, [SYS_link] = px_link, [SYS_linkat] = px_linkat,
	[SYS_chmod] = px_chmod, [SYS_fchmod] = px_fchmod, [SYS_fchmodat] = px_fchmodat,
	[SYS_socket] = px_socket, [SYS_socketpair] = px_socketpair,
	[SYS_bind] = px_bind, [SYS_listen] = px_listen,
	[SYS_accept4] = px_accept4, [SYS_connect] = px_connect, [SYS_shutdown] = px_shutdown,
	[SYS_getsockname] = px_getsockname, [SYS_getpeername] = px_getpeername,
	[SYS_sendto] = px_sendto, [SYS_recvfrom] = px_recvfrom, [SYS_sendmsg] = px_sendmsg,
	[SYS_recvmsg] = px_recvmsg, [SYS_setsockopt] = px_setsockopt, [SYS_getsockopt] = px_getsockopt,
	[SYS_sysinfo] = px_sysinfo, [SYS_uname] = px_uname, [SYS_getrandom] = px_getrandom,
	[SYS_prlimit64] = px_prlimit,
	[SYS_set_robust_list] = px_nothing, [SYS_get_robust_list] = px_get_robust_list,
	PX_MACHINE_CALLS
};

/* point: is it a cancellation point? */
static long call(long n, const long *a, bool point)
{
	long result;

	if (n < 0 || (size_t)n >= sizeof calls / sizeof *calls || !calls[n])
		return -ENOSYS;
	px_signal_in();
	do {
		px_signal_point(point);
		result = calls[n]((const struct px_args *)a);
	} while (px_deliver(result == -EINTR) && restarts(calls[n], a));
	px_signal_out();
	return result;
}

long __pecan_syscall(long n, const long *a)
{
	return call(n, a, false);
}

long __pecan_syscall_point(long n, const long *a)
{
	return call(n, a, true);
}
