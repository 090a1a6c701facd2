/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * usb.c - see usb.h.
 */
#include <pecan/endian.h>
#include <string.h>

#include "descriptor.h"
#include "usb.h"

/* Contexts (6.2): of what the controller is to look at, of the slot, of endpoints from 1 on. */
enum {
	INPUT = 0, INPUT_SLOT = 1, INPUT_ENDPOINTS = 1, DROP = 0, ADD = 1, OF_SLOT = 1 << 0, OF_CONTROL = 1 << 1,
	SPEED_SHIFT = 20, PORT_SHIFT = 16, ENTRIES_SHIFT = 27, INTERVAL_SHIFT = 16,
	RETRIES = 3 << 1, CONTROL = 4, KIND_SHIFT = 3, PACKET_SHIFT = 16,
	RING_CYCLE = 1 << 0, AVERAGE_CONTROL = 8, AVERAGE_BULK = 4096,
};

enum {
	DEVICE = 1 << 8, CONFIGURATION = 2 << 8, TEXT = 3 << 8, ENGLISH = 0x409,
	DEVICE_HEAD = 8, DEVICE_BYTES = 18, DEVICE_PACKET = 7, DEVICE_SERIAL = 16,
	TEXT_HEAD = 2, TEXT_MOST = 255, ENDPOINT_HALT = 0, ENDPOINT_IN = 0x80,
};

const char usb_fails[] = "does not do what it should";

struct usb_device usb_devices[XHCI_SLOTS + 1];

struct xhci_slot *usb_memory(const struct usb_device *d) { return &xhci.memory->slot[d->slot - 1]; }

/* ---- slots ---- */

struct usb_device *usb_enable(unsigned port, unsigned speed)
{
	unsigned slot;

	if (xhci_command((struct trb){ .head = trb_head(TRB_ENABLE_SLOT) }, &slot) != TRB_SUCCESS || slot == 0
	    || slot > xhci.slots || usb_devices[slot].port != 0)
		return NULL;
	usb_devices[slot] = (struct usb_device){ .slot = slot, .port = port, .speed = speed };
	return &usb_devices[slot];
}

void usb_disable(struct usb_device *d)
{
	struct trb t = { .head = trb_head(TRB_DISABLE_SLOT) | d->slot << TRB_SLOT_SHIFT };

	d->in.trb = d->out.trb = 0;
	if (xhci_command(t, 0) != TRB_SUCCESS)
		xhci_fail("does not free a slot");
	xhci.memory->device[d->slot] = 0;
	d->port = 0;
}

/* A command for an endpoint, as contexts number them. */
static bool command(const struct usb_device *d, enum trb_kind kind, unsigned endpoint, uint64_t at)
{
	struct trb t = { at, 0, trb_head(kind) | endpoint << TRB_ENDPOINT_SHIFT | d->slot << TRB_SLOT_SHIFT };

	return xhci_command(t, 0) == TRB_SUCCESS;
}

/* ---- contexts ---- */

static uint32_t *input(unsigned n) { return (uint32_t *)(xhci.memory->input + n * xhci.context_bytes); }

static void put_endpoint(unsigned n, uint32_t kind, unsigned packet, const struct trb_ring *ring)
{
	uint32_t *c = input(INPUT_ENDPOINTS + n);

	c[1] = le32(RETRIES | kind << KIND_SHIFT | packet << PACKET_SHIFT);
	c[2] = le32((uint32_t)ring->physical | RING_CYCLE);
	c[3] = le32((uint32_t)(ring->physical >> 32));
	c[4] = le32(AVERAGE_CONTROL);
}

static bool configure(struct usb_device *d, enum trb_kind kind, uint32_t what, unsigned entries)
{
	input(INPUT)[ADD] = le32(what);
	input(INPUT_SLOT)[0] = le32(d->speed << SPEED_SHIFT | entries << ENTRIES_SHIFT);
	input(INPUT_SLOT)[1] = le32(d->port << PORT_SHIFT);
	return command(d, kind, 0, xhci_physical(xhci.memory->input));
}

