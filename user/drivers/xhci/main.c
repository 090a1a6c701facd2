/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the driver of USB keyboards at the ports of an xHCI controller (docs/user/devices.md): which
 * device is at a port, and what its keys are. It sends them to the console.
 *
 * One thread does it, and waits in one place, xhci_sleep: while it sets up one device the keys of all others
 * are sent. A device that breaks a rule, or does not answer, is detached and tried again, TRIES times in
 * all.
 */
#include <pecan/device.h>
#include <pecan/endian.h>
#include <pecan/names.h>
#include <pecan/system.h>
#include <proto/console_client.h>
#include <string.h>

#include "controller.h"
#include "descriptor.h"
#include "report.h"

enum { TRIES = 3, LOOKS = 8, MS = 1000, STEADY_US = 100 * MS, RESET_US = 500 * MS, REST_US = 10 * MS };

/* Contexts (6.2): of what the controller is to look at, of the slot, of endpoints from 1 on. */
enum {
	INPUT = 0, INPUT_SLOT = 1, INPUT_ENDPOINTS = 1, ADD = 1, OF_SLOT = 1 << 0, OF_CONTROL = 1 << 1,
	SPEED_SHIFT = 20, PORT_SHIFT = 16, ENTRIES_SHIFT = 27, INTERVAL_SHIFT = 16,
	ENDPOINT_RETRIES = 3 << 1, ENDPOINT_CONTROL = 4 << 3, ENDPOINT_INTERRUPT = 7 << 3, PACKET_SHIFT = 16,
	RING_CYCLE = 1 << 0, AVERAGE_CONTROL = 8,
};

enum { FULL = 1, LOW = 2, HIGH = 3, SUPER = 4, SUPER_PLUS = 5 };

/* Requests of USB 2.0, chapter 9, and HID 1.11, chapter 7: kind and number; descriptors. */
enum {
	GET_DESCRIPTOR = 0x0680, SET_CONFIGURATION = 0x0900, SET_IDLE = 0x0a21, SET_PROTOCOL = 0x0b21,
	DEVICE = 1 << 8, CONFIGURATION = 2 << 8, DEVICE_HEAD = 8, DEVICE_PACKET = 7, BOOT_PROTOCOL = 0,
};

/* A device that has a slot. trb: the report that is under way; 0: none. */
struct device {
	unsigned slot, port, speed, endpoint;		/* port 0: the slot is free; endpoint: as in contexts */
	struct trb_ring control, in;
	uint64_t trb;
	bool failed;
	struct descriptor_keyboard keyboard;
	struct report report;
};

static struct device devices[XHCI_SLOTS + 1];	/* by slot */
static unsigned tries[XHCI_PORTS];			/* of the device at the port */
static L4_ThreadId_t console;

static const char no_keyboard[] = "is no keyboard, and is not used", fails[] = "does not do what it should";

/* ---- keys ---- */

/* A key for which there is no console is lost. */
static void press(unsigned key)
{
	for (unsigned i = 0; i < 2; i++) {
		if (!L4_IsNilThread(console) && con_key(console, key) != CONSOLE_LOST)
			return;
		if (pecan_lookup(CONSOLE_NAME, false, &console) != NAMES_OK) {
			console = L4_nilthread;
			return;
		}
	}
}

static struct xhci_slot *memory_of(const struct device *d) { return &xhci.memory->slot[d->slot - 1]; }

static void ask_report(struct device *d)
{
	struct trb t = { xhci_physical(memory_of(d)->packet), d->keyboard.packet,
			 trb_head(TRB_NORMAL) | TRB_INTERRUPT };

	d->trb = trb_put(&d->in, t);
	xhci_ring(d->slot, d->endpoint);
}

static void take_report(struct device *d, uint32_t bytes)
{
	uint8_t report[REPORT_BYTES] = { 0 };

	memcpy(report, memory_of(d)->packet, bytes < REPORT_BYTES ? bytes : REPORT_BYTES);
	report_take(&d->report, report, xhci_now(), press);
	ask_report(d);
}

