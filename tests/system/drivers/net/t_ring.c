/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_ring.c - the network server's rings of requests: by <pecan/socket_ring.h>, and clients that lie.
 */
#include <string.h>
#include <pecan/socket_ring.h>
#include <proto/sockets_client.h>
#include <servers/net/client/client.h>
#include "../machine.h"
#include "peer.h"
#include "t_net.h"

enum { SECOND_MS = 1000, DATA = 4 * 65536, SLOT = 64, RING_PORT = 4000 };

static struct socket_ring ring;
static struct socket s;

static void begin(void)
{
	net_begin();
	CHECK(socket_open(SOCKETS_UDP, SOCKETS_IPV4, &s) == SOCKETS_OK);
	CHECK(socket_bind(&s, name(0, RING_PORT)) == SOCKETS_OK);
	CHECK(socket_ring_open(&ring, DATA) == SOCKETS_OK);
}

static int put(enum socket_ring_kind kind, size_t offset, size_t bytes, const struct socket_name *to)
{
	return socket_ring_submit(&ring, &(struct socket_ring_request){ kind, &s, offset, bytes, to });
}

static int put_receive(unsigned slot)
{
	return put(SOCKET_RING_RECEIVE, slot * SLOT, SLOT, NULL);
}

/* To the socket itself, by the loopback. */
static int put_send(unsigned slot)
{
	struct socket_name to = name(0x7f000001, RING_PORT);

	return put(SOCKET_RING_SEND, slot * SLOT, SLOT, &to);
}

static bool next(struct socket_ring_answer *a)
{
	return socket_ring_wait(&ring, 10 * SECOND_MS, NULL, a);
}

/* Is this the next answer, of that request? */
static bool answers(int number, long result)
{
	struct socket_ring_answer a;

	return next(&a) && (int)a.number == number && a.result == result;
}

TEST(ring_peer, "datagrams that are sent come back into requests that have waited, with their sender")
{
	struct socket_name to = name(PEER, PEER_ECHO);
	struct socket_ring_answer a;
	int receives, sends;

	begin();
	memcpy(socket_ring_data(&ring) + SLOT, "hello", 5);
	receives = put_receive(0);
	sends = put(SOCKET_RING_SEND, SLOT, 5, &to);
	CHECK(receives >= 0 && sends >= 0 && answers(sends, 5));
	CHECK(next(&a) && (int)a.number == receives && a.result == 5 && a.datagram.whole == 5);
	CHECK(socket_same_address(a.datagram.from.address, to.address) && a.datagram.from.port == PEER_ECHO);
	CHECK(memcmp(socket_ring_data(&ring), "hello", 5) == 0);
	CHECK(!next(&a) && ring.under_way == 0);
}

enum { TIMES = 4000, DEEP = 24 };

/* The content of datagram n: other bytes for each. */
static char content(unsigned n, unsigned i)
{
	return (char)(n * 31 + (n >> 8) + i * 7);
}

static bool is_content(const char *at, unsigned n)
{
	for (unsigned i = 0; i < SLOT; i++)
		if (at[i] != content(n, i))
			return false;
	return true;
}

/* Slots 0 to DEEP - 1 receive, the others send. */
static bool exchange(void)
{
	unsigned slot_of[SOCKETS_RING_PLACES], sent = 0, got = 0;
	struct socket_ring_answer a;

	for (unsigned i = 0; i < DEEP; i++)
		slot_of[put_receive(i)] = i;
	for (unsigned acknowledged = 0; got < TIMES;) {
		for (; sent < TIMES && sent - got < DEEP && sent - acknowledged < DEEP; sent++) {
			unsigned slot = DEEP + sent % DEEP;

			for (unsigned i = 0; i < SLOT; i++)
				socket_ring_data(&ring)[slot * SLOT + i] = content(sent, i);
			slot_of[put_send(slot)] = slot;
		}
		if (!next(&a) || a.result != SLOT)
			return false;
		if (slot_of[a.number] >= DEEP) {
			acknowledged++;
			continue;
		}
		if (!is_content(socket_ring_data(&ring) + slot_of[a.number] * SLOT, got++))
			return false;
		slot_of[put_receive(slot_of[a.number])] = slot_of[a.number];
	}
	return true;
}

