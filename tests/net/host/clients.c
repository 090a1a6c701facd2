/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clients.c - see net.h: what names a socket, or a part of a client's block (user/servers/net/client.c).
 */
#include <pecan/handle.h>
#include <servers/net/client.h>

#include "net.h"

/* A socket of the same client has the place, and all that was closed there is refused. */
bool clients_stale_handle(void)
{
	enum { TIMES = 3 };
	L4_Word_t handle[TIMES];
	struct sock *s;

	for (unsigned i = 0; i < TIMES; i++) {
		if (sock_open(&owners[0], SOCKETS_UDP, &s) != SOCKETS_OK)
			return false;
		handle[i] = sock_handle(s);
		if (handle_place(handle[i]) != handle_place(handle[0]) || sock_of(&owners[0], handle[i]) != s)
			return false;
		for (unsigned k = 0; k < i; k++)
			if (sock_of(&owners[0], handle[k]))
				return false;
		if (i < TIMES - 1)
			sock_close(s, true);
	}
	return true;
}

/* As a server that is started later does, with the same table. */
bool clients_former_server(void)
{
	struct sock *s;
	L4_Word_t former, now;

	if (sock_open(&owners[0], SOCKETS_UDP, &s) != SOCKETS_OK)
		return false;
	former = sock_handle(s);
	sock_close(s, true);
	pass_time(1000);
	sock_begin();
	if (sock_open(&owners[0], SOCKETS_UDP, &s) != SOCKETS_OK)
		return false;
	now = sock_handle(s);
	return handle_place(former) == handle_place(now) && !sock_of(&owners[0], former)
	       && sock_of(&owners[0], now) == s;
}

bool clients_block_part(void)
{
	enum { BLOCK = 65536 };
	static char block[BLOCK];
	const struct client c = { .task = 1, .block = { .at = block, .bytes = BLOCK } };
	static const struct { size_t offset, bytes; bool inside; } part[] = {
		{ 0, 0, true }, { 0, BLOCK, true }, { BLOCK, 0, true }, { 1, BLOCK - 1, true },
		{ BLOCK - 1, 1, true },
		{ 0, BLOCK + 1, false }, { 1, BLOCK, false }, { BLOCK, 1, false }, { BLOCK + 1, 0, false },
		{ 1, SIZE_MAX, false }, { SIZE_MAX, 1, false }, { SIZE_MAX, SIZE_MAX, false },
		{ BLOCK, SIZE_MAX, false }, { SIZE_MAX - 1, 2, false }, { 2, SIZE_MAX - 1, false },
	};

	for (unsigned i = 0; i < sizeof part / sizeof *part; i++) {
		const char *want = part[i].inside ? block + part[i].offset : NULL;

		if (client_part(&c, part[i].offset, part[i].bytes) != want)
			return false;
	}
	return true;
}