static void on_event(unsigned slot, unsigned endpoint, const struct trb *t)
{
	struct device *d = slot >= 1 && slot <= xhci.slots ? &devices[slot] : NULL;
	unsigned code = t->state >> TRB_CODE_SHIFT;
	uint32_t left = t->state & TRB_LEFT;

	if (!d || d->trb == 0 || d->trb != t->at || d->endpoint != endpoint)
		return;
	d->trb = 0;
	d->failed = (code != TRB_SUCCESS && code != TRB_SHORT) || left > d->keyboard.packet;
	if (!d->failed)
		take_report(d, d->keyboard.packet - left);
}

/* ---- transfers ---- */

static bool control(struct device *d, unsigned request, unsigned value, unsigned index, unsigned bytes)
{
	uint64_t setup = request | (uint64_t)value << 16 | (uint64_t)index << 32 | (uint64_t)bytes << 48;
	struct trb stage[XHCI_STAGES] = { { setup, sizeof(setup), trb_head(TRB_SETUP) | TRB_IMMEDIATE } };
	unsigned n = 1;

	if (bytes > 0) {
		stage[0].head |= TRB_SETUP_IN;
		stage[n++] = (struct trb){ xhci_physical(memory_of(d)->text), bytes, trb_head(TRB_DATA) | TRB_IN };
	}
	stage[n] = (struct trb){ .head = trb_head(TRB_STATUS) | TRB_INTERRUPT };
	stage[n++].head |= bytes > 0 ? 0 : (uint32_t)TRB_IN;	/* the other way than data */
	return xhci_control(d->slot, d->port, &d->control, stage, n) == TRB_SUCCESS;
}

static uint32_t *input(unsigned n) { return (uint32_t *)(xhci.memory->input + n * xhci.context_bytes); }

/* The context of endpoint `n`, as contexts number them. */
static void put_endpoint(unsigned n, uint32_t kind, unsigned packet, const struct trb_ring *ring)
{
	uint32_t *c = input(INPUT_ENDPOINTS + n);

	c[1] = le32(ENDPOINT_RETRIES | kind | packet << PACKET_SHIFT);
	c[2] = le32((uint32_t)ring->physical | RING_CYCLE);
	c[3] = le32((uint32_t)(ring->physical >> 32));
	c[4] = le32(AVERAGE_CONTROL);
}

static bool configure(struct device *d, enum trb_kind command, uint32_t what, unsigned entries)
{
	struct trb t = { xhci_physical(xhci.memory->input), 0, trb_head(command) | d->slot << TRB_SLOT_SHIFT };

	input(INPUT)[ADD] = le32(what);
	input(INPUT_SLOT)[0] = le32(d->speed << SPEED_SHIFT | entries << ENTRIES_SHIFT);
	input(INPUT_SLOT)[1] = le32(d->port << PORT_SHIFT);
	return xhci_command(t, 0) == TRB_SUCCESS;
}

/* ---- a new device ---- */

/* The slot's memory is zeroed: so are bytes of descriptors that the device does not send. */
static bool address(struct device *d)
{
	static const unsigned packet[] = { 0, 8, 8, 64, 512, 512 };	/* by speed */
	struct xhci_slot *m = memory_of(d);

	memset(m, 0, sizeof(*m));
	memset(xhci.memory->input, 0, sizeof(xhci.memory->input));
	d->control = trb_ring(m->control, xhci_physical(m->control), XHCI_TRBS);
	put_endpoint(1, ENDPOINT_CONTROL, packet[d->speed], &d->control);
	xhci.memory->device[d->slot] = le64(xhci_physical(m->context));
	return configure(d, TRB_ADDRESS, OF_SLOT | OF_CONTROL, 1);
}

/* A device of full speed says how long its packets are. */
static bool learn_packet(struct device *d)
{
	unsigned packet;

	if (!control(d, GET_DESCRIPTOR, DEVICE, 0, DEVICE_HEAD))
		return false;
	packet = memory_of(d)->text[DEVICE_PACKET];
	if (d->speed != FULL || packet == 8)
		return true;
	if (packet != 16 && packet != 32 && packet != 64)
		return false;
	put_endpoint(1, ENDPOINT_CONTROL, packet, &d->control);
	return configure(d, TRB_EVALUATE, OF_CONTROL, 1);
}

