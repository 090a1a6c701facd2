/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * storage.c - see storage.h. Requests are executed one after the other, in their order, each by commands of
 * 64 KiB at the most.
 */
#include <pecan/disk_driver.h>
#include <string.h>

#include "bulk.h"
#include <pecan/outcome.h>

#include "storage.h"

enum {
	PIECE = 1 << 16, TRIES = 3, READY_TRIES = 25, PAUSE_US = 200000, ABOUT_SECONDS = 10, DATA_SECONDS = 30,
	SUPER_PACKET = 1024, HIGH_PACKET = 512, FULL_PACKET = 64, FULL_LEAST = 8,
};
#define SECTORS_MOST	((uint64_t)1 << 48)

const char storage_second[] = "is a second disk, and is not used";

static struct {
	const char *name;		/* 0: there are no disks */
	bool is_open;
	struct usb_device *device;	/* that is the disk; 0: none is */
	unsigned unit;			/* its struct disk_about has it */
	struct disk_command command[DISK_SLOTS];
	uint8_t queue[DISK_SLOTS];	/* numbers of commands that wait, `count` from `first` on */
	unsigned first, count;
	int done;			/* the number of the command that is done; -1: none */
	bool good, fails;		/* fails: so has the first command that waits, with the disk */
} storage = { .done = -1 };

/* ---- commands ---- */

static void pause(const struct usb_device *d)
{
	uint64_t end = xhci_now() + PAUSE_US;

	while (!xhci_has_left(d->port) && xhci_now() < end)
		xhci_sleep(end);
}

static struct bulk_data to_answer(const struct usb_device *d, uint32_t bytes)
{
	return (struct bulk_data){ xhci_physical(usb_memory(d)->answer), bytes, bytes > 0, ABOUT_SECONDS };
}

/* Copies the answer. */
static enum bulk_result ask_once(struct usb_device *d, const struct scsi_command *c,
				 uint8_t answer[SCSI_ANSWER], uint32_t *bytes)
{
	struct bulk_data data = to_answer(d, c->answer);
	enum bulk_result result = bulk_do(d, c, &data, bytes);

	memcpy(answer, usb_memory(d)->answer, SCSI_ANSWER);
	return result;
}

/* A disk that is used, and has another medium or none, is another disk. */
static enum scsi_why why_refused(struct usb_device *d)
{
	uint8_t answer[SCSI_ANSWER];
	uint32_t bytes;
	enum scsi_why why = ask_once(d, &scsi_sense, answer, &bytes) == BULK_DONE ? scsi_why(answer, bytes)
										  : SCSI_ERROR;

	if (d == storage.device && (why == SCSI_OTHER_MEDIUM || why == SCSI_NO_MEDIUM))
		d->failed = true;
	return why == SCSI_OTHER_MEDIUM ? SCSI_AGAIN : why;
}

/*
 * Execute a command, TRIES times at the most, until all data has been moved. Returns why it was not executed,
 * or -1 if it was. A device that breaks the rules each time has failed.
 */
enum { EXECUTED = -1 };
static int execute(struct usb_device *d, const struct scsi_command *c, const struct bulk_data *data)
{
	enum scsi_why why = SCSI_ERROR;
	bool broken = false;

	for (unsigned i = 0; i < TRIES && !d->failed; i++) {
		uint32_t moved;
		enum bulk_result result = bulk_do(d, c, data, &moved);

		if (result == BULK_DONE && moved == data->bytes)
			return EXECUTED;
		broken = result == BULK_BROKEN;
		why = result == BULK_REFUSED ? why_refused(d) : SCSI_ERROR;
		if (result == BULK_REFUSED && why != SCSI_AGAIN)
			break;
		if (result == BULK_REFUSED)
			pause(d);
	}
	d->failed |= broken;
	return (int)why;
}

/* ---- what the disk is ---- */

/* A disk may need some time, or have no medium. */
static const char *become_ready(struct usb_device *d)
{
	uint8_t answer[SCSI_ANSWER];
	uint32_t bytes;

	for (unsigned i = 0; i < READY_TRIES; i++) {
		enum bulk_result result = ask_once(d, &scsi_ready, answer, &bytes);
		enum scsi_why why;

		if (result != BULK_REFUSED)
			return result == BULK_DONE ? 0 : usb_fails;
		why = why_refused(d);
		if (why == SCSI_NO_MEDIUM)
			return "is a disk without a medium, and is not used";
		if (why != SCSI_AGAIN)
			break;
		pause(d);
	}
	return usb_fails;
}

/* The number of sectors is the answer to one of two commands. */
static bool learn_size(struct usb_device *d, struct scsi_size *size)
{
	uint8_t answer[SCSI_ANSWER];
	uint32_t bytes;

	if (ask_once(d, &scsi_capacity, answer, &bytes) != BULK_DONE || !scsi_size(answer, bytes, size))
		return false;
	return size->sectors != ~(uint64_t)0
	       || (ask_once(d, &scsi_capacity_long, answer, &bytes) == BULK_DONE
		   && scsi_size_long(answer, bytes, size));
}

