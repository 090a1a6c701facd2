/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ring.h - entries between two tasks by shared memory, without a message while both of them work:
 * docs/user/rings.md.
 *
 * Rings come in pairs. What the client puts into the first one - a request, an empty buffer - comes back from
 * the server by the second one, each entry once, in any order. So each side knows by indices of its own how
 * many entries are under way, and the rings are full when as many are under way as a ring has places.
 *
 *   G1  a side keeps its indices in private memory (struct ring_end), and never reads what it has written
 *       into shared memory. They only grow, modulo 2^32
 *   G2  an entry is written before the index of its ring (release), and read after it (acquire)
 *   G3  a place is written again only when its entry has been copied: the client has as many entries under
 *       way as a ring has places at the most, and the server answers what it has copied only
 *   G4  an index of the other side is true only if it fits to what is under way: to the server come as many
 *       requests as are missing to a full ring, to the client as many answers as are under way. Any other one
 *       is a lie: the end is broken, and nothing is taken from it any more
 *   G5  an entry is copied once, and only the copy is looked at
 *   G6  no wake-up is lost: a side that waits writes `sleeps`, then looks at its rings; the other one writes
 *       an index, then looks at `sleeps`; each has a full barrier between the two, so one of them at least
 *       sees what the other has written
 *   G7  the two sides never send to each other at the same time: a side writes that it does not sleep before
 *       it looks at the other one's `sleeps`, with a full barrier between the two
 *
 * Nothing here waits or sends. A side that has ended is noticed by the IPC of its user; with its successor
 * both begin with rings of zeros and ends of zeros.
 */
#ifndef PECAN_RING_H
#define PECAN_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Declares struct `name`, a ring in shared memory. */
#define RING(name, type, places) \
	struct name { uint32_t index, unused[15]; type entry[places]; }; \
	_Static_assert(((places) & ((places) - 1)) == 0, "a power of two, as the index wraps around at one")

#define RING_PLACES(ring)	((uint32_t)(sizeof((ring)->entry) / sizeof((ring)->entry[0])))

/* One side's indices of a pair of rings. */
struct ring_end {
	uint32_t put, taken;		/* number of entries put into one ring, taken out of the other */
	bool broken;			/* the other side has lied (G4) */
};

/* Returns the number of entries under way: for the client; for the server. */
static inline uint32_t ring_asked(const struct ring_end *e) { return e->put - e->taken; }
static inline uint32_t ring_held(const struct ring_end *e) { return e->taken - e->put; }

/* Of the client: put a request, *from, into a ring. Evaluates to false if the rings are full. */
#define ring_ask(end, ring, from) \
	(ring_asked(end) < RING_PLACES(ring) && (ring_put(end, ring, from), true))

/* Of the server: put the answer, *from, to one of the requests that it holds. */
#define ring_answer(end, ring, from)	ring_put(end, ring, from)

/*
 * Copy the next entry of a ring to *to: the client's next answer, the server's next request. Evaluates to
 * false if there is none, or the end is broken.
 */
#define ring_take(end, ring, to) \
	(ring_comes(end, &(ring)->index, ring_asked(end)) && (ring_copy(end, ring, to), true))
#define ring_next(end, ring, to) \
	(ring_comes(end, &(ring)->index, RING_PLACES(ring) - ring_held(end)) && (ring_copy(end, ring, to), true))

/* Returns true if there is anything to take, for the last look before the side waits. */
static inline bool ring_has_more(const struct ring_end *e, const uint32_t *index)
{
	return !e->broken && __atomic_load_n(index, __ATOMIC_ACQUIRE) != e->taken;
}

/* The side is about to wait. Look at its rings, and all else that it waits for, after this. */
static inline void ring_sleep(uint32_t *own_sleeps)
{
	__atomic_store_n(own_sleeps, 1, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);	/* G6 */
}

static inline void ring_awake(uint32_t *own_sleeps)
{
	__atomic_store_n(own_sleeps, 0, __ATOMIC_RELAXED);
}

/* Call it after ring_ask or ring_answer. Returns true if the other side needs a message. */
static inline bool ring_sleeps(const uint32_t *other_sleeps)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);	/* G6, G7 */
	return __atomic_load_n(other_sleeps, __ATOMIC_RELAXED) != 0;
}

/* ---- the parts of the above ---- */

/* The place of entry number n; `or` is another pointer to such an entry: its type is checked. */
#define RING_PLACE(ring, n, or)	(1 ? &(ring)->entry[(n) % RING_PLACES(ring)] : (or))

#define ring_put(end, ring, from) \
	ring_write(end, &(ring)->index, (void *)RING_PLACE(ring, (end)->put, from), from, sizeof(*(from)))
#define ring_copy(end, ring, to) \
	ring_read(end, RING_PLACE(ring, (end)->taken, to), to, sizeof(*(to)))

static inline void ring_write(struct ring_end *e, uint32_t *index, void *place, const void *from,
			      size_t bytes)
{
	__builtin_memcpy(place, from, bytes);
	__atomic_store_n(index, ++e->put, __ATOMIC_RELEASE);
}

static inline bool ring_comes(struct ring_end *e, const uint32_t *index, uint32_t most)
{
	uint32_t ready = __atomic_load_n(index, __ATOMIC_ACQUIRE) - e->taken;

	if (ready - 1 < most && !e->broken)	/* 1 to most, and wraps around for 0 */
		return true;
	e->broken |= ready != 0;
	return false;
}

static inline void ring_read(struct ring_end *e, const void *place, void *to, size_t bytes)
{
	__builtin_memcpy(to, place, bytes);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);	/* G5: the compiler must not read it again */
	e->taken++;
}

#endif
