/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xdev.c - see xdev.h.
 */
#include <string.h>
#include "machine.h"
#include "xdev.h"

enum {
	ID = 0x1b36000d, CLASS = 0x0c0330, REGION = 0xfd000000, REGION_BYTES = 0x4000, MESSAGES_AT = 0x3000,
	OPERATION = 0x40, PORTS = OPERATION + 0x400, RUNTIME = 0x1000, DOORBELLS = 0x2000, MESSAGES = 2,
	RUN = 1, RESET = 2, HALTED = 1, NOT_READY = 1 << 11, ABORT = 4, RING_RUNS = 8, BUSY = 8, ON = 2,
	CONNECTED = 1, ENABLED = 2, PORT_RESET = 1 << 4, POWER = 1 << 9, SPEED = 10, CONNECT_CHANGE = 1 << 17,
	ENABLE_CHANGE = 1 << 18, RESET_CHANGE = 1 << 21, CHANGES = 0x7f << 17,
	KEPT = POWER | 0xf << SPEED | CONNECTED,
	CYCLE = 1, TOGGLE = 2, NOTIFY = 1 << 5, INLINE = 1 << 6,
	NORMAL = 1, SETUP = 2, DATA = 3, STATUS = 4, LINK = 6,
	ENABLE_SLOT = 9, DISABLE_SLOT, ADDRESS, CONFIGURE, EVALUATE, RESET_ENDPOINT, STOP_ENDPOINT, SET_DEQUEUE,
	SUCCESS = 1, ERROR = 4, STALL = 6, NO_SLOTS = 9, SHORT = 13, WRONG_STATE = 19, STOPPED = 24, ABORTED = 25,
	STOPPED_SHORT = 26, BULK_OUT = 2, BULK_IN = 6, INTERRUPT_IN = 7,
	CONTEXT = 32, WIDE = 1 << 2,
};

static unsigned kind_of(const struct xdev_trb *t) { return t->head >> 10 & 0x3f; }

/* ---- events ---- */

static void interrupt(struct xdev *x)
{
	if (x->waits || !(x->interrupts & ON) || !(x->command & 4))
		return;
	x->waits = true;
	if (x->line)
		pci_raise(&x->pci);
	else
		pci_send(&x->pci, 0);
}

void xdev_event(struct xdev *x, struct xdev_trb t)
{
	if (!(x->command & RUN))
		return;
	t.head = (t.head & ~(uint32_t)CYCLE) | x->cycle;
	((struct xdev_trb *)x->events)[x->event] = t;
	if (++x->event == x->event_entries) {
		x->event = 0;
		x->cycle ^= CYCLE;
	}
	interrupt(x);
}

void xdev_complete(struct xdev *x, unsigned kind, uint64_t at, uint32_t state, uint32_t who)
{
	xdev_event(x, (struct xdev_trb){ at, state, kind << 10 | who });
}

void xdev_change(struct xdev *x, unsigned port, uint32_t bits)
{
	bool first = !(x->port[port] & CHANGES);

	x->port[port] |= bits;
	if (first)
		xdev_complete(x, XDEV_PORT, (uint64_t)port << 24, SUCCESS << 24, 0);
}

/* ---- rings of the driver ---- */

bool xdev_take(struct xdev_ring *r, struct xdev_trb *t, uint64_t *at)
{
	for (unsigned i = 0; i < 2; i++) {
		if (r->at % sizeof(*t) != 0 || !in_a_block(r->at, sizeof(*t)))
			kernel_stop("a ring is not in memory that the controller reaches");
		*t = *(struct xdev_trb *)r->at;
		if ((t->head & CYCLE) != r->cycle)
			return false;
		*at = r->at;
		if (kind_of(t) != LINK) {
			r->at += sizeof(*t);
			return true;
		}
		r->at = t->at;
		r->cycle ^= t->head & TOGGLE ? CYCLE : 0;
	}
	kernel_stop("a ring leads to itself");
}

static unsigned context_bytes;

/* Context n of those that a command names. */
static uint32_t *input(uint64_t at, unsigned n) { return (uint32_t *)(at + n * context_bytes); }

