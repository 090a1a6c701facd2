/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ids.h - the numbers of the program, its user and its groups. Those of users carry no right: what a program
 * may do is said by its section (docs/user/system.md). A program begins as user and group 0.
 */
#ifndef POSIX_IDS_H
#define POSIX_IDS_H

#include "call.h"

px_call px_getuid, px_geteuid, px_getgid, px_getegid, px_getresuid, px_getresgid, px_getgroups;
px_call px_getpid, px_getppid, px_getpgid, px_umask;
px_call px_setuid, px_setgid, px_setreuid, px_setregid, px_setresuid, px_setresgid, px_setgroups;

/* These calls in the table; bits: what their names in musl end with on the machine, 32 or nothing. */
#define PX_ID_CALLS(bits)								\
	[SYS_getuid##bits] = px_getuid, [SYS_geteuid##bits] = px_geteuid,		\
	[SYS_getgid##bits] = px_getgid, [SYS_getegid##bits] = px_getegid,		\
	[SYS_getresuid##bits] = px_getresuid, [SYS_getresgid##bits] = px_getresgid,	\
	[SYS_getgroups##bits] = px_getgroups, [SYS_setgroups##bits] = px_setgroups,	\
	[SYS_setuid##bits] = px_setuid, [SYS_setgid##bits] = px_setgid,			\
	[SYS_setreuid##bits] = px_setreuid, [SYS_setregid##bits] = px_setregid,		\
	[SYS_setresuid##bits] = px_setresuid, [SYS_setresgid##bits] = px_setresgid,

#endif
