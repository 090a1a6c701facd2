/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ring_model.c - all interleavings of a client and a server with the rings of <pecan/ring.h>, whose loads,
 * stores and barriers are the steps of a model here.
 *
 * A store is put into a buffer of its side, and comes to memory later, also after later ones, unless it is a
 * release; a barrier waits until the buffer is empty. A round of a side is run from its start for each step:
 * with the values that it has loaded so far it comes to its next step. So a state is these values, what the
 * side has in private memory when a round begins, memory and buffers.
 * A message is sent when the other side waits for one, or times out when nothing else can be done.
 */
#include "harness.h"
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static uint32_t model_load(const void *at);
static void model_store(void *at, uint32_t value, int order);
static void model_fence(void);
static void model_copy(void *to, const void *from, size_t bytes);

#define __atomic_load_n(at, order)		model_load(at)
#define __atomic_store_n(at, value, order)	model_store(at, value, order)
#define __atomic_thread_fence(order)		model_fence()
#define __builtin_memcpy			model_copy
#include <pecan/ring.h>
#undef __builtin_memcpy

enum { CLIENT, SERVER, SIDES, PLACES = 2, BUFFERED = 6, LOADS = 12, STATES = 1 << 15, ANSWER = 64 };

/* What a run leaves out; the model must find what is wrong then. */
enum omitted { OMIT_NONE, OMIT_FENCE, OMIT_LOOK, OMIT_RELEASE, OMIT_AWAKE };
enum verdict { RIGHT, STUCK, WRONG_ENTRY, BOTH_SEND, TOO_LARGE };

struct entry { uint32_t value; };
RING(model_ring, struct entry, PLACES);

static struct { struct model_ring requests, answers; uint32_t sleeps[SIDES]; } shared;	/* addresses only */
static const uint32_t *const words[] = {
	&shared.requests.index, &shared.answers.index, &shared.requests.entry[0].value,
	&shared.requests.entry[1].value, &shared.answers.entry[0].value, &shared.answers.entry[1].value,
	&shared.sleeps[CLIENT], &shared.sleeps[SERVER],
};
enum { WORDS = sizeof words / sizeof *words };

struct store { uint8_t word, value, release; };
struct own { uint8_t put, taken, asked, answered, ended; };	/* bytes: states have no padding */
struct side { struct own own; struct store buffer[BUFFERED]; uint8_t buffered, steps, loads, loaded[LOADS]; };
struct state { uint8_t memory[WORDS]; struct side side[SIDES]; };

enum kind { END, LOAD, STORE, FENCE, BELL, WAIT };
struct step { enum kind kind; struct store store; };

static enum omitted omitted;
static unsigned requests, most;	/* in all; under way */
static bool wrong_entry;

/* ---- the next step of a side ---- */

static const struct side *running;
static unsigned replayed, reloaded;
static struct step next;
static jmp_buf stop;

/* Returns if the step was done before; else it is the next one. */
static void step(enum kind kind, struct store s)
{
	if (replayed++ < running->steps)
		return;
	next = (struct step){ kind, s };
	longjmp(stop, 1);
}

static uint8_t word_at(const void *at)
{
	uint8_t i = 0;

	while (i < WORDS && words[i] != at)
		i++;
	return i;
}

static uint32_t model_load(const void *at)
{
	step(LOAD, (struct store){ .word = word_at(at) });
	return running->loaded[reloaded++];
}

static void model_store(void *at, uint32_t value, int order)
{
	step(STORE, (struct store){ word_at(at), (uint8_t)value, order == __ATOMIC_RELEASE });
}

static void model_fence(void)
{
	if (omitted != OMIT_FENCE)
		step(FENCE, (struct store){ 0 });
}

static void model_copy(void *to, const void *from, size_t bytes)
{
	if (word_at(to) < WORDS)
		model_store(to, ((const struct entry *)from)->value, __ATOMIC_RELAXED);
	else
		((struct entry *)to)->value = model_load(from);
	(void)bytes;
}

