/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio.h - virtio 1.0 devices on the PCI bus, for drivers: opening the device by the PCI server, its
 * registers, features and queues. Functions that return a text return 0, or a sentence on the error.
 */
#ifndef PECAN_VIRTIO_H
#define PECAN_VIRTIO_H

#include <pecan/pci.h>
#include <pecan/virtq.h>

/* vendor << 16 | device, as in `pci` of the system description. */
enum {
	VIRTIO_NETWORK = 0x1af41041, VIRTIO_BLOCK = 0x1af41042, VIRTIO_CONSOLE = 0x1af41043,
	VIRTIO_RANDOM = 0x1af41044,
};

#define VIRTIO_VERSION_1	((uint64_t)1 << 32)

struct virtio {
	struct pecan_pci pci;
	volatile uint8_t *common, *notify, *config, *status;
	uint32_t notify_step, notify_bytes, config_bytes;
	uint64_t offered, features;	/* features: those negotiated */
};

/* Memory that the device can access. */
struct virtio_memory { void *at; uint64_t physical; };

/*
 * Open a device as pecan_pci_try_open or pecan_pci_open does, reset it, and negotiate features among
 * `wanted`.
 */
const char *virtio_try_open(struct virtio *v, uint32_t id, uint64_t wanted);
const char *virtio_open(struct virtio *v, uint32_t id, uint64_t wanted);

/* Allocate `bytes` of zeroed, physically contiguous memory, at most 2 MiB. */
const char *virtio_memory(size_t bytes, struct virtio_memory *m);

/*
 * Set up queue `index` with `size` descriptors, or the maximum of the device. Its interrupts are sent to the
 * calling thread, by the device's message `vector`: *irq is the id that sends them. A device without messages
 * has one line for all queues.
 */
struct virtio_queue { unsigned index, size, vector; };
const char *virtio_queue(struct virtio *v, const struct virtio_queue *wanted, struct virtq *q,
			 L4_Word_t *irq);

/*
 * Reset the device, which drops all buffers, and negotiate features among `wanted`. Then call
 * virtio_queue_again for each queue of virtio_queue: it is empty, in the same memory.
 */
const char *virtio_reset(struct virtio *v, uint64_t wanted);
const char *virtio_queue_again(struct virtio *v, const struct virtio_queue *wanted, struct virtq *q);

/* Let the device begin: DRIVER_OK. */
const char *virtio_begin(struct virtio *v);

/*
 * Have an interrupt also when the device changes its configuration, or needs a reset: by the message
 * `vector`, or the line. Returns false if there is no such message. After virtio_reset call
 * virtio_changes_again.
 */
bool virtio_changes(struct virtio *v, unsigned vector, L4_Word_t *irq);
void virtio_changes_again(const struct virtio *v, unsigned vector);

/*
 * Call it for each interrupt, before the queues are read: it lowers a line. Returns true if the interrupt is
 * a line, and the configuration has changed.
 */
bool virtio_interrupted(const struct virtio *v);

/* Notify the device that a buffer was added to q, its queue `index`. */
void virtio_notify(const struct virtio *v, const struct virtq *q, unsigned index);

/* Returns true if the device needs a reset after an error (DEVICE_NEEDS_RESET). */
bool virtio_is_broken(const struct virtio *v);

/* Fields of the device's own configuration; 0 beyond its end. */
uint32_t virtio_config32(const struct virtio *v, unsigned offset);
uint64_t virtio_config64(const struct virtio *v, unsigned offset);

#endif
