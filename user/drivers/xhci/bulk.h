/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bulk.h - commands to a USB disk and their results (USB Mass Storage Class, Bulk-Only Transport 1.0): a
 * command, its data, a status, each of which the device may refuse, cut, or not send at all.
 */
#ifndef XHCI_BULK_H
#define XHCI_BULK_H

#include "scsi.h"
#include "usb.h"

/* physical: of the data, which crosses no limit of 64 KiB (xHCI 1.2, 6.4.1). seconds: for each transfer. */
struct bulk_data { uint64_t physical; uint32_t bytes; bool in; unsigned seconds; };

enum bulk_result {
	BULK_DONE,
	BULK_REFUSED,			/* scsi_sense says why */
	BULK_BROKEN,			/* the device has broken the rules, and was reset for the next command */
	BULK_LOST,			/* the same, and that was not possible; or it was detached */
};

/*
 * Let the device execute a command. *moved: bytes of data that it has written or read, if that is done. The
 * caller is the one thread, and no command is under way. In xhci_sleep other devices are served meanwhile.
 */
enum bulk_result bulk_do(struct usb_device *d, const struct scsi_command *c, const struct bulk_data *data,
			 uint32_t *moved);

#endif