static void bell(void) { step(BELL, (struct store){ 0 }); }

static void sleep_until(const struct ring_end *e, const uint32_t *index, uint32_t *own_sleeps)
{
	ring_sleep(own_sleeps);
	if (omitted == OMIT_LOOK || !ring_has_more(e, index))
		step(WAIT, (struct store){ 0 });
	if (omitted != OMIT_AWAKE)
		ring_awake(own_sleeps);
}

static void client(struct own *own, struct ring_end *e)
{
	struct entry r;
	bool news = false;

	for (r.value = own->asked + 1u; r.value <= requests && ring_asked(e) < most; r.value++)
		news |= ring_ask(e, &shared.requests, &r);
	own->asked = (uint8_t)(r.value - 1);
	if (news && ring_sleeps(&shared.sleeps[SERVER]))
		bell();
	if (ring_take(e, &shared.answers, &r))
		wrong_entry |= r.value != (uint32_t)ANSWER + ++own->answered;
	else
		sleep_until(e, &shared.answers.index, &shared.sleeps[CLIENT]);
	own->ended = own->answered == requests;
}

static void server(struct own *own, struct ring_end *e)
{
	struct entry r;
	bool any = false;

	for (; ring_next(e, &shared.requests, &r); any = true) {
		wrong_entry |= r.value != e->taken;
		r.value += ANSWER;
		ring_answer(e, &shared.answers, &r);
	}
	if (any && ring_sleeps(&shared.sleeps[CLIENT]))
		bell();
	if (!any)
		sleep_until(e, &shared.requests.index, &shared.sleeps[SERVER]);
	own->ended = e->put == requests;
}

/* If a round ends, the next one begins. */
static struct step next_step(struct state *s, unsigned side)
{
	static struct own own;
	static struct ring_end e;

	running = &s->side[side];
	while (!running->own.ended) {
		own = running->own;
		e = (struct ring_end){ own.put, own.taken, false };
		replayed = reloaded = 0;
		if (setjmp(stop) != 0)
			return next;
		if (side == CLIENT)
			client(&own, &e);
		else
			server(&own, &e);
		wrong_entry |= e.broken;
		own.put = (uint8_t)e.put;
		own.taken = (uint8_t)e.taken;
		s->side[side].own = own;
		s->side[side].steps = s->side[side].loads = 0;
		memset(s->side[side].loaded, 0, LOADS);
	}
	return (struct step){ END, { 0 } };
}

/* ---- the states ---- */

static struct state *states;
static uint32_t *places;		/* of a hash table: 0, or 1 + the number of a state */
static unsigned known;

static void reach(struct state *s)
{
	const unsigned char *bytes = (const unsigned char *)s;
	uint32_t hash = 2166136261u;

	next_step(s, CLIENT);
	next_step(s, SERVER);
	for (size_t i = 0; i < sizeof(*s); i++)
		hash = (hash ^ bytes[i]) * 16777619u;
	for (hash %= 2 * STATES; places[hash]; hash = (hash + 1) % (2 * STATES))
		if (memcmp(&states[places[hash] - 1], s, sizeof(*s)) == 0)
			return;
	if (known == STATES)
		return;
	states[known++] = *s;
	places[hash] = known;
}

/* Stores come to memory: any that is not behind one of the same word, nor, if it is a release, any other. */
static void reach_stores(const struct state *s, unsigned side)
{
	const struct side *own = &s->side[side];

	for (unsigned i = 0; i < own->buffered; i++) {
		struct store store = own->buffer[i];
		struct state to = *s;
		bool may = i == 0 || !store.release;

		for (unsigned before = 0; before < i; before++)
			may &= own->buffer[before].word != store.word;
		if (!may)
			continue;
		to.memory[store.word] = store.value;
		to.side[side].buffered--;
		for (unsigned at = i; at + 1 < BUFFERED; at++)
			to.side[side].buffer[at] = to.side[side].buffer[at + 1];
		to.side[side].buffer[BUFFERED - 1] = (struct store){ 0 };
		reach(&to);
	}
}