/* The first configuration. The device may write its text at any time: it is looked at in a copy. */
static const char *find_keyboard(struct device *d)
{
	uint8_t text[XHCI_TEXT];
	unsigned bytes;

	if (!control(d, GET_DESCRIPTOR, CONFIGURATION, 0, DESCRIPTOR_HEAD))
		return fails;
	memcpy(text, memory_of(d)->text, DESCRIPTOR_HEAD);
	bytes = text[DESCRIPTOR_TOTAL] | (unsigned)text[DESCRIPTOR_TOTAL + 1] << 8;
	bytes = bytes < XHCI_TEXT ? bytes : XHCI_TEXT;
	if (bytes < DESCRIPTOR_HEAD || !control(d, GET_DESCRIPTOR, CONFIGURATION, 0, bytes))
		return fails;
	memcpy(text, memory_of(d)->text, bytes);
	return descriptor_find(text, bytes, &d->keyboard) ? 0 : no_keyboard;
}

/* The exponent of 125 us (6.2.3.6), of 4 ms to 32 ms: a device has no more of the CPU than that. */
static unsigned interval(const struct device *d)
{
	enum { LEAST = 5, MOST = 8 };
	unsigned n = d->keyboard.interval, log2 = 0;

	if (d->speed >= HIGH)
		log2 = n > 0 ? n - 1 : 0;
	else
		for (n *= 8; n > 1; n /= 2)
			log2++;
	return log2 < LEAST ? LEAST : log2 > MOST ? MOST : log2;
}

/* A keyboard that does not know SET_IDLE sends reports without a change, too. */
static const char *start_keyboard(struct device *d)
{
	struct xhci_slot *m = memory_of(d);
	const struct descriptor_keyboard *k = &d->keyboard;
	unsigned endpoint = 2u * k->endpoint + 1;

	d->in = trb_ring(m->in, xhci_physical(m->in), XHCI_TRBS);
	put_endpoint(endpoint, ENDPOINT_INTERRUPT, k->packet, &d->in);
	input(INPUT_ENDPOINTS + endpoint)[0] = le32(interval(d) << INTERVAL_SHIFT);
	input(INPUT_ENDPOINTS + endpoint)[4] = le32(k->packet | (uint32_t)k->packet << 16);
	if (!configure(d, TRB_CONFIGURE, OF_SLOT | 1u << endpoint, endpoint)
	    || !control(d, SET_CONFIGURATION, k->configuration, 0, 0)
	    || !control(d, SET_PROTOCOL, BOOT_PROTOCOL, k->interface, 0))
		return fails;
	control(d, SET_IDLE, 0, k->interface, 0);
	d->endpoint = endpoint;
	ask_report(d);
	return 0;
}

/* ---- ports ---- */

/* Returns the device's speed; 0: there is none that can be used. */
static unsigned reset_port(unsigned port)
{
	uint64_t end = xhci_now() + RESET_US;
	unsigned speed;

	xhci_set_port(port, XHCI_RESET);
	while (!(xhci_port(port) & XHCI_RESET_CHANGE) && xhci_now() < end)
		xhci_sleep(xhci_now() + MS);
	xhci_set_port(port, XHCI_CHANGES & ~(uint32_t)XHCI_CONNECT_CHANGE);
	for (end = xhci_now() + REST_US; xhci_now() < end; )
		xhci_sleep(end);
	speed = xhci_port(port) >> XHCI_SPEED_SHIFT & XHCI_SPEED;
	return xhci_port(port) & XHCI_ENABLED && speed <= SUPER_PLUS ? speed : 0;
}

static struct device *enable_slot(unsigned port, unsigned speed)
{
	unsigned slot;

	if (xhci_command((struct trb){ .head = trb_head(TRB_ENABLE_SLOT) }, &slot) != TRB_SUCCESS || slot == 0
	    || slot > xhci.slots || devices[slot].port != 0)
		return NULL;
	devices[slot] = (struct device){ .slot = slot, .port = port, .speed = speed };
	return &devices[slot];
}

