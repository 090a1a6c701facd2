/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link_virtio.h - a driver of the protocol `link` for a virtio device with a receive queue, 0, and a send
 * queue, 1: a network card, a console. Nothing is copied: the device reads and writes the client's block.
 */
#ifndef PECAN_LINK_VIRTIO_H
#define PECAN_LINK_VIRTIO_H

#include <pecan/link_driver.h>
#include <pecan/virtio.h>

struct link_virtio {
	const char *what;		/* "the network card", for messages */
	const char *name;		/* under which the driver registers */
	uint32_t id;			/* of <pecan/virtio.h> */
	uint64_t features;
	/* Bytes before each packet: the device writes those of received ones; others are 0, but for offloads. */
	unsigned header;
	struct exchange_limits limits;	/* buffer with the header, packet without */
	bool reports_sent;		/* sent packets also wake up a client that waits */
	void (*inform)(const struct virtio *v, struct link_info_out *out);	/* sets mac and up; offloads */
	uint64_t (*features_of)(const struct virtio *v, unsigned offloads);	/* if inform sets some */
};

/* Serves until the task ends. */
void link_virtio_drive(const struct link_virtio *d) __attribute__((noreturn));

#endif
