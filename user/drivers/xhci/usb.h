/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * usb.h - devices at the controller: their slots, control transfers, and up to two other endpoints of each
 * (xHCI 1.2, 4.3 and 6.2; USB 2.0, 9).
 */
#ifndef XHCI_USB_H
#define XHCI_USB_H

#include <stdbool.h>
#include <stdint.h>

#include "controller.h"
#include "report.h"

enum usb_speed { USB_FULL = 1, USB_LOW = 2, USB_HIGH = 3, USB_SUPER = 4, USB_SUPER_PLUS = 5 };

/* Kinds of endpoints, as contexts have them; requests to a device: kind and number. */
enum { USB_BULK_OUT = 2, USB_BULK_IN = 6, USB_INTERRUPT_IN = 7 };
enum {
	USB_CLEAR_FEATURE = 0x0102, USB_GET_DESCRIPTOR = 0x0680, USB_SET_CONFIGURATION = 0x0900,
	USB_SET_IDLE = 0x0a21, USB_SET_PROTOCOL = 0x0b21, USB_BULK_RESET = 0xff21,
};

/* An endpoint. One block at a time is under way. */
struct usb_pipe {
	unsigned endpoint;		/* as contexts number them; 0: there is none */
	unsigned kind, packet, interval;
	struct trb_ring ring;
	uint64_t trb;			/* that is under way; 0: none */
	uint32_t asked;			/* bytes of the last one */
	unsigned code;			/* of the event of the last one, and bytes that it did not move */
	uint32_t left;
};

enum usb_role { USB_NO_ROLE, USB_KEYBOARD, USB_DISK };

/* A device that has a slot. failed: it must be reset and set up anew. */
struct usb_device {
	unsigned slot, port, speed;	/* port 0: the slot is free */
	unsigned interface;		/* of a disk */
	enum usb_role role;
	bool failed;
	struct trb_ring control;
	struct usb_pipe in, out;
	struct report report;		/* of a keyboard */
};

/* A sentence on a device: it is tried again. */
extern const char usb_fails[];

extern struct usb_device usb_devices[XHCI_SLOTS + 1];	/* by slot */

/* What the controller reaches of the device. */
struct xhci_slot *usb_memory(const struct usb_device *d);

/* Returns a device with a new slot, or NULL if the controller has none for it. */
struct usb_device *usb_enable(unsigned port, unsigned speed);

/* Free the slot. Afterwards the controller accesses no memory for the device. */
void usb_disable(struct usb_device *d);

/* Give a device with a new slot an address. Returns false if it does not do what it should. */
bool usb_address(struct usb_device *d);

/*
 * Copy the first configuration's descriptors, XHCI_TEXT bytes at the most. Returns how many there are; 0: the
 * device does not do what it should.
 */
unsigned usb_configuration(struct usb_device *d, uint8_t text[XHCI_TEXT]);

/* Begin to use that configuration, with the pipes of the device that have an endpoint. */
bool usb_use(struct usb_device *d, unsigned configuration);

/* A request. Its answer, of `bytes`, is in usb_memory(d)->text. Returns false if it was not executed. */
bool usb_control(struct usb_device *d, unsigned request, unsigned value, unsigned index, unsigned bytes);

/*
 * Copy the serial number, of characters of ASCII, to text[most]: its end, if it is longer. It is empty if the
 * device has none.
 */
void usb_serial(struct usb_device *d, char *text, unsigned most);

/* Ask the controller for a transfer. */
void usb_ask(struct usb_device *d, struct usb_pipe *p, uint64_t physical, uint32_t bytes);

/*
 * End the transfer of a pipe, if there is one, and the halt of its endpoint at both sides. Returns false if
 * that is not possible.
 */
bool usb_restart(struct usb_device *d, struct usb_pipe *p);

/*
 * Take an event of a transfer. Returns the device to which its end was news, or NULL: the event is of no
 * transfer that is under way, and has changed nothing. A transfer that moved more than was asked for has
 * TRB_ERROR.
 */
struct usb_device *usb_take(unsigned slot, unsigned endpoint, const struct trb *event);

#endif
