/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio.c - see <pecan/virtio.h>. Register layout: virtio 1.0, 4.1.4.
 */
#include <l4/ipc.h>
#include <pecan/dma.h>
#include <pecan/mmio.h>
#include <pecan/outcome.h>
#include <pecan/server.h>
#include <pecan/virtio.h>
#include <string.h>

enum {
	CAP_LIST = 0x34, CAP_VENDOR = 0x09, CAPS = 48,
	COMMON = 1, NOTIFY = 2, INTERRUPT_STATUS = 3, CONFIG = 4,	/* kinds of structures */
	DEVICE_FEATURE_SELECT = 0, DEVICE_FEATURE = 4, DRIVER_FEATURE_SELECT = 8, DRIVER_FEATURE = 12,
	STATUS = 20, QUEUE_SELECT = 22, QUEUE_SIZE = 24, QUEUE_VECTOR = 26, QUEUE_ENABLE = 28,
	QUEUE_NOTIFY = 30, QUEUE_DESC = 32, QUEUE_AVAIL = 40, QUEUE_USED = 48, COMMON_BYTES = 56,
	ACKNOWLEDGE = 1, DRIVER = 2, DRIVER_OK = 4, FEATURES_OK = 8, NEEDS_RESET = 64,
	RESET_WAITS = 5000, WAIT_US = 1000, GENERATION = 21, READS = 8, NO_VECTOR = 0xffff,
	CHANGES_VECTOR = 16, CHANGED = 2,
};

/* A device that offers it may refuse a driver that does not accept it (virtio 1.1, 6.1). */
#define ACCESS_PLATFORM	((uint64_t)1 << 33)

/* Registers of the common configuration. */
static uint8_t get8(const struct virtio *v, unsigned at) { return mmio_read8(v->common + at); }
static uint16_t get16(const struct virtio *v, unsigned at) { return mmio_read16(v->common + at); }
static uint32_t get32(const struct virtio *v, unsigned at) { return mmio_read32(v->common + at); }

static void set8(const struct virtio *v, unsigned at, uint8_t n) { mmio_write8(v->common + at, n); }
static void set16(const struct virtio *v, unsigned at, uint16_t n) { mmio_write16(v->common + at, n); }
static void set32(const struct virtio *v, unsigned at, uint32_t n) { mmio_write32(v->common + at, n); }

/* 64-bit registers are written by halves (virtio 1.0, 4.1.3.1). */
static void set64(const struct virtio *v, unsigned at, uint64_t value)
{
	set32(v, at, (uint32_t)value);
	set32(v, at + 4, (uint32_t)(value >> 32));
}

static uint32_t config(const struct virtio *v, unsigned offset) { return pecan_pci_config(&v->pci, offset); }

/* ---- registers ---- */

/* Map the structure that the capability at `cap` describes. */
static volatile uint8_t *map_structure(const struct virtio *v, unsigned cap, uint32_t *bytes)
{
	*bytes = config(v, cap + 12);
	return pecan_pci_map(&v->pci, config(v, cap + 4) & 0xff, config(v, cap + 8), *bytes);
}

/* Map each kind of structure once: the first that can be mapped is the best (virtio 1.0, 4.1.4). */
static const char *map_structures(struct virtio *v)
{
	unsigned cap = config(v, CAP_LIST) & 0xfc;
	uint32_t bytes = 0, status_bytes;

	for (unsigned i = 0; i < CAPS && cap != 0; i++) {
		uint32_t head = config(v, cap);
		unsigned kind = (head & 0xff) == CAP_VENDOR ? head >> 24 : 0;

		if (kind == COMMON && !v->common)
			v->common = map_structure(v, cap, &bytes);
		else if (kind == NOTIFY && !v->notify && (v->notify = map_structure(v, cap, &v->notify_bytes)))
			v->notify_step = config(v, cap + 16);
		else if (kind == INTERRUPT_STATUS && !v->status)
			v->status = map_structure(v, cap, &status_bytes);
		else if (kind == CONFIG && !v->config)
			v->config = map_structure(v, cap, &v->config_bytes);
		cap = head >> 8 & 0xfc;
	}
	return v->common && bytes >= COMMON_BYTES && v->notify ? 0 : "its registers cannot be mapped";
}

static const char *reset(const struct virtio *v)
{
	set8(v, STATUS, 0);
	for (unsigned i = 0; i < RESET_WAITS; i++) {
		if (get8(v, STATUS) == 0)
			return 0;
		L4_Sleep(L4_TimePeriod(WAIT_US));
	}
	return "it does not end its reset";
}

static const char *agree(struct virtio *v, uint64_t wanted)
{
	set8(v, STATUS, ACKNOWLEDGE);
	set8(v, STATUS, ACKNOWLEDGE | DRIVER);
	set32(v, DEVICE_FEATURE_SELECT, 0);
	v->offered = get32(v, DEVICE_FEATURE);
	set32(v, DEVICE_FEATURE_SELECT, 1);
	v->offered |= (uint64_t)get32(v, DEVICE_FEATURE) << 32;
	v->features = v->offered & (wanted | VIRTIO_VERSION_1);
	for (uint32_t half = 0; half < 2; half++) {
		set32(v, DRIVER_FEATURE_SELECT, half);
		set32(v, DRIVER_FEATURE, (uint32_t)(v->features >> 32 * half));
	}
	set8(v, STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK);
	if (v->features & VIRTIO_VERSION_1 && get8(v, STATUS) & FEATURES_OK)
		return 0;
	if (v->offered & ACCESS_PLATFORM)
		return OUTCOME_SAYS_UNSUPPORTED "VIRTIO_F_ACCESS_PLATFORM: leave out iommu_platform=on";
	return v->offered & VIRTIO_VERSION_1 ? "it refuses the features that were agreed on"
					     : OUTCOME_SAYS_UNSUPPORTED "an interface older than virtio 1.0";
}