static void begin_endpoint(struct xdev *x, unsigned slot, unsigned n, const uint32_t *context)
{
	uint64_t at = context[2] | (uint64_t)context[3] << 32;

	x->endpoint[slot][n] = (struct xdev_ring){ at & ~15ull, (uint32_t)at & CYCLE };
	x->halted[slot][n] = x->stopped[slot][n] = false;
	x->host_resets[slot][n]++;
	if (!in_a_block(at & ~15ull, sizeof(struct xdev_trb)))
		kernel_stop("a ring is not in memory that the controller reaches");
}

static unsigned enable_slot(struct xdev *x, unsigned *slot)
{
	unsigned used = 1;

	for (unsigned i = 1; i <= x->configured && !x->no_slots; i++) {
		used += x->port_of[i] != 0;
		if (*slot == 0 && x->port_of[i] == 0)
			*slot = i;
	}
	if (*slot == 0)
		return NO_SLOTS;
	x->port_of[*slot] = ~0u;
	x->most_slots = used > x->most_slots ? used : x->most_slots;
	if (x->lying_slot)
		*slot = x->lying_slot;
	return SUCCESS;
}

static unsigned address(struct xdev *x, const struct xdev_trb *t, unsigned slot)
{
	uint32_t *c = input(t->at, 1), port = c[1] >> 16 & 0xff;
	uint64_t context = ((uint64_t *)x->contexts)[slot];

	if (port == 0 || port > XDEV_PORTS || !in_a_block(context, 2048) || context % 64 != 0)
		kernel_stop("a device has no port, or no context");
	if (!x->device[port])
		return ERROR;
	if ((c[0] >> 20 & 0xf) != x->device[port]->speed || c[0] >> 27 != 1 || input(t->at, 0)[1] != 3)
		kernel_stop("the context of a device is wrong");
	x->port_of[slot] = port;
	if (x->device[port]->store)
		xstore_reset(x->device[port]->store);
	begin_endpoint(x, slot, 1, input(t->at, 2));
	return SUCCESS;
}

static void check_endpoint(struct xdev *x, unsigned slot, unsigned n, const uint32_t *context)
{
	unsigned kind = context[1] >> 3 & 7;
	bool disk = x->device[x->port_of[slot]] && x->device[x->port_of[slot]]->store;

	if (kind != (!disk ? INTERRUPT_IN : n % 2 ? BULK_IN : BULK_OUT))
		kernel_stop("the context of an endpoint is wrong");
}

static unsigned configure(struct xdev *x, const struct xdev_trb *t, unsigned slot)
{
	uint32_t what = input(t->at, 0)[1], drop = input(t->at, 0)[0], last = 0;

	for (unsigned n = 2; n < XDEV_ENDPOINTS; n++) {
		if (drop >> n & 1 && !x->halted[slot][n] && !x->stopped[slot][n])
			kernel_stop("an endpoint is dropped that is at work");
		if (what >> n & 1) {
			if (x->endpoint[slot][n].at && !(drop >> n & 1))
				kernel_stop("an endpoint is added that there is");
			check_endpoint(x, slot, n, input(t->at, n + 1));
			begin_endpoint(x, slot, n, input(t->at, n + 1));
			x->interval = input(t->at, n + 1)[0] >> 16 & 0xff;
		}
		last = x->endpoint[slot][n].at ? n : last;
	}
	if (input(t->at, 1)[0] >> 27 != last)
		kernel_stop("the context of a device is wrong");
	return SUCCESS;
}

/* A command that stops an endpoint, or lets one that has stopped begin elsewhere. */
static unsigned endpoint_command(struct xdev *x, const struct xdev_trb *t, unsigned slot)
{
	unsigned n = t->head >> 16 & 31, kind = kind_of(t);
	struct xdev_trb pending;
	uint64_t at;

	if (n == 0 || x->endpoint[slot][n].at == 0)
		kernel_stop("a command for an endpoint that there is not");
	if (kind == SET_DEQUEUE) {
		x->endpoint[slot][n] = (struct xdev_ring){ t->at & ~15ull, (uint32_t)t->at & CYCLE };
		return x->stopped[slot][n] ? SUCCESS : WRONG_STATE;
	}
	if ((kind == RESET_ENDPOINT) != x->halted[slot][n])
		return WRONG_STATE;
	if (kind == STOP_ENDPOINT && xdev_take(&x->endpoint[slot][n], &pending, &at))
		xdev_complete(x, XDEV_TRANSFER, at, STOPPED_SHORT << 24, slot << 24 | n << 16);
	x->halted[slot][n] = false;
	x->stopped[slot][n] = true;
	return SUCCESS;
}

