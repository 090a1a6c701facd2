/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the driver of USB keyboards, and of a disk, at the ports of an xHCI controller
 * (docs/user/devices.md): which device is at a port. Its arguments are those of a driver of disks: the name
 * of the disk, without which there is none, and the place of the controller, if not any will do.
 *
 * One thread does it, and waits in one place, xhci_sleep: while it sets up one device, or the disk executes a
 * request, the keys of all keyboards are sent and repeated, and clients are answered. A device that breaks a
 * rule, or does not answer, is detached and tried again, TRIES times in all.
 */
#include <pecan/disk_driver.h>
#include <pecan/system.h>
#include <string.h>

#include "descriptor.h"
#include "keyboard.h"
#include "storage.h"
#include "usb.h"

enum { TRIES = 3, LOOKS = 8, MS = 1000, STEADY_US = 100 * MS, RESET_US = 500 * MS, REST_US = 10 * MS,
       SETTLE_US = 200 * MS };

/* Of the device at a port. second: it is a disk beside another one. */
static struct { unsigned tries; bool second; } at_port[XHCI_PORTS];

static const char no_keyboard[] = "is no keyboard, and is not used";
static const char no_use[] = "is no keyboard and no disk, and is not used";

static void on_event(unsigned slot, unsigned endpoint, const struct trb *t)
{
	struct usb_device *d = usb_take(slot, endpoint, t);

	if (d && d->role == USB_KEYBOARD)
		keyboard_take(d);
}

static void wait(uint64_t us)
{
	for (uint64_t end = xhci_now() + us; xhci_now() < end; )
		xhci_sleep(end);
}

/* ---- ports ---- */

/* Returns the device's speed; 0: there is none that can be used. */
static unsigned reset_port(unsigned port)
{
	uint64_t end = xhci_now() + RESET_US;
	unsigned speed;

	xhci_set_port(port, XHCI_RESET);
	while (!(xhci_port(port) & XHCI_RESET_CHANGE) && xhci_now() < end)
		xhci_sleep(xhci_now() + MS);
	xhci_set_port(port, XHCI_CHANGES & ~(uint32_t)XHCI_CONNECT_CHANGE);
	wait(REST_US);
	speed = xhci_port(port) >> XHCI_SPEED_SHIFT & XHCI_SPEED;
	return xhci_port(port) & XHCI_ENABLED && speed <= USB_SUPER_PLUS ? speed : 0;
}

/* A disk that was not used beside this one is tried now. */
static void end_disk(unsigned port)
{
	pecan_logf("the USB disk at port %u is gone", port);
	storage_end();
	for (unsigned i = 1; i <= xhci.ports; i++)
		if (at_port[i].second) {
			at_port[i].tries = 0;
			at_port[i].second = false;
			xhci.changed[i] = true;
		}
}

static void detach(struct usb_device *d)
{
	unsigned port = d->port;

	keyboard_release(d);
	usb_disable(d);
	if (d->role == USB_DISK)
		end_disk(port);
}

static const char *set_up(struct usb_device *d)
{
	uint8_t text[XHCI_TEXT];
	struct descriptor_keyboard k;
	struct descriptor_disk s;
	unsigned bytes = usb_address(d) ? usb_configuration(d, text) : 0;

	if (bytes == 0)
		return usb_fails;
	if (descriptor_find_keyboard(text, bytes, &k))
		return keyboard_start(d, &k) ? 0 : usb_fails;
	if (storage_is_wanted() && descriptor_find_disk(text, bytes, &s))
		return storage_start(d, &s);
	return storage_is_wanted() ? no_use : no_keyboard;
}

/* A device has been there for a while. */
static void attach(unsigned port)
{
	const char *wrong = usb_fails;
	unsigned speed = reset_port(port);
	struct usb_device *d = speed ? usb_enable(port, speed) : NULL;

	if (speed && !d)
		wrong = "has no place beside the others";
	if (d)
		wrong = set_up(d);
	if (d && wrong)
		detach(d);
	at_port[port].tries = wrong && d && wrong != usb_fails ? TRIES : at_port[port].tries + 1;
	at_port[port].second = wrong == storage_second;
	if (wrong && at_port[port].tries < TRIES)
		xhci.changed[port] = true;
	else
		pecan_logf("the USB device at port %u %s", port,
			   wrong ? wrong : d->role == USB_DISK ? "is a disk" : "is a keyboard");
}