static uint8_t value_of(const struct state *s, unsigned side, unsigned word)
{
	uint8_t value = s->memory[word];

	for (unsigned i = 0; i < s->side[side].buffered; i++)
		if (s->side[side].buffer[i].word == word)
			value = s->side[side].buffer[i].value;
	return value;
}

/* Returns false if the side cannot do its next step now. */
static bool reach_step(const struct state *s, unsigned side, const struct step *own, const struct step *other)
{
	struct state to = *s;
	struct side *mine = &to.side[side];

	if (own->kind == END || own->kind == WAIT || (own->kind == FENCE && mine->buffered > 0)
	    || (own->kind == STORE && mine->buffered == BUFFERED)
	    || (own->kind == BELL && other->kind != WAIT && other->kind != END))
		return false;
	mine->steps++;
	if (own->kind == LOAD)
		mine->loaded[mine->loads++] = value_of(s, side, own->store.word);
	if (own->kind == STORE) {
		mine->buffer[mine->buffered] = own->store;
		mine->buffer[mine->buffered++].release &= omitted != OMIT_RELEASE;
	}
	if (own->kind == BELL && other->kind == WAIT)
		to.side[!side].steps++;
	reach(&to);
	return true;
}

/* All that can come after a state, and what is wrong with it. */
static enum verdict expand(struct state *s)
{
	struct step n[SIDES] = { next_step(s, CLIENT), next_step(s, SERVER) };
	bool any = s->side[CLIENT].buffered > 0 || s->side[SERVER].buffered > 0;

	if (wrong_entry)
		return WRONG_ENTRY;
	if (n[CLIENT].kind == BELL && n[SERVER].kind == BELL)
		return BOTH_SEND;
	for (unsigned side = 0; side < SIDES; side++) {
		reach_stores(s, side);
		any |= reach_step(s, side, &n[side], &n[!side]);
	}
	for (unsigned side = 0; !any && side < SIDES; side++)
		if (n[side].kind == BELL) {		/* its time is over */
			struct state to = *s;

			to.side[side].steps++;
			reach(&to);
			return RIGHT;
		}
	return any || (n[CLIENT].kind == END && n[SERVER].kind == END) ? RIGHT : STUCK;
}

static enum verdict explore(enum omitted what, unsigned count, unsigned under_way)
{
	struct state first;
	enum verdict v = RIGHT;

	memset(&first, 0, sizeof(first));
	states = calloc(STATES, sizeof(*states));
	places = calloc(2 * STATES, sizeof(*places));
	omitted = what;
	requests = count;
	most = under_way;
	wrong_entry = false;
	known = 0;
	reach(&first);
	for (unsigned i = 0; i < known && v == RIGHT; i++) {
		struct state s = states[i];

		v = known == STATES ? TOO_LARGE : expand(&s);
	}
	free(states);
	free(places);
	return v;
}

TEST(HRNG0001, "in all orders of the steps of two sides each entry comes whole, and no wake-up is lost")
{
	CHECK(explore(OMIT_NONE, 3, 1) == RIGHT);
	CHECK(explore(OMIT_NONE, 2, PLACES) == RIGHT);
}

TEST(HRNG0002, "without barrier, last look, release or cleared flag the same search finds what goes wrong")
{
	CHECK(explore(OMIT_FENCE, 1, 1) == STUCK);
	CHECK(explore(OMIT_LOOK, 1, 1) == STUCK);
	CHECK(explore(OMIT_RELEASE, 1, 1) == WRONG_ENTRY);
	CHECK(explore(OMIT_AWAKE, 3, 1) == BOTH_SEND);
}
