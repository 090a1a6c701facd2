/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * edev.c - see edev.h.
 */
#include <stdlib.h>
#include <string.h>
#include <x2/msi.h>
#include "edev.h"
#include "machine.h"

enum {
	REGION = 0xfd000000, REGION_BYTES = 0x20000, TABLE = 0xfd040000, TABLE_BYTES = 0x1000, TABLE_BAR = 3,
	CAP_MSI = 5, MSI_BYTES = 14, MSI_64 = 0x80, MSI_DATA = 12, CLASS = 0x020000,

	CTRL = 0x0, STATUS = 0x8, EEPROM = 0x10, CAUSES = 0xc0, MASK_SET = 0xd0, MASK_CLEAR = 0xd8,
	AUTO_CLEAR = 0xdc, VECTORS = 0xe4, RECEIVE_CTRL = 0x100, SEND_CTRL = 0x400, RECEIVE_RING = 0x2800,
	SEND_RING = 0x3800, RING_HIGH = 4, RING_BYTES = 8, HEAD = 0x10, TAIL = 0x18, FILTER = 0x5008,
	ADDRESS_LOW = 0x5400, ADDRESS_HIGH = 0x5404,

	NO_MASTER = 1 << 2, SET_LINK = 1 << 6, RESET = 1 << 26, HAS_LINK = 1 << 1, MASTER = 1 << 19,
	READ_DONE = 1 << 9, ON = 1 << 1, ALL = 0x8018, NO_CRC = 1 << 26, LONG = 1 << 5,
	SIZES = 3 << 16 | 1 << 25 | 0xf << 27, LONGEST = 1522, BUFFER = 2048,

	SENT = 1, LINK = 4, RECEIVED = 1 << 7, RECEIVE_QUEUE = 1 << 20, SEND_QUEUE = 1 << 22, OTHER = 1 << 24,
	SEND_COMMAND = 1 | 2 | 8,
};
#define RESET_STATE	0x00140240u	/* CTRL */

struct receive { uint64_t address; uint16_t length, checksum; uint8_t status, errors; uint16_t tag; };
struct send { uint64_t address; uint16_t length; uint8_t offset, command, status, start; uint16_t tag; };

static uint32_t *at(struct edev *e, unsigned reg) { return &e->reg[reg / 4]; }
static uint32_t value(const struct edev *e, unsigned reg) { return e->reg[reg / 4]; }

/* ---- interrupts ---- */

static void send_table(struct edev *e, uint32_t cause, unsigned shift)
{
	uint32_t entry = value(e, VECTORS) >> shift & 0xf, cleared = cause & value(e, AUTO_CLEAR);

	if (!(entry & 8))
		return;
	e->interrupts++;
	pci_send(&e->pci, entry & 7);
	*at(e, CAUSES) &= ~cleared;
	*at(e, MASK_SET) &= ~cleared;
	e->pending &= ~cleared;
}

static void send_message(struct edev *e)
{
	if (!(e->pci.space[e->msi + 2] & 1) || !(pci_get32(&e->pci, PCI_COMMAND) & PCI_COMMAND_MASTER))
		return;
	e->interrupts++;
	machine_interrupt((pci_get32(&e->pci, e->msi + MSI_DATA) & 0xffff) - L4_MSI_VECTOR);
}

/* Causes that are wanted, and have not interrupted yet, do so. */
static void update(struct edev *e)
{
	uint32_t causes, new;

	if (e->kind == EDEV_TABLE && value(e, CAUSES) & LINK)
		*at(e, CAUSES) |= OTHER;
	causes = value(e, CAUSES) & value(e, MASK_SET);
	e->pending &= causes;
	new = causes & ~e->pending;
	e->pending |= causes;
	if (e->kind == EDEV_TABLE) {
		if (new & RECEIVE_QUEUE)
			send_table(e, RECEIVE_QUEUE, 0);
		if (new & SEND_QUEUE)
			send_table(e, SEND_QUEUE, 8);
		if (new & OTHER)
			send_table(e, OTHER, 16);
	} else if (new && e->kind == EDEV_MESSAGE) {
		send_message(e);
	} else if (new) {
		e->interrupts++;
		pci_raise(&e->pci);
	}
}

static void cause(struct edev *e, uint32_t causes)
{
	*at(e, CAUSES) |= causes;
	update(e);
}

bool edev_holds_line(const struct edev *e)
{
	return e->kind == EDEV_LINE && value(e, CAUSES) & value(e, MASK_SET);
}

/* ---- registers ---- */

