/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link_driver.h - a driver of the protocol `link` (user/proto/link.idl) for a virtio device with a receive
 * queue, 0, and a send queue, 1: a network card, a console.
 *
 * A device that breaks the rules of its queues, or gives up, ends the driver: root starts it again, after the
 * PCI server has reset the device, and the client attaches itself to the next one.
 */
#ifndef PECAN_LINK_DRIVER_H
#define PECAN_LINK_DRIVER_H

#include <pecan/exchange.h>
#include <pecan/virtio.h>

struct link_driver {
	const char *device;		/* "the network card", for messages */
	const char *name;		/* under which the driver registers */
	uint32_t id;			/* of <pecan/virtio.h> */
	uint64_t features;
	unsigned header;		/* bytes before each packet: zero in sent ones; the device writes the others */
	struct exchange_limits limits;	/* buffer with the header, packet without */
	bool reports_sent;		/* sent packets also wake up a client that waits */
	void (*inform)(const struct virtio *v, struct link_info_out *out);	/* sets mac and up */
};

/* Serves until the task ends. */
void link_drive(const struct link_driver *d) __attribute__((noreturn));

#endif
