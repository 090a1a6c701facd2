/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_usb_disk.c - the driver of a USB disk, beside a keyboard: its sectors, plugs, and a disk that is none.
 */
#include <string.h>
#include <pecan/disk.h>
#include <pecan/names.h>
#include <proto/disk_client.h>
#include <proto/disk_server.h>
#include "usb_disk.h"

TEST(usb_info, "the driver tells sectors, serial number, whether the disk can be written, and its place")
{
	struct disk_info_out out;

	usb_controller();
	xstore_begin(&usb_store, 1ull << 33);
	usb_store.read_only = true;
	CHECK(disk_info(usb_plug(XDEV_SUPER), &out) == DISK_OK && out.sectors == 1ull << 33);
	CHECK(out.read_only == 1 && out.place == usb_x.pci.place);
	CHECK(strcmp(out.serial, "0123456789AB") == 0 && machine_logged("the USB device at port 3 is a disk"));
}

TEST(usb_serial_long, "of a long serial number the end is returned, with ? for characters of no name")
{
	struct disk_info_out out;

	usb_controller();
	xstore_begin(&usb_store, USB_SECTORS);
	strcpy(usb_store.serial, "a serial number\nwith 37 characters 01");
	CHECK(disk_info(usb_plug(XDEV_HIGH), &out) == DISK_OK);
	CHECK(strcmp(out.serial, "r?with?37?characters?01") == 0);
}

TEST(usb_no_serial, "a disk without a serial number, or one that refuses to tell it, is used")
{
	usb_controller();
	xstore_begin(&usb_store, USB_SECTORS);
	usb_store.no_serial = true;
	CHECK(usb_attach(XDEV_HIGH) && usb_disk.serial[0] == 0 && usb_moves(0, 0, 8));
}

TEST(usb_serial_stalls, "the endpoint of requests is at work again after one that was refused")
{
	usb_controller();
	xstore_begin(&usb_store, USB_SECTORS);
	usb_store.serial[0] = 0;
	CHECK(usb_attach(XDEV_HIGH) && usb_disk.serial[0] == 0 && usb_moves(0, 0, 8));
}

TEST(usb_data, "sectors are written and read at each speed, by commands of 64 KiB at the most")
{
	static const unsigned speed[] = { XDEV_SUPER, XDEV_HIGH, XDEV_FULL };

	usb_controller();
	for (unsigned i = 0; i < 3; i++) {
		xstore_begin(&usb_store, USB_SECTORS);
		CHECK(usb_attach(speed[i]) && usb_moves(7, 0, 1) && usb_moves(300, 512, 2));
		CHECK(usb_moves(9, 1024, 999));
		CHECK(usb_store.longest == 1 << 16 && usb_store.bytes[8 * DISK_SECTOR + 1] == 0);
		CHECK(usb_perform(DISK_FLUSH, 0, 0, 0) == DISK_OK && usb_store.flushes == 1);
		disk_close(&usb_disk);
		usb_unplug();
	}
	CHECK(blocks_open() == 0);
}

TEST(usb_large_sectors, "a disk with sectors of 4,096 bytes is one of eight times as many, in whole units")
{
	usb_controller();
	xstore_begin(&usb_store, USB_SECTORS / 8);
	usb_store.sector_bytes = 4096;
	CHECK(usb_attach(XDEV_SUPER) && usb_disk.unit == 8 && usb_disk.sectors == USB_SECTORS / 8 * 8);
	CHECK(usb_moves(16, 4096, 24) && usb_store.last_sector == 2);
	CHECK(usb_perform(DISK_READ, 1, 0, 8) == DISK_E_UNIT && usb_perform(DISK_READ, 8, 0, 7) == DISK_E_UNIT);
	CHECK(usb_perform(DISK_READ, 8, 512, 8) == DISK_E_UNIT);
}

TEST(usb_range, "the disk gets no command beyond it or a client's block")
{
	CHECK(usb_begin() && usb_perform(DISK_READ, USB_SECTORS, 0, 1) == DISK_E_RANGE);
	CHECK(usb_perform(DISK_WRITE, USB_SECTORS - 1, 0, 2) == DISK_E_RANGE);
	CHECK(usb_perform(DISK_READ, 0, USB_BLOCK, 1) == DISK_E_RANGE && usb_store.reads + usb_store.writes == 0);
	CHECK(usb_perform(DISK_READ, USB_SECTORS - 1, USB_BLOCK - DISK_SECTOR, 1) == DISK_OK);
}

