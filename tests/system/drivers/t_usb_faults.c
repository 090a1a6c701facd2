/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_usb_faults.c - the driver of a USB disk: disks that lie, refuse, cut or do not answer. Beside each a
 * keyboard's keys are taken.
 */
#include <string.h>
#include <proto/disk_client.h>
#include "disk_silence.h"
#include "usb_disk.h"

enum { READ = 0x28, WRITE = 0x2a, SIZE = 0x25, INQUIRY = 0x12, READY = 0x00, FOR_EVER = ~0u };

static void lies(enum xstore_lie lie, unsigned operation, unsigned times)
{
	usb_store.lie = lie;
	usb_store.operation = (uint8_t)operation;
	usb_store.lies = times;
}

/* A disk that does this wrong once is used all the same, after so many resets. */
static bool once(enum xstore_lie lie, unsigned operation, unsigned resets)
{
	bool works;

	if (!usb_begin())
		return false;
	lies(lie, operation, 1);
	works = usb_moves(100, 512, 300) && usb_store.lies == 0 && usb_store.resets == resets;
	return works && usb_moves(7, 0, 50) && usb_keyboard_works();
}

/* One that does it each time: its request fails, and it is a new disk for clients. */
static bool always(enum xstore_lie lie, unsigned operation)
{
	enum disk_kind kind = operation == READ ? DISK_READ : DISK_WRITE;

	if (!usb_begin())
		return false;
	lies(lie, operation, FOR_EVER);
	if (usb_perform(kind, 0, 0, 8) != DISK_E_DEVICE || !usb_keyboard_works())
		return false;
	usb_store.lies = 0;
	machine_wait(5 * USB_SECOND);
	if (usb_perform(kind, 0, 0, 8) != DISK_E_GONE)
		return false;
	disk_close(&usb_disk);
	return usb_open() && usb_moves(7, 0, 50) && usb_x.disabled == 1 && usb_keyboard_works();
}

TEST(usb_stall_command, "a command that the disk stalls is done again, after a reset of the transport")
{
	CHECK(once(XSTORE_STALL_COMMAND, READ, 1));
}

TEST(usb_stall_read, "data that ends by a stall is done again, without a reset")
{
	CHECK(once(XSTORE_STALL_DATA, READ, 0));
}

TEST(usb_stall_write, "so are data to the disk") { CHECK(once(XSTORE_STALL_DATA, WRITE, 0)); }

TEST(usb_stall_status, "a status that is stalled once is asked for a second time; twice: a reset")
{
	CHECK(once(XSTORE_STALL_STATUS, READ, 0));
}

TEST(usb_stall_twice, "twice: a reset") { CHECK(once(XSTORE_STALL_STATUS_TWICE, READ, 1)); }
TEST(usb_babble, "more data than was asked for") { CHECK(once(XSTORE_BABBLE, READ, 1)); }
TEST(usb_line, "an error of the line") { CHECK(once(XSTORE_LINE_ERROR, WRITE, 1)); }
TEST(usb_sign, "a status with another mark") { CHECK(once(XSTORE_SIGN, READ, 1)); }
TEST(usb_tag, "one of another command") { CHECK(once(XSTORE_TAG, WRITE, 1)); }
TEST(usb_residue, "one that lacks more than there is") { CHECK(once(XSTORE_RESIDUE, READ, 1)); }
TEST(usb_phase, "one of a phase error") { CHECK(once(XSTORE_PHASE, WRITE, 1)); }
TEST(usb_status_huge, "one with a value that there is not") { CHECK(once(XSTORE_STATUS_HUGE, READ, 1)); }
TEST(usb_status_short, "one that is too short") { CHECK(once(XSTORE_STATUS_SHORT, READ, 1)); }
TEST(usb_status_none, "one of no bytes") { CHECK(once(XSTORE_STATUS_NONE, WRITE, 1)); }
TEST(usb_left, "a controller that says it lacks more than all") { CHECK(once(XSTORE_LEFT_HUGE, READ, 1)); }
TEST(usb_short, "less data than was asked for") { CHECK(once(XSTORE_SHORT_RESIDUE, READ, 0)); }
TEST(usb_short_lie, "and without a remainder") { CHECK(once(XSTORE_SHORT_SILENT, READ, 0)); }
TEST(usb_no_data, "no data, and a good status") { CHECK(once(XSTORE_NO_DATA, READ, 0)); }