static unsigned perform(struct xdev *x, const struct xdev_trb *t, unsigned *slot)
{
	unsigned kind = kind_of(t);

	*slot = t->head >> 24;
	if (kind == ENABLE_SLOT)
		return enable_slot(x, slot);
	if (*slot == 0 || *slot > x->configured || x->port_of[*slot] == 0)
		kernel_stop("a command for a slot that is free");
	if (kind >= RESET_ENDPOINT && kind <= SET_DEQUEUE)
		return endpoint_command(x, t, *slot);
	if (kind != DISABLE_SLOT && !in_a_block(t->at, 33 * context_bytes))
		kernel_stop("a context is not in memory that the controller reaches");
	switch (kind) {
	case DISABLE_SLOT:
		x->port_of[*slot] = 0;
		memset(x->endpoint[*slot], 0, sizeof(x->endpoint[*slot]));
		memset(x->stopped[*slot], 0, sizeof(x->stopped[*slot]));
		x->disabled++;
		return SUCCESS;
	case ADDRESS: return address(x, t, *slot);
	case CONFIGURE: return configure(x, t, *slot);
	case EVALUATE:
		x->evaluated = input(t->at, 2)[1] >> 16;
		return SUCCESS;
	}
	kernel_stop("a command that is none");
}

static uint64_t hanging;

static void serve_commands(struct xdev *x)
{
	struct xdev_trb t;
	unsigned slot;

	while (!x->mute && hanging == 0 && (x->command & RUN)) {
		uint64_t at;

		if (!xdev_take(&x->commands, &t, &at))
			return;
		if (kind_of(&t) == ADDRESS && x->address_hangs) {
			hanging = at;
			return;
		}
		slot = 0;
		unsigned code = perform(x, &t, &slot);

		xdev_complete(x, XDEV_COMMAND, at, code << 24, slot << 24);
	}
}

static void abort_command(struct xdev *x)
{
	x->aborts++;
	if (x->no_abort)
		return;
	if (hanging)
		xdev_complete(x, XDEV_COMMAND, hanging, ABORTED << 24, 0);
	hanging = 0;
	x->stopping = 3;
	xdev_complete(x, XDEV_COMMAND, x->commands.at, STOPPED << 24, 0);
}

/* ---- devices ---- */

/* Returns the code; *bytes of *from are what the device answers. */
static unsigned request(struct xdev *x, unsigned slot, uint64_t setup, const uint8_t **from, unsigned *bytes)
{
	static uint8_t head[18];
	unsigned number = setup >> 8 & 0xff, value = setup >> 16 & 0xffff, index = setup >> 32 & 0xffff;
	struct xdev_device *d = x->device[x->port_of[slot]];
	unsigned endpoint = (index & 15) * 2 + (index >> 7 & 1);

	d->requests++;
	*bytes = 0;
	if (number == d->stalls)
		return STALL;
	switch (setup & 0xffff) {
	case 0x0680:
		memcpy(head, (uint8_t[]){ 18, 1, 0, 2, 0, 0, 0, (uint8_t)d->packet }, 8);
		head[16] = d->store && !d->store->no_serial ? 3 : 0;
		if (d->store && value == (3 << 8 | 3)) {
			*bytes = xstore_serial(d->store, from);
			return *bytes ? SUCCESS : STALL;
		}
		*from = value == 1 << 8 ? head : d->text;
		*bytes = value == 1 << 8 ? sizeof(head) : d->bytes;
		return SUCCESS;
	case 0x0900:
		d->configuration = value;
		memcpy(x->device_resets[slot], x->host_resets[slot], sizeof(x->device_resets[slot]));
		return SUCCESS;
	case 0x0102: x->device_resets[slot][endpoint]++; return SUCCESS;
	case 0xff21:
		if (d->store)
			return xstore_bulk_reset(d->store) ? SUCCESS : STALL;
		break;
	case 0x0b21: d->boot += value == 0; return SUCCESS;
	case 0x0a21: d->idle += value == 0; return SUCCESS;
	}
	kernel_stop("a request that no keyboard knows");
}