/* Afterwards the controller does not access the slot's memory. */
static void detach(struct device *d)
{
	struct trb t = { .head = trb_head(TRB_DISABLE_SLOT) | d->slot << TRB_SLOT_SHIFT };

	report_release(&d->report, press);
	d->trb = 0;
	if (xhci_command(t, 0) != TRB_SUCCESS)
		xhci_fail("does not free a slot");
	xhci.memory->device[d->slot] = 0;
	d->port = 0;
}

static const char *set_up(struct device *d)
{
	const char *wrong;

	if (!address(d) || !learn_packet(d))
		return fails;
	wrong = find_keyboard(d);
	return wrong ? wrong : start_keyboard(d);
}

/* A device has been there for a while. */
static void attach(unsigned port)
{
	const char *wrong = fails;
	unsigned speed = reset_port(port);
	struct device *d = speed ? enable_slot(port, speed) : NULL;

	if (speed && !d)
		wrong = "has no place beside the others";
	if (d)
		wrong = set_up(d);
	if (d && wrong)
		detach(d);
	tries[port] = wrong == no_keyboard ? TRIES : tries[port] + 1;
	if (wrong && tries[port] < TRIES)
		xhci.changed[port] = true;
	else
		pecan_logf("the USB device at port %u %s", port, wrong ? wrong : "is a keyboard");
}

static struct device *device_of(unsigned port)
{
	for (unsigned slot = 1; slot <= xhci.slots; slot++)
		if (devices[slot].port == port)
			return &devices[slot];
	return NULL;
}

/*
 * Clear the changes of a port. Returns its state, with them. A change makes no event while another one is not
 * cleared (4.19.2): they are looked for until there is none, and not for ever.
 */
static uint32_t take_changes(unsigned port)
{
	uint32_t state = xhci_port(port), changes = 0;

	xhci_set_port(port, 0);				/* power */
	for (unsigned i = 0; i < LOOKS && state & XHCI_CHANGES; i++) {
		changes |= state & XHCI_CHANGES;
		xhci_set_port(port, state & XHCI_CHANGES);
		state = xhci_port(port);
	}
	return state | changes;
}

static void serve_port(unsigned port)
{
	uint32_t state = take_changes(port);
	bool other = state & XHCI_CONNECT_CHANGE || !(state & XHCI_CONNECTED), off = !(state & XHCI_ENABLED);
	struct device *d = device_of(port);
	uint64_t end = xhci_now() + STEADY_US;

	if (other)
		tries[port] = 0;
	if (d && (other || off || d->failed)) {
		if (!other && tries[port] >= TRIES)
			pecan_logf("the USB keyboard at port %u %s", port, fails);
		detach(d);
		d = NULL;
	}
	if (d || !(state & XHCI_CONNECTED) || tries[port] >= TRIES)
		return;
	while (xhci_now() < end)
		xhci_sleep(end);
	if ((xhci_port(port) & (XHCI_CONNECTED | XHCI_CONNECT_CHANGE)) == XHCI_CONNECTED)
		attach(port);
}

/* ---- the whole ---- */

static void serve(void)
{
	for (unsigned slot = 1; slot <= xhci.slots; slot++)
		if (devices[slot].port != 0 && devices[slot].failed)
			xhci.changed[devices[slot].port] = true;
	for (unsigned port = 1; port <= xhci.ports; port++)
		if (xhci.changed[port]) {
			xhci.changed[port] = false;
			serve_port(port);
		}
}

/* Returns when the next key repeats, or 0 if there is a port to be served. */
static uint64_t repeat(void)
{
	uint64_t next = REPORT_NEVER, now = xhci_now();

	for (unsigned slot = 1; slot <= xhci.slots; slot++) {
		uint64_t due = devices[slot].port ? report_repeat(&devices[slot].report, now, press) : REPORT_NEVER;

		next = due < next ? due : next;
	}
	for (unsigned port = 1; port <= xhci.ports; port++)
		next = xhci.changed[port] ? 0 : next;
	return next;
}

int main(void)
{
	const char *wrong = xhci_begin(on_event);

	if (wrong) {
		pecan_logf("the USB controller cannot be used: %s", wrong);
		return 1;
	}
	report_release_modifiers(press);
	for (unsigned port = 1; port <= xhci.ports; port++)
		xhci.changed[port] = true;
	for (;;) {
		serve();
		xhci_sleep(repeat());
	}
}
