/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ring.c - tests of <pecan/ring.h>: a ring that is full or empty, indices that wrap around, another side that
 * lies in its index, or changes an entry at each instruction of this one. ring_model.c has what is left.
 */
#define _GNU_SOURCE
#include "harness.h"
#include <pecan/exchange.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

enum { PLACES = 8, WRAP = 3 * PLACES };

struct number { uint32_t n; };
RING(number_ring, struct number, PLACES);

static struct number_ring requests, answers;

/* Both sides, `before` entries ahead of the place at which the indices become 0. */
static void begin(struct ring_end *client, struct ring_end *server, uint32_t before)
{
	*client = *server = (struct ring_end){ 0 - before, 0 - before, false };
	requests.index = answers.index = 0 - before;
}

TEST(HRNG0003, "a ring takes as many as it has places, and gives each back once, in order, also at 2^32")
{
	struct ring_end client, server;
	struct number n, got;

	begin(&client, &server, WRAP / 2);
	for (unsigned round = 0; round < WRAP; round++) {
		CHECK(!ring_next(&server, &requests, &got) && !ring_take(&client, &answers, &got));
		for (n.n = 0; ring_ask(&client, &requests, &n); n.n++)
			;
		CHECK(n.n == PLACES && ring_asked(&client) == PLACES);
		for (unsigned i = 0; i < PLACES; i++) {
			CHECK(ring_next(&server, &requests, &got) && got.n == i && ring_held(&server) == 1);
			ring_answer(&server, &answers, &got);
			CHECK(ring_has_more(&client, &answers.index));
			CHECK(round % 2 == 0 || (ring_take(&client, &answers, &got) && got.n == i));
		}
		for (unsigned i = 0; round % 2 == 0 && i < PLACES; i++)
			CHECK(ring_take(&client, &answers, &got) && got.n == i);
	}
	CHECK(client.put == (uint32_t)(WRAP * PLACES - WRAP / 2) && !client.broken && !server.broken);
}

/* An end at which `under_way` of a ring's entries are. */
static bool believes(bool is_server, uint32_t before, uint32_t under_way, uint32_t ahead)
{
	struct ring_end client, server;
	struct number got;
	bool comes;

	begin(&client, &server, before);
	client.put += under_way;
	server.taken += under_way;
	requests.index = server.taken + ahead;
	answers.index = client.taken + ahead;
	comes = is_server ? ring_next(&server, &requests, &got) : ring_take(&client, &answers, &got);
	if ((is_server ? server : client).broken) {
		requests.index = server.taken + 1;	/* which would have been true */
		answers.index = client.taken + 1;
		CHECK(!comes && !(is_server ? ring_next(&server, &requests, &got)
					    : ring_take(&client, &answers, &got)));
		CHECK(!ring_has_more(is_server ? &server : &client, is_server ? &requests.index : &answers.index));
	} else {
		CHECK(comes == (ahead > 0));
	}
	return comes;
}

TEST(HRNG0004, "an index that does not fit to what is under way is a lie, and ends the connection for ever")
{
	static const uint32_t far[] = { 0x7fffffff, 0x80000000, 0x80000001, 0xffff0000, 0x10000 };

	for (uint32_t before = 0; before <= WRAP; before++)
		for (uint32_t under_way = 0; under_way <= PLACES; under_way++) {
			for (uint32_t ahead = 0 - (uint32_t)WRAP; ahead != WRAP; ahead++) {
				CHECK(believes(true, before, under_way, ahead)
				      == (ahead > 0 && ahead <= PLACES - under_way));
				CHECK(believes(false, before, under_way, ahead) == (ahead > 0 && ahead <= under_way));
			}
			for (unsigned i = 0; i < sizeof far / sizeof *far; i++)
				CHECK(!believes(true, before, under_way, far[i])
				      && !believes(false, before, under_way, far[i]));
		}
}

TEST(HRNG0005, "a side is woken up only if it has said that it sleeps")
{
	uint32_t sleeps = 0;

	CHECK(!ring_sleeps(&sleeps));
	ring_sleep(&sleeps);
	CHECK(ring_sleeps(&sleeps));
	ring_awake(&sleeps);
	CHECK(!ring_sleeps(&sleeps));
}

/* ---- an entry that changes ---- */

enum { TRAP = 0x100, PERIODS = 7, BYTES = 1 << 16 };

static struct exchange x;
static volatile sig_atomic_t stepping;
static unsigned step, period, phase;

/* Before each instruction. */
static void change(int number, siginfo_t *info, void *context)
{
	static const struct link_entry entries[] = { { 4096, 60, 1 }, { 4096, LINK_FRAME + 1, 2 } };
	ucontext_t *c = context;

	(void)number, (void)info;
	x.rings->send.entry[0] = entries[((step++ >> period) + phase) % 2];
	if (stepping)
		c->uc_mcontext.gregs[REG_EFL] |= TRAP;
	else
		c->uc_mcontext.gregs[REG_EFL] &= ~(greg_t)TRAP;
}

TEST(HRNG0006, "a packet that changes at each instruction while it is checked is what the check has seen")
{
	struct sigaction act = { .sa_sigaction = change, .sa_flags = SA_SIGINFO };
	unsigned good = 0, refused = 0;
	struct link_entry e;

	sigaction(SIGTRAP, &act, NULL);
	for (period = 0; period < PERIODS; period++)
		for (phase = 0; phase < 2; phase++) {
			bool comes;

			x = (struct exchange){ .limits = { LINK_BUFFER, LINK_FRAME } };
			x.block = (struct pecan_dma){ .at = calloc(1, BYTES), .bytes = BYTES };
			x.rings = x.block.at;
			x.rings->send.index = 1;
			step = 0;
			stepping = 1;
			raise(SIGTRAP);
			comes = exchange_next_send(&x, &e);
			stepping = 0;
			CHECK(step > 10 && (!comes || (e.offset == 4096 && e.bytes == 60 && e.tag == 1)));
			good += comes;
			refused += !comes;
			free(x.block.at);
		}
	CHECK(good > 0 && refused > 0);
}