/* The device is open: find its registers, reset it, negotiate. */
static const char *begin(struct virtio *v, uint64_t wanted)
{
	const char *wrong = map_structures(v);

	if (!wrong)
		wrong = reset(v);
	return wrong ? wrong : agree(v, wanted);
}

const char *virtio_try_open(struct virtio *v, uint32_t id, uint64_t wanted)
{
	const char *wrong;

	*v = (struct virtio){ .notify_step = 0 };
	wrong = pecan_pci_try_open(&v->pci, id);
	return wrong ? wrong : begin(v, wanted);
}

const char *virtio_open(struct virtio *v, uint32_t id, uint64_t wanted)
{
	const char *wrong;

	*v = (struct virtio){ .notify_step = 0 };
	wrong = pecan_pci_open(&v->pci, id);
	return wrong ? wrong : begin(v, wanted);
}

const char *virtio_reset(struct virtio *v, uint64_t wanted)
{
	const char *wrong = reset(v);

	return wrong ? wrong : agree(v, wanted);
}

/* ---- queues ---- */

const char *virtio_memory(size_t bytes, struct virtio_memory *m)
{
	struct pecan_dma d;

	if (pecan_dma_new(bytes, L4_nilthread, &d) != ROOT_OK)
		return "there is no memory for it";
	*m = (struct virtio_memory){ d.at, d.physical };
	return 0;
}

static const char *attach(struct virtio *v, unsigned vector, L4_Word_t *irq)
{
	const char *wrong = pecan_pci_attach(&v->pci, vector, irq);

	return !wrong && v->pci.line && !v->status ? "its interrupt status cannot be mapped" : wrong;
}

static const char *write_queue(struct virtio *v, const struct virtio_queue *wanted, struct virtq *q)
{
	uint64_t notify_at;

	set16(v, QUEUE_SELECT, (uint16_t)wanted->index);
	set16(v, QUEUE_SIZE, (uint16_t)q->size);
	set16(v, QUEUE_VECTOR, v->pci.line ? NO_VECTOR : (uint16_t)wanted->vector);
	if (!v->pci.line && get16(v, QUEUE_VECTOR) == NO_VECTOR)
		return "it has no message for a queue";
	set64(v, QUEUE_DESC, q->physical_desc);
	set64(v, QUEUE_AVAIL, q->physical_avail);
	set64(v, QUEUE_USED, q->physical_used);
	notify_at = (uint64_t)get16(v, QUEUE_NOTIFY) * v->notify_step;
	if (notify_at + sizeof(uint16_t) > v->notify_bytes)
		return "a queue's notice lies beyond its registers";
	q->notify_at = (uint32_t)notify_at;
	set16(v, QUEUE_ENABLE, 1);
	return 0;
}

const char *virtio_queue(struct virtio *v, const struct virtio_queue *wanted, struct virtq *q,
			 L4_Word_t *irq)
{
	struct virtio_memory m;
	const char *wrong = attach(v, wanted->vector, irq);
	unsigned size = wanted->size;

	set16(v, QUEUE_SELECT, (uint16_t)wanted->index);
	if (size > get16(v, QUEUE_SIZE))
		size = get16(v, QUEUE_SIZE);
	if (!wrong && (size == 0 || size > VIRTQ_MAX || (size & (size - 1))))
		wrong = "it lacks a queue";
	if (!wrong)
		wrong = virtio_memory(virtq_bytes(size), &m);
	if (wrong)
		return wrong;
	virtq_init(q, size, m.at, m.physical);
	return write_queue(v, wanted, q);
}

bool virtio_changes(struct virtio *v, unsigned vector, L4_Word_t *irq)
{
	if (attach(v, vector, irq))
		return false;
	virtio_changes_again(v, vector);
	return true;
}

void virtio_changes_again(const struct virtio *v, unsigned vector)
{
	set16(v, CHANGES_VECTOR, v->pci.line ? NO_VECTOR : (uint16_t)vector);
}

const char *virtio_queue_again(struct virtio *v, const struct virtio_queue *wanted, struct virtq *q)
{
	void *memory = (void *)(uintptr_t)q->desc;

	memset(memory, 0, virtq_bytes(q->size));
	virtq_init(q, q->size, memory, q->physical_desc);
	return write_queue(v, wanted, q);
}

const char *virtio_begin(struct virtio *v)
{
	const char *wrong = pecan_pci_master(&v->pci);

	if (!wrong)
		set8(v, STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
	return wrong;
}

void virtio_notify(const struct virtio *v, const struct virtq *q, unsigned index)
{
	mmio_write16(v->notify + q->notify_at, (uint16_t)index);
}

/* A read clears it, and ends the line (virtio 1.0, 4.1.4.5). */
bool virtio_interrupted(const struct virtio *v)
{
	return v->pci.line && mmio_read8(v->status) & CHANGED;
}

bool virtio_is_broken(const struct virtio *v) { return get8(v, STATUS) & NEEDS_RESET; }

/* ---- the device's own configuration ---- */

uint32_t virtio_config32(const struct virtio *v, unsigned offset)
{
	if (!v->config || offset + 4 > v->config_bytes)
		return 0;
	return mmio_read32(v->config + offset);
}

/* Read again if the device has changed it in between. */
uint64_t virtio_config64(const struct virtio *v, unsigned offset)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < READS; i++) {
		uint8_t before = get8(v, GENERATION);

		value = virtio_config32(v, offset) | (uint64_t)virtio_config32(v, offset + 4) << 32;
		if (get8(v, GENERATION) == before)
			break;
	}
	return value;
}