static void reset(struct edev *e)
{
	e->resets++;
	memset(e->reg, 0, sizeof e->reg);
	e->pending = 0;
	*at(e, CTRL) = RESET_STATE;
	*at(e, STATUS) = MASTER | (e->no_link ? 0 : HAS_LINK);
	*at(e, EEPROM) = READ_DONE;
	*at(e, ADDRESS_LOW) = __builtin_bswap32((uint32_t)(e->mac >> 16));
	*at(e, ADDRESS_HIGH) = __builtin_bswap16((uint16_t)e->mac) | 1u << 31;
}

static void write_ctrl(struct edev *e, uint32_t word)
{
	*at(e, CTRL) = word;
	if (word & NO_MASTER && !e->busy)
		*at(e, STATUS) &= ~(uint32_t)MASTER;
	if (!(word & RESET) || e->stuck)
		return;
	if (value(e, STATUS) & MASTER)
		kernel_stop("the card is reset while it may access memory");
	reset(e);
}

static uint64_t ring(const struct edev *e, unsigned ring)
{
	return value(e, ring) | (uint64_t)value(e, ring + RING_HIGH) << 32;
}

static unsigned places(const struct edev *e, unsigned ring) { return value(e, ring + RING_BYTES) / 16; }

/* A ring is used from now on. */
static void check_ring(const struct edev *e, unsigned which)
{
	if (value(e, which + RING_BYTES) == 0 || value(e, which + RING_BYTES) % 128 != 0
	    || ring(e, which) % 16 != 0 || !in_a_block(ring(e, which), value(e, which + RING_BYTES)))
		kernel_stop("a ring is not in memory that the card reaches");
	if (value(e, which + TAIL) >= places(e, which))
		kernel_stop("a ring ends beyond its end");
}

/* Buffers of 2 KiB, legacy descriptors, all packets up to the longest of a tagged one. */
static void check_receive(const struct edev *e)
{
	uint32_t word = value(e, RECEIVE_CTRL);

	check_ring(e, RECEIVE_RING);
	if (word & (LONG | SIZES) || (word & ALL) != ALL || !(word & NO_CRC) || value(e, FILTER) != 0
	    || !(value(e, CTRL) & SET_LINK))
		kernel_stop("the card does not receive all packets into buffers of 2 KiB");
}

static void write_register(struct edev *e, uint32_t offset, uint32_t word)
{
	switch (offset) {
	case CTRL: write_ctrl(e, word); return;
	case CAUSES: *at(e, CAUSES) &= ~word; break;
	case MASK_SET: *at(e, MASK_SET) |= word; break;
	case MASK_CLEAR: *at(e, MASK_SET) &= ~word; break;
	case STATUS: case EEPROM: kernel_stop("a register is written that is only read");
	default: *at(e, offset) = word;
	}
	if (offset == RECEIVE_RING + TAIL && value(e, RECEIVE_CTRL) & ON)
		check_receive(e);
	if (offset == SEND_RING + TAIL && value(e, SEND_CTRL) & ON)
		check_ring(e, SEND_RING);
	update(e);
}

static void write(struct pci_device *d, unsigned bar, uint32_t offset, uint32_t word, unsigned bytes)
{
	struct edev *e = (struct edev *)d;

	if (bar != 0 || bytes != 4 || offset % 4 != 0 || offset >= EDEV_REGISTERS)
		kernel_stop("a register is written that is none");
	if (!e->gone)
		write_register(e, offset, word);
}

static uint32_t read(struct pci_device *d, unsigned bar, uint32_t offset, unsigned bytes)
{
	struct edev *e = (struct edev *)d;
	uint32_t word;

	if (bar != 0 || bytes != 4 || offset % 4 != 0 || offset >= EDEV_REGISTERS)
		kernel_stop("a register is read that is none");
	if (e->gone)
		return ~0u;
	word = value(e, offset);
	if (offset == CAUSES && (e->kind != EDEV_TABLE || value(e, MASK_SET) == 0)) {
		*at(e, CAUSES) = 0;
		update(e);
	}
	return word;
}

/* ---- packets ---- */

static bool is_on(const struct edev *e, unsigned ctrl)
{
	return value(e, ctrl) & ON && pci_get32(&e->pci, PCI_COMMAND) & PCI_COMMAND_MASTER
	       && value(e, STATUS) & MASTER;
}

/* The number of the descriptor `ahead` of the next one. */
static unsigned place(const struct edev *e, unsigned ring, unsigned ahead)
{
	return (value(e, ring + HEAD) + ahead) % places(e, ring);
}

static void step(struct edev *e, unsigned ring) { *at(e, ring + HEAD) = place(e, ring, 1); }