/* A control transfer: two or three blocks. */
static void transfer(struct xdev *x, unsigned slot, struct xdev_device *d)
{
	struct xdev_trb setup, t;
	const uint8_t *from = NULL;
	unsigned bytes, code;
	uint64_t at;

	if (!xdev_take(&x->endpoint[slot][1], &setup, &at))
		return;
	if (kind_of(&setup) != SETUP || !(setup.head & INLINE) || setup.state != 8)
		kernel_stop("a control transfer without its beginning");
	if (!d || d->silent)
		return;
	code = request(x, slot, setup.at, &from, &bytes);
	if (!xdev_take(&x->endpoint[slot][1], &t, &at))
		kernel_stop("a control transfer without its end");
	if (kind_of(&t) == DATA) {
		if (!in_a_block(t.at, t.state & 0x1ffff) || (t.state & 0x1ffff) != setup.at >> 48)
			kernel_stop("data is not in memory that the controller reaches");
		if (code == SUCCESS)
			memcpy((void *)t.at, from, bytes < (t.state & 0x1ffff) ? bytes : (t.state & 0x1ffff));
		if (code == SUCCESS && !xdev_take(&x->endpoint[slot][1], &t, &at))
			kernel_stop("a control transfer without its end");
	}
	if (code == SUCCESS && (kind_of(&t) != STATUS || !(t.head & NOTIFY)))
		kernel_stop("a control transfer without its end");
	x->halted[slot][1] = code != SUCCESS;
	xdev_complete(x, XDEV_TRANSFER, at, code << 24, slot << 24 | 1 << 16);
}

static unsigned slot_of(const struct xdev *x, unsigned port)
{
	for (unsigned slot = 1; slot <= XDEV_SLOTS; slot++)
		if (x->port_of[slot] == port)
			return slot;
	return 0;
}

static struct xdev_ring *keyboard_ring(struct xdev *x, unsigned port, unsigned *slot, unsigned *n)
{
	*slot = slot_of(x, port);
	for (*n = 2; *n < XDEV_ENDPOINTS; ++*n)
		if (x->endpoint[*slot][*n].at)
			return &x->endpoint[*slot][*n];
	return NULL;
}

uint64_t xdev_pending(struct xdev *x, unsigned port, unsigned *slot)
{
	unsigned n;
	struct xdev_ring *r = keyboard_ring(x, port, slot, &n), copy = r ? *r : (struct xdev_ring){ 0 };
	struct xdev_trb t;
	uint64_t at;

	return r && xdev_take(&copy, &t, &at) ? at : 0;
}

static bool send(struct xdev *x, unsigned port, const uint8_t *report, unsigned bytes, uint32_t state)
{
	struct xdev_trb t;
	unsigned slot, n;
	uint64_t at;
	struct xdev_ring *r = keyboard_ring(x, port, &slot, &n);

	if (!r || !xdev_take(r, &t, &at))
		return false;
	if (kind_of(&t) != NORMAL || !in_a_block(t.at, t.state) || bytes > t.state || !(t.head & NOTIFY))
		kernel_stop("a report is not asked for as it should be");
	memcpy((void *)t.at, report, bytes);
	if (state == 0)
		state = (t.state - bytes) | (bytes < t.state ? SHORT : SUCCESS) << 24;
	xdev_complete(x, XDEV_TRANSFER, at, state, slot << 24 | n << 16);
	return true;
}

bool xdev_report(struct xdev *x, unsigned port, const uint8_t *report, unsigned bytes)
{
	return send(x, port, report, bytes, 0);
}

bool xdev_lie(struct xdev *x, unsigned port, unsigned code, uint32_t left)
{
	return send(x, port, (const uint8_t *)"", 0, code << 24 | left);
}

/* ---- registers ---- */

