/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link.c - work at the network card: packets that the other end sends back as they are. Each says its number
 * in all of its words. One that does not come back is sent again, as networks lose packets; one that comes
 * back with other bytes is wrong.
 */
#include <string.h>

#include "rings.h"
#include "worker.h"

enum { STEP = 2048, WORDS = 64, HEAD = 16, BYTES = HEAD + WORDS * WORD };

static struct rings rings = { .step = STEP, .room = LINK_BUFFER };
static L4_Word_t number;

static void send(void)
{
	static const unsigned char head[HEAD] = { 0x52, 0x55, 0, 0, 0, 2, 0x52, 0x54, 0, 0x12, 0x34, 0x56, 0x88,
						  0xb5 };
	char *to = rings_at(&rings, BUFFERS);

	memcpy(to, head, HEAD);
	for (unsigned i = 0; i < WORDS; i++)
		memcpy(to + HEAD + i * WORD, &(L4_Word_t){ work_word(number, i) }, WORD);
	rings_send(&rings, BYTES);
}

enum reply { NONE, OLD, RIGHT, WRONG };

static enum reply judge(struct link_entry e)
{
	const char *from = rings_at(&rings, e.tag) + LINK_HEADER;
	L4_Word_t word, first = 0;

	if (e.bytes == 0)
		return OLD;			/* the driver gives the buffer back */
	if (e.bytes != BYTES)
		return WRONG;
	for (unsigned i = 0; i < WORDS; i++) {
		memcpy(&word, from + HEAD + i * WORD, WORD);
		if (i == 0)
			first = word;
		if (word != first + i)
			return WRONG;
	}
	return first == work_word(number, 0) ? RIGHT : OLD;
}

/* The next packet, if there is one. */
static enum reply receive(void)
{
	struct link_entry e;
	enum rings_came came = rings_take(&rings, &e);
	enum reply r;

	if (came != RINGS_ENTRY)
		return came == RINGS_NONE ? NONE : WRONG;
	r = judge(e);
	rings_give(&rings, e.tag);
	return r;
}

/* A driver that passes no packet on is found by the watchdog, as this does not return. */
static void link_round(void)
{
	enum reply r = NONE;

	number++;
	do {
		rings_connect(&rings);
		if (r == NONE && rings_is_sent(&rings))
			send();
		if (r == NONE)
			rings_wait(&rings);
		r = receive();
	} while (r != RIGHT && r != WRONG);
	work_result(r == RIGHT);
}

static void link_begin(void) { rings_begin(&rings, LINK_NAME); }

const struct work link_work = { "virtio-net", link_begin, link_round };
