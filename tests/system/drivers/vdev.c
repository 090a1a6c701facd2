/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vdev.c - see vdev.h. Registers: virtio 1.0, 4.1.4.3; queues: 2.4.
 */
#include <stdlib.h>
#include <string.h>
#include "machine.h"
#include "vdev.h"

enum {
	REGION = 0xfe000000, REGION_BYTES = 0x4000, TABLE = 0xfe010000, TABLE_BYTES = 0x1000,
	PART_BYTES = 0x1000, COMMON_BYTES = 56, CAP_VENDOR = 9, CAP_BYTES = 20, NO_VECTOR = 0xffff,
	OFFERED_SELECT = 0, OFFERED = 4, ACCEPTED_SELECT = 8, ACCEPTED = 12, CHANGES = 16, QUEUES = 18,
	STATUS = 20, GENERATION = 21, SELECT = 22, SIZE = 24, VECTOR = 26, ENABLE = 28, NOTIFY = 30,
	ADDRESSES = 32,
	FEATURES_OK = 8, NEXT = 1, DEVICE_WRITES = 2, NO_INTERRUPT = 1, CHANGED = 2,
};

struct descriptor { uint64_t address; uint32_t length; uint16_t flags, next; };
struct used { uint32_t id, length; };

/* ---- registers ---- */

static struct vdev_queue *queue(struct vdev *v)
{
	return v->selected < VDEV_QUEUES ? &v->queue[v->selected] : NULL;
}

static void reset(struct vdev *v)
{
	v->resets++;
	if (v->stuck)
		return;
	v->status = v->isr = 0;
	v->changes_vector = NO_VECTOR;
	v->accepted = 0;
	for (unsigned i = 0; i < VDEV_QUEUES; i++)
		v->queue[i] = (struct vdev_queue){ .size = v->largest[i], .vector = NO_VECTOR,
						   .notify_offset = v->queue[i].notify_offset };
}

static uint32_t read_queue(const struct vdev_queue *q, uint32_t offset)
{
	if (!q)
		return 0;
	switch (offset) {
	case SIZE: return q->size;
	case VECTOR: return q->vector;
	case ENABLE: return q->enabled;
	case NOTIFY: return q->notify_offset;
	default: return 0;
	}
}

static uint32_t read_common(struct vdev *v, uint32_t offset)
{
	switch (offset) {
	case OFFERED: return (uint32_t)(v->offered_half < 2 ? v->offered >> 32 * v->offered_half : 0);
	case QUEUES: return VDEV_QUEUES;
	case CHANGES: return v->changes_vector;
	case STATUS: return v->status;
	case GENERATION:
		v->generation += v->generation_steps > 0;
		v->generation_steps -= v->generation_steps > 0;
		return v->generation;
	default: return read_queue(queue(v), offset);
	}
}

static void write_address(struct vdev_queue *q, uint32_t offset, uint32_t value)
{
	uint64_t *const address[] = { &q->desc, &q->avail, &q->used };
	uint64_t *a = address[(offset - ADDRESSES) / 8 % 3];

	if (offset % 8)
		*a = (*a & 0xffffffff) | (uint64_t)value << 32;
	else
		*a = (*a & ~0xfffffffful) | value;
}

static void write_queue(struct vdev *v, struct vdev_queue *q, uint32_t offset, uint32_t value)
{
	switch (offset) {
	case SIZE: q->size = (uint16_t)value; break;
	case VECTOR: q->vector = v->no_vectors ? NO_VECTOR : (uint16_t)value; break;
	case ENABLE:
		if (!in_a_block(q->desc, 16ul * q->size) || !in_a_block(q->avail, 6 + 2ul * q->size)
		    || !in_a_block(q->used, 6 + 8ul * q->size))
			kernel_stop("a queue is not in memory that the device reaches");
		q->enabled = true;
		break;
	default:
		if (offset >= ADDRESSES && offset < COMMON_BYTES)
			write_address(q, offset, value);
	}
}

static void write_status(struct vdev *v, uint8_t value)
{
	if (value == 0)
		reset(v);
	else
		v->status = (uint8_t)(v->no_features ? value & ~FEATURES_OK : value) | (v->status & VDEV_NEEDS_RESET);
}

