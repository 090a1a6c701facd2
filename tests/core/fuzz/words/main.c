/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - message words and UTCBs that another thread rewrites during a call (row `words-rewritten` of
 * tests/guest/attack/table.py).
 *
 *	words ROUNDS [SEED]
 *
 * A round is an action of a play (tests/core/fuzz/fuzz.h): a system call, an exchange of messages, a fault.
 * It is done twice from the same world: undisturbed, and with each word of a UTCB rewritten as soon as the
 * kernel has read it (watch.h). What the kernel has stored then must be the same to the byte: threads with
 * their registers, UTCBs, spaces, mappings and their status, the time, and the memory of the threads. The
 * plays are those of tests/core/fuzz/corpus, with records of them changed. A round that fails is named with
 * the SEED and ROUNDS of the same play up to that round.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <core/check.h>
#include "../fuzz.h"
#include "watch.h"

enum { PLAYS = 2000, MEMORY = 1 << FUZZ_MEMORY_LOG2, FRAMES = 512 };

static struct play { uint8_t *bytes; size_t size; } plays[PLAYS];
static unsigned nplays;

/* All that an action may change. Of a free frame that is its links. */
struct state {
	struct kernel kernel;
	struct mem mem;
	struct host host;		/* without its console */
	uint8_t memory[MEMORY];
	bool is_free[FRAMES];
	uint8_t pool[FRAMES][KMEM_FRAME];
};

/* ---- numbers ---- */

static uint64_t seed = 1, seed_of_play;

static unsigned below(size_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)((seed >> 33) % n);
}

/* ---- plays ---- */

static void keep(const char *name, const uint8_t *bytes, size_t size)
{
	(void)name;
	if (nplays == PLAYS || size < 1 + FUZZ_RECORD)
		return;
	plays[nplays] = (struct play){ malloc(size), size };
	memcpy(plays[nplays++].bytes, bytes, size);
}

/* One of the plays, with some records from others, and some bytes at random. Returns its size. */
static size_t draw(uint8_t *to)
{
	const struct play *p;

	seed_of_play = seed;
	watch.noise = ~seed;
	p = &plays[below(nplays)];
	memcpy(to, p->bytes, p->size);
	for (size_t at = 1; at + FUZZ_RECORD <= p->size; at += FUZZ_RECORD) {
		const struct play *from = &plays[below(nplays)];

		if (below(4) == 0)
			memcpy(to + at, from->bytes + 1 + below((from->size - 1) / FUZZ_RECORD) * FUZZ_RECORD,
			       FUZZ_RECORD);
		for (unsigned n = below(4); n == 1; n = below(4))
			to[at + below(FUZZ_RECORD)] = (uint8_t)below(256);
	}
	return p->size;
}

/* ---- worlds ---- */

static uint8_t *memory(void) { return host_memory + ram(FUZZ_MEMORY_LOG2); }
static uint8_t *frame(size_t i) { return (uint8_t *)mem.kmem.base + i * KMEM_FRAME; }
static size_t kept(const struct state *s, size_t i)
{
	return s->is_free[i] ? sizeof(struct list) : KMEM_FRAME;
}

static void save(struct state *s)
{
	CHECK(mem.kmem.frames <= FRAMES);
	bcopy(&kernel, &s->kernel, sizeof(kernel));
	bcopy(&mem, &s->mem, sizeof(mem));
	bcopy(&host, &s->host, offsetof(struct host, console));
	bcopy(memory(), s->memory, MEMORY);
	memset(s->is_free, 0, sizeof(s->is_free));
	for (struct list *l = mem.kmem.free.next; l != &mem.kmem.free; l = l->next)
		s->is_free[((uintptr_t)l - mem.kmem.base) / KMEM_FRAME] = true;
	for (size_t i = 0; i < mem.kmem.frames; i++)
		bcopy(frame(i), s->pool[i], kept(s, i));
}

static void restore(const struct state *s)
{
	bcopy(&s->kernel, &kernel, sizeof(kernel));
	bcopy(&s->mem, &mem, sizeof(mem));
	bcopy(&s->host, &host, offsetof(struct host, console));
	bcopy(s->memory, memory(), MEMORY);
	for (size_t i = 0; i < mem.kmem.frames; i++)
		bcopy(s->pool[i], frame(i), kept(s, i));
	host_tlb_reset();
}

