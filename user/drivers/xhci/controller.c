/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * controller.c - see controller.h.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/device.h>
#include <pecan/endian.h>
#include <pecan/mmio.h>
#include <pecan/server.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <proto/pci_client.h>

#include "controller.h"
#include "report.h"

enum { ID = 0x1b36000d, REGION = 0, REGISTERS_MOST = 0x10000, GONE = -1 };

/* Registers of the controller's abilities (5.3); offsets of the others from those that they name. */
enum {
	HEAD = 0x0, SIZES = 0x4, MORE_SIZES = 0x8, ABILITIES = 0x10, DOORBELLS_AT = 0x14, RUNTIME_AT = 0x18,
	ABILITIES_BYTES = 0x20, LENGTH = 0xff, SLOTS = 0xff, PORTS_SHIFT = 24,
	SCRATCH_HIGH_SHIFT = 21, SCRATCH_LOW_SHIFT = 27, SCRATCH = 0x1f, SCRATCH_BITS = 5,
	WIDE_ADDRESSES = 1 << 0, WIDE_CONTEXTS = 1 << 2, CONTEXT_BYTES = 32,
	COMMAND = 0x0, STATE = 0x4, PAGES = 0x8, RING = 0x18, DEVICES = 0x30, CONFIGURE = 0x38, PORTS = 0x400,
	PORT_BYTES = 0x10,
	RUNTIME_BYTES = 0x40, INTERRUPTS = 0x20, PACE = 0x24, TABLE_ENTRIES = 0x28, TABLE = 0x30,
	NEXT_EVENT = 0x38, DOORBELL_BYTES = 4, DOORBELLS_BYTES = (1 + XHCI_SLOTS) * DOORBELL_BYTES,
};

enum {
	RUN = 1 << 0, RESET = 1 << 1, INTERRUPT = 1 << 2,
	HALTED = 1 << 0, HOST_ERROR = 1 << 2, EVENT = 1 << 3, NOT_READY = 1 << 11, INTERNAL_ERROR = 1 << 12,
	PAGES_4K = 1 << 0, RING_CYCLE = 1 << 0, RING_ABORT = 1 << 2, RING_RUNS = 1 << 3,
	PENDING = 1 << 0, INTERRUPT_ON = 1 << 1,
	PACE_1MS = 4000, BUSY = 1 << 3, PORT_KEEP = 3 << 14 | 7 << 25, PORT_POWER = 1 << 9,
	US = 1000, RESET_US = 1000000, COMMAND_US = 5000000, CONTROL_US = 5000000,
};

struct xhci xhci;

static volatile char *abilities, *operation, *runtime, *doorbells;
static struct trb_ring commands, events;
static L4_Word_t irq;
static bool interrupted;
static struct xhci_use use;

/* The blocks for which the program waits; done: one of them is the last, or has an error. */
static struct {
	bool done;
	enum trb_kind kind;
	unsigned count, slot, code;
	uint64_t trb[XHCI_STAGES];
} awaited;

static uint32_t ability(unsigned at) { return mmio_read32(abilities + at); }
static uint32_t get(unsigned at) { return mmio_read32(operation + at); }
static void set(unsigned at, uint32_t value) { mmio_write32(operation + at, value); }

static void set64(volatile char *at, uint64_t value)
{
	mmio_write32(at, (uint32_t)value);
	mmio_write32(at + 4, (uint32_t)(value >> 32));
}

uint64_t xhci_now(void) { return L4_SystemClock().raw; }

uint64_t xhci_physical(const volatile void *at)
{
	return xhci.physical + (uint64_t)((const volatile char *)at - (const volatile char *)xhci.memory);
}

void xhci_fail(const char *why)
{
	pecan_logf("the USB controller %s", why);
	pecan_exit(1);
}

uint32_t xhci_port(unsigned port) { return get(PORTS + (port - 1) * PORT_BYTES); }

