/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xdev.h - an xHCI controller on the bus of pci.h, as its driver sees it, with a device at each port that a
 * test attaches. It stops the test if the driver gives it memory that it does not reach, or breaks the rules
 * of a ring. A test lets it execute commands and transfers, or lets it lie.
 */
#ifndef TESTS_DRIVERS_XDEV_H
#define TESTS_DRIVERS_XDEV_H

#include "pci.h"
#include "xstore.h"

enum { XDEV_PORTS = 4, XDEV_SLOTS = 16, XDEV_TEXT = 600, XDEV_ENDPOINTS = 32,
       XDEV_FULL = 1, XDEV_LOW = 2, XDEV_HIGH = 3, XDEV_SUPER = 4,
       XDEV_TRANSFER = 32, XDEV_COMMAND = 33, XDEV_PORT = 34 };

struct xdev_trb { uint64_t at; uint32_t state, head; };
struct xdev_ring { uint64_t at; uint32_t cycle; };

/* A device. packet: of its control endpoint; text: its configuration. */
struct xdev_device {
	unsigned speed, packet, bytes, requests;
	uint8_t text[XDEV_TEXT];
	bool silent;			/* it answers no request */
	unsigned stalls;		/* it refuses the request with this number; 0: none */
	unsigned boot, idle, configuration;	/* boot: SET_PROTOCOL, idle: SET_IDLE came */
	struct xstore *store;			/* it is a disk; NULL: a keyboard */
};

struct xdev {
	struct pci_device pci;
	uint32_t abilities[8], command, state, port[XDEV_PORTS + 1], interrupts;
	uint64_t ring, contexts, next_event, table;
	uint32_t table_entries, configured;
	struct xdev_ring commands, endpoint[XDEV_SLOTS + 1][XDEV_ENDPOINTS];
	bool halted[XDEV_SLOTS + 1][XDEV_ENDPOINTS], stopped[XDEV_SLOTS + 1][XDEV_ENDPOINTS];
	unsigned host_resets[XDEV_SLOTS + 1][XDEV_ENDPOINTS];	/* of the endpoint's first packet */
	unsigned device_resets[XDEV_SLOTS + 1][XDEV_ENDPOINTS];
	unsigned port_of[XDEV_SLOTS + 1];	/* 0: the slot is free */
	unsigned event, event_entries;		/* the next one */
	uint64_t events;
	uint32_t cycle;
	struct xdev_device *device[XDEV_PORTS + 1];
	unsigned resets, aborts, disabled, most_slots;	/* most_slots: in use at a time */
	unsigned evaluated;			/* the packet of a command EVALUATE */
	uint32_t interval;			/* of the last keyboard */
	bool line, waits;			/* waits: the driver has not taken the last event */
	bool gone, stuck, never_starts, mute, no_abort, address_hangs, no_slots;
	unsigned stopping;			/* reads of a register until the ring of commands has stopped */
	unsigned unready;			/* reads of its state until registers may be written */
	unsigned leaves;			/* the device at this port, when the driver clears a change */
	unsigned lying_slot;			/* the slot that it says it has enabled */
};

/* A controller at PCI_LINE_PLACE, without devices. line: without messages. */
void xdev_add(struct xdev *x, bool line);

/* A keyboard of this speed; as text of its configuration that of a common one. */
struct xdev_device xdev_keyboard(unsigned speed);

void xdev_attach(struct xdev *x, unsigned port, struct xdev_device *d);
void xdev_detach(struct xdev *x, unsigned port);

/* The controller switches a port off, as after an error of its line. */
void xdev_disable(struct xdev *x, unsigned port);

/* Bits of changes of a port: only the first one makes an event (xHCI 1.2, 4.19.2). */
void xdev_change(struct xdev *x, unsigned port, uint32_t bits);

/* The keyboard at a port sends a report. Returns false if the driver does not ask for one. */
bool xdev_report(struct xdev *x, unsigned port, const uint8_t *report, unsigned bytes);

/* The same with any code, and any number of bytes that are said to be missing. */
bool xdev_lie(struct xdev *x, unsigned port, unsigned code, uint32_t left);

/* For devices: the next block of a ring, and where it is; an event about one. */
bool xdev_take(struct xdev_ring *r, struct xdev_trb *t, uint64_t *at);
void xdev_complete(struct xdev *x, unsigned kind, uint64_t at, uint32_t state, uint32_t who);

/* An event with any contents but the bit of its round. */
void xdev_event(struct xdev *x, struct xdev_trb t);

/* The block that waits for a report of the port's keyboard; the slot of that. 0: none. */
uint64_t xdev_pending(struct xdev *x, unsigned port, unsigned *slot);

#endif
