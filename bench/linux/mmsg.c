/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mmsg.c - many datagrams at a time, as Linux has them: recvmmsg and sendmmsg, the latter without musl, which
 * makes a call for each datagram of it.
 */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "rows.h"

static int s;
static char bytes[DEPTH][SHORT];
static struct sockaddr_in from[DEPTH];
static struct iovec part[DEPTH];
static struct mmsghdr message[DEPTH];

void deep_begin(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(DEEP_PORT) };

	s = socket(AF_INET, SOCK_DGRAM, 0);
	if (s < 0 || bind(s, (struct sockaddr *)&at, sizeof at) != 0)
		work_failed("socket and bind");
	for (int i = 0; i < DEPTH; i++) {
		part[i] = (struct iovec){ bytes[i], SHORT };
		message[i].msg_hdr = (struct msghdr){
			.msg_name = &from[i], .msg_namelen = sizeof from[i], .msg_iov = &part[i], .msg_iovlen = 1,
		};
	}
}

void deep_echo(void)
{
	for (int done = 0; done < DEPTH;) {
		int n = recvmmsg(s, message, (unsigned)(DEPTH - done), MSG_WAITFORONE, NULL);

		if (n <= 0 || syscall(SYS_sendmmsg, s, message, n, 0) != n)
			work_failed("recvmmsg and sendmmsg");
		done += n;
	}
}