void xhci_set_port(unsigned port, uint32_t bits)
{
	set(PORTS + (port - 1) * PORT_BYTES, (xhci_port(port) & PORT_KEEP) | PORT_POWER | bits);
}

/* ---- events ---- */

static bool is_awaited(const struct trb *t, enum trb_kind kind, unsigned code)
{
	if (awaited.done || kind != awaited.kind || code == TRB_STOPPED)
		return false;
	if (kind == TRB_TRANSFER_EVENT && (t->head >> TRB_SLOT_SHIFT != awaited.slot
					    || (t->head >> TRB_ENDPOINT_SHIFT & TRB_ENDPOINT) != 1))
		return false;
	for (unsigned i = 0; i < awaited.count; i++)
		if (t->at == awaited.trb[i])
			return i == awaited.count - 1 || (code != TRB_SUCCESS && code != TRB_SHORT);
	return false;
}

static void take_event(const struct trb *t)
{
	enum trb_kind kind = t->head >> TRB_KIND_SHIFT & TRB_KIND;
	unsigned code = t->state >> TRB_CODE_SHIFT, port = t->at >> TRB_PORT_SHIFT & 0xff;

	if (is_awaited(t, kind, code)) {
		awaited.done = true;
		awaited.code = code;
		awaited.slot = t->head >> TRB_SLOT_SHIFT;
	} else if (kind == TRB_TRANSFER_EVENT) {
		use.event(t->head >> TRB_SLOT_SHIFT, t->head >> TRB_ENDPOINT_SHIFT & TRB_ENDPOINT, t);
	} else if (kind == TRB_PORT_EVENT && port >= 1 && port <= xhci.ports) {
		xhci.changed[port] = true;
	}
}

/* At most as many as the ring has: if there are more, the controller interrupts again. */
static void take_events(void)
{
	struct trb t;

	set(STATE, EVENT);
	mmio_write32(runtime + INTERRUPTS, PENDING | INTERRUPT_ON);
	for (unsigned n = 0; n < XHCI_EVENTS && trb_take(&events, &t); n++)
		take_event(&t);
	set64(runtime + NEXT_EVENT, xhci_physical(&events.trb[events.at]) | BUSY);
}

static void check(void)
{
	uint32_t state = get(STATE);

	if (state == (uint32_t)GONE)
		xhci_fail("is not there any more");
	if (state & (HOST_ERROR | INTERNAL_ERROR))
		xhci_fail("has given up");
}

void xhci_sleep(uint64_t until)
{
	uint64_t now = xhci_now(), latest = use.latest ? use.latest() : REPORT_NEVER;
	L4_Time_t limit;
	L4_ThreadId_t line = pecan_irq_id(irq), from;
	L4_MsgTag_t tag;

	until = latest < until ? latest : until;
	limit = until == REPORT_NEVER ? L4_Never : L4_TimePeriod(until > now ? until - now : 0);
	pecan_beat();
	L4_Set_MsgTag(L4_Niltag);		/* acknowledges an interrupt */
	tag = L4_ReplyWait_Timeout(interrupted ? line : L4_nilthread, limit, &from);
	interrupted = L4_IpcSucceeded(tag) && L4_IsThreadEqual(from, line);
	if (use.message && L4_IpcSucceeded(tag) && !interrupted)
		use.message(tag, from);		/* first: events lead to messages of this thread */
	check();
	take_events();
	if (use.advance)
		use.advance();
}

/* ---- what is under way ---- */

/* The end of a port's reset is a change of it too. */
bool xhci_has_left(unsigned port)
{
	return xhci.changed[port] && (xhci_port(port) & (XHCI_CONNECTED | XHCI_CONNECT_CHANGE)) != XHCI_CONNECTED;
}

/* port: if the device there is detached, that ends the wait; 0: none. */
static bool finished(uint64_t us, unsigned port)
{
	uint64_t end = xhci_now() + us;

	while (!awaited.done && !xhci_has_left(port) && xhci_now() < end)
		xhci_sleep(end);
	awaited.done = true;
	return awaited.code != TRB_NONE;
}

