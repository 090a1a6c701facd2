/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk_driver.h - a driver of the protocol `disk` (user/proto/disk.idl): the protocol, the clients and the
 * loop. What a kind of devices does is a struct disk_device: user/drivers/virtio-blk, nvme, ahci, xhci.
 *
 * A device that breaks its rules, or does not answer in its time, ends the driver: it is started again,
 * after the PCI server has reset the device, and the clients repeat what was not answered.
 */
#ifndef PECAN_DISK_DRIVER_H
#define PECAN_DISK_DRIVER_H

#include <pecan/disk.h>
#include <stdbool.h>

enum { DISK_SLOTS = 64 };		/* requests at the device at the most */

/* Controllers of disks, beside VIRTIO_BLOCK: by their classes. */
#define DISK_NVME	(ROOT_PCI_CLASS | 0x010802)
#define DISK_AHCI	(ROOT_PCI_CLASS | 0x010601)

/* What a device says of itself. */
struct disk_about {
	uint64_t sectors;		/* of DISK_SECTOR bytes */
	unsigned unit;			/* sectors that it reads and writes as one: see disk_unit */
	bool read_only;
	bool flushes;			/* it has a cache that DISK_FLUSH writes to the disk */
	unsigned slots;			/* requests at a time; from 1 to DISK_SLOTS */
	L4_Word_t irq;
	L4_Word_t place;		/* of its controller, as struct pecan_pci has it */
	char serial[DISK_SERIAL];
};

/* A request that has been checked. DISK_FLUSH: all but kind is 0. Its data is contiguous. */
struct disk_command { uint32_t kind, bytes; uint64_t sector, physical; };

/* Functions that return a text return 0, or a sentence on the error. */
struct disk_device {
	const char *what;		/* "the disk", for messages */
	uint32_t id;			/* of the controller, as in `pci` of the system description */
	unsigned seconds;		/* that a request may take; 0: any time */

	/*
	 * Open the device, reset it, and let it begin. pecan_pci_absent: there is no such disk; the driver serves
	 * then, and says so to clients, until another driver has a disk.
	 */
	const char *(*begin)(struct disk_about *a);

	/* Prepare a request, by a number below a.slots that is free. notify: the device begins with them. */
	void (*start)(unsigned slot, const struct disk_command *c);
	void (*notify)(void);

	/* Returns the number of the next request that the device has done, or -1; *good: without an error. */
	int (*next_done)(bool *good);

	/* Call it for each interrupt, before next_done. May be 0. */
	void (*interrupted)(void);

	/* Call it each second while clients wait. Returns what is wrong with the device. May be 0. */
	const char *(*inspect)(void);
};

/* The device has broken its rules: log `what` and this, and end. */
void disk_fail(const char *why) __attribute__((noreturn));

/* The device begins one of its requests again, alone: the time of all begins again, too. */
void disk_time_again(void);

/*
 * Sets a->unit for a disk that has its bytes in sectors of this size. Returns 0, or the sentence that sectors
 * of this size are not supported.
 */
const char *disk_unit(struct disk_about *a, uint64_t sector_bytes);

/* Copy a text of a device, without the blanks at its beginning and end, to a serial number. */
void disk_serial(char serial[DISK_SERIAL], const char *text, unsigned bytes);

/*
 * Serves until the task ends. If another driver has the name, this one waits for ever. The arguments are
 * those of the task: the name, if it is not DISK_NAME, and the place of the controller, if not any will do.
 */
void disk_drive(const struct disk_device *d, int argc, char **argv) __attribute__((noreturn));

/*
 * For a driver that has a loop of its own, and a disk that comes and goes. `begin` is 0, which says so: a
 * client with a partition by its number is refused. `notify` may be 0; `irq` is not used.
 *
 * disk_prepare: call it first; there is no disk. slots: of all disks to come. disk_open_to_clients: register
 * the name. Call it when it is known whether there is a disk: a client that connects learns that. If another
 * driver has the name, that is one line of the log, and no client comes.
 */
void disk_prepare(const struct disk_device *d, const char *name, unsigned slots);
void disk_open_to_clients(void);

/* There is a disk now. a->slots is ignored. */
void disk_plug(const struct disk_about *a);

/*
 * There is none any more. The device accesses no memory of clients; all requests that have been started are
 * answered (DISK_E_GONE), and so is what these clients request later, until they attach again.
 */
void disk_unplug(void);

/* Serve a message of any thread. */
void disk_message(L4_MsgTag_t tag, L4_ThreadId_t from);

/*
 * Answer what the device has done, and start requests. Call it after anything has happened, and each
 * DISK_WAIT_US while disk_waits returns true: a client waits.
 */
enum { DISK_WAIT_US = 1000448 };	/* a second, rounded up to what a time-out can be */
void disk_advance(void);
bool disk_waits(void);

#endif
