/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link_driver.h - a driver of the protocol `link` (user/proto/link.idl): the protocol, the client and the
 * loop. What a kind of devices does is a struct link_device: <pecan/link_virtio.h>, user/drivers/e1000e.
 *
 * A device that breaks its rules ends the driver: it is started again, after the PCI server has reset the
 * device, and the client attaches itself to the next one.
 */
#ifndef PECAN_LINK_DRIVER_H
#define PECAN_LINK_DRIVER_H

#include <pecan/exchange.h>

/* Interrupts of a device: for received packets; for sent ones; for changes. They may be one. */
enum { LINK_RECEIVES, LINK_SENDS, LINK_CHANGES, LINK_INTERRUPTS };

struct link_state {
	struct exchange client;
	L4_Word_t received, sent, dropped;	/* packets */
	bool news;				/* the client may have something to take */
	unsigned offloads;			/* LINK_SUMS and others, of this client */
};

/* Functions that return a text return 0, or a sentence on the error: then the driver ends. */
struct link_device {
	const char *what;		/* "the network card", for messages */
	const char *name;		/* under which the driver registers */
	struct exchange_limits limits;	/* buffer with what the device writes before a packet; packet without */

	/* Open the device, and let it begin. */
	const char *(*begin)(L4_Word_t irq[LINK_INTERRUPTS]);

	/* Begin anew, with these offloads: the device has nothing of the client's any more. */
	const char *(*reset)(unsigned offloads);

	/*
	 * Move what there is to move, between the client's rings and the device. Only while there is a client.
	 * They return true if there was anything.
	 */
	bool (*receive)(struct link_state *s);
	bool (*send)(struct link_state *s);

	/*
	 * Enable interrupts of packets while the driver waits: for received packets; for sent ones if there are
	 * more that find no place, or the client waits for them. receive and send are called after that. An
	 * interrupt that is not enabled does no harm.
	 */
	void (*want_interrupts)(bool want);

	/* Call it for each interrupt. Returns true if the device's LINK_INFO may have changed. */
	bool (*interrupted)(unsigned number);

	void (*inform)(struct link_info_out *out);	/* sets mac and up; offloads, if there are any */
};

/* Give a buffer of exchange_next_receive back. bytes: of the packet in it; 0: it had no packet's size. */
static inline void link_received(struct link_state *s, struct link_entry e, unsigned bytes)
{
	s->received += bytes > 0;
	s->dropped += bytes == 0;
	s->news = true;
	exchange_received(&s->client, e, bytes);
}

/* The device has broken its rules: log `what` and this, and end. */
void link_fail(const char *why) __attribute__((noreturn));

/*
 * The arguments of a driver of network cards, [NAME [PLACE]]: the name under which it registers, and the
 * place of its device on the PCI bus (pecan_pci_choose). Returns the name, LINK_NAME without one. With a
 * wrong place the driver ends, with `what` in its message.
 */
const char *link_arguments(const char *what, int argc, char **argv);

/* Serves until the task ends. If another driver has the name, this one waits for ever. */
void link_drive(const struct link_device *d) __attribute__((noreturn));

#endif
