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
#include "address.h"
#include "call.h"
#include "file.h"
#include "io.h"
#include "pipe.h"
#include "text.h"

enum { BYTES = 160, SCOPE = 8, LINE = SOCKET_ADDRESS_TEXT + 24 };	/* three lines, as many as musl reads */

struct text { char *to; size_t bytes; };

/* musl takes answers from an address with the same scope only. A line that does not fit is left out. */
static void add_server(struct text *t, struct socket_address a)
{
	char address[SOCKET_ADDRESS_TEXT], scope[SCOPE] = "", line[LINE];
	size_t n;

	if (px_socket_scope(a))
		snprintf(scope, sizeof scope, "%%%u", px_socket_scope(a));
	a = px_socket_without_scope(a);
	n = (size_t)snprintf(line, sizeof line, "nameserver %s%s\n", socket_address_text(a, address), scope);
	if (n >= BYTES - t->bytes)
		return;
	memcpy(t->to + t->bytes, line, n + 1);
	t->bytes += n;
}

static void add_servers(struct text *t, unsigned card)
{
	enum sockets_part_kind kind;
	struct socket_address a;

	for (unsigned i = 0; (kind = socket_part(card, i, &a)) != SOCKETS_PART_NONE; i++)
		if (kind == SOCKETS_PART_NAMES)
			add_server(t, a);
}

static unsigned default_card(void)
{
	struct sockets_interface_out i;

	for (unsigned card = 0; card < SOCKETS_CARDS && socket_interface(card, &i) == SOCKETS_OK; card++)
		if (i.is_default)
			return card;
	return 0;
}

/*
 * The name servers of DHCP, of routers and of the description, of all cards, those of the default card first.
 * Returns 0, or an error if there are none.
 */
static long resolver(char to[BYTES])
{
	struct text t = { to, 0 };
	unsigned first = default_card();

	add_servers(&t, first);
	for (unsigned card = 0; card < SOCKETS_CARDS; card++)
		if (card != first)
			add_servers(&t, card);
	return t.bytes ? 0 : -ENOENT;
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