static void write_common(struct vdev *v, uint32_t offset, uint32_t value)
{
	unsigned half = v->accepted_half % 2;

	switch (offset) {
	case OFFERED_SELECT: v->offered_half = value; break;
	case ACCEPTED_SELECT: v->accepted_half = value; break;
	case ACCEPTED:
		v->accepted = (v->accepted & ~(0xfffffffful << 32 * half)) | (uint64_t)value << 32 * half;
		break;
	case CHANGES: v->changes_vector = v->no_vectors ? NO_VECTOR : (uint16_t)value; break;
	case STATUS: write_status(v, (uint8_t)value); break;
	case SELECT: v->selected = (uint16_t)value; break;
	default:
		if (queue(v))
			write_queue(v, queue(v), offset, value);
	}
}

static unsigned part_at(enum vdev_kind kind) { return (kind - VDEV_COMMON) * PART_BYTES; }

static uint32_t read(struct pci_device *d, unsigned bar, uint32_t offset, unsigned bytes)
{
	struct vdev *v = (struct vdev *)d;
	uint32_t value = 0, inside = offset % PART_BYTES;

	(void)bar;
	if (inside % bytes)
		kernel_stop("a register is read at an address that is not aligned");
	if (offset - inside == part_at(VDEV_COMMON))
		return read_common(v, inside);
	if (offset - inside == part_at(VDEV_ISR)) {
		value = v->isr;
		v->isr = 0;
	}
	if (offset - inside == part_at(VDEV_OWN) && inside + bytes <= VDEV_CONFIG)
		memcpy(&value, v->own + inside, bytes);
	return value;
}

static void write(struct pci_device *d, unsigned bar, uint32_t offset, uint32_t value, unsigned bytes)
{
	struct vdev *v = (struct vdev *)d;
	uint32_t inside = offset % PART_BYTES;

	(void)bar;
	(void)bytes;
	if (offset - inside == part_at(VDEV_COMMON)) {
		write_common(v, inside, value);
	} else if (offset - inside == part_at(VDEV_NOTIFY)) {
		if (value >= VDEV_QUEUES || inside != v->queue[value].notify_offset * VDEV_NOTIFY_STEP)
			kernel_stop("a queue's notice is not where the device has it");
		v->queue[value].notices++;
		if (v->notified && v->status & VDEV_DRIVER_OK)
			v->notified(v, value);
	} else {
		kernel_stop("a register is written that is only read");
	}
}

/* ---- the device ---- */

static void add_structure(struct vdev *v, enum vdev_kind kind, uint32_t bytes)
{
	unsigned at = pci_capability(&v->pci, CAP_VENDOR, CAP_BYTES);

	v->pci.space[at + 2] = CAP_BYTES;
	v->pci.space[at + 3] = (uint8_t)kind;
	pci_set32(&v->pci, at + 4, 0);
	pci_set32(&v->pci, at + 8, part_at(kind));
	pci_set32(&v->pci, at + 12, bytes);
	pci_set32(&v->pci, at + 16, VDEV_NOTIFY_STEP);
}

unsigned vdev_capability(const struct vdev *v, enum vdev_kind kind)
{
	for (unsigned at = v->pci.space[PCI_CAP_LIST]; at; at = v->pci.space[at + 1])
		if (v->pci.space[at] == CAP_VENDOR && v->pci.space[at + 3] == kind)
			return at;
	kernel_stop("the device has no such capability");
}

static void add(struct vdev *v, uint32_t id, uint64_t features)
{
	static const uint32_t classes[] = { 0x020000, 0x010000, 0x078000, 0xff0000 };

	pci_add(&v->pci, VDEV_PLACE, id, classes[(id - VIRTIO_NETWORK) % 4]);
	pci_region(&v->pci, 0, REGION, REGION_BYTES);
	v->pci.read = read;
	v->pci.write = write;
	v->offered = features | VIRTIO_VERSION_1;
	for (unsigned i = 0; i < VDEV_QUEUES; i++) {
		v->largest[i] = VIRTQ_MAX;
		v->queue[i].notify_offset = (uint16_t)i;
	}
	add_structure(v, VDEV_COMMON, COMMON_BYTES);
	add_structure(v, VDEV_NOTIFY, VDEV_QUEUES * VDEV_NOTIFY_STEP);
	add_structure(v, VDEV_ISR, 1);
	add_structure(v, VDEV_OWN, VDEV_CONFIG);
	reset(v);
	v->resets = 0;
}

void vdev_add(struct vdev *v, uint32_t id, uint64_t features)
{
	memset(v, 0, sizeof *v);
	add(v, id, features);
	pci_region(&v->pci, 1, TABLE, TABLE_BYTES);
	pci_messages(&v->pci, 1, VDEV_QUEUES + 1);
}

