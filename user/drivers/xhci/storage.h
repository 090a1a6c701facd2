/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * storage.h - a device that is a disk: what it says of itself, and the requests of the clients of
 * <pecan/disk_driver.h>. One at a time is the disk of the driver.
 */
#ifndef XHCI_STORAGE_H
#define XHCI_STORAGE_H

#include "descriptor.h"
#include "usb.h"

/* There will be disks, of this name. Call it first; without it there are none. */
void storage_begin(const char *name);
bool storage_is_wanted(void);

/* All devices have been looked at, and none is tried again: clients may come. May be called again. */
void storage_open(void);

/*
 * Let a device be the disk. Returns 0, or what is wrong with it: usb_fails, storage_second if there is one
 * already, or a sentence.
 */
extern const char storage_second[];
const char *storage_start(struct usb_device *d, const struct descriptor_disk *s);

/* The disk has no slot any more. */
void storage_end(void);

/*
 * Execute the next request, if there is one. Returns true if there may be another one, or the
 * disk has failed.
 */
bool storage_serve(void);

/* Returns the time at which a sleep must end: clients that wait are answered each second. */
uint64_t storage_latest(void);

#endif