static void put_pipe(struct usb_device *d, struct usb_pipe *p)
{
	struct xhci_slot *m = usb_memory(d);
	struct trb *ring = p == &d->in ? m->in : m->out;
	uint32_t *c = input(INPUT_ENDPOINTS + p->endpoint);

	memset(ring, 0, sizeof(m->in));
	p->trb = 0;
	p->ring = trb_ring(ring, xhci_physical(ring), XHCI_TRBS);
	put_endpoint(p->endpoint, p->kind, p->packet, &p->ring);
	c[0] = le32(p->interval << INTERVAL_SHIFT);
	c[4] = le32(p->kind == USB_INTERRUPT_IN ? p->packet | (uint32_t)p->packet << 16 : AVERAGE_BULK);
}

static unsigned last_endpoint(const struct usb_device *d)
{
	return d->in.endpoint > d->out.endpoint ? d->in.endpoint : d->out.endpoint;
}

/* ---- control transfers ---- */

/* After an error the endpoint has stopped at a block of the transfer: let it begin behind that. */
static void recover_control(struct usb_device *d)
{
	struct trb_ring *r = &d->control;

	if (command(d, TRB_RESET_ENDPOINT, 1, 0))
		command(d, TRB_SET_DEQUEUE, 1, (r->physical + r->at * sizeof(struct trb)) | r->cycle);
}

bool usb_control(struct usb_device *d, unsigned request, unsigned value, unsigned index, unsigned bytes)
{
	uint64_t setup = request | (uint64_t)value << 16 | (uint64_t)index << 32 | (uint64_t)bytes << 48;
	struct trb stage[XHCI_STAGES] = { { setup, sizeof(setup), trb_head(TRB_SETUP) | TRB_IMMEDIATE } };
	unsigned n = 1, code;

	if (bytes > 0) {
		stage[0].head |= TRB_SETUP_IN;
		stage[n++] = (struct trb){ xhci_physical(usb_memory(d)->text), bytes, trb_head(TRB_DATA) | TRB_IN };
	}
	stage[n] = (struct trb){ .head = trb_head(TRB_STATUS) | TRB_INTERRUPT };
	stage[n++].head |= bytes > 0 ? 0 : (uint32_t)TRB_IN;	/* the other way than data */
	code = xhci_control(d->slot, d->port, &d->control, stage, n);
	if (code != TRB_SUCCESS && code != TRB_NONE)
		recover_control(d);
	return code == TRB_SUCCESS;
}

/* ---- a new device ---- */

/* A device of full speed says how long its packets are. */
static bool learn_packet(struct usb_device *d)
{
	unsigned packet;

	if (!usb_control(d, USB_GET_DESCRIPTOR, DEVICE, 0, DEVICE_HEAD))
		return false;
	packet = usb_memory(d)->text[DEVICE_PACKET];
	if (d->speed != USB_FULL || packet == 8)
		return true;
	if (packet != 16 && packet != 32 && packet != 64)
		return false;
	put_endpoint(1, CONTROL, packet, &d->control);
	return configure(d, TRB_EVALUATE, OF_CONTROL, 1);
}

/* The slot's memory is zeroed: so are bytes of descriptors that the device does not send. */
bool usb_address(struct usb_device *d)
{
	static const unsigned packet[] = { 0, 8, 8, 64, 512, 512 };	/* by speed */
	struct xhci_slot *m = usb_memory(d);

	memset(m, 0, sizeof(*m));
	memset(xhci.memory->input, 0, sizeof(xhci.memory->input));
	d->control = trb_ring(m->control, xhci_physical(m->control), XHCI_TRBS);
	put_endpoint(1, CONTROL, packet[d->speed], &d->control);
	xhci.memory->device[d->slot] = le64(xhci_physical(m->context));
	return configure(d, TRB_ADDRESS, OF_SLOT | OF_CONTROL, 1) && learn_packet(d);
}

