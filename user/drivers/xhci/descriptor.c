/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * descriptor.c - see descriptor.h. Descriptors stand one behind the other, each with its length and its kind.
 */
#include "descriptor.h"

enum {
	KIND = 1, CONFIGURATION = 2, VALUE = 5,
	INTERFACE = 4, INTERFACE_BYTES = 9, ENDPOINT = 5, ENDPOINT_BYTES = 7,
	NUMBER = 2, ALTERNATE = 3, CLASS = 5, SUBCLASS = 6, PROTOCOL = 7, HID = 3, BOOT = 1, KEYBOARD = 1,
	ADDRESS = 2, ATTRIBUTES = 3, PACKET = 4, INTERVAL = 6,
	IN = 0x80, ENDPOINT_NUMBER = 0xf, TRANSFER = 3, INTERRUPT = 3, PACKET_LEAST = 8, PACKET_MOST = 64,
};

static bool is_keyboard(const uint8_t *d)
{
	return d[0] >= INTERFACE_BYTES && d[ALTERNATE] == 0 && d[CLASS] == HID && d[SUBCLASS] == BOOT
	    && d[PROTOCOL] == KEYBOARD;
}

static bool is_its_endpoint(const uint8_t *d)
{
	return d[0] >= ENDPOINT_BYTES && d[ADDRESS] & IN && (d[ADDRESS] & ENDPOINT_NUMBER) != 0
	    && (d[ATTRIBUTES] & TRANSFER) == INTERRUPT && d[PACKET] >= PACKET_LEAST && d[PACKET] <= PACKET_MOST
	    && d[PACKET + 1] == 0;
}

bool descriptor_find(const uint8_t *text, size_t bytes, struct descriptor_keyboard *k)
{
	bool found = false;

	if (bytes < DESCRIPTOR_HEAD || text[KIND] != CONFIGURATION)
		return false;
	k->configuration = text[VALUE];
	for (size_t at = 0; bytes - at >= 2 && text[at] >= 2 && text[at] <= bytes - at; at += text[at]) {
		const uint8_t *d = text + at;

		if (d[KIND] == INTERFACE) {
			found = is_keyboard(d);
			k->interface = found ? d[NUMBER] : 0;
		} else if (d[KIND] == ENDPOINT && found && is_its_endpoint(d)) {
			k->endpoint = d[ADDRESS] & ENDPOINT_NUMBER;
			k->packet = d[PACKET];
			k->interval = d[INTERVAL];
			return true;
		}
	}
	return false;
}