TEST(usb_stuck_command, "a command that is not taken in time") { CHECK(once(XSTORE_STUCK_COMMAND, READ, 1)); }
TEST(usb_stuck_data, "data that does not come") { CHECK(once(XSTORE_STUCK_DATA, READ, 1)); }
TEST(usb_stuck_write, "data that is not taken") { CHECK(once(XSTORE_STUCK_DATA, WRITE, 1)); }
TEST(usb_stuck_status, "a status that does not come") { CHECK(once(XSTORE_STUCK_STATUS, WRITE, 1)); }

TEST(usb_always_stuck, "data that never comes is an error after three tries, and the disk is set up anew")
{
	CHECK(always(XSTORE_STUCK_DATA, READ));
}

TEST(usb_always_stall, "so is a command that always stalls") { CHECK(always(XSTORE_STALL_COMMAND, WRITE)); }
TEST(usb_always_phase, "a phase error each time") { CHECK(always(XSTORE_PHASE, READ)); }
TEST(usb_always_tag, "a status of another command each time") { CHECK(always(XSTORE_TAG, WRITE)); }

TEST(usb_always_short, "less data each time is an error of the request; the disk stays")
{
	CHECK(usb_begin());
	lies(XSTORE_SHORT_SILENT, READ, FOR_EVER);
	CHECK(usb_perform(DISK_READ, 0, 0, 8) == DISK_E_DEVICE);
	usb_store.lies = 0;
	CHECK(usb_moves(7, 0, 50) && usb_store.resets == 0 && usb_x.disabled == 0);
}

static bool refuses(unsigned key, unsigned code, unsigned times)
{
	lies(XSTORE_REFUSE, READ, times);
	usb_store.key = (uint8_t)key;
	usb_store.code = (uint8_t)code;
	return usb_perform(DISK_READ, 0, 0, 8) == DISK_OK;
}

TEST(usb_refused, "a command that is refused for a reason that passes is done again, or is an error")
{
	CHECK(usb_begin() && refuses(6, 0x29, 2) && refuses(2, 4, 1) && refuses(11, 0, 1));
	CHECK(!refuses(3, 0x11, 1) && usb_store.lies == 0 && !refuses(6, 0x29, 3) && usb_moves(7, 0, 50));
	CHECK(usb_store.resets == 0 && usb_x.disabled == 0);
}

TEST(usb_medium_changed, "a changed medium is another disk: no request of the client before reaches it")
{
	CHECK(usb_begin() && !refuses(6, 0x28, 1));
	machine_wait(5 * USB_SECOND);
	CHECK(usb_perform(DISK_READ, 0, 0, 8) == DISK_E_GONE && usb_x.disabled == 1);
	disk_close(&usb_disk);
	CHECK(usb_open());
	CHECK(usb_moves(7, 0, 50));
}

TEST(usb_reset_refused, "a disk that refuses the reset of its transport is set up anew")
{
	CHECK(usb_begin());
	usb_store.keeps_resets = true;
	lies(XSTORE_PHASE, READ, 1);
	CHECK(usb_perform(DISK_READ, 0, 0, 8) == DISK_E_DEVICE);
	machine_wait(5 * USB_SECOND);
	disk_close(&usb_disk);
	CHECK(usb_x.disabled == 1);
	CHECK(usb_open());
	CHECK(usb_perform(DISK_READ, 0, 0, 8) == DISK_OK);
}

TEST(usb_no_end, "a request is not answered if the controller may still move its data, and does not end that")
{
	enum disk_status status;

	CHECK(usb_begin());
	lies(XSTORE_STUCK_DATA, READ, 1);
	usb_device.silent = usb_x.mute = true;
	CHECK(usb_submit(DISK_READ, 0, 0, 8) >= 0);
	machine_wait(60 * USB_SECOND);
	CHECK(machine_failed(DRIVER_TASK, "the USB controller does not answer"));
	CHECK(disk_take(&usb_disk, &status) < 0);
}

TEST(usb_keyboard_fails, "a keyboard that fails during the only request of a disk is set up anew after it")
{
	CHECK(usb_begin());
	lies(XSTORE_STUCK_DATA, READ, 1);
	CHECK(usb_submit(DISK_READ, 0, 0, 8) >= 0);
	machine_wait(USB_SECOND);
	CHECK(xdev_lie(&usb_x, USB_KEYBOARD_PORT, 4, 0));
	machine_wait(60 * USB_SECOND);
	CHECK(usb_store.lies == 0 && usb_x.disabled == 1 && usb_keyboard_works());
}

