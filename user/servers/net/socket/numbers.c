/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * numbers.c - see numbers.h.
 */
#include <lwip/sys.h>
#include <servers/net/base/siphash.h>

#include "numbers.h"

enum {
	FIRST_PORT = 49152, PORTS = 16384,
	CLOCK = 250,			/* steps of a number in 1 ms: one in 4 us (RFC 6528) */
	LOW = NUMBERS_OPTIONS + 1,	/* bits of a cookie: the options, and whether its period is odd */
};

/* What a hash is for: no two have the same. */
enum use { PORT, NUMBER, COOKIE };

static uint64_t hash(const struct ends *e, enum use use, uint32_t number, uint32_t more)
{
	static uint64_t key[SIPHASH_KEY];
	const uint64_t words[] = {
		e->here.address.high, e->here.address.low, e->peer.address.high, e->peer.address.low,
		(uint64_t)e->here.port << 48 | (uint64_t)e->peer.port << 32 | number, (uint64_t)use << 32 | more,
	};

	while (key[0] == 0)
		for (unsigned i = 0; i < SIPHASH_KEY; i++)
			key[i] = (uint64_t)net_random() << 32 | net_random();
	return siphash(key, words, sizeof words / sizeof *words);
}

/* ---- ports ---- */

uint16_t numbers_port(struct socket_name to)
{
	static uint32_t next;
	const struct ends e = { .peer = to };

	return (uint16_t)(FIRST_PORT + (hash(&e, PORT, 0, 0) + next++) % PORTS);
}

uint16_t numbers_random_port(void)
{
	return (uint16_t)(FIRST_PORT + net_random() % PORTS);
}

/* ---- first numbers ---- */

/* RFC 6528: the same ends have larger numbers later, if they send less than 250,000 bytes a second. */
uint32_t numbers_first(const struct ends *e)
{
	return (uint32_t)hash(e, NUMBER, 0, 0) + sys_now() * CLOCK;
}

/* ---- cookies ---- */

static uint32_t cookie_of(const struct ends *e, uint32_t syn, uint32_t period, unsigned options)
{
	unsigned low = options << 1 | (period & 1);
	uint32_t number = (uint32_t)hash(e, COOKIE, syn, period << LOW | low) << LOW;

	return number | (low ^ number >> (32 - LOW));
}

uint32_t numbers_cookie(const struct ends *e, uint32_t syn, unsigned options)
{
	return cookie_of(e, syn, sys_now() / NUMBERS_COOKIE_MS, options);
}

int numbers_cookie_says(const struct ends *e, uint32_t syn, uint32_t number)
{
	unsigned low = (number ^ number >> (32 - LOW)) & ((1u << LOW) - 1);
	uint32_t period = sys_now() / NUMBERS_COOKIE_MS;

	period -= (period ^ low) & 1;		/* this one, or the one before it */
	return cookie_of(e, syn, period, low >> 1) == number ? (int)(low >> 1) : -1;
}
