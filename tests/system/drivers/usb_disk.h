/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * usb_disk.h - what tests of a USB disk share: the driver at a controller with a keyboard at port 2, a disk
 * at port 3, and its client, the test.
 */
#ifndef TESTS_DRIVERS_USB_DISK_H
#define TESTS_DRIVERS_USB_DISK_H

#include <pecan/disk.h>
#include "machine.h"
#include "xdev.h"

enum { USB_SECTORS = 8192, USB_BLOCK = 1 << 20, USB_KEYBOARD_PORT = 2, USB_PORT = 3,
       USB_SECOND = 1000000 };

extern struct xdev usb_x;
extern struct xdev_device usb_device;
extern struct xstore usb_store;
extern struct disk usb_disk;
extern int usb_block;

/* The driver with a place that is none. */
int xhci_wrong_place(void);

/* A controller with a keyboard; the driver, once. */
void usb_controller(void);
void usb_start(void);

/* usb_store is plugged. Returns the driver. It is unplugged. */
L4_ThreadId_t usb_plug(unsigned speed);
void usb_unplug(void);

/* The test connects, and has a block of memory. usb_attach: a disk is plugged; usb_begin: at any speed. */
bool usb_open(void);
bool usb_attach(unsigned speed);
bool usb_begin(void);

enum disk_status usb_perform(enum disk_kind kind, uint64_t sector, uint32_t offset, uint32_t sectors);
int usb_submit(enum disk_kind kind, uint64_t sector, uint32_t offset, uint32_t sectors);

/* Writes so many sectors, and reads them to another place in the block. */
bool usb_moves(uint64_t sector, uint32_t offset, uint32_t sectors);

/* The keyboard's reports are taken. */
bool usb_keyboard_works(void);

#endif
