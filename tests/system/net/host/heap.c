/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * heap.c - see net.h: what connections whose bytes are not taken hold of lwIP's heap, also when their client
 * (user/servers/net/client/client.c) attaches again or has ended.
 */
#include <lwip/memp.h>
#include <lwip/netif.h>
#include <lwip/stats.h>
#include <pecan/task.h>
#include <servers/net/client/client.h>
#include <stdio.h>
#include <string.h>

#include "net.h"

enum { PAIRS = SOCKETS_MOST - 1, TRIES = 150, CONNECTIONS = 20, AGAIN = 6, TAKEN = 10000, LAST = 40000,
       SHARE = MEM_SIZE / 2, BOTH = MEM_SIZE / 4 * 3 };

static L4_Word_t last_task;		/* those before it have ended */

enum root_error pecan_task_by_number(L4_Word_t number, struct pecan_task *t)
{
	(void)t;
	return number < last_task ? ROOT_E_TASK : ROOT_OK;
}

enum root_error pecan_dma_open(L4_Word_t block, L4_Word_t owner, struct pecan_dma *d)
{
	(void)block;
	(void)owner;
	(void)d;
	return ROOT_OK;
}

enum root_error pecan_dma_free(struct pecan_dma *d)
{
	(void)d;
	return ROOT_OK;
}

static size_t used(void)
{
	return lwip_stats.mem.used;
}

static bool is_less(size_t bytes, size_t most)
{
	if (bytes > most)
		printf("note: %zu bytes of the heap are used, more than %zu\n", bytes, most);
	return bytes <= most;
}

/* The first byte waits, and is in a pbuf with room for more; the second one has the segment sent. */
static void send_two(struct sock *s)
{
	sock_set(s, SOCKETS_NODELAY, 0);
	send_all(s, 1);
	sock_set(s, SOCKETS_NODELAY, 1);
	send_all(s, 1);
}

bool heap_of_segments(void)
{
	size_t before = used();
	struct sock *a, *b;

	for (unsigned i = 0; i < PAIRS; i++) {
		if (!open_pair_of(&owners[1], &a, &b))
			return false;
		for (unsigned n = 0; n < TRIES; n++)
			send_two(a);
	}
	return is_less(used() - before, SHARE);
}

/* What is kept would be given to the socket as one piece, and stay in lwIP if there is no room. */
bool heap_out_of_order(void)
{
	size_t before = used();
	struct sock *a, *b;

	for (unsigned i = 0; i < CONNECTIONS; i++) {
		if (!open_pair_of(&owners[1], &a, &b))
			return false;
		for (unsigned n = TCP_MSS; n < TCP_WND; n += TCP_MSS)
			peer_sends(b->tcp, n, b->tcp->lastack, TCP_WND, TCP_MSS);
		netif_poll_all();
	}
	return is_less(used() - before, SHARE);
}

/* A client sends until no more is taken, by new connections; nothing of it is received. */
static void take_share(struct owner *o)
{
	struct sock *a, *b;
	size_t before;

	do {
		before = used();
		if (!open_pair_of(o, &a, &b))
			return;
		send_all(a, MORE);
	} while (used() > before + TAKEN);
}

/* The most that is used when a client does so and attaches again, or ends before the next one does so. */
static size_t take_again(bool ends)
{
	size_t before = used(), most = 0;

	for (unsigned i = 0; i < AGAIN; i++) {
		last_task += ends || i == 0;
		client_drop_ended();
		client_attach((struct holder){ last_task, 0 }, 0);
		take_share(&client_of(last_task)->owner);
		if (used() - before > most)
			most = used() - before;
	}
	last_task++;
	client_drop_ended();
	return most;
}

bool heap_attached_again(void)
{
	return is_less(take_again(false), BOTH);
}

bool heap_of_ended(void)
{
	return is_less(take_again(true), BOTH);
}

/* More than the other side's window; another client attaches again and again before that takes them. */
bool heap_last_bytes(void)
{
	enum sockets_status e = SOCKETS_OK;
	size_t got, sum = 0;
	struct sock *a, *b;

	client_attach((struct holder){ ++last_task, 0 }, 0);
	if (!open_pair_of(&client_of(last_task)->owner, &a, &b) || send_all(a, LAST) != SOCKETS_OK)
		return false;
	take_again(false);
	for (unsigned i = 0; i < TRIES && e != SOCKETS_E_RESET; i++) {
		e = take_bytes(b, &got);
		sum += got;
		pass_time(100);
	}
	return e == SOCKETS_OK && sum == LAST;
}

enum { ELEMENTS = 9, ELEMENT = 40 };
LWIP_MEMPOOL_DECLARE(of_test, ELEMENTS, ELEMENT, "of this test")

/* Takes what the pool has, and fills it. Returns the number of elements that do not overlap. */
static unsigned take_all(char *taken[ELEMENTS + 1])
{
	unsigned n = 0, apart = 0;

	for (; n <= ELEMENTS; n++) {
		taken[n] = LWIP_MEMPOOL_ALLOC(of_test);
		if (!taken[n])
			break;
		memset(taken[n], 'a' + (int)n, ELEMENT);
	}
	for (unsigned i = 0; i < n; i++)
		apart += taken[i][0] == 'a' + (int)i && memcmp(taken[i], taken[i] + 1, ELEMENT - 1) == 0;
	return apart == n ? n : 0;
}

static bool is_unused(const char *element)
{
	static const char nothing[ELEMENT];

	return memcmp(element, nothing, ELEMENT) == 0;
}

bool heap_pool(void)
{
	const char *at = LWIP_MEM_ALIGN(memp_of_test.base);
	char *taken[ELEMENTS + 1];
	unsigned unused = 0;

	LWIP_MEMPOOL_INIT(of_test);
	taken[0] = LWIP_MEMPOOL_ALLOC(of_test);
	memset(taken[0], 'x', ELEMENT);
	LWIP_MEMPOOL_FREE(of_test, taken[0]);
	for (unsigned i = 0; i < ELEMENTS; i++)
		unused += is_unused(at + i * ELEMENT);
	if (unused != ELEMENTS - 1 || take_all(taken) != ELEMENTS)
		return false;
	for (unsigned i = 0; i < ELEMENTS; i += 2)
		LWIP_MEMPOOL_FREE(of_test, taken[i]);
	for (unsigned i = 1; i < ELEMENTS; i += 2)
		LWIP_MEMPOOL_FREE(of_test, taken[i]);
	return take_all(taken) == ELEMENTS;
}
