/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rings.c - a client of the file server and the network server whose rings lie (docs/user/rings.md).
 *
 * Each round attaches a ring to one of the servers, by which it must do an honest request. Then indices and
 * entries are written as no honest client writes them; some entries name the file and the socket of another
 * task, the victim. The round has gained something if bytes of the victim are in the ring's memory, and the
 * attack, if the victim's file or datagram has changed, or memory that is beside the ring's, or if the server
 * is another one at the end.
 */
#include <pecan/demo.h>
#include <pecan/dma.h>
#include <pecan/file_ring.h>
#include <pecan/names.h>
#include <pecan/socket_ring.h>
#include <pecan/system.h>
#include <proto/files_client.h>
#include <proto/sockets_client.h>
#include <string.h>

#include "intruder.h"

#define CANARY ((L4_Word_t)0x76696374696d2773)
#define OWN ((L4_Word_t)0x6f776e2062797465)
enum {
	WORDS = 512, BYTES = WORDS * sizeof(L4_Word_t), DATA = 3 * BYTES, STEPS = 12, PORT = 7000, TRIES = 1000,
	WAIT_MS = 1000, WAIT_US = 10000, FORGED_INDEX_EVERY = 8,
};

/* The indices of a pair of rings; put: requests, as the server counts them. */
struct lie { uint32_t *request_index, *answer_index, places, put; };

static const struct socket_name own_port = { SOCKET_IPV4(0x7f000001), PORT };
static struct breaker chance;
static L4_Word_t victims_file, victims_socket;
static L4_Word_t words[WORDS];

static L4_Word_t below(L4_Word_t n) { return breaker_random(&chance) % n; }

static void fill(L4_Word_t *at, L4_Word_t n, L4_Word_t with)
{
	for (L4_Word_t i = 0; i < n; i++)
		at[i] = with;
}

static L4_Word_t count(const L4_Word_t *at, L4_Word_t n, L4_Word_t of)
{
	L4_Word_t found = 0;

	for (L4_Word_t i = 0; i < n; i++)
		found += at[i] == of;
	return found;
}

/* ---- the victim ---- */

static bool make_file(const char *path, L4_Word_t with, struct files_file *f)
{
	fill(words, WORDS, with);
	return files_use(f, path, FILES_WRITE | FILES_CREATE) == FILES_OK
	       && files_put(f, 0, words, BYTES) == BYTES;
}

static bool make_datagram(struct socket *s)
{
	return socket_open(SOCKETS_UDP, SOCKETS_IPV4, s) == SOCKETS_OK && socket_bind(s, own_port) == SOCKETS_OK
	       && socket_send(s, words, BYTES, &own_port) == BYTES;
}

/* Of the file and the datagram: the words that are not the canary. */
static L4_Word_t changed(struct files_file *f, const struct socket *s)
{
	L4_Word_t wrong = 0;

	memset(words, 0, BYTES);
	if (files_get(f, 0, words, BYTES) != BYTES)
		wrong++;
	wrong += WORDS - count(words, WORDS, CANARY);
	memset(words, 0, BYTES);
	if (!(socket_until(s, SOCKETS_IN, WAIT_MS) & SOCKETS_IN)
	    || socket_receive(s, words, BYTES, 0, NULL) != BYTES)
		wrong++;
	return wrong + WORDS - count(words, WORDS, CANARY);
}

void rings_victim(L4_ThreadId_t parent)
{
	struct files_file f;
	struct socket s;
	L4_Word_t unused[2];

	if (!make_file("victim", CANARY, &f) || !make_datagram(&s)) {
		report(parent, 0, 0);
		return;
	}
	report(parent, f.handle, s.handle);
	reported(parent, unused);
	report(parent, changed(&f, &s), 0);
}

/* ---- lies ---- */

static L4_Word_t odd_number(void)
{
	static const L4_Word_t odd[] = { 0, 1, BYTES - 1, FILE_RING_DATA - 1, FILE_RING_DATA, DATA, 65536, 65537,
					 INT32_MAX, UINT32_MAX, (L4_Word_t)INT64_MAX, ~(L4_Word_t)0 };

	return below(3) ? odd[below(sizeof odd / sizeof odd[0])] : breaker_random(&chance);
}

/* So many entries more, or a number that does not fit to what is under way. */
static void forge_index(struct lie *l)
{
	if (below(FORGED_INDEX_EVERY) == 0)
		__atomic_store_n(below(2) ? l->request_index : l->answer_index, (uint32_t)odd_number(),
				 __ATOMIC_RELEASE);
	else
		__atomic_store_n(l->request_index, l->put += 1 + (uint32_t)below(l->places / 4), __ATOMIC_RELEASE);
}

static struct files_ring_request file_lie(L4_Word_t own)
{
	struct files_ring_request r = {
		breaker_random(&chance), own, 0, (uint32_t)below(2), FILE_RING_DATA, BYTES, 0,
	};

	if (below(2))
		r.handle = below(2) ? victims_file : odd_number();
	switch (below(5)) {
	case 0: r.offset = odd_number(); break;
	case 1: r.at = (uint32_t)odd_number(); break;
	case 2: r.bytes = (uint32_t)odd_number(); break;
	case 3: r.kind = (uint32_t)odd_number(); break;
	}
	return r;
}

static struct sockets_ring_entry socket_lie(L4_Word_t own)
{
	struct sockets_ring_entry r = {
		own_port.address.high, own_port.address.low, (uint32_t)own, 0, BYTES / 8, PORT + 1,
		(uint8_t)below(2), (uint8_t)odd_number(),
	};