static const char *learn(struct usb_device *d, struct disk_about *a)
{
	uint8_t answer[SCSI_ANSWER];
	struct scsi_size size;
	const char *wrong;
	uint32_t bytes;

	if (ask_once(d, &scsi_inquiry, answer, &bytes) != BULK_DONE)
		return usb_fails;
	if (!scsi_is_disk(answer, bytes))
		return "is a storage device of another kind, and is not used";
	wrong = become_ready(d);
	if (wrong)
		return wrong;
	if (!learn_size(d, &size))
		return usb_fails;
	if (disk_unit(a, size.sector_bytes))
		return "is a disk that is not used: " OUTCOME_SAYS_UNSUPPORTED "sectors of its size";
	if (size.sectors == 0 || size.sectors > SECTORS_MOST / a->unit)
		return "is a disk that names no size that there is, and is not used";
	a->sectors = size.sectors * a->unit;
	if (ask_once(d, &scsi_mode, answer, &bytes) == BULK_DONE)
		a->read_only = scsi_is_read_only(answer, bytes);
	return d->failed ? usb_fails : 0;
}

static bool is_packet(unsigned speed, unsigned bytes)
{
	if (speed >= USB_SUPER)
		return bytes == SUPER_PACKET;
	if (speed == USB_HIGH)
		return bytes == HIGH_PACKET;
	return speed == USB_FULL && bytes >= FULL_LEAST && bytes <= FULL_PACKET && (bytes & (bytes - 1)) == 0;
}

void storage_open(void)
{
	if (storage.name && !storage.is_open)
		disk_open_to_clients();
	storage.is_open = true;
}

const char *storage_start(struct usb_device *d, const struct descriptor_disk *s)
{
	struct disk_about about = { .flushes = true, .place = xhci.pci.place };
	const char *wrong;

	if (storage.device)
		return storage_second;
	if (!is_packet(d->speed, s->in_packet) || !is_packet(d->speed, s->out_packet))
		return usb_fails;
	d->in = (struct usb_pipe){ .endpoint = 2u * s->in + 1, .kind = USB_BULK_IN, .packet = s->in_packet };
	d->out = (struct usb_pipe){ .endpoint = 2u * s->out, .kind = USB_BULK_OUT, .packet = s->out_packet };
	d->interface = s->interface;
	usb_serial(d, about.serial, sizeof(about.serial));
	wrong = usb_use(d, s->configuration) ? learn(d, &about) : usb_fails;
	if (wrong)
		return wrong;
	d->role = USB_DISK;
	storage.device = d;
	storage.unit = about.unit;
	disk_plug(&about);
	storage_open();
	return 0;
}

/* ---- requests ---- */

static bool move(struct usb_device *d, const struct disk_command *c)
{
	uint32_t bytes;

	for (uint32_t at = 0; at < c->bytes; at += bytes) {
		uint64_t physical = c->physical + at;
		uint32_t room = PIECE - (uint32_t)(physical % PIECE);

		bytes = c->bytes - at < room ? c->bytes - at : room;
		struct scsi_command command = scsi_transfer(c->kind == DISK_WRITE,
							    (c->sector + at / DISK_SECTOR) / storage.unit,
							    bytes / DISK_SECTOR / storage.unit);
		struct bulk_data data = { physical, bytes, c->kind == DISK_READ, DATA_SECONDS };

		if (execute(d, &command, &data) != EXECUTED)
			return false;
	}
	return true;
}

/* A disk that has no such command has no cache. */
static bool flush(struct usb_device *d)
{
	struct bulk_data none = { .seconds = DATA_SECONDS };
	int why = execute(d, &scsi_flush, &none);

	return why == EXECUTED || why == (int)SCSI_UNKNOWN;
}

/* The first command that waits is done. */
static void finish(bool good)
{
	storage.done = storage.queue[storage.first];
	storage.good = good;
	storage.first = (storage.first + 1) % DISK_SLOTS;
	storage.count--;
	disk_advance();
}

bool storage_serve(void)
{
	struct usb_device *d = storage.device;
	const struct disk_command *c;
	bool good;

	if (!d || d->failed || storage.count == 0)
		return false;
	c = &storage.command[storage.queue[storage.first]];
	good = c->kind == DISK_FLUSH ? flush(d) : move(d, c);
	if (xhci_has_left(d->port))
		return false;			/* its end answers the request */
	storage.fails = d->failed;
	if (!d->failed)
		finish(good);
	return storage.count > 0;
}

/* Until now the controller could access the memory of a request that has failed with the disk. */
void storage_end(void)
{
	if (storage.fails)
		finish(false);
	storage.device = 0;
	storage.count = 0;
	storage.done = -1;
	storage.fails = false;
	disk_unplug();
}

static void start(unsigned slot, const struct disk_command *c)
{
	storage.command[slot] = *c;
	storage.queue[(storage.first + storage.count++) % DISK_SLOTS] = (uint8_t)slot;
}

static int next_done(bool *good)
{
	int slot = storage.done;

	storage.done = -1;
	*good = storage.good;
	return slot;
}

/* ---- clients ---- */

void storage_begin(const char *name)
{
	static const struct disk_device device = {
		.what = "the USB disk", .start = start, .next_done = next_done,
	};

	storage.name = name;
	disk_prepare(&device, name, DISK_SLOTS);
}

bool storage_is_wanted(void) { return storage.name != 0; }

uint64_t storage_latest(void) { return disk_waits() ? xhci_now() + DISK_WAIT_US : REPORT_NEVER; }
