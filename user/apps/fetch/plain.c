/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plain.c - bytes as they are: http.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "fetch.h"

static int connection;

static bool plain_open(int fd, const char *host, const char *file)
{
	(void)host, (void)file;
	connection = fd;
	return true;
}

static ssize_t plain_read(void *to, size_t bytes)
{
	return recv(connection, to, bytes, 0);
}

static bool plain_write(const void *from, size_t bytes)
{
	const char *at = from;

	for (ssize_t n; bytes > 0; at += n, bytes -= (size_t)n) {
		n = send(connection, at, bytes, MSG_NOSIGNAL);
		if (n < 0)
			return false;
	}
	return true;
}

static const char *plain_why(void)
{
	return errno == EAGAIN ? "the server is silent" : strerror(errno);
}

static void plain_close(void)
{
	close(connection);
}

const struct way plain_way = {
	"http://", "80", plain_open, plain_read, plain_write, plain_why, plain_close,
};