TEST(ring_many, "4,000 datagrams by the loopback, 24 under way, come in their order, each byte of them")
{
	begin();
	CHECK(exchange());
	socket_ring_close(&ring);
	CHECK(blocks_open() == 2);
}

TEST(ring_full, "a full ring takes no request; after an answer it does; a wait does those of several bells")
{
	struct socket_ring_answer a;
	unsigned long begun;

	begin();
	for (unsigned i = 0; i < SOCKETS_RING_PLACES; i++)
		CHECK(put(SOCKET_RING_SEND, 0, SLOT, &(struct socket_name){ { 0, 0 }, 1 }) >= 0);
	CHECK(put_receive(0) == -1);
	for (unsigned i = 0; i < SOCKETS_RING_PLACES; i++)
		CHECK(next(&a) && a.number == i);
	for (unsigned i = 0; i < SOCKETS_RING_PLACES - 1; i++)
		CHECK(put_receive(0) == (int)i);
	CHECK(put_send(1) == SOCKETS_RING_PLACES - 1 && put_receive(0) == -1);
	begun = kernel_now();
	CHECK(answers(SOCKETS_RING_PLACES - 1, SLOT) && answers(0, SLOT) && kernel_now() - begun < SECOND_US);
	CHECK(!socket_ring_wait(&ring, 100, NULL, &a) && put_receive(0) == 0);
}

enum { BIG = 20000, BIG_ROOM = 32768, BIGS = 5 };

static unsigned taken(void)
{
	struct socket_ring_answer a;
	unsigned n = 0;

	while (socket_ring_take(&ring, &a))
		n += a.result > 0;
	return n;
}

/* Of so many requests, put now, the first push does `first`, the second one the others. */
static bool does_in_two(unsigned requests, unsigned first)
{
	unsigned n;

	socket_ring_push(&ring);
	n = taken();
	socket_ring_push(&ring);
	return n == first && taken() == requests - first;
}

TEST(ring_shares, "a bell does 32 requests, or 64 KiB of them and the rest of one")
{
	struct socket_name to = name(0x7f000001, RING_PORT), closed = name(0x7f000001, RING_PORT + 1);

	begin();
	for (unsigned i = 0; i < 33; i++)
		put(SOCKET_RING_SEND, 0, SLOT, &closed);
	CHECK(does_in_two(33, 32));
	for (unsigned i = 0; i < BIGS; i++)
		put(SOCKET_RING_SEND, 0, BIG, &to);
	CHECK(does_in_two(BIGS, 4));
	machine_wait(SECOND_US);
	for (unsigned i = 0; i < BIGS; i++)
		put(SOCKET_RING_RECEIVE, i * BIG_ROOM, BIG_ROOM, NULL);
	CHECK(does_in_two(BIGS, 4));
}

TEST(ring_kept, "requests that wait behind those that a bell answers are answered later, each once")
{
	struct socket_name to = name(0x7f000001, RING_PORT);
	struct socket_ring_answer a;

	begin();
	for (unsigned i = 0; i < BIGS + 3; i++)
		CHECK(put(SOCKET_RING_RECEIVE, i * BIG_ROOM, BIG_ROOM, NULL) == (int)i);
	socket_ring_push(&ring);
	for (unsigned i = 0; i < BIGS + 3; i++)
		CHECK(socket_send(&s, &"12345678"[i], 8 - i, &to) == 8 - (long)i);
	for (unsigned i = 0; i < BIGS + 3; i++)
		CHECK(answers((int)i, 8 - (long)i));
	CHECK(!socket_ring_wait(&ring, 100, NULL, &a));
}

static struct { bool over, answered; struct socket_ring_answer answer; } waiter;

static void wait_at_ring(void *arg)
{
	(void)arg;
	waiter.answered = socket_ring_wait(&ring, SOCKETS_FOREVER, NULL, &waiter.answer);
	waiter.over = true;
}