void xhci_ring(unsigned slot, unsigned endpoint)
{
	mmio_write32(doorbells + slot * DOORBELL_BYTES, endpoint);
}

/*
 * The ring may stop between the two halves of its register: the second one is its address then. Nothing is
 * announced before it has stopped.
 */
static bool abort_command(void)
{
	uint64_t end = xhci_now() + COMMAND_US;

	awaited.done = false;
	set64(operation + RING, commands.physical | RING_ABORT);
	if (!finished(COMMAND_US, 0))
		return false;
	while (get(RING) & RING_RUNS && xhci_now() < end)
		xhci_sleep(xhci_now() + US);
	return !(get(RING) & RING_RUNS);
}

unsigned xhci_command(struct trb t, unsigned *slot)
{
	awaited.code = TRB_NONE;
	awaited.kind = TRB_COMMAND_EVENT;
	awaited.count = 1;
	awaited.trb[0] = trb_put(&commands, t);
	awaited.done = false;
	xhci_ring(0, 0);
	if (!finished(COMMAND_US, 0) && !abort_command())
		xhci_fail("does not answer");
	if (slot)
		*slot = awaited.slot;
	return awaited.code;
}

unsigned xhci_control(unsigned slot, unsigned port, struct trb_ring *ring, const struct trb *stage,
		      unsigned count)
{
	awaited.code = TRB_NONE;
	awaited.kind = TRB_TRANSFER_EVENT;
	awaited.slot = slot;
	awaited.count = count;
	for (unsigned i = 0; i < count; i++)
		awaited.trb[i] = trb_put(ring, stage[i]);
	awaited.done = false;
	xhci_ring(slot, 1);
	return finished(CONTROL_US, port) ? awaited.code : TRB_NONE;
}

/* ---- the beginning ---- */

static const char *becomes(uint32_t mask, uint32_t value, const char *wrong)
{
	for (unsigned us = 0; us < RESET_US; us += US) {
		uint32_t state = get(STATE);

		if (state == (uint32_t)GONE)
			return "it is not there any more";
		if ((state & mask) == value && !(get(COMMAND) & RESET))
			return 0;
		pecan_beat();
		L4_Sleep(L4_TimePeriod(US));
	}
	return wrong;
}

/* All registers up to the table of messages, and where each group of them is. */
static const char *find_registers(void)
{
	struct pci_bar_out region;
	uint32_t bytes, length, runtime_at, doorbells_at;

	if (pci_bar(xhci.pci.server, xhci.pci.place, REGION, &region) != PCI_OK)
		return "its registers cannot be mapped";
	bytes = region.bytes < REGISTERS_MOST ? (uint32_t)region.bytes : REGISTERS_MOST;
	abilities = pecan_pci_map(&xhci.pci, REGION, 0, bytes);
	if (!abilities || bytes < ABILITIES_BYTES)
		return "its registers cannot be mapped";
	if (ability(HEAD) == (uint32_t)GONE)
		return "it is not there any more";
	length = ability(HEAD) & LENGTH;
	runtime_at = ability(RUNTIME_AT) & ~0x1fu;
	doorbells_at = ability(DOORBELLS_AT) & ~3u;
	xhci.ports = ability(SIZES) >> PORTS_SHIFT;
	xhci.slots = ability(SIZES) & SLOTS;
	if (bytes < length + PORTS + xhci.ports * PORT_BYTES || length % 4 != 0
	    || bytes < RUNTIME_BYTES || runtime_at > bytes - RUNTIME_BYTES
	    || bytes < DOORBELLS_BYTES || doorbells_at > bytes - DOORBELLS_BYTES)
		return "its registers are not where it says";
	operation = abilities + length;
	runtime = abilities + runtime_at;
	doorbells = abilities + doorbells_at;
	xhci.slots = xhci.slots < XHCI_SLOTS ? xhci.slots : XHCI_SLOTS;
	xhci.context_bytes = ability(ABILITIES) & WIDE_CONTEXTS ? XHCI_CONTEXT_MAX : CONTEXT_BYTES;
	return xhci.slots > 0 && get(PAGES) & PAGES_4K ? 0 : "it has no slots, or no pages of 4 KiB";
}

