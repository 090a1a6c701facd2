/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * usb_disk.c - see usb_disk.h.
 */
#include <string.h>
#include "usb_disk.h"

struct xdev usb_x;
struct xdev_device usb_device;
struct xstore usb_store;
struct disk usb_disk;
int usb_block;
static struct xdev_device keyboard_device;
static bool started;

int xhci_disk(void)
{
	return xhci_main(2, (char *[]){ "xhci", DISK_NAME, NULL });
}

int xhci_wrong_place(void)
{
	return xhci_main(3, (char *[]){ "xhci", DISK_NAME, "4", NULL });
}

void usb_controller(void)
{
	xdev_add(&usb_x, false);
	keyboard_device = xdev_keyboard(XDEV_FULL);
	xdev_attach(&usb_x, USB_KEYBOARD_PORT, &keyboard_device);
}

void usb_start(void)
{
	if (!started) {
		machine_start(PCI_TASK, pci_main);
		machine_start(DRIVER_TASK, xhci_disk);
	}
	started = true;
	machine_wait(2 * USB_SECOND);
}

L4_ThreadId_t usb_plug(unsigned speed)
{
	usb_device = xstore_device(&usb_store, speed);
	usb_start();
	xdev_attach(&usb_x, USB_PORT, &usb_device);
	machine_wait(2 * USB_SECOND);
	return machine_server(DISK_NAME);
}

void usb_unplug(void)
{
	xdev_detach(&usb_x, USB_PORT);
	machine_wait(USB_SECOND);
}

bool usb_open(void)
{
	return disk_open(&usb_disk) == DISK_OK && (usb_block = disk_block(&usb_disk, USB_BLOCK)) >= 0;
}

bool usb_attach(unsigned speed)
{
	usb_plug(speed);
	return usb_open();
}

bool usb_begin(void)
{
	usb_controller();
	xstore_begin(&usb_store, USB_SECTORS);
	return usb_attach(XDEV_SUPER);
}

static struct disk_entry entry(enum disk_kind kind, uint64_t sector, uint32_t offset, uint32_t sectors)
{
	return (struct disk_entry){ kind, (uint32_t)usb_block, sector, 0, offset, sectors };
}

enum disk_status usb_perform(enum disk_kind kind, uint64_t sector, uint32_t offset, uint32_t sectors)
{
	struct disk_entry e = entry(kind, sector, offset, sectors);

	return disk_do(&usb_disk, &e);
}

int usb_submit(enum disk_kind kind, uint64_t sector, uint32_t offset, uint32_t sectors)
{
	struct disk_entry e = entry(kind, sector, offset, sectors);
	int tag = disk_submit(&usb_disk, &e);

	disk_push(&usb_disk);
	return tag;
}

static char byte_of(unsigned i) { return (char)(i % 251 + i / DISK_SECTOR); }

bool usb_moves(uint64_t sector, uint32_t offset, uint32_t sectors)
{
	char *data = disk_data(&usb_disk, (unsigned)usb_block);
	uint32_t bytes = sectors * DISK_SECTOR;

	for (uint32_t i = 0; i < bytes; i++)
		data[i] = byte_of(i);
	if (usb_perform(DISK_WRITE, sector, 0, sectors) != DISK_OK
	    || memcmp(usb_store.bytes + sector * DISK_SECTOR, data, bytes) != 0)
		return false;
	memset(data, 0, USB_BLOCK);
	if (usb_perform(DISK_READ, sector, offset, sectors) != DISK_OK)
		return false;
	for (uint32_t i = 0; i < bytes; i++)
		if (data[offset + i] != byte_of(i))
			return false;
	return (offset == 0 || data[offset - 1] == 0) && data[offset + bytes] == 0;
}

bool usb_keyboard_works(void)
{
	static const uint8_t none[8];
	unsigned slot;
	bool sent = xdev_report(&usb_x, USB_KEYBOARD_PORT, none, sizeof(none));

	machine_wait(USB_SECOND / 100);
	return sent && xdev_pending(&usb_x, USB_KEYBOARD_PORT, &slot) != 0;
}
