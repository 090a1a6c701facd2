/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clients.c - see net.h: what names a socket, or a part of a client's block
 * (user/servers/net/client/client.c); sockets that are reserved for tasks of a section.
 */
#include <pecan/handle.h>
#include <servers/net/client/client.h>

#include "net.h"

enum { SHARERS = SOCKETS / SOCKETS_MOST + 1 };

/* A socket of the same client has the place, and all that was closed there is refused. */
bool clients_stale_handle(void)
{
	enum { TIMES = 3 };
	L4_Word_t handle[TIMES];
	struct sock *s;

	for (unsigned i = 0; i < TIMES; i++) {
		if (sock_open(&owners[0], SOCKETS_UDP, SOCKETS_BOTH, &s) != SOCKETS_OK)
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

/* The handle of the first socket of a server that is started now; the socket stays open. */
static L4_Word_t first_handle(struct sock **s)
{
	sock_begin();
	return sock_open(&owners[0], SOCKETS_UDP, SOCKETS_BOTH, s) == SOCKETS_OK ? sock_handle(*s) : 0;
}

/* The table is that of the former server, not a new one: so the clock alone must decide its handles. */
bool clients_former_server(void)
{
	struct sock *s;
	L4_Word_t former, now;

	former = first_handle(&s);
	if (former == 0)
		return false;
	sock_close(s, true);
	if (first_handle(&s) != former)
		return false;
	sock_close(s, true);
	pass_time(1000);
	now = first_handle(&s);
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

static unsigned open_all(struct owner *o)
{
	struct sock *s;
	unsigned n = 0;

	while (sock_open(o, SOCKETS_UDP, SOCKETS_BOTH, &s) == SOCKETS_OK)
		n++;
	return n;
}

/* Owners without a section take all that they get, then one with a section does. */
bool clients_reserved(void)
{
	static struct owner sharer[SHARERS], named;
	unsigned shared = 0, own, again;

	places_know(1);
	for (unsigned i = 0; i < SHARERS; i++)
		shared += open_all(&sharer[i]);
	named.section = 1;
	own = open_all(&named);
	sock_close_all(&named, true);
	shared += open_all(&sharer[SHARERS - 1]);
	named.section = 1;
	again = open_all(&named);
	sock_close_all(&named, true);
	for (unsigned i = 0; i < SHARERS; i++)
		sock_close_all(&sharer[i], true);
	places_know(0);
	return shared == SOCKETS - SOCKETS_OF_SECTION && own == SOCKETS_OF_SECTION && again == own;
}

/* Connections of a client that has ended, with bytes to be sent, have the places of the next one. */
bool clients_left_sockets(void)
{
	static struct owner sharer[SHARERS], named;
	struct sock *a, *b;
	bool is_well = true;

	places_know(1);
	named.section = 1;
	for (unsigned i = 0; i < SOCKETS_OF_SECTION / 2; i++)
		is_well = is_well && open_pair_of(&named, &a, &b) && send_all(a, MORE) == SOCKETS_E_AGAIN;
	for (unsigned i = 0; i < SHARERS; i++)
		open_all(&sharer[i]);
	sock_close_all(&named, false);
	named.section = 1;
	is_well = is_well && open_all(&named) == SOCKETS_OF_SECTION;
	sock_close_all(&named, true);
	for (unsigned i = 0; i < SHARERS; i++)
		sock_close_all(&sharer[i], true);
	places_know(0);
	return is_well;
}

/* Bytes are not acknowledged yet. */
bool clients_close(void)
{
	struct sock *a, *b;
	unsigned before;

	if (!open_pair_of(&owners[0], &a, &b) || send_all(a, MORE) != SOCKETS_E_AGAIN)
		return false;
	before = sock_changes;
	sock_close(a, false);
	return sock_changes != before;
}
