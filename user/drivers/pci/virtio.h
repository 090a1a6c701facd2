/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio.h - the reset of virtio devices.
 */
#ifndef PCI_VIRTIO_H
#define PCI_VIRTIO_H

#include <stdbool.h>

struct device;

/* Is this a device with the registers of virtio 1.0? */
bool virtio_is(const struct device *d);

/*
 * Reset it by its status register (virtio 1.0, 4.1.4.3.1): it has then ended all its requests, and reaches no
 * memory. Returns false if its register cannot be mapped, or it does not end its reset within 1 s.
 */
bool virtio_reset(const struct device *d);

#endif