/* Where two pieces of memory differ, or -1. */
static long first_difference(const void *a, const void *b, size_t n)
{
	const uint8_t *x = a, *y = b;

	if (bcmp(a, b, n) == 0)
		return -1;
	for (size_t i = 0;; i++)
		if (x[i] != y[i])
			return (long)i;
}

static bool differs(const char *what, const void *is, const void *should, size_t n)
{
	long at = first_difference(is, should, n);

	if (at >= 0)
		printf("  %s at %p differs at %lx: %02x, not %02x\n", what, is, (unsigned long)at,
		       ((const uint8_t *)is)[at], ((const uint8_t *)should)[at]);
	return at >= 0;
}

static bool is_different(const struct state *s)
{
	bool any = differs("kernel", &kernel, &s->kernel, sizeof(kernel));

	any |= differs("mem", &mem, &s->mem, sizeof(mem));
	any |= differs("host", &host, &s->host, offsetof(struct host, console));
	any |= differs("memory", memory(), s->memory, MEMORY);
	for (size_t i = 0; i < mem.kmem.frames; i++)
		any |= differs("kernel memory", frame(i), s->pool[i], kept(s, i));
	return any;
}

/* ---- rounds ---- */

/* Entries do not look at all invariants here (watch.c). */
static void check_world(void)
{
	watch.checks = true;
	kernel_check(world_current());
	watch.checks = false;
}

enum { ARM = 0xf0 };			/* of the first byte: the next action has one at a preemption point */

static void act(const uint8_t *record, size_t left)
{
	fuzz_disarm();
	fuzz_source(record, left);
	fuzz_next_record(0);
	fuzz_action();
	if (record[0] >= ARM && fuzz_next_record(FUZZ_RECORD))
		fuzz_action();
	fuzz_disarm();
}

static void act_watched(const uint8_t *record, size_t left)
{
	watch.on = true;
	act(record, left);
	watch.on = false;
	watch_end();
}

/*
 * The same with descriptors of strings that are rewritten between two steps: then it may end as it likes, but
 * the invariants hold.
 */
static void disturb_strings(const uint8_t *record, size_t left)
{
	watch.strings = true;
	act_watched(record, left);
	watch.strings = false;
	check_world();
}

/* Returns whether it makes a difference that the words change. */
static bool round_differs(const uint8_t *record, size_t left)
{
	static struct state before, after;
	bool differ;

	save(&before);
	host_tlb_reset();		/* as restore does: a flush leaves what a translation may load again */
	act(record, left);
	save(&after);
	restore(&before);
	watch.descriptors = false;
	watch.at = 0;
	act_watched(record, left);
	differ = is_different(&after);
	if (watch.descriptors) {
		restore(&before);
		disturb_strings(record, left);
	}
	if (differ || watch.descriptors)
		restore(&after);
	return differ;
}

/* Rounds of one play, at most so many; returns how many there were. */
static unsigned long perform(const uint8_t *play, size_t size, unsigned long most, unsigned long *wrong)
{
	unsigned long done = 0;

	fuzz_begin();
	for (size_t at = 1; at + FUZZ_RECORD <= size && done < most; at += FUZZ_RECORD, done++) {
		if (!round_differs(play + at, size - at))
			continue;
		++*wrong;
		printf("  record %02x %02x %02x %02x; last read again by the code at %p; build/words %lu %lu\n",
		       play[at], play[at + 1], play[at + 2], play[at + 3], watch.at, done + 1, seed_of_play);
	}
	check_world();
	return done;
}

int main(int argc, char **argv)
{
	static uint8_t play[FUZZ_BYTES];
	unsigned long rounds = argc > 1 ? strtoul(argv[1], 0, 10) : 1000, done = 0, wrong = 0;
	FILE *corpus = fopen("tests/core/fuzz/corpus", "r");

	CHECK(corpus);
	fuzz_each_play(corpus, keep);
	fclose(corpus);
	seed = argc > 2 ? strtoul(argv[2], 0, 10) : 1;
	setvbuf(stdout, 0, _IONBF, 0);
	watch_prepare();
	while (done < rounds) {
		size_t size = draw(play);

		done += perform(play, size, rounds - done, &wrong);
	}
	printf("note: %lu pieces were read\n", watch.reads);
	printf("attack words-rewritten %lu %lu\n", done, wrong);
	_exit(wrong > 0);
}