TEST(ring_taken_away, "a thread that waits for answers of a ring that is taken away is woken up")
{
	begin();
	put_receive(0);
	machine_thread(CLIENT_TASK, 1, wait_at_ring, NULL);
	machine_wait(SECOND_US);
	CHECK(!waiter.over && sockets_ring(machine_server(SOCKETS_NAME), 0) == SOCKETS_OK);
	machine_wait(SECOND_US);
	CHECK(waiter.over && waiter.answered && waiter.answer.result == -SOCKETS_E_RESET);
}

TEST(ring_woken, "socket_wake ends a wait for answers, once; what is under way stays so")
{
	struct socket_ring_answer a;
	L4_Word_t wakes = 0;

	begin();
	CHECK(put_receive(0) == 0);
	socket_wake();
	CHECK(!socket_ring_wait(&ring, SOCKETS_FOREVER, &wakes, &a) && wakes == 1 && ring.under_way == 1);
	CHECK(!socket_ring_wait(&ring, 100, &wakes, &a) && put_send(1) == 1);
	CHECK(answers(1, SLOT) && answers(0, SLOT));
}

TEST(ring_closed, "requests to receive of a socket that is closed end, those of another one stay")
{
	struct socket other, closed;
	struct socket_ring_answer a;

	begin();
	CHECK(socket_open(SOCKETS_UDP, SOCKETS_IPV4, &other) == SOCKETS_OK);
	for (unsigned i = 0; i < 4; i++)
		CHECK(socket_ring_submit(&ring, &(struct socket_ring_request){
			SOCKET_RING_RECEIVE, i % 2 ? &other : &s, i * SLOT, SLOT, NULL }) == (int)i);
	socket_ring_push(&ring);
	closed = other;
	CHECK(!socket_ring_take(&ring, &a) && socket_close(&other, false) == SOCKETS_OK);
	CHECK(answers(1, -SOCKETS_E_HANDLE) && answers(3, -SOCKETS_E_HANDLE) && put_send(7) == 1);
	CHECK(answers(1, SLOT) && answers(0, SLOT) && !socket_ring_wait(&ring, 10, NULL, &a));
	CHECK(socket_ring_submit(&ring, &(struct socket_ring_request){
		SOCKET_RING_RECEIVE, &closed, 0, SLOT, NULL }) == 0 && answers(0, -SOCKETS_E_HANDLE));
}

TEST(ring_lost, "if the server has ended all that is under way ends, and the ring is closed")
{
	struct socket_ring_answer a;

	begin();
	put_receive(0);
	put_receive(1);
	socket_ring_push(&ring);
	machine_kill(SECOND_DRIVER);
	CHECK(answers(0, -SOCKETS_E_RESET) && answers(1, -SOCKETS_E_RESET) && !next(&a));
	CHECK(put_receive(0) == -1);
	socket_ring_close(&ring);
}

TEST(ring_client_ends, "a client that ends with requests that wait gives back its ring")
{
	begin();
	for (unsigned i = 0; i < 8; i++)
		put_receive(i);
	socket_ring_push(&ring);
	CHECK(blocks_open() == 3);
	machine_be(OTHER_TASK);
	machine_kill(CLIENT_TASK);
	machine_notice(SECOND_DRIVER);
	CHECK(blocks_open() == 1);
}

/* ---- clients that lie ---- */

/* The server answers the entry with that status; tag: returned as it is. */
static bool refuses(uint8_t kind, struct sockets_ring_entry e, enum sockets_status status)
{
	struct sockets_bell_out out;
	struct sockets_ring_done d;

	e.kind = kind;
	e.tag = 0xab;
	ring_ask(&ring.end, &ring.rings->requests, &e);
	return sockets_bell(machine_server(SOCKETS_NAME), ring.end.taken, 0, 0, &out) == SOCKETS_OK
	       && ring_take(&ring.end, &ring.rings->answers, &d) && d.tag == e.tag && d.status == (uint16_t)status
	       && d.bytes == 0;
}

