/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rings.c - many datagrams under way at a time, by <pecan/socket_ring.h>.
 */
#include <pecan/socket_ring.h>
#include "socktest.h"

enum { TIMES = 4000, DEEP = 24, SLOT = 256, WAIT_MS = 10000, PORT = 4321 };

static struct socket_ring ring;
static struct socket s;
static unsigned slot_of[SOCKETS_RING_PLACES];

static bool open_ring(void)
{
	return socket_open(SOCKETS_UDP, SOCKETS_IPV4, &s) == SOCKETS_OK
	       && socket_bind(&s, (struct socket_name){ SOCKET_IPV4(0x7f000001), PORT }) == SOCKETS_OK
	       && socket_ring_open(&ring, 2 * DEEP * SLOT) == SOCKETS_OK;
}

static void close_ring(void)
{
	socket_ring_close(&ring);
	socket_close(&s, false);
}

static bool submit(enum socket_ring_kind kind, unsigned slot, size_t bytes)
{
	static const struct socket_name own = { SOCKET_IPV4(0x7f000001), PORT };
	int n = socket_ring_submit(&ring, &(struct socket_ring_request){ kind, &s, slot * SLOT, bytes, &own });

	if (n >= 0)
		slot_of[n] = slot;
	return n >= 0;
}

/* Datagram n has another size and other bytes than those before it. */
static size_t size_of(unsigned n) { return n % SLOT + 1; }
static char content(unsigned n, size_t i) { return (char)(n * 31 + (n >> 8) + i * 7); }

static bool send_next(unsigned n)
{
	char *at = socket_ring_data(&ring) + (DEEP + n % DEEP) * SLOT;

	for (size_t i = 0; i < size_of(n); i++)
		at[i] = content(n, i);
	return submit(SOCKET_RING_SEND, DEEP + n % DEEP, size_of(n));
}

static bool is_datagram(const struct socket_ring_answer *a, unsigned n)
{
	const char *at = socket_ring_data(&ring) + slot_of[a->number] * SLOT;

	if (a->result != (long)size_of(n) || a->datagram.whole != size_of(n) || a->datagram.from.port != PORT)
		return false;
	for (size_t i = 0; i < size_of(n); i++)
		if (at[i] != content(n, i))
			return false;
	return true;
}

/* To the socket itself: slots 0 to DEEP - 1 receive, the others send. Returns how many came right. */
static unsigned exchange(void)
{
	unsigned sent = 0, taken = 0, got = 0;
	struct socket_ring_answer a;
	bool good = true;

	for (unsigned i = 0; i < DEEP; i++)
		good = good && submit(SOCKET_RING_RECEIVE, i, SLOT);
	while (good && got < TIMES) {
		for (; good && sent < TIMES && sent - got < DEEP && sent - taken < DEEP; sent++)
			good = send_next(sent);
		if (!socket_ring_wait(&ring, WAIT_MS, NULL, &a))
			break;
		if (slot_of[a.number] >= DEEP) {
			taken++;
			good = good && a.result > 0;
			continue;
		}
		good = good && is_datagram(&a, got) && submit(SOCKET_RING_RECEIVE, slot_of[a.number], SLOT);
		got += good;
	}
	return got;
}

void test_rings(void)
{
	struct socket_ring_answer a;

	if (!open_ring()) {
		check(false, "a ring of requests is opened");
		return;
	}
	check(exchange() == TIMES, "datagrams by a ring come in their order, each byte of them");
	check(!socket_ring_wait(&ring, 10, NULL, &a), "a wait for answers ends by its time");
	socket_close(&s, false);
	check(socket_ring_wait(&ring, WAIT_MS, NULL, &a) && a.result == -SOCKETS_E_HANDLE,
	      "requests to receive end with their socket");
	close_ring();
	check(open_ring(), "a ring is opened again");
	close_ring();
}

void hold_ring(void)
{
	check(open_ring() && submit(SOCKET_RING_RECEIVE, 0, SLOT) && submit(SOCKET_RING_RECEIVE, 1, SLOT),
	      "requests are under way");
	socket_ring_push(&ring);
}

void check_held_ring(void)
{
	struct socket_ring_answer a, b, none;

	check(socket_ring_wait(&ring, WAIT_MS, NULL, &a) && a.result == -SOCKETS_E_RESET
	      && socket_ring_wait(&ring, WAIT_MS, NULL, &b) && b.result == -SOCKETS_E_RESET
	      && !socket_ring_wait(&ring, WAIT_MS, NULL, &none), "requests of a ring end with their server");
	socket_close(&s, false);
	check(socket_open(SOCKETS_UDP, SOCKETS_IPV4, &s) == SOCKETS_OK
	      && socket_bind(&s, (struct socket_name){ SOCKET_IPV4(0x7f000001), PORT }) == SOCKETS_OK
	      && exchange() == TIMES, "the ring becomes the next server's");
	close_ring();
}