/* The device may write its text at any time: it is looked at in a copy. */
unsigned usb_configuration(struct usb_device *d, uint8_t text[XHCI_TEXT])
{
	unsigned bytes;

	if (!usb_control(d, USB_GET_DESCRIPTOR, CONFIGURATION, 0, DESCRIPTOR_HEAD))
		return 0;
	memcpy(text, usb_memory(d)->text, DESCRIPTOR_HEAD);
	bytes = text[DESCRIPTOR_TOTAL] | (unsigned)text[DESCRIPTOR_TOTAL + 1] << 8;
	bytes = bytes < XHCI_TEXT ? bytes : XHCI_TEXT;
	if (bytes < DESCRIPTOR_HEAD || !usb_control(d, USB_GET_DESCRIPTOR, CONFIGURATION, 0, bytes))
		return 0;
	memcpy(text, usb_memory(d)->text, bytes);
	return bytes;
}

bool usb_use(struct usb_device *d, unsigned configuration)
{
	uint32_t what = OF_SLOT;

	memset(xhci.memory->input, 0, sizeof(xhci.memory->input));
	for (unsigned i = 0; i < 2; i++) {
		struct usb_pipe *p = i == 0 ? &d->in : &d->out;

		if (p->endpoint == 0)
			continue;
		put_pipe(d, p);
		what |= 1u << p->endpoint;
	}
	return configure(d, TRB_CONFIGURE, what, last_endpoint(d))
	       && usb_control(d, USB_SET_CONFIGURATION, configuration, 0, 0);
}

/* ---- texts ---- */

static unsigned serial_number(struct usb_device *d)
{
	bool answered = usb_control(d, USB_GET_DESCRIPTOR, DEVICE, 0, DEVICE_BYTES);

	return answered ? usb_memory(d)->text[DEVICE_SERIAL] : 0;
}

void usb_serial(struct usb_device *d, char *text, unsigned most)
{
	unsigned number = serial_number(d), bytes, n = 0;
	uint8_t from[TEXT_MOST];

	text[0] = 0;
	memset(usb_memory(d)->text, 0, TEXT_MOST);
	if (number == 0 || !usb_control(d, USB_GET_DESCRIPTOR, TEXT | number, ENGLISH, TEXT_MOST))
		return;
	memcpy(from, usb_memory(d)->text, TEXT_MOST);
	bytes = from[0] / 2 * 2;
	for (unsigned at = bytes > 2 * most ? bytes - 2 * (most - 1) : TEXT_HEAD; at < bytes; at += 2)
		text[n++] = from[at + 1] == 0 && from[at] > ' ' && from[at] < 0x7f ? (char)from[at] : '?';
	text[n] = 0;
}

/* ---- other transfers ---- */

void usb_ask(struct usb_device *d, struct usb_pipe *p, uint64_t physical, uint32_t bytes)
{
	struct trb t = { physical, bytes, trb_head(TRB_NORMAL) | TRB_INTERRUPT };

	p->asked = bytes;
	p->trb = trb_put(&p->ring, t);
	xhci_ring(d->slot, p->endpoint);
}

/*
 * Dropped and added, the endpoint begins at its first packet again, at both sides. It has to stop before, if
 * it has not by itself.
 */
bool usb_restart(struct usb_device *d, struct usb_pipe *p)
{
	unsigned index = p->endpoint / 2 | (p->endpoint % 2 ? ENDPOINT_IN : 0);

	p->trb = 0;
	command(d, TRB_STOP_ENDPOINT, p->endpoint, 0);
	memset(xhci.memory->input, 0, sizeof(xhci.memory->input));
	put_pipe(d, p);
	input(INPUT)[DROP] = le32(1u << p->endpoint);
	return configure(d, TRB_CONFIGURE, OF_SLOT | 1u << p->endpoint, last_endpoint(d))
	       && usb_control(d, USB_CLEAR_FEATURE, ENDPOINT_HALT, index, 0);
}

struct usb_device *usb_take(unsigned slot, unsigned endpoint, const struct trb *event)
{
	struct usb_device *d = slot >= 1 && slot <= xhci.slots ? &usb_devices[slot] : NULL;
	struct usb_pipe *p = !d ? NULL : d->in.endpoint == endpoint ? &d->in : &d->out;

	if (!p || p->endpoint != endpoint || p->trb == 0 || p->trb != event->at)
		return NULL;
	p->trb = 0;
	p->code = event->state >> TRB_CODE_SHIFT;
	p->left = event->state & TRB_LEFT;
	if (p->left > p->asked) {
		p->left = p->asked;
		p->code = TRB_ERROR;
	}
	return d;
}
