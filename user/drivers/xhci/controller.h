/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * controller.h - an xHCI controller (xHCI 1.2): its registers, the ring of commands, and that of events.
 * Chapter numbers are of that specification.
 *
 * Each word that the controller writes is read once. An event counts only if it is of a block that is under
 * way; any other is ignored. Where the controller writes nothing can limit.
 */
#ifndef XHCI_CONTROLLER_H
#define XHCI_CONTROLLER_H

#include <l4/ipc.h>
#include <pecan/pci.h>

#include "trb.h"

enum {
	XHCI_SLOTS = 8, XHCI_PORTS = 256, XHCI_TRBS = 16, XHCI_TEXT = 512, XHCI_PACKET = 64, XHCI_PAGE = 4096,
	XHCI_CONTEXT_MAX = 64, XHCI_CONTEXTS = 32,	/* bytes of one; of a device */
};

/* A command and a status of a disk (bulk.c), without gaps up to the last byte that is sent. */
struct bulk_command { uint32_t sign, tag, bytes; uint8_t flags, unit, length, block[17]; };
struct bulk_status { uint32_t sign, tag, residue; uint8_t status, unused[3]; };
enum { BULK_COMMAND_BYTES = 31, BULK_STATUS_BYTES = 13 };

/* What the controller reaches of a device. */
struct xhci_slot {
	_Alignas(XHCI_PAGE) uint8_t context[XHCI_CONTEXTS * XHCI_CONTEXT_MAX];
	_Alignas(256) struct trb control[XHCI_TRBS];
	_Alignas(256) struct trb in[XHCI_TRBS];
	_Alignas(256) struct trb out[XHCI_TRBS];
	uint8_t text[XHCI_TEXT];
	uint8_t packet[XHCI_PACKET];
	_Alignas(64) struct bulk_command command;
	_Alignas(64) struct bulk_status status;
	_Alignas(64) uint8_t answer[XHCI_PACKET];	/* of a disk to a command about itself */
};

enum { XHCI_EVENTS = XHCI_PAGE / sizeof(struct trb), XHCI_SCRATCH = 64 };

struct xhci_memory {
	_Alignas(XHCI_PAGE) uint8_t input[(1 + XHCI_CONTEXTS) * XHCI_CONTEXT_MAX];
	_Alignas(XHCI_PAGE) struct trb event[XHCI_EVENTS];
	_Alignas(XHCI_PAGE) uint64_t device[1 + XHCI_SLOTS];	/* [0]: the list `scratch` */
	_Alignas(256) struct trb command[XHCI_TRBS];
	_Alignas(64) uint64_t scratch[XHCI_SCRATCH];
	_Alignas(64) uint64_t event_table[2];
	struct xhci_slot slot[XHCI_SLOTS];		/* of slots 1 .. */
};

extern struct xhci {
	struct pecan_pci pci;
	struct xhci_memory *memory;
	uint64_t physical;				/* of the memory */
	unsigned slots, ports, context_bytes;		/* bytes of a context */
	bool changed[XHCI_PORTS];			/* ports from 1 on */
} xhci;

/* Returns the physical address of something in xhci.memory. */
uint64_t xhci_physical(const volatile void *at);

/*
 * What xhci_sleep calls. event: for a transfer event of no control transfer; it may be of nothing at all. The
 * others may be 0. message: for one that is no interrupt. advance: after each sleep. latest: returns the time
 * at which the sleep that begins now must end at the latest.
 */
struct xhci_use {
	void (*event)(unsigned slot, unsigned endpoint, const struct trb *event);
	void (*message)(L4_MsgTag_t tag, L4_ThreadId_t from);
	void (*advance)(void);
	uint64_t (*latest)(void);
};

/* Reset the controller and start it. Returns 0, or a sentence on the error. */
const char *xhci_begin(const struct xhci_use *use);

/* End the program, with this in root's log. */
void xhci_fail(const char *why) __attribute__((noreturn));

/*
 * Sleep until an interrupt, another message, or the time, in us of the system's clock (REPORT_NEVER: for
 * ever). Then take the events that there are.
 */
void xhci_sleep(uint64_t until);

uint64_t xhci_now(void);

/* Returns true if the device at the port has been detached, or another one attached. */
bool xhci_has_left(unsigned port);

/*
 * Execute a command. Returns its code; *slot, if not 0: the slot that the controller names. A command that is
 * not done in some seconds is aborted; a controller that does not do that either ends the program.
 */
unsigned xhci_command(struct trb t, unsigned *slot);

/* The doorbell of a device's endpoint, after trb_put. */
void xhci_ring(unsigned slot, unsigned endpoint);

/*
 * Execute a control transfer of `count` blocks, of a device at this port. Returns the code of the last
 * block, or of the first error; TRB_NONE: there was no answer in time, or the port has changed.
 */
enum { XHCI_STAGES = 3 };
unsigned xhci_control(unsigned slot, unsigned port, struct trb_ring *ring, const struct trb *stage,
		      unsigned count);

/* Bits of a port's register (5.4.8). */
enum {
	XHCI_CONNECTED = 1 << 0, XHCI_ENABLED = 1 << 1, XHCI_RESET = 1 << 4,
	XHCI_SPEED_SHIFT = 10, XHCI_SPEED = 0xf,
	XHCI_CONNECT_CHANGE = 1 << 17, XHCI_RESET_CHANGE = 1 << 21, XHCI_CHANGES = 0x7f << 17,
};
uint32_t xhci_port(unsigned port);

/* Write bits that do something: a reset, or changes that are to be cleared. All others keep their values. */
void xhci_set_port(unsigned port, uint32_t bits);

#endif