TEST(usb_far, "a sector beyond 32 bits is that sector, and one just before them too")
{
	usb_controller();
	xstore_begin(&usb_store, 1ull << 40);
	CHECK(usb_attach(XDEV_SUPER) && usb_perform(DISK_READ, 0x123456789a, 0, 3) == DISK_OK);
	CHECK(usb_store.last_sector == 0x123456789a && usb_perform(DISK_READ, 0xffffffff, 0, 1) == DISK_OK);
	CHECK(usb_store.last_sector == 0xffffffff && usb_perform(DISK_READ, 0xffffffff, 0, 2) == DISK_OK);
	CHECK(usb_store.last_sector == 0xffffffff && usb_store.block[0] == 0x88);
}

TEST(usb_read_only, "a disk that cannot be written gets no write; one that does not say so does")
{
	usb_controller();
	xstore_begin(&usb_store, USB_SECTORS);
	usb_store.read_only = true;
	CHECK(usb_attach(XDEV_HIGH) && usb_perform(DISK_WRITE, 0, 0, 1) == DISK_E_READ_ONLY);
	disk_close(&usb_disk);
	usb_unplug();
	usb_store.no_mode = true;
	CHECK(usb_attach(XDEV_HIGH) && usb_moves(0, 0, 1));
}

TEST(usb_no_flush, "a disk without the command to flush has no cache")
{
	CHECK(usb_begin());
	usb_store.no_flush = true;
	CHECK(usb_perform(DISK_FLUSH, 0, 0, 0) == DISK_OK && usb_moves(0, 0, 1));
}

TEST(usb_many, "64 requests are under way, each ring is used often, and keys are typed meanwhile")
{
	enum disk_status status;

	CHECK(usb_begin());
	for (unsigned round = 0; round < 20; round++) {
		for (unsigned i = 0; i < DISK_RING; i++)
			CHECK(usb_submit(round % 2 ? DISK_WRITE : DISK_READ, i * 8, i * 4096, 8) >= 0);
		CHECK(usb_keyboard_works());
		for (unsigned i = 0; i < DISK_RING; i++)
			CHECK(disk_wait(&usb_disk, &status) >= 0 && status == DISK_OK);
	}
	CHECK(usb_store.reads == 640 && usb_store.writes == 640);
}

TEST(usb_without_role, "a driver without the name of a disk leaves a disk alone")
{
	usb_controller();
	xstore_begin(&usb_store, USB_SECTORS);
	machine_start(PCI_TASK, pci_main);
	machine_start(DRIVER_TASK, xhci_keyboards);
	machine_wait(USB_SECOND);
	usb_device = xstore_device(&usb_store, XDEV_HIGH);
	xdev_attach(&usb_x, USB_PORT, &usb_device);
	machine_wait(USB_SECOND);
	CHECK(machine_logged("the USB device at port 3 is no keyboard, and is not used"));
	CHECK(L4_IsNilThread(machine_server(DISK_NAME)));
}

TEST(usb_partition, "a task with a partition by its number has no disk, without a request; others have it")
{
	static struct disk part;

	CHECK(usb_begin());
	machine.task[OTHER_TASK].partition = 1;
	machine_be(OTHER_TASK);
	CHECK(disk_open(&part) == DISK_E_PART && usb_store.reads == 0);
	CHECK(machine_logged("partition 1 of `disk`, the disk of task"));
	machine_be(CLIENT_TASK);
	CHECK(usb_moves(7, 0, 50));
}

/* ---- plugs ---- */

TEST(usb_none, "without a disk a client learns that none is plugged, at once")
{
	usb_controller();
	usb_start();
	CHECK(disk_open(&usb_disk) == DISK_E_GONE && blocks_open() == 0);
}

TEST(usb_present, "a client that comes before all devices have been looked at waits for the disk")
{
	usb_controller();
	xstore_begin(&usb_store, USB_SECTORS);
	usb_device = xstore_device(&usb_store, XDEV_SUPER);
	xdev_attach(&usb_x, USB_PORT, &usb_device);
	machine_start(PCI_TASK, pci_main);
	machine_wait(2 * USB_SECOND);
	machine_start(DRIVER_TASK, xhci_disk);
	CHECK(disk_open(&usb_disk) == DISK_OK && usb_disk.sectors == USB_SECTORS);
}

TEST(usb_late, "also if its first try fails")
{
	usb_controller();
	xstore_begin(&usb_store, USB_SECTORS);
	usb_store.lie = XSTORE_STALL_COMMAND;
	usb_store.operation = 0x12;
	usb_store.lies = 1;
	usb_device = xstore_device(&usb_store, XDEV_SUPER);
	xdev_attach(&usb_x, USB_PORT, &usb_device);
	machine_start(PCI_TASK, pci_main);
	machine_wait(2 * USB_SECOND);
	machine_start(DRIVER_TASK, xhci_disk);
	CHECK(disk_open(&usb_disk) == DISK_OK && usb_disk.sectors == USB_SECTORS && usb_store.lies == 0);
}