	if (below(2))
		r.handle = (uint32_t)(below(2) ? victims_socket : odd_number());
	switch (below(5)) {
	case 0: r.low = odd_number(); break;
	case 1: r.offset = (uint32_t)odd_number(); break;
	case 2: r.bytes = (uint32_t)odd_number(); break;
	case 3: r.kind = (uint8_t)odd_number(); break;
	}
	return r;
}

/* ---- rounds ---- */

static void look_for_victim(const char *data)
{
	L4_Word_t found = count((const L4_Word_t *)data, DATA / sizeof(L4_Word_t), CANARY);

	if (found)
		gained("words of another task by a ring", found);
}

static bool file_is_read(struct file_ring *r, struct files_file *f)
{
	struct file_request q = { FILES_RING_READ, f, 0, 0, BYTES };
	struct file_answer a = { -1, FILES_LOST, 0 };

	return file_ring_submit(r, &q) >= 0 && file_ring_wait(r, &a) && a.status == FILES_OK && a.bytes == BYTES;
}

static void lie_to_files(struct files_file *f)
{
	struct file_ring r;
	struct files_rings *shared;
	struct lie l;

	if (file_ring_open(&r, DATA) != FILES_OK || !file_is_read(&r, f)) {
		gained("the file server does not serve an honest ring", r.end.broken);
		return;
	}
	fill((L4_Word_t *)file_ring_data(&r), DATA / sizeof(L4_Word_t), OWN);
	shared = r.block.at;
	l = (struct lie){ &shared->requests.index, &shared->answers.index, FILES_RING_PLACES, r.end.put };
	for (unsigned i = 0; i < STEPS; i++) {
		for (unsigned k = 0; k < FILES_RING_PLACES; k++)
			shared->requests.entry[k] = file_lie(f->handle);
		forge_index(&l);
		files_bell(r.server, 0, odd_number() & UINT32_MAX);
		look_for_victim(file_ring_data(&r));
	}
	file_ring_close(&r);
}

static bool socket_is_sent(struct socket_ring *r, const struct socket *s)
{
	struct socket_name to = { own_port.address, PORT + 1 };
	struct socket_ring_request q = { SOCKET_RING_SEND, s, 0, BYTES, &to };
	struct socket_ring_answer a = { 0 };

	return socket_ring_submit(r, &q) >= 0 && socket_ring_wait(r, WAIT_MS, NULL, &a) && a.result == BYTES;
}

static void lie_to_sockets(const struct socket *s, L4_ThreadId_t server)
{
	struct socket_ring r;
	struct sockets_bell_out out;
	struct lie l;

	if (socket_ring_open(&r, DATA) != SOCKETS_OK || !socket_is_sent(&r, s)) {
		gained("the network server does not serve an honest ring", r.end.broken);
		return;
	}
	fill((L4_Word_t *)socket_ring_data(&r), DATA / sizeof(L4_Word_t), OWN);
	l = (struct lie){ &r.rings->requests.index, &r.rings->answers.index, SOCKETS_RING_PLACES, r.end.put };
	for (unsigned i = 0; i < STEPS; i++) {
		for (unsigned k = 0; k < SOCKETS_RING_PLACES; k++)
			r.rings->requests.entry[k] = socket_lie(s->handle);
		forge_index(&l);
		sockets_bell(server, odd_number() & UINT32_MAX, 0, 0, &out);
		look_for_victim(socket_ring_data(&r));
	}
	socket_ring_close(&r);
}

/* Blocks before and after those of the rings. */
static bool make_guards(struct pecan_dma guard[2])
{
	for (unsigned i = 0; i < 2; i++) {
		if (pecan_dma_new(DATA, L4_nilthread, &guard[i]) != ROOT_OK)
			return false;
		fill(guard[i].at, DATA / sizeof(L4_Word_t), OWN);
	}
	return true;
}

static void lie(L4_Word_t rounds)
{
	static const char *const names[] = { FILES_NAME, SOCKETS_NAME };
	L4_ThreadId_t before[2], after;
	struct pecan_dma guard[2];
	struct files_file f;
	struct socket s;

	for (unsigned i = 0; i < 2; i++)
		if (pecan_lookup(names[i], false, &before[i]) != NAMES_OK)
			gained("no server", i);
	if (!make_guards(guard) || !make_file("own", OWN, &f)
	    || socket_open(SOCKETS_UDP, SOCKETS_IPV4, &s) != SOCKETS_OK)
		gained("no memory, file or socket to begin with", 0);
	for (L4_Word_t i = 0; gains() == 0 && i < rounds; i++) {
		if (i % 2)
			lie_to_files(&f);
		else
			lie_to_sockets(&s, before[1]);
	}
	for (unsigned i = 0; i < 2; i++) {
		if (count(guard[i].at, DATA / sizeof(L4_Word_t), OWN) != DATA / sizeof(L4_Word_t))
			gained("memory beside a ring has changed", i);
		if (pecan_lookup(names[i], false, &after) != NAMES_OK || L4_IsThreadNotEqual(after, before[i]))
			gained("a server has ended", i);
	}
}

void attack_rings(L4_Word_t rounds, L4_Word_t seed)
{
	L4_ThreadId_t victim = demo_spawn("intruder", "intruder", NULL, "rings-victim 0x%lx 0", L4_Myself().raw);
	L4_Word_t w[2];

	breaker_seed(&chance, seed);
	if (!reported(victim, w) || w[0] == 0) {
		gained("no victim", 0);
		return;
	}
	victims_file = w[0];
	victims_socket = w[1];
	lie(rounds);
	report(victim, 0, 0);
	if (!reported(victim, w) || w[0])
		gained("the victim's file or datagram has changed", w[0]);
}
