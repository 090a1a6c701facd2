/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lent.c - see lent.h. A page of root's store is a slot here. It has blocks of one page of the disk, those of
 * the bits in `blocks`. Slots from `pages` on are gone.
 *
 *   C1  a slot that has blocks is in the list of its page's hash, another one in none; no slot from `top` on
 *       has ever had blocks
 *   C2  what is in `waiting` counts as copied; what root has not copied is dropped when it answers
 */
#include <pecan/memory.h>
#include <string.h>

#include "buffers.h"
#include "lent.h"

enum { PAGE = 4096, SLOTS = 32768, NONE = UINT16_MAX, LOOKS = 32, AGAIN = 8,
       BATCH = ROOT_CACHE_PIECES * PAGE / BLOCK_MIN };

/* The next slot with that hash, in `next` and in the heads of the lists; 0: there is none. */
#define LINK(slot)	((uint16_t)~(slot))

struct slot { uint32_t page; uint16_t next; uint8_t blocks; bool used; };

static struct slot slot[SLOTS];
uint16_t lent_heads[LENT_HEADS];
struct lent lent;
static unsigned top, hand;
static unsigned block_bytes, per;	/* per: blocks of a page; 0: a block is larger than a page */
static struct pecan_cache waiting;
static unsigned base;			/* pages, before those in `waiting` */

void lent_begin(unsigned bytes)
{
	if (top > 0)
		memset(lent_heads, 0, sizeof lent_heads);	/* else it would only take memory */
	memset(slot, 0, top * sizeof *slot);
	top = hand = 0;
	waiting.n = 0;
	block_bytes = bytes;
	per = PAGE / bytes;
	lent = (struct lent){ .shift = per > 0 ? (unsigned)__builtin_ctz(per) : 0 };
}

/* ---- slots ---- */

static bool has_page(uint64_t block)
{
	return per > 0 && block / per <= UINT32_MAX;
}

static uint8_t bit_of(uint64_t block) { return (uint8_t)(1u << block % per); }

/* The slot of the block's page, or NONE. */
static unsigned find(uint64_t block)
{
	uint32_t page;
	unsigned s;

	if (!has_page(block) || lent.pages == 0)
		return NONE;
	page = (uint32_t)(block / per);
	s = LINK(lent_heads[page % LENT_HEADS]);
	while (s != NONE && (slot[s].page != page || s >= lent.pages))
		s = LINK(slot[s].next);
	return s;
}

static unsigned find_copy(uint64_t block)
{
	unsigned s = find(block);

	return s != NONE && slot[s].blocks & bit_of(block) ? s : NONE;
}

static void take_out(unsigned s)
{
	uint16_t *at = &lent_heads[slot[s].page % LENT_HEADS];

	while (*at != LINK(s))
		at = &slot[LINK(*at)].next;
	*at = slot[s].next;
	slot[s].blocks = 0;
	slot[s].used = false;
}

/* The slot has that page from now on, of whose blocks the caller puts one (C1). */
static void give(unsigned s, uint32_t page)
{
	uint16_t *head = &lent_heads[page % LENT_HEADS];

	if (slot[s].blocks)
		take_out(s);
	if (s >= top)
		top = s + 1;
	slot[s] = (struct slot){ .page = page, .next = *head };
	*head = LINK(s);
}

/* One behind the last, or one that was not used for long, among a few. NONE: there is none. */
static unsigned next_slot(void)
{
	if (lent.pages < SLOTS && lent.pause == 0)
		return lent.pages++;
	for (unsigned looks = 0; lent.pages > 0 && looks < LOOKS; looks++) {
		hand = hand + 1 < lent.pages ? hand + 1 : 0;
		if (!slot[hand].used)
			break;
		slot[hand].used = false;
	}
	return lent.pages > 0 ? hand : NONE;
}

bool lent_has(uint64_t block) { return find_copy(block) != NONE; }

void lent_drop(uint64_t block)
{
	unsigned s = find(block);

	if (s == NONE)
		return;
	if (slot[s].blocks == bit_of(block))
		take_out(s);
	else
		slot[s].blocks &= (uint8_t)~bit_of(block);
}

