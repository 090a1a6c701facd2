/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * campaign.c - see campaign.h. Rounds run in a child, one after another; after one that ended it, in a new
 * one.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "campaign.h"

enum { STRANGE_SECONDS = 120 };		/* of a round that is stuck where no steps are counted */

void __sanitizer_cov_trace_pc(void);

static struct { unsigned long round, failed; } *shared;
static unsigned long steps;		/* 0: they are not counted */
static uint64_t state;

void campaign_fail(const char *format, ...)
{
	va_list args;

	printf("round %lu: ", shared->round);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
	_exit(1);
}

/* Called by the compiler's code, in each basic block. */
void __sanitizer_cov_trace_pc(void)
{
	if (steps > 0 && --steps == 0)
		campaign_fail("no end after %d steps", CAMPAIGN_STEPS);
}

/* splitmix64 */
static uint64_t number(void)
{
	uint64_t x = state += 0x9e3779b97f4a7c15u;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

unsigned campaign_below(unsigned n) { return (unsigned)(number() % n); }

unsigned long campaign_round(void) { return shared->round; }

static void play_one(unsigned long round, void (*play)(void))
{
	shared->round = round;
	state = round;
	alarm(STRANGE_SECONDS);
	steps = CAMPAIGN_STEPS;
	play();
	steps = 0;
}

/* The rounds from shared->round on. Returns true if none failed. */
static _Bool play_from(unsigned long rounds, void (*play)(void))
{
	int status = 0;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		for (unsigned long n = shared->round; n < rounds; n++)
			play_one(n, play);
		_exit(0);
	}
	return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

unsigned long campaign(unsigned long rounds, void (*play)(void))
{
	const char *one = getenv("ROUND");

	shared = mmap(0, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (one) {
		play_one(strtoul(one, 0, 10), play);
		return 0;
	}
	while (!play_from(rounds, play)) {
		printf("round %lu failed\n", shared->round++);
		shared->failed++;
	}
	return shared->failed;
}

/* ---- changes ---- */

static uint64_t get(const unsigned char *at, unsigned bytes)
{
	uint64_t v = 0;

	for (unsigned i = bytes; i-- > 0; )
		v = v << 8 | at[i];
	return v;
}

static void put(unsigned char *at, unsigned bytes, uint64_t v)
{
	for (unsigned i = 0; i < bytes; i++, v >>= 8)
		at[i] = (unsigned char)v;
}

/* ---- fields ---- */

struct field { unsigned char *at; unsigned bytes; };

static unsigned count(const struct part *part, unsigned n)
{
	size_t fields = 0;

	for (unsigned i = 0; i < n; i++)
		fields += strlen(part[i].fields);
	return (unsigned)fields;
}

/* The field with that number. */
static struct field field(const struct part *part, unsigned number)
{
	unsigned char *at;

	for (; number >= strlen(part->fields); part++)
		number -= (unsigned)strlen(part->fields);
	at = part->at;
	for (unsigned i = 0; i < number; i++)
		at += part->fields[i] - '0';
	return (struct field){ at, (unsigned)(part->fields[number] - '0') };
}

enum { KINDS = 19 };

static uint64_t value(struct field f, struct field other, unsigned kind, uint64_t here)
{
	uint64_t v = get(f.at, f.bytes), high = (uint64_t)1 << (8 * f.bytes - 1);
	uint64_t bit = (uint64_t)1 << campaign_below(8 * f.bytes);
	const uint64_t values[KINDS] = {
		0, 1, -1ull, -4ull, -8ull, v + 1, v - 1, high, high - 1, here, -here, v * 2, v + bit, v - bit,
		get(other.at, other.bytes), v | 0xfff, -(uint64_t)campaign_below(64), campaign_below(64), number(),
	};

	return values[kind];
}

/* To another value than it has: if a kind gives the same, of the next one. v + 1 always differs. */
static void change(struct field f, struct field other, unsigned kind, uint64_t here)
{
	uint64_t old = get(f.at, f.bytes);

	for (; get(f.at, f.bytes) == old; kind++)
		put(f.at, f.bytes, value(f, other, kind % KINDS, here));
}

void campaign_field(const struct part *part, unsigned n, const unsigned char *base)
{
	unsigned fields = count(part, n), at = (unsigned)(shared->round / CAMPAIGN_IMAGES);
	struct field f = field(part, at % fields), other = field(part, campaign_below(fields));

	/* A kind further for each time around: all of a field's kinds come, and neighbours have others. */
	change(f, other, at / fields + at % fields, (uint64_t)(f.at - base));
}

void campaign_any_field(const struct part *part, unsigned n, const unsigned char *base)
{
	unsigned fields = count(part, n);
	struct field f = field(part, campaign_below(fields)), other = field(part, campaign_below(fields));

	change(f, other, campaign_below(KINDS), (uint64_t)(f.at - base));
}

void campaign_bytes(unsigned char *at, size_t size)
{
	size_t from = campaign_below((unsigned)size), to = campaign_below((unsigned)size), n;

	n = 1 + campaign_below(campaign_below(2) ? 8 : 512);
	n = n > size - from ? size - from : n;
	n = n > size - to ? size - to : n;
	switch (campaign_below(4)) {
	case 0:
		at[to] ^= (unsigned char)(1u << campaign_below(8));
		break;
	case 1:
		at[to] = (unsigned char)number();
		break;
	case 2:
		put(at + to, 1, number());
		for (size_t i = 1; i < n; i++)
			at[to + i] = at[to];
		break;
	default:
		bcopy(at + from, at + to, n);
	}
}