void vdev_add_line(struct vdev *v, uint32_t id, uint64_t features)
{
	memset(v, 0, sizeof *v);
	add(v, id, features);
	pci_line(&v->pci);
	v->line = true;
}

/* ---- its side of the queues ---- */

static uint16_t *shorts(uint64_t address) { return (uint16_t *)address; }

static void add_part(struct vdev_chain *c, const struct descriptor *d)
{
	if (c->parts == VDEV_PARTS || d->length == 0 || !in_a_block(d->address, d->length))
		kernel_stop("the device is given memory that it does not reach, or a chain that is too long");
	c->part[c->parts++] = (struct vdev_part){ (void *)d->address, d->length, d->flags & DEVICE_WRITES };
}

bool vdev_take(struct vdev *v, unsigned number, struct vdev_chain *c)
{
	struct vdev_queue *q = &v->queue[number];
	const struct descriptor *d = (const struct descriptor *)q->desc;

	if (!q->enabled || !(v->status & VDEV_DRIVER_OK) || shorts(q->avail)[1] == q->seen)
		return false;
	c->head = shorts(q->avail)[2 + q->seen++ % q->size];
	c->parts = 0;
	for (unsigned at = c->head; ; at = d[at].next) {
		if (at >= q->size)
			kernel_stop("a chain has a descriptor that is none");
		add_part(c, &d[at]);
		if (!(d[at].flags & NEXT))
			return true;
	}
}

void vdev_interrupt(struct vdev *v, unsigned number)
{
	v->isr |= 1;
	if (v->line)
		pci_raise(&v->pci);
	if (!v->line && v->queue[number].vector != NO_VECTOR)
		pci_send(&v->pci, v->queue[number].vector);
}

void vdev_changed(struct vdev *v)
{
	v->isr |= CHANGED;
	if (v->line)
		pci_raise(&v->pci);
	else if (v->changes_vector != NO_VECTOR)
		pci_send(&v->pci, v->changes_vector);
}

void vdev_gives_up(struct vdev *v)
{
	v->status |= VDEV_NEEDS_RESET;
	vdev_changed(v);
}

void vdev_lie(struct vdev *v, unsigned number, uint32_t head, uint32_t written, int step)
{
	struct vdev_queue *q = &v->queue[number];
	struct used *ring = (struct used *)(q->used + 4);

	ring[q->done % q->size] = (struct used){ head, written };
	q->done = (uint16_t)(q->done + step);
	shorts(q->used)[1] = q->done;
	vdev_interrupt(v, number);
}

void vdev_return(struct vdev *v, unsigned number, unsigned head, uint32_t written)
{
	struct vdev_queue *q = &v->queue[number];
	struct used *ring = (struct used *)(q->used + 4);

	ring[q->done % q->size] = (struct used){ head, written };
	shorts(q->used)[1] = ++q->done;
	if (!(shorts(q->avail)[0] & NO_INTERRUPT))
		vdev_interrupt(v, number);
}

void vdev_scramble(struct vdev *v, unsigned seed)
{
	uint8_t *const first = (uint8_t *)&v->accepted, *const end = first + sizeof v->accepted;

	for (uint8_t *at = first; at < end; at++)
		*at = (uint8_t)rand_r(&seed);
	v->status = (uint8_t)rand_r(&seed) | VDEV_DRIVER_OK;
	v->selected = (uint16_t)rand_r(&seed);
	v->changes_vector = (uint16_t)rand_r(&seed);
	v->isr = (uint8_t)rand_r(&seed);
	v->offered_half = v->accepted_half = (uint32_t)rand_r(&seed);
	for (unsigned i = 0; i < VDEV_QUEUES; i++) {
		v->queue[i].size = v->queue[i].vector = (uint16_t)rand_r(&seed);
		v->queue[i].desc = v->queue[i].avail = v->queue[i].used = (uint64_t)rand_r(&seed) << 12;
		v->queue[i].enabled = true;
	}
	v->pci.space[PCI_COMMAND] = (uint8_t)rand_r(&seed);
	for (unsigned i = 0; i < PCI_MESSAGES * 4; i++)
		v->pci.table[i] = (uint32_t)rand_r(&seed);
	if (v->pci.msix)
		v->pci.space[v->pci.msix + 3] = 0x80;
}