/* ---- requests ---- */

/* One more block of a slot. Returns false if the request has no place for another piece. */
static bool add(struct pecan_cache *p, unsigned s, const struct buffer *b)
{
	L4_Word_t place = (L4_Word_t)s * PAGE + b->block % per * block_bytes, address = (L4_Word_t)b->bytes;
	L4_Word_t last = p->n - 1;

	if (p->n > 0 && place % PAGE != 0 && p->place[last] + p->bytes[last] == place
	    && p->address[last] + p->bytes[last] == address) {
		p->bytes[last] += block_bytes;
		return true;
	}
	if (p->n == ROOT_CACHE_PIECES)
		return false;
	p->place[p->n] = place;
	p->address[p->n] = address;
	p->bytes[p->n++] = block_bytes;
	return true;
}

/* Root has no more pages than that. */
static void shrink(L4_Word_t most)
{
	if (lent.pages > most)
		lent.pages = (unsigned)most;
}

/* What root has not copied: a new page is none, and another one has no block any more. */
static void forget(unsigned s)
{
	if (s >= base)
		shrink(s);
	else if (slot[s].blocks)
		take_out(s);
}

void lent_send(void)
{
	pecan_cache_put(&waiting);
	if (waiting.pages < base)
		shrink(waiting.pages);
	for (L4_Word_t i = waiting.done; i < waiting.n; i++)
		forget((unsigned)(waiting.place[i] / PAGE));
	if (waiting.done < waiting.n)
		lent.pause = AGAIN;
	waiting.n = 0;
	lent.waits = false;
}

/* Returns false if the request has no place for the block. */
static bool put(unsigned s, const struct buffer *b)
{
	if (!add(&waiting, s, b))
		return false;
	lent.waits = true;
	slot[s].blocks |= bit_of(b->block);
	return true;
}

void lent_put(const struct buffer *b)
{
	unsigned s = find(b->block);

	if (!has_page(b->block))
		return;
	if (waiting.n == 0)
		base = lent.pages;
	if (s != NONE && put(s, b))
		return;
	if (waiting.n == ROOT_CACHE_PIECES) {
		lent_flush();
		base = lent.pages;
		s = find(b->block);
	}
	if (s == NONE) {
		s = next_slot();
		if (s == NONE)
			return;
		give(s, (uint32_t)(b->block / per));
	}
	put(s, b);
}

/* A request for the bytes of buffers, and the piece of each of them. */
struct batch { struct pecan_cache p; struct buffer *b[BATCH]; uint8_t piece[BATCH]; unsigned n; };

/* Returns false if the batch has no place for the buffer. */
static bool want(struct batch *w, unsigned s, struct buffer *b)
{
	if (!add(&w->p, s, b))
		return false;
	slot[s].used = true;
	w->piece[w->n] = (uint8_t)(w->p.n - 1);
	w->b[w->n++] = b;
	return true;
}

/* Those that have no copy any more are added to the `left` ones of b. Returns the number of these. */
static unsigned get(struct batch *w, struct buffer **b, unsigned left)
{
	if (w->n > 0)
		pecan_cache_get(&w->p);
	for (unsigned i = 0; i < w->n; i++)
		if (w->piece[i] < w->p.done)
			w->b[i]->busy = false;
		else
			b[left++] = w->b[i];
	if (w->n > 0)
		shrink(w->p.pages);
	w->n = 0;
	w->p.n = 0;
	return left;
}

unsigned lent_fill(struct buffer **b, unsigned n)
{
	struct batch w;
	unsigned left = 0;

	w.n = 0;
	w.p.n = 0;
	for (unsigned i = 0; i < n; i++) {
		struct buffer *next = b[i];
		unsigned s = next->lent ? find_copy(next->block) : NONE;

		if (s == NONE) {
			b[left++] = next;
		} else if (!want(&w, s, next)) {
			left = get(&w, b, left);
			want(&w, s, next);
		}
	}
	return get(&w, b, left);
}

size_t lent_bytes(void)
{
	struct pecan_cache none = { 0 };

	pecan_cache_get(&none);
	shrink(none.pages);
	return (size_t)lent.pages * PAGE;
}