static struct receive *received(const struct edev *e, unsigned ahead)
{
	return (struct receive *)ring(e, RECEIVE_RING) + place(e, RECEIVE_RING, ahead);
}

static struct send *sent(const struct edev *e, unsigned ahead)
{
	return (struct send *)ring(e, SEND_RING) + place(e, SEND_RING, ahead);
}

/* Has the driver given it nothing? */
static bool is_empty(const struct edev *e, unsigned ring)
{
	return place(e, ring, 0) == value(e, ring + TAIL);
}

bool edev_receive(struct edev *e, const void *data, unsigned bytes)
{
	struct receive *d;

	if (!is_on(e, RECEIVE_CTRL) || is_empty(e, RECEIVE_RING) || bytes > LONGEST)
		return false;
	d = received(e, 0);
	if (!in_a_block(d->address, BUFFER))
		kernel_stop("a buffer is not in memory that the card reaches");
	memcpy((void *)d->address, data, bytes);
	memset((char *)d->address + bytes, 0xee, BUFFER - bytes);	/* it may write all of it */
	d->length = (uint16_t)bytes;
	d->errors = 0;
	d->status = EDEV_DONE | EDEV_WHOLE;
	step(e, RECEIVE_RING);
	cause(e, RECEIVED | (e->kind == EDEV_TABLE ? RECEIVE_QUEUE : 0));
	return true;
}

bool edev_comes(struct edev *e, char byte, unsigned bytes)
{
	char data[LONGEST];

	memset(data, byte, bytes);
	return edev_receive(e, data, bytes);
}

const char *edev_next(struct edev *e, unsigned *bytes)
{
	const struct send *d;

	if (!is_on(e, SEND_CTRL) || is_empty(e, SEND_RING))
		return NULL;
	d = sent(e, 0);
	if (!in_a_block(d->address, d->length) || d->command != SEND_COMMAND || d->offset || d->start)
		kernel_stop("a packet is not in memory that the card reaches, or not a whole one");
	*bytes = d->length;
	return (const char *)d->address;
}

void edev_sent(struct edev *e)
{
	sent(e, 0)->status = EDEV_DONE;
	step(e, SEND_RING);
	cause(e, SENT | (e->kind == EDEV_TABLE ? SEND_QUEUE : 0));
}

void edev_lie_received(struct edev *e, unsigned ahead, unsigned bytes, uint8_t status, uint8_t errors)
{
	struct receive *d = received(e, ahead);

	d->length = (uint16_t)bytes;
	d->errors = errors;
	d->status = status;
	if (ahead == 0)
		step(e, RECEIVE_RING);
	cause(e, RECEIVED | RECEIVE_QUEUE);
}

void edev_lie_sent(struct edev *e, unsigned ahead)
{
	sent(e, ahead)->status = EDEV_DONE;
	cause(e, SENT | SEND_QUEUE);
}

void edev_link(struct edev *e, bool up)
{
	*at(e, STATUS) = (value(e, STATUS) & ~(uint32_t)HAS_LINK) | (up ? HAS_LINK : 0);
	e->no_link = !up;
	cause(e, LINK);
}

/* ---- the card ---- */

void edev_add(struct edev *e, enum edev_interrupts kind, uint64_t mac)
{
	memset(e, 0, sizeof *e);
	pci_add(&e->pci, EDEV_PLACE, EDEV_ID, CLASS);
	pci_region(&e->pci, 0, REGION, REGION_BYTES);
	e->pci.read = read;
	e->pci.write = write;
	e->kind = kind;
	e->mac = mac;
	if (kind == EDEV_TABLE) {
		pci_region(&e->pci, TABLE_BAR, TABLE, TABLE_BYTES);
		pci_messages(&e->pci, TABLE_BAR, 5);
	} else if (kind == EDEV_MESSAGE) {
		e->msi = pci_capability(&e->pci, CAP_MSI, MSI_BYTES);
		e->pci.space[e->msi + 2] = MSI_64;
	} else {
		pci_line(&e->pci);
	}
	reset(e);
	e->resets = 0;
}

void edev_scramble(struct edev *e, unsigned seed)
{
	for (unsigned i = 0; i < EDEV_REGISTERS / 4; i++)
		e->reg[i] = (uint32_t)rand_r(&seed) * 2 + 1;
	*at(e, CTRL) &= ~(uint32_t)RESET;
	e->pci.space[PCI_COMMAND] = (uint8_t)rand_r(&seed);
	for (unsigned i = 0; i < PCI_MESSAGES * 4; i++)
		e->pci.table[i] = (uint32_t)rand_r(&seed);
	if (e->pci.msix)
		e->pci.space[e->pci.msix + 3] = 0x80;
}
