/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bulk.c - see bulk.h. Chapter numbers are of the Bulk-Only Transport 1.0.
 */
#include <pecan/endian.h>
#include <string.h>

#include "bulk.h"

enum { SECOND_US = 1000000, IN = 0x80, PASSED = 0, FAILED = 1 };
#define COMMAND_SIGN	0x43425355u
#define STATUS_SIGN	0x53425355u

_Static_assert(sizeof(struct bulk_command) == 32 && sizeof(struct bulk_status) == 16, "5.1 and 5.2");

/* Returns the code of the end of a transfer; TRB_NONE: there was no end in time, or the device has left. */
static unsigned transfer(struct usb_device *d, struct usb_pipe *p, uint64_t physical, uint32_t bytes,
			 unsigned seconds)
{
	uint64_t end = xhci_now() + (uint64_t)seconds * SECOND_US;

	usb_ask(d, p, physical, bytes);
	while (p->trb != 0 && !xhci_has_left(d->port) && xhci_now() < end)
		xhci_sleep(end);
	if (p->trb == 0)
		return p->code;
	return TRB_NONE;
}

/* Reset recovery (5.3.4). The device may be too broken for that, or not there any more. */
static enum bulk_result recover(struct usb_device *d)
{
	d->failed = xhci_has_left(d->port) || !usb_control(d, USB_BULK_RESET, 0, d->interface, 0)
		  || !usb_restart(d, &d->in) || !usb_restart(d, &d->out);
	return d->failed ? BULK_LOST : BULK_BROKEN;
}

static bool send_command(struct usb_device *d, const struct scsi_command *c, const struct bulk_data *data,
			 uint32_t tag)
{
	struct bulk_command *b = &usb_memory(d)->command;

	memset(b, 0, sizeof(*b));
	b->sign = le32(COMMAND_SIGN);
	b->tag = tag;
	b->bytes = le32(data->bytes);
	b->flags = data->in ? IN : 0;
	b->length = (uint8_t)c->bytes;
	memcpy(b->block, c->block, c->bytes);
	return transfer(d, &d->out, xhci_physical(b), BULK_COMMAND_BYTES, data->seconds) == TRB_SUCCESS;
}

/* A device that has less data than it was asked for may stall (6.7.2). *moved: bytes. */
static bool move_data(struct usb_device *d, const struct bulk_data *data, uint32_t *moved)
{
	struct usb_pipe *p = data->in ? &d->in : &d->out;
	unsigned code = transfer(d, p, data->physical, data->bytes, data->seconds);

	if (code == TRB_NONE)
		return false;
	*moved = data->bytes - p->left;
	return code == TRB_SUCCESS || code == TRB_SHORT || (code == TRB_STALL && usb_restart(d, p));
}

/* A status that stalls is asked for a second time (figure 2). Only a copy of it is looked at. */
static bool receive_status(struct usb_device *d, unsigned seconds, struct bulk_status *s)
{
	uint64_t at = xhci_physical(&usb_memory(d)->status);
	unsigned code = transfer(d, &d->in, at, BULK_STATUS_BYTES, seconds);

	if (code == TRB_STALL && usb_restart(d, &d->in))
		code = transfer(d, &d->in, at, BULK_STATUS_BYTES, seconds);
	memcpy(s, &usb_memory(d)->status, sizeof(*s));
	return code == TRB_SUCCESS && d->in.left == 0;
}

/* The status is valid, and means something (6.3). */
static bool is_good(const struct bulk_status *s, uint32_t tag, uint32_t bytes)
{
	return le32(s->sign) == STATUS_SIGN && s->tag == tag && le32(s->residue) <= bytes && s->status <= FAILED;
}

enum bulk_result bulk_do(struct usb_device *d, const struct scsi_command *c, const struct bulk_data *data,
			 uint32_t *moved)
{
	static uint32_t tag;
	struct bulk_status s;
	uint32_t used;

	*moved = 0;
	memset(&usb_memory(d)->status, 0, sizeof(s));
	tag++;
	if (!send_command(d, c, data, tag) || (data->bytes > 0 && !move_data(d, data, moved))
	    || !receive_status(d, data->seconds, &s) || !is_good(&s, tag, data->bytes))
		return recover(d);
	used = data->bytes - le32(s.residue);
	*moved = *moved < used ? *moved : used;
	return s.status == PASSED ? BULK_DONE : BULK_REFUSED;
}
