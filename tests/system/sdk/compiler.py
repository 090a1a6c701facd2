# SPDX-License-Identifier: BSD-2-Clause
"""Programs of one file for the tests of pecan-cc, and what it refuses."""

# An ordinary C program with a header of Pecan and two of the compiler.
BOTH = '''#include <immintrin.h>
#include <pecan/names.h>
#include <stdatomic.h>
#include <stdio.h>

int main(void)
{
	L4_ThreadId_t console;

	if (pecan_lookup("console", true, &console) == NAMES_OK)
		printf("stdio, and the console is known: %d\\n", !L4_IsNilThread(console));
	return 0;
}
'''
SHOWN = ['stdio, and the console is known: 1']

# Linux's headers beside those of musl, before and after them.
LINUX = '''#include <linux/types.h>
#include <sys/socket.h>
#include <linux/if.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/openat2.h>
#include <linux/version.h>
#include <linux/limits.h>
#include <linux/fs.h>
#include <asm/types.h>
#include <asm/ioctls.h>
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/kd.h>
#include <sys/soundcard.h>
#include <sys/vt.h>
#include <termios.h>
#include <unistd.h>

int main(void)
{
	struct open_how how = { .resolve = RESOLVE_BENEATH };
	struct nlmsghdr head = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct ifinfomsg)) };
	int major = LINUX_VERSION_CODE >> 16, netlink;
	unsigned int bits = sizeof(__u8) + sizeof(__u16) + sizeof(__u32) + sizeof(__u64);

	if (LINUX_VERSION_CODE < KERNEL_VERSION(major, 0, 0) || how.resolve == 0 || PATH_MAX != 4096)
		return 1;
	netlink = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	printf("headers of Linux %d: %u bytes, %u bytes, socket %d %d\\n", major, bits, head.nlmsg_len, netlink,
	       errno == EAFNOSUPPORT);
	return 0;
}
'''
LINUX_SHOWN = ['headers of Linux 6: 15 bytes, 32 bytes, socket -1 1']

# A user's steps in a shell, one after the other, each without a message: with `both` as the result.
STEPS = [
    'pecan-cc -O2 -Wall -Wextra -Werror -c -o both.o both.c && pecan-cc -o both both.o',
    'rm -f lib.a && ar rc lib.a both.o && pecan-cc -o both lib.a',
    'pecan-cc -r -o part.o both.o && pecan-cc -o both part.o -lm',
    'pecan-cc -E both.c | grep -q "int main" && pecan-cc -S -O2 both.c && pecan-cc -o both both.s',
    'pecan-cc -x c -o both - <both.c',
    'pecan-cc -MM both.c | grep -q "both.o: both.c"',
    'cp -a "$SDK" "the sdk" && "./the sdk/bin/pecan-cc" -o both both.c && rm -r "the sdk"',
    'cc $FLAGS -isystem "$(cc -print-file-name=include)" -c -o both.o both.c',
    'rm -f lib.a && ar rc lib.a both.o && '
    'cc -o both lib.a $(pkg-config --libs pecan-posix)',
    'cc -r -o part.o both.o $(pkg-config --libs pecan-posix)',
]

WRONG = [
    (['pecan-cc'], 'no input files'),
    (['pecan-cc', 'absent.c'], 'absent.c: there is no such file'),
    (['pecan-cc', '-c', '-o', 'x.o', 'absent.c'], 'absent.c: there is no such file'),
    (['pecan-cc', 'x.cc'], 'there is no C++ library'),
    (['pecan-cc', '-m32', 'both.c'], '-m32: programs of Pecan are for x86-64'),
    (['pecan-cc', '-shared', 'both.c'], '-shared: programs of Pecan are static'),
    (['pecan-cc', '-fsanitize=address', 'both.c'], "no sanitizer's library"),
    (['pecan-cc', '--frob', 'both.c'], '--frob'),
    (['pecan-cc', '--cc=absent', 'both.c'], 'the compiler absent is not there'),
    (['pecan-cc', '-o', 'x', '-labsent', 'both.c'], 'cannot find -labsent'),
]