static void write_command(struct xdev *x, uint32_t word)
{
	if (word & RESET && !x->stuck) {
		x->resets++;
		x->state = HALTED;
		x->waits = false;
		memset(x->port_of, 0, sizeof(x->port_of));
		memset(x->endpoint, 0, sizeof(x->endpoint));
		x->command = 0;
		return;
	}
	x->command = word;
	x->state = word & RUN && !x->never_starts ? 0 : HALTED;
	if (!(word & RUN))
		return;
	if (x->table_entries != 1 || !in_a_block(x->table, 16)
	    || !in_a_block(x->contexts, 8 * (x->configured + 1)))
		kernel_stop("the tables are not in memory that the controller reaches");
	x->events = ((uint64_t *)x->table)[0];
	x->event_entries = (unsigned)((uint64_t *)x->table)[1];
	if (!in_a_block(x->events, (uint64_t)x->event_entries * 16) || x->next_event != x->events)
		kernel_stop("the ring of events is not in memory that the controller reaches");
	context_bytes = x->abilities[4] & WIDE ? 2 * CONTEXT : CONTEXT;
	x->event = 0;
	x->cycle = CYCLE;
	x->commands = (struct xdev_ring){ x->ring & ~63ull, (uint32_t)x->ring & CYCLE };
}

static void write_port(struct xdev *x, unsigned port, uint32_t word)
{
	if (word & ENABLED || !(word & POWER))
		kernel_stop("a port is switched off");
	if (x->leaves == port && word & CHANGES) {
		x->leaves = 0;
		xdev_detach(x, port);
	}
	x->port[port] &= ~(word & CHANGES);
	if (word & PORT_RESET && x->device[port]) {
		x->port[port] |= ENABLED;
		xdev_change(x, port, RESET_CHANGE);
	}
}

static void set_half(uint64_t *at, uint32_t offset, uint32_t word)
{
	memcpy((char *)at + offset % 8, &word, sizeof(word));
}

/* The ring may stop between the two halves of an abort: the second one is its address then (5.4.5). */
static void write_ring_high(struct xdev *x, uint32_t word)
{
	set_half(&x->ring, 4, word);
	if (x->command & RUN && x->stopping > 0)
		set_half(&x->commands.at, 4, word);
}

static void write_operation(struct xdev *x, uint32_t offset, uint32_t word)
{
	if (x->unready > 0 && offset != 0x4)
		kernel_stop("a register is written of a controller that is not ready");
	switch (offset) {
	case 0x0: write_command(x, word); break;
	case 0x4: x->state &= ~(word & 8); break;
	case 0x18:
		if (word & ABORT)
			abort_command(x);
		else
			set_half(&x->ring, offset, word);
		break;
	case 0x1c: write_ring_high(x, word); break;
	case 0x30:
	case 0x34: set_half(&x->contexts, offset, word); break;
	case 0x38: x->configured = word; break;
	default: kernel_stop("a register is written that is none");
	}
}

static void write_runtime(struct xdev *x, uint32_t offset, uint32_t word)
{
	switch (offset) {
	case 0x20: x->interrupts = word & ON; break;
	case 0x24: break;
	case 0x28: x->table_entries = word; break;
	case 0x30:
	case 0x34: set_half(&x->table, offset, word); break;
	case 0x38:
		x->waits = x->waits && !(word & BUSY);
		set_half(&x->next_event, offset, word & ~15u);
		break;
	case 0x3c:
		set_half(&x->next_event, offset, word);
		if (x->command & RUN && x->next_event != x->events + x->event * 16ull)
			interrupt(x);
		break;
	default: kernel_stop("a register is written that is none");
	}
}

static void ring_doorbell(struct xdev *x, unsigned slot, unsigned endpoint)
{
	unsigned port = slot <= XDEV_SLOTS ? x->port_of[slot] : 0;

	if (slot == 0 && x->stopping > 0)
		kernel_stop("a command is announced while their ring stops");
	if (slot == 0)
		return serve_commands(x);
	if (port == 0 || endpoint == 0 || endpoint >= XDEV_ENDPOINTS || x->endpoint[slot][endpoint].at == 0)
		kernel_stop("a doorbell is rung of what there is not");
	x->stopped[slot][endpoint] = false;
	if (endpoint == 1 && !x->halted[slot][1])
		transfer(x, slot, x->device[port]);
	else if (endpoint > 1 && x->device[port] && x->device[port]->store)
		xstore_ring(x, slot, x->device[port]->store);
}

