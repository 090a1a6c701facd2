/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vdev.h - a virtio 1.0 device on the bus of pci.h. A test plays its side of the queues: it takes chains and
 * returns them, or writes what no device may. The driver may give the device only memory that it reaches.
 */
#ifndef TESTS_DRIVERS_VDEV_H
#define TESTS_DRIVERS_VDEV_H

#include <pecan/virtio.h>
#include "pci.h"

enum { VDEV_QUEUES = 3, VDEV_PARTS = 4, VDEV_CONFIG = 64, VDEV_NOTIFY_STEP = 4,
       VDEV_PLACE = PCI_LINE_PLACE, VDEV_NEEDS_RESET = 64, VDEV_DRIVER_OK = 4 };

/* Kinds of structures, and where each is in region 0. */
enum vdev_kind { VDEV_COMMON = 1, VDEV_NOTIFY, VDEV_ISR, VDEV_OWN };

struct vdev_queue {
	uint16_t size, vector, notify_offset;
	bool enabled;
	uint64_t desc, avail, used;
	uint16_t seen, done;		/* indices of the device */
	unsigned notices;
};

struct vdev {
	struct pci_device pci;
	uint64_t offered, accepted;	/* features */
	uint32_t offered_half, accepted_half;
	uint16_t largest[VDEV_QUEUES];	/* size of each queue; 0: there is none */
	uint16_t changes_vector, selected;
	uint8_t status, generation, isr;
	uint8_t own[VDEV_CONFIG];	/* the device's own configuration */
	unsigned generation_steps;	/* so many reads of the generation find another one */
	struct vdev_queue queue[VDEV_QUEUES];
	unsigned resets;
	bool stuck, no_vectors, no_features, line;	/* no end of a reset; and it refuses these */
	/* The driver has notified it of this queue. NULL: nothing happens then. */
	void (*notified)(struct vdev *v, unsigned queue);
};

/* A device with its structures and messages, at VDEV_PLACE. */
void vdev_add(struct vdev *v, uint32_t id, uint64_t features);

/* The same without messages: with an interrupt line, and a table of the firmware that names it. */
void vdev_add_line(struct vdev *v, uint32_t id, uint64_t features);

/* The offset of the capability of a structure, in the configuration space. */
unsigned vdev_capability(const struct vdev *v, enum vdev_kind kind);

struct vdev_part { void *at; uint32_t bytes; bool writes; };	/* writes: the device does */
struct vdev_chain { unsigned head, parts; struct vdev_part part[VDEV_PARTS]; };

/* The next chain that the driver has added; false: there is none. */
bool vdev_take(struct vdev *v, unsigned queue, struct vdev_chain *c);

/* Returns a chain, with an interrupt if the driver wants that. */
void vdev_return(struct vdev *v, unsigned queue, unsigned head, uint32_t written);

/* Writes an entry behind those that were returned, and the index by `step` further; with an interrupt. */
void vdev_lie(struct vdev *v, unsigned queue, uint32_t head, uint32_t written, int step);

/* An interrupt of a queue, or of a change of the device's configuration. */
void vdev_interrupt(struct vdev *v, unsigned queue);
void vdev_changed(struct vdev *v);

/* Gives up: only a reset helps. */
void vdev_gives_up(struct vdev *v);

/* The state of a device that another driver has left: anything. */
void vdev_scramble(struct vdev *v, unsigned seed);

#endif
