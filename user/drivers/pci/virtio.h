/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio.h - the reset of virtio devices.
 */
#ifndef PCI_VIRTIO_H
#define PCI_VIRTIO_H

#include <stdbool.h>
#include <stdint.h>

struct device;

/* Returns true if the device has the registers of virtio 1.0. */
bool virtio_is(const struct device *d);

/*
 * Returns the id of virtio 1.0 of a device: of a transitional one, whose own id is that of the interface
 * before it, by its kind (virtio 1.0, 4.1.2); of any other one its own.
 */
uint32_t virtio_id(const struct device *d);

/*
 * Reset it by its status register (virtio 1.0, 4.1.4.3.1): then it has ended all requests, and does not use
 * memory. Returns false if the register cannot be mapped, or the reset does not end within 1 s.
 */
bool virtio_reset(const struct device *d);

#endif
