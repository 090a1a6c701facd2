/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trb.h - the rings of an xHCI controller (xHCI 1.2, 4.9 and 6.4): one side puts blocks of 16 bytes, each
 * with a bit that says in which round it was written, the other side takes them. Fields are in the byte
 * order of the CPU here.
 */
#ifndef XHCI_TRB_H
#define XHCI_TRB_H

#include <stdbool.h>
#include <stdint.h>

struct trb { uint64_t at; uint32_t state, head; };

enum trb_kind {
	TRB_NORMAL = 1, TRB_SETUP = 2, TRB_DATA = 3, TRB_STATUS = 4, TRB_LINK = 6,
	TRB_ENABLE_SLOT = 9, TRB_DISABLE_SLOT = 10, TRB_ADDRESS = 11, TRB_CONFIGURE = 12, TRB_EVALUATE = 13,
	TRB_RESET_ENDPOINT = 14, TRB_STOP_ENDPOINT = 15, TRB_SET_DEQUEUE = 16,
	TRB_TRANSFER_EVENT = 32, TRB_COMMAND_EVENT = 33, TRB_PORT_EVENT = 34,
};

enum {
	TRB_CYCLE = 1 << 0, TRB_TOGGLE = 1 << 1, TRB_INTERRUPT = 1 << 5, TRB_IMMEDIATE = 1 << 6,
	TRB_KIND_SHIFT = 10, TRB_KIND = 0x3f, TRB_IN = 1 << 16, TRB_SETUP_IN = 3 << 16,
	TRB_ENDPOINT_SHIFT = 16, TRB_ENDPOINT = 0x1f, TRB_SLOT_SHIFT = 24,
	TRB_CODE_SHIFT = 24, TRB_LEFT = 0xffffff, TRB_PORT_SHIFT = 24,
};

/* What an event says of a block. */
enum trb_code {
	TRB_NONE = 0, TRB_SUCCESS = 1, TRB_ERROR = 4, TRB_STALL = 6, TRB_SHORT = 13, TRB_STOPPED = 24,
};

struct trb_ring {
	volatile struct trb *trb;
	uint64_t physical;
	unsigned entries, at;
	uint32_t cycle;
};

/* A ring in zeroed memory that the controller reaches. */
struct trb_ring trb_ring(volatile struct trb *trb, uint64_t physical, unsigned entries);

/*
 * Write the next block. Returns its physical address, by which an event names it. The last entry of the ring
 * leads to the first one; the caller has fewer blocks under way than there are others.
 */
uint64_t trb_put(struct trb_ring *r, struct trb t);

/* Read the next block, of a ring that the controller writes. Returns false if there is none. */
bool trb_take(struct trb_ring *r, struct trb *t);

static inline uint32_t trb_head(enum trb_kind kind) { return (uint32_t)kind << TRB_KIND_SHIFT; }

#endif