/* ---- the beginning ---- */

/* What there is in usb_store is not used, and that is said. */
static bool is_refused(const char *why)
{
	usb_plug(XDEV_HIGH);
	machine_wait(200 * USB_SECOND);
	return machine_logged(why) && disk_open(&usb_disk) == DISK_E_GONE && usb_keyboard_works()
	       && !machine.task[DRIVER_TASK].ended;
}

static void prepare(uint64_t sectors)
{
	usb_controller();
	xstore_begin(&usb_store, sectors);
}

#define DEVICE	"the USB device at port 3 "
#define FAILS	DEVICE "does not do what it should"

TEST(usb_size_sectors, "a disk with sectors of 8,192 bytes is not supported")
{
	prepare(USB_SECTORS);
	usb_store.sector_bytes = 8192;
	CHECK(is_refused(DEVICE "is a disk that is not used: not supported: sectors of its size"));
}

TEST(usb_size_none, "nor one with sectors of 0 bytes")
{
	prepare(USB_SECTORS);
	usb_store.sector_bytes = 0;
	CHECK(is_refused(DEVICE "is a disk that is not used: not supported: sectors of its size"));
}

TEST(usb_size_all, "nor one with 2^64 sectors")
{
	prepare(0);
	CHECK(is_refused(DEVICE "is a disk that names no size that there is, and is not used"));
}

TEST(usb_size_huge, "nor one with more than 2^48")
{
	prepare((1ull << 48) + 1);
	CHECK(is_refused(DEVICE "is a disk that names no size that there is, and is not used"));
}

TEST(usb_size_short, "nor one that does not say all of its size")
{
	prepare(USB_SECTORS);
	lies(XSTORE_SHORT_SILENT, SIZE, FOR_EVER);
	CHECK(is_refused(FAILS));
}

TEST(usb_kind, "nor a device of another kind")
{
	prepare(USB_SECTORS);
	usb_store.kind = 5;
	CHECK(is_refused(DEVICE "is a storage device of another kind, and is not used"));
}

TEST(usb_no_medium, "nor a disk without a medium")
{
	prepare(USB_SECTORS);
	usb_store.no_medium = true;
	CHECK(is_refused(DEVICE "is a disk without a medium, and is not used"));
}

TEST(usb_mute, "a disk that answers no command is given up after three tries")
{
	prepare(USB_SECTORS);
	lies(XSTORE_STUCK_DATA, INQUIRY, FOR_EVER);
	CHECK(is_refused(FAILS) && usb_x.disabled == 3);
}

TEST(usb_never_ready, "so is one that never becomes ready")
{
	prepare(USB_SECTORS);
	usb_store.unready = FOR_EVER;
	CHECK(is_refused(FAILS));
}

TEST(usb_ready_late, "one that becomes ready after a second or two is used")
{
	prepare(USB_SECTORS);
	usb_store.unready = 8;
	usb_plug(XDEV_HIGH);
	machine_wait(2 * USB_SECOND);
	CHECK(usb_open() && usb_moves(7, 0, 50));
}

/* A byte of the descriptors is another one. */
static bool text_is_refused(unsigned at, unsigned value, const char *why)
{
	prepare(USB_SECTORS);
	usb_start();
	usb_device = xstore_device(&usb_store, XDEV_HIGH);
	usb_device.text[at] = (uint8_t)value;
	xdev_attach(&usb_x, USB_PORT, &usb_device);
	machine_wait(60 * USB_SECOND);
	return machine_logged(why) && usb_keyboard_works();
}

#define NEITHER	DEVICE "is no keyboard and no disk, and is not used"

TEST(usb_text_transport, "another transport") { CHECK(text_is_refused(9 + 7, 0x62, NEITHER)); }
TEST(usb_text_commands, "other commands") { CHECK(text_is_refused(9 + 6, 4, NEITHER)); }
TEST(usb_text_one_way, "two endpoints of one direction") { CHECK(text_is_refused(25 + 2, 0x82, NEITHER)); }
TEST(usb_text_number, "an endpoint 0") { CHECK(text_is_refused(25 + 2, 0, NEITHER)); }
TEST(usb_text_packet, "packets of another size than there is") { CHECK(text_is_refused(25 + 5, 4, FAILS)); }
