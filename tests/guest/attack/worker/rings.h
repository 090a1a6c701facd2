/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rings.h - the client's side of a driver's rings, for workers: BUFFERS places for what comes, and one more
 * for what is sent.
 */
#ifndef WORKER_RINGS_H
#define WORKER_RINGS_H

#include <pecan/link.h>

enum { BUFFERS = 8 };

/* Bytes: from place to place, of a buffer. */
struct rings { struct link link; unsigned step, room; };

void rings_begin(struct rings *r, const char *name);

/* Wait until there is a driver. Returns true if it is another one than before; it has all buffers. */
bool rings_connect(struct rings *r);

static inline char *rings_at(const struct rings *r, unsigned i)
{
	return (char *)r->link.block.at + sizeof(struct link_rings) + i * r->step;
}

/* The bytes in the last place. */
void rings_send(struct rings *r, unsigned bytes);

/* Returns true if the device has read the packet sent last; its place must not be written before. */
bool rings_is_sent(struct rings *r);

/* Until something comes, for a while. */
void rings_wait(struct rings *r);

enum rings_came { RINGS_NONE, RINGS_ENTRY, RINGS_WRONG };

/* The next buffer with something; it is to be given back. RINGS_WRONG: no driver that is right says that. */
enum rings_came rings_take(struct rings *r, struct link_entry *e);
void rings_give(struct rings *r, unsigned i);

#endif
