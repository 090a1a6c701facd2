/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text.c - /etc/resolv.conf, which musl's resolver reads. It is made when it is opened, as a pipe that
 * nothing more is written to.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <pecan/sockets.h>
#include "call.h"
#include "file.h"
#include "io.h"
#include "socket.h"
#include "text.h"

enum { BYTES = 160, SCOPE = 8 };		/* two lines at least */

/*
 * The name servers of DHCP, of routers and of the description, of all cards. Returns 0, or an error if there
 * are none. musl takes answers from an address with the same scope only.
 */
static long resolver(char to[BYTES])
{
	char address[SOCKET_ADDRESS_TEXT], scope[SCOPE] = "";
	enum sockets_part_kind kind;
	struct socket_address a;
	size_t n = 0;

	for (unsigned card = 0; card < SOCKETS_CARDS; card++)
		for (unsigned i = 0; (kind = socket_part(card, i, &a)) != SOCKETS_PART_NONE; i++) {
			if (kind != SOCKETS_PART_NAMES || n >= BYTES)
				continue;
			if (px_socket_scope(a))
				snprintf(scope, sizeof scope, "%%%u", px_socket_scope(a));
			a = px_socket_without_scope(a);
			n += (size_t)snprintf(to + n, BYTES - n, "nameserver %s%s\n",
					      socket_address_text(a, address), scope);
			scope[0] = 0;
		}
	return n ? 0 : -ENOENT;
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
