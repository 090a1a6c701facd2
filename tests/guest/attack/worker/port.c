/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * port.c - work at virtio's console: pieces of bytes that the other end sends back as they are. Each says its
 * number in all of its words. With another driver bytes may be missing and may come twice
 * (docs/user/devices.md): then all that comes is dropped until nothing comes any more.
 */
#include <string.h>

#include "rings.h"
#include "worker.h"

enum { PIECE = 64, WORDS = PIECE / WORD, QUIET = 3 };

static struct rings rings = { .step = PIECE, .room = PIECE };
static L4_Word_t number;

static void send(void)
{
	for (unsigned i = 0; i < WORDS; i++)
		memcpy(rings_at(&rings, BUFFERS) + i * WORD, &(L4_Word_t){ work_word(number, i) }, WORD);
	rings_send(&rings, PIECE);
}

/* What comes next is what was sent, from the byte `got` on: how many bytes are; -1: they are not. */
static int compare(unsigned got)
{
	struct link_entry e;
	enum rings_came came = rings_take(&rings, &e);
	bool same;

	if (came != RINGS_ENTRY)
		return came == RINGS_NONE ? 0 : -1;
	same = e.bytes <= PIECE - got
	       && memcmp(rings_at(&rings, e.tag), rings_at(&rings, BUFFERS) + got, e.bytes) == 0;
	rings_give(&rings, e.tag);
	return same ? e.bytes : -1;
}

static void drop_old(void)
{
	for (unsigned quiet = 0; quiet < QUIET; quiet++) {
		struct link_entry e;

		if (rings_connect(&rings))
			quiet = 0;
		rings_wait(&rings);
		for (; rings_take(&rings, &e) == RINGS_ENTRY; quiet = 0)
			rings_give(&rings, e.tag);
	}
}

/* A driver that passes no bytes on is found by the watchdog, as this does not return. */
static void port_round(void)
{
	bool sent = false;
	unsigned got = 0;
	int n = 0;

	number++;
	for (; got < PIECE && n >= 0; got += n > 0 ? (unsigned)n : 0) {
		if (rings_connect(&rings)) {
			drop_old();
			sent = false;
			got = 0;
		}
		if (!sent && rings_is_sent(&rings)) {
			send();
			sent = true;
		}
		rings_wait(&rings);
		n = compare(got);
	}
	work_result(n >= 0);
}

static void port_begin(void) { rings_begin(&rings, LINK_HVC); }

const struct work port_work = { "virtio-console", port_begin, port_round };