static struct usb_device *device_of(unsigned port)
{
	for (unsigned slot = 1; slot <= xhci.slots; slot++)
		if (usb_devices[slot].port == port)
			return &usb_devices[slot];
	return NULL;
}

/*
 * Clear the changes of a port. Returns its state, with them. A change makes no event while another one is not
 * cleared (4.19.2): they are looked for until there is none, and not for ever.
 */
static uint32_t take_changes(unsigned port)
{
	uint32_t state = xhci_port(port), changes = 0;

	xhci_set_port(port, 0);				/* power */
	for (unsigned i = 0; i < LOOKS && state & XHCI_CHANGES; i++) {
		changes |= state & XHCI_CHANGES;
		xhci_set_port(port, state & XHCI_CHANGES);
		state = xhci_port(port);
	}
	return state | changes;
}

static void serve_port(unsigned port)
{
	uint32_t state = take_changes(port);
	bool other = state & XHCI_CONNECT_CHANGE || !(state & XHCI_CONNECTED), off = !(state & XHCI_ENABLED);
	struct usb_device *d = device_of(port);

	if (other)
		at_port[port].tries = 0;
	if (d && (other || off || d->failed)) {
		if (!other && at_port[port].tries >= TRIES)
			pecan_logf("the USB %s at port %u %s", d->role == USB_DISK ? "disk" : "keyboard", port,
				   usb_fails);
		detach(d);
		d = NULL;
	}
	if (d || !(state & XHCI_CONNECTED) || at_port[port].tries >= TRIES)
		return;
	wait(STEADY_US);
	if ((xhci_port(port) & (XHCI_CONNECTED | XHCI_CONNECT_CHANGE)) == XHCI_CONNECTED)
		attach(port);
}

/* ---- the whole ---- */

static void note_failures(void)
{
	for (unsigned slot = 1; slot <= xhci.slots; slot++)
		if (usb_devices[slot].port != 0 && usb_devices[slot].failed)
			xhci.changed[usb_devices[slot].port] = true;
}

static void serve(void)
{
	note_failures();
	for (unsigned port = 1; port <= xhci.ports; port++)
		if (xhci.changed[port]) {
			xhci.changed[port] = false;
			serve_port(port);
		}
}

static bool has_changes(void)
{
	note_failures();
	for (unsigned port = 1; port <= xhci.ports; port++)
		if (xhci.changed[port])
			return true;
	return false;
}

/* After a reset of the controller devices need some time to be seen. Clients of a disk can wait that long. */
static void settle(void)
{
	if (storage_is_wanted())
		wait(SETTLE_US);
	for (unsigned port = 1; port <= xhci.ports; port++)
		xhci.changed[port] = true;
}

static uint64_t latest(void)
{
	uint64_t key = keyboard_repeat(), clients = storage_latest();

	return key < clients ? key : clients;
}

static const char *begin(int argc, char **argv)
{
	static const struct xhci_use keyboards = { .event = on_event, .latest = latest }, all = {
		.event = on_event, .message = disk_message, .advance = disk_advance, .latest = latest,
	};
	const char *wrong = argc > 2 ? pecan_pci_choose(argv[2]) : 0;

	if (argc > 1)
		storage_begin(argv[1]);
	return wrong ? wrong : xhci_begin(argc > 1 ? &all : &keyboards);
}

int main(int argc, char **argv)
{
	const char *wrong = begin(argc, argv);

	if (wrong) {
		pecan_logf("the USB controller cannot be used: %s", wrong);
		return 1;
	}
	keyboard_begin();
	settle();
	for (;;) {
		bool more;

		serve();
		if (!has_changes())
			storage_open();
		more = storage_serve();
		xhci_sleep(more || has_changes() ? 0 : REPORT_NEVER);
	}
}