TEST(ring_lies, "other sockets, parts beyond the block, unknown kinds and ports are refused")
{
	uint32_t own, room;

	begin();
	own = (uint32_t)s.handle;
	room = (uint32_t)(ring.block.bytes - sizeof(struct sockets_rings));
	const struct sockets_ring_entry bad[] = {
		{ .handle = own, .offset = room - SLOT + 1, .bytes = SLOT },
		{ .handle = own, .offset = room, .bytes = 1 },
		{ .handle = own, .offset = UINT32_MAX, .bytes = SLOT }, { .handle = own, .offset = room + 1 },
		{ .handle = own, .offset = UINT32_MAX - SLOT + 1, .bytes = SLOT },
		{ .handle = own, .bytes = SOCKETS_BYTES_MAX + 1 }, { .handle = own, .bytes = UINT32_MAX },
	};
	const uint32_t handle[] = { 0, own + 1, own ^ 0x100, UINT32_MAX };

	for (uint8_t kind = SOCKET_RING_SEND; kind <= SOCKET_RING_RECEIVE; kind++) {
		for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++)
			CHECK(refuses(kind, bad[i], SOCKETS_E_ARGUMENT));
		for (unsigned i = 0; i < sizeof handle / sizeof handle[0]; i++)
			CHECK(refuses(kind, (struct sockets_ring_entry){ .handle = handle[i] }, SOCKETS_E_HANDLE));
	}
	CHECK(refuses(SOCKET_RING_RECEIVE + 1, (struct sockets_ring_entry){ .handle = own }, SOCKETS_E_ARGUMENT));
	CHECK(refuses(SOCKET_RING_SEND, (struct sockets_ring_entry){ .handle = own }, SOCKETS_E_NOT_CONNECTED));
}

TEST(ring_index, "a client whose index cannot be true is served no more, and can attach its ring anew")
{
	struct socket_ring_answer a;
	struct sockets_bell_out out;

	begin();
	ring.rings->requests.index = SOCKETS_RING_PLACES + 1;
	CHECK(sockets_bell(machine_server(SOCKETS_NAME), 0, 0, SOCKETS_FOREVER, &out) == SOCKETS_E_HANDLE);
	ring.rings->requests.index = 0;
	CHECK(put_receive(0) == 0 && answers(0, -SOCKETS_E_RESET) && !next(&a));
	CHECK(put_send(1) == 0 && answers(0, SLOT) && put_receive(0) == 0 && answers(0, SLOT));
}

TEST(ring_answers, "a server whose index, tag or number of bytes cannot be true ends what is under way")
{
	struct socket_ring_answer a;
	static const struct sockets_ring_done lie[] = {
		{ .tag = 1 }, { .bytes = SLOT + 1 }, { .tag = SOCKETS_RING_PLACES }, { .tag = UINT32_MAX },
	};

	begin();
	for (unsigned i = 0; i < sizeof lie / sizeof lie[0]; i++) {
		CHECK(put_receive(0) == 0);
		ring.rings->answers.entry[0] = lie[i];
		ring.rings->answers.index = 1;
		CHECK(socket_ring_take(&ring, &a) && a.number == 0 && a.result == -SOCKETS_E_RESET);
	}
	CHECK(put_receive(0) == 0);
	ring.rings->answers.index = 2;
	CHECK(socket_ring_take(&ring, &a) && a.result == -SOCKETS_E_RESET && !socket_ring_take(&ring, &a));
}

TEST(ring_blocks, "a block that is too small, another task's, or none is refused; no bell without a ring")
{
	L4_ThreadId_t server;
	struct sockets_bell_out out;
	struct pecan_dma small;

	begin();
	server = machine_server(SOCKETS_NAME);
	CHECK(pecan_dma_new(4096, server, &small) == ROOT_OK);
	CHECK(sockets_ring(server, small.block) == SOCKETS_E_ARGUMENT && blocks_open() == 2);
	CHECK(sockets_bell(server, 0, 0, SOCKETS_FOREVER, &out) == SOCKETS_E_HANDLE);
	CHECK(sockets_ring(server, 12345) == SOCKETS_E_ARGUMENT);
	machine_be(OTHER_TASK);
	CHECK(sockets_ring(server, ring.block.block) == SOCKETS_E_HANDLE);
	CHECK(sockets_bell(server, 0, 0, SOCKETS_FOREVER, &out) == SOCKETS_E_HANDLE);
}
