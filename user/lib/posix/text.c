/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text.c - /etc/resolv.conf, which musl's resolver reads. It is made when it is opened, as a pipe that
 * nothing more is written to.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <pecan/sockets.h>
#include <proto/sockets_client.h>
#include "call.h"
#include "file.h"
#include "io.h"
#include "text.h"

enum { BYTES = 128 };

static void put_address(char *to, size_t room, unsigned long a)
{
	snprintf(to, room, "nameserver %lu.%lu.%lu.%lu\n", a >> 24 & 255, a >> 16 & 255, a >> 8 & 255, a & 255);
}

/* The name server that DHCP has named. Returns 0, or an error if there is none. */
static long resolver(char *to)
{
	struct sockets_interface_out i = { 0 };

	if (socket_interface(&i) != SOCKETS_OK || !i.dns)
		return -ENOENT;
	put_address(to, BYTES, i.dns);
	return 0;
}

static long open_pipe(const char *text, long flags)
{
	int fd[2];
	long e = px_pipe2(&(struct px_args){ { (long)fd, flags & O_CLOEXEC } });

	if (e < 0)
		return e;
	px_write(&(struct px_args){ { fd[1], (long)text, (long)strlen(text) } });
	px_close(&(struct px_args){ { fd[1] } });
	return fd[0];
}

bool px_text_open(const char *path, long flags, long *result)
{
	char text[BYTES];

	if (strcmp(path, "/etc/resolv.conf") != 0)
		return false;
	*result = resolver(text);
	if (*result == 0 && ((flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC))))
		*result = -EROFS;
	if (*result == 0)
		*result = open_pipe(text, flags);
	return true;
}