static void write(struct pci_device *d, unsigned bar, uint32_t offset, uint32_t word, unsigned bytes)
{
	struct xdev *x = (struct xdev *)d;

	if (bar != 0 || bytes != 4 || offset % 4 != 0 || offset < OPERATION)
		kernel_stop("a register is written that is none");
	if (x->gone)
		return;
	if (offset >= DOORBELLS)
		ring_doorbell(x, (offset - DOORBELLS) / 4, word);
	else if (offset >= RUNTIME)
		write_runtime(x, offset - RUNTIME, word);
	else if (offset >= PORTS)
		write_port(x, (offset - PORTS) / 16 + 1, word);
	else
		write_operation(x, offset - OPERATION, word);
}

static uint32_t count_down(unsigned *reads, uint32_t bit)
{
	return *reads > 0 && (*reads)-- > 0 ? bit : 0;
}

static uint32_t read(struct pci_device *d, unsigned bar, uint32_t offset, unsigned bytes)
{
	struct xdev *x = (struct xdev *)d;

	if (bar != 0 || bytes != 4 || offset >= RUNTIME)
		kernel_stop("a register is read that is none");
	if (x->gone)
		return ~0u;
	if (offset < sizeof(x->abilities))
		return x->abilities[offset / 4];
	if (offset >= PORTS)
		return x->port[(offset - PORTS) / 16 + 1];
	switch (offset - OPERATION) {
	case 0x0: return x->command;
	case 0x4: return x->state | count_down(&x->unready, NOT_READY);
	case 0x8: return 1;
	case 0x18: return count_down(&x->stopping, RING_RUNS);
	}
	kernel_stop("a register is read that is none");
}

/* ---- the whole ---- */

void xdev_add(struct xdev *x, bool line)
{
	memset(x, 0, sizeof(*x));
	pci_add(&x->pci, PCI_LINE_PLACE, ID, CLASS);
	pci_region(&x->pci, 0, REGION, REGION_BYTES);
	x->pci.read = read;
	x->pci.write = write;
	x->line = line;
	if (line)
		pci_line(&x->pci);
	else
		pci_messages_at(&x->pci, 0, MESSAGES_AT, MESSAGES);
	x->abilities[0] = 0x01000000 | OPERATION;
	x->abilities[1] = XDEV_PORTS << 24 | 1 << 8 | XDEV_SLOTS;
	x->abilities[4] = 1;
	x->abilities[5] = DOORBELLS;
	x->abilities[6] = RUNTIME;
	x->state = HALTED;
	for (unsigned port = 1; port <= XDEV_PORTS; port++)
		x->port[port] = POWER;
}

struct xdev_device xdev_keyboard(unsigned speed)
{
	static const uint8_t text[] = {
		9, 2, 34, 0, 1, 1, 0, 0xa0, 50, 9, 4, 0, 0, 1, 3, 1, 1, 0,
		9, 0x21, 0x11, 1, 0, 1, 0x22, 63, 0, 7, 5, 0x81, 3, 8, 0, 10,
	};
	struct xdev_device d = { .speed = speed, .packet = speed == XDEV_HIGH ? 64 : 8, .bytes = sizeof(text) };

	memcpy(d.text, text, sizeof(text));
	return d;
}

void xdev_attach(struct xdev *x, unsigned port, struct xdev_device *d)
{
	x->device[port] = d;
	x->port[port] = (x->port[port] & CHANGES) | POWER | d->speed << SPEED | CONNECTED;
	xdev_change(x, port, CONNECT_CHANGE);
}

void xdev_detach(struct xdev *x, unsigned port)
{
	x->device[port] = NULL;
	x->port[port] = (x->port[port] & CHANGES) | POWER;
	xdev_change(x, port, CONNECT_CHANGE);
}

void xdev_disable(struct xdev *x, unsigned port)
{
	x->port[port] &= ~(uint32_t)ENABLED;
	xdev_change(x, port, ENABLE_CHANGE);
}