TEST(usb_unplugged, "requests of a disk that was unplugged fail, all, and at once; keys are typed")
{
	enum disk_status status;

	CHECK(usb_begin());
	usb_store.lie = XSTORE_STUCK_DATA;
	usb_store.operation = 0x28;
	usb_store.lies = ~0u;
	for (unsigned i = 0; i < DISK_RING; i++)
		CHECK(usb_submit(DISK_READ, i, 0, 1) >= 0);
	machine_wait(USB_SECOND);
	xdev_detach(&usb_x, USB_PORT);
	machine_wait(USB_SECOND / 10);
	for (unsigned i = 0; i < DISK_RING; i++)
		CHECK(disk_take(&usb_disk, &status) >= 0 && status == DISK_E_GONE);
	CHECK(usb_perform(DISK_READ, 0, 0, 1) == DISK_E_GONE);
	CHECK(usb_perform(DISK_FLUSH, 0, 0, 0) == DISK_E_GONE);
	CHECK(usb_x.disabled == 1 && usb_keyboard_works() && machine_logged("the USB disk at port 3 is gone"));
}

TEST(usb_another, "a client of a disk that was unplugged reaches no other one before it connects again")
{
	CHECK(usb_begin() && usb_moves(0, 0, 8));
	usb_unplug();
	xstore_begin(&usb_store, USB_SECTORS / 2);
	memset(usb_store.bytes, 0x55, sizeof(usb_store.bytes));
	usb_plug(XDEV_SUPER);
	CHECK(usb_perform(DISK_WRITE, 0, 0, 1) == DISK_E_GONE && usb_perform(DISK_READ, 0, 0, 1) == DISK_E_GONE);
	CHECK(usb_store.reads + usb_store.writes == 0);
	disk_close(&usb_disk);
	CHECK(usb_open() && usb_disk.sectors == USB_SECTORS / 2 && usb_perform(DISK_READ, 0, 0, 1) == DISK_OK);
	CHECK(*(char *)disk_data(&usb_disk, (unsigned)usb_block) == 0x55);
}

TEST(usb_gone, "nor does it look for another driver when that of its disk has ended")
{
	CHECK(usb_begin());
	usb_unplug();
	CHECK(usb_perform(DISK_READ, 0, 0, 1) == DISK_E_GONE);
	machine_kill(DRIVER_TASK);
	CHECK(disk_reconnect(&usb_disk, 1) == DISK_E_GONE && usb_perform(DISK_READ, 0, 0, 1) == DISK_E_GONE);
}

TEST(usb_again, "a disk is plugged and unplugged 30 times, and used each time")
{
	usb_controller();
	for (unsigned i = 0; i < 30; i++) {
		xstore_begin(&usb_store, USB_SECTORS);
		CHECK(usb_attach(i % 2 ? XDEV_SUPER : XDEV_HIGH) && usb_moves(i, 0, 200));
		disk_close(&usb_disk);
		usb_unplug();
	}
	CHECK(blocks_open() == 0 && usb_x.disabled == 30 && usb_keyboard_works());
}

TEST(usb_second_disk, "a second disk is not used, until the first one is gone")
{
	static struct xstore other;
	static struct xdev_device second;

	CHECK(usb_begin());
	xstore_begin(&other, 77);
	second = xstore_device(&other, XDEV_HIGH);
	xdev_attach(&usb_x, 1, &second);
	machine_wait(USB_SECOND);
	CHECK(machine_logged("the USB device at port 1 is a second disk, and is not used") && usb_moves(0, 0, 8));
	disk_close(&usb_disk);
	usb_unplug();
	CHECK(usb_open() && usb_disk.sectors == 77);
}

TEST(usb_name_taken, "if another driver has the name, that is one line, and keyboards work")
{
	usb_controller();
	machine_start(PCI_TASK, pci_main);
	machine_be(OTHER_TASK);
	CHECK(pecan_register(DISK_NAME, L4_nilthread) == NAMES_OK);
	machine_start(DRIVER_TASK, xhci_disk);
	machine_wait(2 * USB_SECOND);
	CHECK(machine_logged("the USB disk is not used: another driver is `disk`") && usb_keyboard_works());
}

TEST(usb_no_place, "a place that is none ends the driver")
{
	usb_controller();
	machine_start(PCI_TASK, pci_main);
	machine_start(DRIVER_TASK, xhci_wrong_place);
	machine_wait(2 * USB_SECOND);
	CHECK(machine_failed(DRIVER_TASK, "the USB controller cannot be used: its argument is no place"));
}
