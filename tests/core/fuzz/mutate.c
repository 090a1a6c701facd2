/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mutate.c - libFuzzer's changes, made to whole actions: a play is its first byte and records.
 */
#include <string.h>
#include "fuzz.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);

enum { SEEN = 256, SEEN_RECORDS = 32 };

/* The ends of plays that were changed lately: others take scenes from them. */
static struct { size_t n; uint8_t records[SEEN_RECORDS * FUZZ_RECORD]; } seen[SEEN];
static unsigned last_seen;
static uint64_t state;

static unsigned below(size_t n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)((state >> 33) % n);
}

static uint8_t *record(uint8_t *data, size_t i)
{
	return data + 1 + i * FUZZ_RECORD;
}

/* Room for `count` records before record i of n. */
static uint8_t *open_gap(uint8_t *data, size_t n, size_t i, size_t count)
{
	memmove(record(data, i + count), record(data, i), (n - i) * FUZZ_RECORD);
	return record(data, i);
}

/* The first bytes of a record say the most. */
static unsigned place(void)
{
	unsigned a = below(FUZZ_RECORD), b = below(FUZZ_RECORD);

	return a < b ? a : b;
}

static void change(uint8_t *data, size_t n)
{
	uint8_t *r = record(data, below(n));

	switch (below(5)) {
	case 0: r[place()] = (uint8_t)below(256); break;
	case 1: r[place()] ^= (uint8_t)(1u << below(8)); break;
	case 2: r[place()] += (uint8_t)(below(2) ? 1 : 255); break;
	case 3: {
		unsigned at = place();

		memcpy(r + at, record(data, below(n)) + at, FUZZ_RECORD - at);
		break;
	}
	default: LLVMFuzzerMutate(r, FUZZ_RECORD, FUZZ_RECORD);
	}
}

static size_t insert_new(uint8_t *data, size_t n)
{
	uint8_t *r = open_gap(data, n, below(n + 1), 1);

	for (unsigned i = 0; i < FUZZ_RECORD; i++)
		r[i] = (uint8_t)below(256);
	return n + 1;
}

static size_t insert_copy(uint8_t *data, size_t n)
{
	uint8_t copied[FUZZ_RECORD];

	memcpy(copied, record(data, below(n)), FUZZ_RECORD);
	memcpy(open_gap(data, n, below(n + 1), 1), copied, FUZZ_RECORD);
	return n + 1;
}

static size_t leave_out(uint8_t *data, size_t n)
{
	size_t i = below(n), count = 1 + below(n - i < 3 ? n - i : 3);

	memmove(record(data, i), record(data, i + count), (n - i - count) * FUZZ_RECORD);
	return n - count;
}

static void swap(uint8_t *data, size_t n)
{
	uint8_t *a = record(data, below(n)), *b = record(data, below(n)), t;

	for (unsigned i = 0; i < FUZZ_RECORD; i++) {
		t = a[i];
		a[i] = b[i];
		b[i] = t;
	}
}

static void remember(uint8_t *data, size_t n)
{
	size_t i = ++last_seen % SEEN, count = n < SEEN_RECORDS ? n : SEEN_RECORDS;

	seen[i].n = count;
	memcpy(seen[i].records, record(data, n - count), count * FUZZ_RECORD);
}

/* Some records in a row of another play, in addition or in the place of all behind them. */
static size_t insert_scene(uint8_t *data, size_t n, size_t most)
{
	size_t other = below(SEEN), have = seen[other].n, at = below(n + 1), from, count;

	if (have == 0)
		return n;
	from = below(have);
	count = 1 + below(have - from);
	if (below(2))
		n = at;
	if (count > most - n)
		count = most - n;
	memcpy(open_gap(data, n, at, count), seen[other].records + from * FUZZ_RECORD, count * FUZZ_RECORD);
	return n + count;
}

static size_t mutate_once(uint8_t *data, size_t n, size_t most)
{
	unsigned what = below(16);

	if (n == 0 || (what < 4 && n < most))
		return n < most ? insert_new(data, n) : n;
	if (what < 5 && n < most)
		return insert_copy(data, n);
	if (what < 6)
		return insert_scene(data, n, most);
	if (what < 8)
		return leave_out(data, n);
	if (what < 9)
		swap(data, n);
	else
		change(data, n);
	return n;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	size_t n = size > 0 ? (size - 1) / FUZZ_RECORD : 0, most = max > 0 ? (max - 1) / FUZZ_RECORD : 0;

	state = seed;
	if (max == 0)
		return 0;
	if (n > most)
		n = most;
	remember(data, n);
	if (size == 0 || below(32) == 0)
		data[0] = (uint8_t)below(256);
	for (unsigned times = 1 + below(3); times > 0; times--)
		n = mutate_once(data, n, most);
	return 1 + n * FUZZ_RECORD;
}