static const char *reset(void)
{
	const char *wrong = becomes(NOT_READY, 0, "it is not ready");

	if (wrong)
		return wrong;
	set(COMMAND, 0);
	wrong = becomes(HALTED, HALTED, "it does not stop");
	if (wrong)
		return wrong;
	set(COMMAND, RESET);
	return becomes(NOT_READY, 0, "it does not end its reset");
}

/* Memory where the controller can reach it. */
static const char *get_block(L4_Word_t bytes, struct pecan_dma *d)
{
	const char *wrong = pecan_pci_memory(&xhci.pci, bytes, d);

	if (wrong)
		return wrong;
	return ability(ABILITIES) & WIDE_ADDRESSES || ((uint64_t)d->physical + d->bytes) >> 32 == 0
	       ? 0 : "it does not reach its memory";
}

/* Pages that the controller has for itself. */
static const char *give_scratch(void)
{
	uint32_t more = ability(MORE_SIZES);
	unsigned count = (more >> SCRATCH_HIGH_SHIFT & SCRATCH) << SCRATCH_BITS
		       | (more >> SCRATCH_LOW_SHIFT & SCRATCH);
	struct pecan_dma d;
	const char *wrong;

	if (count == 0)
		return 0;
	if (count > XHCI_SCRATCH)
		return "it wants too much memory";
	wrong = get_block(count * (L4_Word_t)XHCI_PAGE, &d);
	if (wrong)
		return wrong;
	for (unsigned i = 0; i < count; i++)
		xhci.memory->scratch[i] = le64(d.physical + i * (uint64_t)XHCI_PAGE);
	xhci.memory->device[0] = le64(xhci_physical(xhci.memory->scratch));
	return 0;
}

static const char *get_memory(void)
{
	struct pecan_dma d;
	const char *wrong = get_block(sizeof(struct xhci_memory), &d);

	if (wrong)
		return wrong;
	xhci.memory = d.at;
	xhci.physical = d.physical;
	xhci.memory->event_table[0] = le64(xhci_physical(xhci.memory->event));
	xhci.memory->event_table[1] = le64(XHCI_EVENTS);
	return give_scratch();
}

/* The order of the last registers of events is prescribed (4.9.4). */
static const char *run(void)
{
	struct xhci_memory *m = xhci.memory;

	commands = trb_ring(m->command, xhci_physical(m->command), XHCI_TRBS);
	events = trb_ring(m->event, xhci_physical(m->event), XHCI_EVENTS);
	set(CONFIGURE, xhci.slots);
	set64(operation + DEVICES, xhci_physical(m->device));
	set64(operation + RING, commands.physical | RING_CYCLE);
	mmio_write32(runtime + TABLE_ENTRIES, 1);
	set64(runtime + NEXT_EVENT, events.physical);
	set64(runtime + TABLE, xhci_physical(m->event_table));
	mmio_write32(runtime + PACE, PACE_1MS);
	mmio_write32(runtime + INTERRUPTS, PENDING | INTERRUPT_ON);
	set(COMMAND, RUN | INTERRUPT);
	return becomes(HALTED, 0, "it does not start");
}

const char *xhci_begin(const struct xhci_use *u)
{
	const char *wrong = pecan_pci_open(&xhci.pci, ID);

	use = *u;
	awaited.done = true;
	if (!wrong)
		wrong = find_registers();
	if (!wrong)
		wrong = reset();
	if (!wrong)
		wrong = pecan_pci_attach(&xhci.pci, 0, &irq);
	if (!wrong)
		wrong = get_memory();
	return wrong ? wrong : run();
}
