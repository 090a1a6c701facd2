/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keyboard.c - see keyboard.h.
 */
#include <pecan/device.h>
#include <pecan/names.h>
#include <proto/console_client.h>
#include <string.h>

#include "keyboard.h"

enum { BOOT_PROTOCOL = 0 };

static L4_ThreadId_t console;

/* A key for which there is no console is lost. */
static void press(unsigned key)
{
	for (unsigned i = 0; i < 2; i++) {
		if (!L4_IsNilThread(console) && con_key(console, key) != CONSOLE_LOST)
			return;
		if (pecan_lookup(CONSOLE_NAME, false, &console) != NAMES_OK) {
			console = L4_nilthread;
			return;
		}
	}
}

static void ask_report(struct usb_device *d)
{
	usb_ask(d, &d->in, xhci_physical(usb_memory(d)->packet), d->in.packet);
}

void keyboard_take(struct usb_device *d)
{
	uint8_t report[REPORT_BYTES] = { 0 };
	uint32_t bytes = d->in.asked - d->in.left;

	d->failed = d->in.code != TRB_SUCCESS && d->in.code != TRB_SHORT;
	if (d->failed)
		return;
	memcpy(report, usb_memory(d)->packet, bytes < REPORT_BYTES ? bytes : REPORT_BYTES);
	report_take(&d->report, report, xhci_now(), press);
	ask_report(d);
}

/* The exponent of 125 us (6.2.3.6), of 4 ms to 32 ms: a device has no more of the CPU than that. */
static unsigned exponent(const struct usb_device *d, unsigned interval)
{
	enum { LEAST = 5, MOST = 8 };
	unsigned n = interval, log2 = 0;

	if (d->speed >= USB_HIGH)
		log2 = n > 0 ? n - 1 : 0;
	else
		for (n *= 8; n > 1; n /= 2)
			log2++;
	return log2 < LEAST ? LEAST : log2 > MOST ? MOST : log2;
}

/* A keyboard that does not know SET_IDLE sends reports without a change, too. */
bool keyboard_start(struct usb_device *d, const struct descriptor_keyboard *k)
{
	d->in = (struct usb_pipe){
		.endpoint = 2u * k->endpoint + 1, .kind = USB_INTERRUPT_IN, .packet = k->packet,
		.interval = exponent(d, k->interval),
	};
	if (!usb_use(d, k->configuration)
	    || !usb_control(d, USB_SET_PROTOCOL, BOOT_PROTOCOL, k->interface, 0))
		return false;
	usb_control(d, USB_SET_IDLE, 0, k->interface, 0);
	d->role = USB_KEYBOARD;
	ask_report(d);
	return true;
}

uint64_t keyboard_repeat(void)
{
	uint64_t next = REPORT_NEVER, now = xhci_now();

	for (unsigned slot = 1; slot <= xhci.slots; slot++) {
		struct usb_device *d = &usb_devices[slot];
		bool works = d->port != 0 && !d->failed && !xhci_has_left(d->port);
		uint64_t due = works ? report_repeat(&d->report, now, press) : REPORT_NEVER;

		next = due < next ? due : next;
	}
	return next;
}

void keyboard_release(struct usb_device *d) { report_release(&d->report, press); }
void keyboard_begin(void) { report_release_modifiers(press); }
