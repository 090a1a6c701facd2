/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * descriptor.c - see descriptor.h. Descriptors stand one behind the other, each with its length and its kind.
 */
#include "descriptor.h"

enum {
	KIND = 1, CONFIGURATION = 2, VALUE = 5,
	INTERFACE = 4, INTERFACE_BYTES = 9, ENDPOINT = 5, ENDPOINT_BYTES = 7,
	NUMBER = 2, ALTERNATE = 3, CLASS = 5, SUBCLASS = 6, PROTOCOL = 7, HID = 3, BOOT = 1, KEYBOARD = 1,
	MASS_STORAGE = 8, SCSI = 6, BULK_ONLY = 0x50,
	ADDRESS = 2, ATTRIBUTES = 3, PACKET = 4, INTERVAL = 6,
	IN = 0x80, ENDPOINT_NUMBER = 0xf, TRANSFER = 3, BULK = 2, INTERRUPT = 3,
	PACKET_LEAST = 8, PACKET_MOST = 64,
};

/* Returns the descriptor behind `at`, or the first one if that is 0; 0 if there is none. */
static const uint8_t *next(const uint8_t *text, size_t bytes, const uint8_t *at)
{
	size_t begin = at ? (size_t)(at - text) + at[0] : 0;

	if (!at && (bytes < DESCRIPTOR_HEAD || text[KIND] != CONFIGURATION))
		return 0;
	return bytes - begin >= 2 && text[begin] >= 2 && text[begin] <= bytes - begin ? text + begin : 0;
}

static bool is_interface(const uint8_t *d, unsigned class, unsigned subclass, unsigned protocol)
{
	return d[0] >= INTERFACE_BYTES && d[ALTERNATE] == 0 && d[CLASS] == class && d[SUBCLASS] == subclass
	    && d[PROTOCOL] == protocol;
}

static bool is_endpoint(const uint8_t *d, unsigned transfer)
{
	return d[KIND] == ENDPOINT && d[0] >= ENDPOINT_BYTES && (d[ADDRESS] & ENDPOINT_NUMBER) != 0
	    && (d[ATTRIBUTES] & TRANSFER) == transfer;
}

static bool is_of_keyboard(const uint8_t *d)
{
	return is_endpoint(d, INTERRUPT) && d[ADDRESS] & IN && d[PACKET] >= PACKET_LEAST
	    && d[PACKET] <= PACKET_MOST && d[PACKET + 1] == 0;
}

bool descriptor_find_keyboard(const uint8_t *text, size_t bytes, struct descriptor_keyboard *k)
{
	bool found = false;

	for (const uint8_t *d = next(text, bytes, 0); d; d = next(text, bytes, d)) {
		if (d[KIND] == INTERFACE) {
			found = is_interface(d, HID, BOOT, KEYBOARD);
			k->interface = found ? d[NUMBER] : 0;
		} else if (found && is_of_keyboard(d)) {
			k->configuration = text[VALUE];
			k->endpoint = d[ADDRESS] & ENDPOINT_NUMBER;
			k->packet = d[PACKET];
			k->interval = d[INTERVAL];
			return true;
		}
	}
	return false;
}

/* The first endpoint of each direction. */
static void take_bulk(const uint8_t *d, struct descriptor_disk *s)
{
	uint8_t number = d[ADDRESS] & ENDPOINT_NUMBER;
	uint16_t packet = (uint16_t)(d[PACKET] | d[PACKET + 1] << 8);

	if (d[ADDRESS] & IN && s->in == 0) {
		s->in = number;
		s->in_packet = packet;
	} else if (!(d[ADDRESS] & IN) && s->out == 0) {
		s->out = number;
		s->out_packet = packet;
	}
}

bool descriptor_find_disk(const uint8_t *text, size_t bytes, struct descriptor_disk *s)
{
	bool found = false;

	for (const uint8_t *d = next(text, bytes, 0); d; d = next(text, bytes, d)) {
		if (d[KIND] == INTERFACE) {
			found = is_interface(d, MASS_STORAGE, SCSI, BULK_ONLY);
			*s = (struct descriptor_disk){ .configuration = text[VALUE], .interface = found ? d[NUMBER] : 0 };
		} else if (found && is_endpoint(d, BULK)) {
			take_bulk(d, s);
		}
		if (found && s->in != 0 && s->out != 0)
			return true;
	}
	return false;
}
