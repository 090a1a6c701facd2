/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_blk.c - the driver of virtio disks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <pecan/disk.h>
#include <pecan/names.h>
#include <proto/disk_client.h>
#include "machine.h"
#include "vdev.h"

int blk_disk(void)
{
	return virtio_blk_main(1, (char *[]){ "virtio-blk", NULL });
}

enum { READ = 0, WRITE = 1, FLUSH = 4, ID = 8, STATUS_OK = 0, STATUS_ERROR = 1, SECTORS = 1000, BLOCK = 65536,
       CONFIG_CAPACITY = 0 };
#define READ_ONLY	((uint64_t)1 << 5)
#define CAN_FLUSH	((uint64_t)1 << 9)

struct header { uint32_t type, zero; uint64_t sector; };

static struct vdev dev;
static uint8_t *store;
static struct { unsigned reads, writes, flushes; uint8_t status; bool silent, no_name; } device;

static uint8_t perform(const struct header *h, const struct vdev_part *data)
{
	switch (h->type) {
	case READ:
		device.reads++;
		memcpy(data->at, store + h->sector * DISK_SECTOR, data->bytes);
		break;
	case WRITE:
		device.writes++;
		memcpy(store + h->sector * DISK_SECTOR, data->at, data->bytes);
		break;
	case FLUSH:
		device.flushes++;
		break;
	case ID:
		if (device.no_name)
			return 2;
		memcpy(data->at, "a disk of this test!", data->bytes);
	}
	return device.status;
}

/* What an honest disk does. */
static void serve(struct vdev *v, unsigned queue)
{
	struct vdev_chain c;

	while (!device.silent && vdev_take(v, queue, &c)) {
		*(uint8_t *)c.part[c.parts - 1].at = perform(c.part[0].at, &c.part[1]);
		vdev_return(v, queue, c.head, 1);
	}
}

static void add_disk(uint64_t features)
{
	uint64_t sectors = SECTORS;

	store = calloc(SECTORS, DISK_SECTOR);
	vdev_add(&dev, VIRTIO_BLOCK, features);
	memcpy(dev.own + CONFIG_CAPACITY, &sectors, sizeof sectors);
	dev.notified = serve;
}

static bool fails(const char *why)
{
	machine_disk(blk_disk);
	return machine_failed(DRIVER_TASK, why);
}

TEST(blk_begin, "the driver tells what the disk says: sectors, name, whether it can be written")
{
	struct disk_info_out out;
	L4_ThreadId_t driver;

	add_disk(READ_ONLY | CAN_FLUSH | 1);
	driver = machine_disk(blk_disk);
	CHECK(disk_info(driver, &out) == DISK_OK);
	CHECK(out.sectors == SECTORS && out.read_only == 1 && strcmp(out.serial, "a disk of this test!") == 0);
	CHECK(dev.accepted == (READ_ONLY | CAN_FLUSH | VIRTIO_VERSION_1));
	CHECK(machine_given(DRIVER_TASK, ROOT_MASTER, VDEV_PLACE));
}

/* A client with a block for data, of the driver that serves the disk. */
static struct disk disk;
static int block;

static bool open_disk(uint64_t features)
{
	add_disk(features);
	machine_disk(blk_disk);
	if (disk_open(&disk) != DISK_OK)
		return false;
	block = disk_block(&disk, BLOCK);
	return block >= 0;
}

static struct disk_entry entry(enum disk_kind kind, uint64_t sector, uint32_t sectors)
{
	return (struct disk_entry){ .kind = kind, .block = (uint32_t)block, .sector = sector,
				    .sectors = sectors };
}

static enum disk_status perform_one(enum disk_kind kind, uint64_t sector, uint32_t sectors)
{
	struct disk_entry e = entry(kind, sector, sectors);

	return disk_do(&disk, &e);
}

TEST(blk_data, "sectors that are written are read again with the same bytes; the disk keeps them if asked to")
{
	char *data;

	CHECK(open_disk(CAN_FLUSH));
	data = disk_data(&disk, (unsigned)block);
	memset(data, 'a', BLOCK);
	CHECK(perform_one(DISK_WRITE, 10, 4) == DISK_OK && perform_one(DISK_FLUSH, 0, 0) == DISK_OK);
	CHECK(store[10 * DISK_SECTOR - 1] == 0 && store[10 * DISK_SECTOR] == 'a' && store[14 * DISK_SECTOR] == 0);
	memset(data, 0, BLOCK);
	CHECK(perform_one(DISK_READ, 9, 3) == DISK_OK && data[DISK_SECTOR - 1] == 0);
	CHECK(data[DISK_SECTOR] == 'a' && data[3 * DISK_SECTOR - 1] == 'a' && data[3 * DISK_SECTOR] == 0);
	CHECK(device.reads == 1 && device.writes == 1 && device.flushes == 1);
	disk_close(&disk);
	CHECK(blocks_open() == 0);
}

TEST(blk_no_flush, "a disk without the feature to keep data gets no such request")
{
	CHECK(open_disk(0) && perform_one(DISK_FLUSH, 0, 0) == DISK_OK && device.flushes == 0);
}

TEST(blk_range, "the device gets no request beyond disk or block, also where bytes overflow 32 bits")
{
	uint64_t sectors = (uint64_t)1 << 32;

	add_disk(0);
	memcpy(dev.own + CONFIG_CAPACITY, &sectors, sizeof sectors);
	machine_disk(blk_disk);
	CHECK(disk_open(&disk) == DISK_OK && disk.sectors == sectors);
	block = disk_block(&disk, BLOCK);
	CHECK(perform_one(DISK_READ, 0, 1 << 23) == DISK_E_RANGE);
	CHECK(perform_one(DISK_READ, 0, (1 << 23) + 1) == DISK_E_RANGE);
	CHECK(perform_one(DISK_READ, sectors - 1, 2) == DISK_E_RANGE);
	CHECK(perform_one(DISK_READ, 0, BLOCK / DISK_SECTOR + 1) == DISK_E_RANGE);
	CHECK(device.reads == 0);
}

TEST(blk_read_only, "a disk that can only be read gets no write")
{
	CHECK(open_disk(READ_ONLY) && perform_one(DISK_WRITE, 0, 1) == DISK_E_READ_ONLY && device.writes == 0);
}

TEST(blk_error, "an error of the device is the client's answer, and the next request is served")
{
	CHECK(open_disk(0));
	device.status = STATUS_ERROR;
	CHECK(perform_one(DISK_READ, 0, 1) == DISK_E_DEVICE);
	device.status = 0xff;
	CHECK(perform_one(DISK_READ, 0, 1) == DISK_E_DEVICE);
	device.status = STATUS_OK;
	CHECK(perform_one(DISK_READ, 0, 1) == DISK_OK);
}

TEST(blk_many, "requests under way are answered in any order; those beyond the slots of one client wait")
{
	struct vdev_chain c[DISK_RING];
	bool answered[DISK_RING] = { false };
	unsigned n = 0;
	enum disk_status status;

	CHECK(open_disk(0));
	device.silent = true;
	for (unsigned i = 0; i < DISK_RING; i++) {
		struct disk_entry e = entry(DISK_READ, i, 1);

		CHECK(disk_submit(&disk, &e) >= 0);
	}
	disk_push(&disk);
	machine_wait(1000);
	while (n < DISK_RING && vdev_take(&dev, 0, &c[n]))
		n++;
	CHECK(n > 1);
	while (n-- > 0) {
		*(uint8_t *)c[n].part[2].at = STATUS_OK;
		vdev_return(&dev, 0, c[n].head, 1);
	}
	device.silent = false;
	for (unsigned i = 0; i < DISK_RING; i++) {
		int tag = disk_wait(&disk, &status);

		CHECK(tag >= 0 && status == DISK_OK && !answered[tag]);
		answered[tag] = true;
	}
}

/* One request is at the device; its chain. */
static bool hold_one(struct vdev_chain *c)
{
	struct disk_entry e = entry(DISK_READ, 0, 1);

	if (!open_disk(0))
		return false;
	device.silent = true;
	disk_submit(&disk, &e);
	disk_push(&disk);
	machine_wait(1000);
	return vdev_take(&dev, 0, c);
}

static bool ends_by(uint32_t head, int step)
{
	vdev_lie(&dev, 0, head, 1, step);
	machine_wait(1000);
	return machine_failed(DRIVER_TASK, "the disk has broken the rules of its queue");
}

TEST(blk_lie_head, "a device that returns a chain beyond the queue ends the driver")
{
	struct vdev_chain c;

	CHECK(hold_one(&c) && ends_by(VIRTQ_MAX, 1));
}

TEST(blk_lie_huge, "a device that returns a chain with a number of 32 bits ends the driver")
{
	struct vdev_chain c;

	CHECK(hold_one(&c) && ends_by(c.head | 0x10000, 1));
}

TEST(blk_lie_inside, "a device that returns the middle of a chain ends the driver")
{
	struct vdev_chain c;

	CHECK(hold_one(&c) && ends_by(c.head + 1, 1));
}

TEST(blk_lie_index, "a device whose index jumps beyond the queue ends the driver")
{
	struct vdev_chain c;

	CHECK(hold_one(&c) && ends_by(c.head, VIRTQ_MAX + 1));
}

TEST(blk_lie_back, "a device whose index goes back ends the driver")
{
	struct vdev_chain c;

	CHECK(hold_one(&c) && ends_by(c.head, -2));
}

TEST(blk_lie_twice, "a device that returns a chain twice ends the driver, when the chain is no longer its")
{
	struct vdev_chain c;

	CHECK(hold_one(&c));
	vdev_return(&dev, 0, c.head, 1);
	CHECK(ends_by(c.head, 1));
}

TEST(blk_gives_up, "a device that needs a reset ends the driver at its next interrupt")
{
	struct vdev_chain c;

	CHECK(hold_one(&c));
	vdev_gives_up(&dev);
	vdev_interrupt(&dev, 0);
	machine_wait(1000);
	CHECK(machine_failed(DRIVER_TASK, "the disk has broken the rules of its queue"));
}

TEST(blk_length, "how much a device says that it has written is not believed: nothing is read by it")
{
	struct vdev_chain c;
	enum disk_status status;

	CHECK(hold_one(&c));
	*(uint8_t *)c.part[2].at = STATUS_OK;
	vdev_return(&dev, 0, c.head, 0xffffffff);
	CHECK(disk_wait(&disk, &status) == 0 && status == DISK_OK);
}

TEST(blk_silent, "a device that does not answer at the beginning ends the driver")
{
	add_disk(0);
	device.silent = true;
	CHECK(fails("the disk does not answer"));
}

TEST(blk_no_name, "a device without a name has none, and serves")
{
	struct disk_info_out out;

	add_disk(0);
	device.no_name = true;
	machine_disk(blk_disk);
	CHECK(disk_info(machine_server(DISK_NAME), &out) == DISK_OK && out.serial[0] == 0);
}

/* ---- registers ---- */

TEST(blk_no_common, "a device without its common registers, or with too few of them, cannot be used")
{
	add_disk(0);
	pci_set32(&dev.pci, vdev_capability(&dev, VDEV_COMMON) + 12, 55);
	CHECK(fails("its registers cannot be mapped"));
}

TEST(blk_outside, "registers that are said to lie beyond the region of memory are not mapped")
{
	add_disk(0);
	pci_set32(&dev.pci, vdev_capability(&dev, VDEV_COMMON) + 8, 0x3fd0);
	CHECK(fails("its registers cannot be mapped"));
}

TEST(blk_wraps, "an offset and a length that overflow 32 bits together are beyond the region")
{
	add_disk(0);
	pci_set32(&dev.pci, vdev_capability(&dev, VDEV_NOTIFY) + 8, 0xfffff000);
	pci_set32(&dev.pci, vdev_capability(&dev, VDEV_NOTIFY) + 12, 0x2000);
	CHECK(fails("its registers cannot be mapped"));
}

TEST(blk_no_region, "a structure in a region that the device has not got is not mapped")
{
	add_disk(0);
	pci_set32(&dev.pci, vdev_capability(&dev, VDEV_NOTIFY) + 4, 5);
	CHECK(fails("its registers cannot be mapped"));
}

TEST(blk_ring_of_caps, "a list of capabilities that is a ring ends")
{
	add_disk(0);
	dev.pci.space[vdev_capability(&dev, VDEV_COMMON)] = 0xff;
	dev.pci.space[vdev_capability(&dev, VDEV_NOTIFY) + 1] = dev.pci.space[PCI_CAP_LIST];
	CHECK(fails("its registers cannot be mapped"));
}

TEST(blk_notify_bounds, "a notice of a queue that is said to lie beyond its structure is not written")
{
	add_disk(0);
	dev.queue[0].notify_offset = 0xffff;
	CHECK(fails("a queue's notice lies beyond its registers"));
}

TEST(blk_notify_step, "nor if the product of offset and step overflows 32 bits")
{
	add_disk(0);
	dev.queue[0].notify_offset = 0x8000;
	pci_set32(&dev.pci, vdev_capability(&dev, VDEV_NOTIFY) + 16, 0x20000);
	CHECK(fails("a queue's notice lies beyond its registers"));
}

TEST(blk_stuck, "a device that does not end its reset cannot be used")
{
	add_disk(0);
	dev.status = VDEV_DRIVER_OK;
	dev.stuck = true;
	CHECK(fails("it does not end its reset"));
}

TEST(blk_old, "a device of an older version, or that refuses what was agreed on, cannot be used")
{
	add_disk(0);
	dev.offered = 0;
	CHECK(fails("not supported: an interface older than virtio 1.0"));
}

TEST(blk_no_features, "a device that does not confirm the features cannot be used")
{
	add_disk(0);
	dev.no_features = true;
	CHECK(fails("it refuses the features that were agreed on"));
}

TEST(blk_no_queue, "a device whose queue has no size of a power of two cannot be used")
{
	add_disk(0);
	dev.largest[0] = 3;
	CHECK(fails("it lacks a queue"));
}

TEST(blk_empty_queue, "a device without a queue cannot be used")
{
	add_disk(0);
	dev.largest[0] = 0;
	CHECK(fails("it lacks a queue"));
}

TEST(blk_small_queue, "a device whose queue has no place for one request cannot be used")
{
	add_disk(0);
	dev.largest[0] = 2;
	CHECK(fails("the disk has a queue that is smaller than the requests under way"));
}

TEST(blk_four, "a device with four places in its queue serves one request after the other")
{
	add_disk(0);
	dev.largest[0] = 4;
	machine_disk(blk_disk);
	CHECK(disk_open(&disk) == DISK_OK && (block = disk_block(&disk, BLOCK)) >= 0);
	for (unsigned i = 0; i < 8; i++)
		CHECK(perform_one(DISK_READ, i, 1) == DISK_OK);
}

TEST(blk_no_vector, "a device that takes no message for its queue cannot be used")
{
	add_disk(0);
	dev.no_vectors = true;
	CHECK(fails("it has no message for a queue"));
}

TEST(blk_no_irq, "an interrupt that root does not give ends the driver")
{
	add_disk(0);
	machine.no_irq = true;
	CHECK(fails("its interrupt cannot be attached"));
}

TEST(blk_capacity_changes, "sectors that change while they are read are read again, but not for ever")
{
	struct disk_info_out out;

	add_disk(0);
	dev.generation_steps = 3;
	machine_disk(blk_disk);
	CHECK(disk_info(machine_server(DISK_NAME), &out) == DISK_OK && out.sectors == SECTORS);
	CHECK(dev.generation_steps == 0);
}

TEST(blk_capacity_for_ever, "a device whose configuration changes at each look does not stop the driver")
{
	add_disk(0);
	dev.generation_steps = ~0u;
	CHECK(!L4_IsNilThread(machine_disk(blk_disk)));
}

TEST(blk_no_config, "a device without a configuration has no sectors")
{
	add_disk(0);
	pci_set32(&dev.pci, vdev_capability(&dev, VDEV_OWN) + 12, 0);
	machine_disk(blk_disk);
	CHECK(disk_open(&disk) == DISK_OK && disk.sectors == 0);
	block = disk_block(&disk, BLOCK);
	CHECK(perform_one(DISK_READ, 0, 1) == DISK_E_RANGE);
}

TEST(blk_anew, "a driver that finds the device in any state uses it")
{
	add_disk(0);
	vdev_scramble(&dev, 7);
	machine_disk(blk_disk);
	CHECK(disk_open(&disk) == DISK_OK && (block = disk_block(&disk, BLOCK)) >= 0);
	CHECK(dev.resets > 0 && perform_one(DISK_READ, 3, 2) == DISK_OK);
}

TEST(blk_line, "a device without messages interrupts by its line, as the firmware's table has it")
{
	uint64_t sectors = SECTORS;

	store = calloc(SECTORS, DISK_SECTOR);
	vdev_add_line(&dev, VIRTIO_BLOCK, 0);
	memcpy(dev.own + CONFIG_CAPACITY, &sectors, sizeof sectors);
	dev.notified = serve;
	machine_disk(blk_disk);
	CHECK(disk_open(&disk) == DISK_OK && (block = disk_block(&disk, BLOCK)) >= 0);
	CHECK(perform_one(DISK_READ, 3, 2) == DISK_OK && machine_attached(PCI_LINE) && dev.isr == 0);
}

TEST(blk_line_status, "a device with a line whose interrupt status cannot be mapped cannot be used")
{
	vdev_add_line(&dev, VIRTIO_BLOCK, 0);
	pci_set32(&dev.pci, vdev_capability(&dev, VDEV_ISR) + 12, 0);
	CHECK(fails("its interrupt status cannot be mapped"));
}

TEST(blk_absent, "without the device clients learn that there is none")
{
	struct disk_attach_out at;
	struct disk_info_out out;
	L4_ThreadId_t driver = machine_disk(blk_disk);

	CHECK(disk_info(driver, &out) == DISK_E_ABSENT && disk_attach(driver, 1, &at) == DISK_E_ABSENT);
}

TEST(blk_refused, "a driver whose section does not name the device ends, and says what is missing")
{
	add_disk(0);
	machine.no_device = true;
	CHECK(fails("its section names no such device (`pci`)"));
}

/* ---- clients ---- */

static bool answered;
static enum disk_status bell_status;

static void wait_for_bell(void *driver)
{
	bell_status = disk_bell(*(L4_ThreadId_t *)driver, 1, 0);
	answered = true;
}

TEST(blk_bell, "a client that waits while the disk does nothing is answered each second")
{
	struct vdev_chain c;

	CHECK(hold_one(&c) && disk_bell(disk.driver, 1, 0) == DISK_OK);	/* the first second has passed */
	machine_thread(CLIENT_TASK, 1, wait_for_bell, &disk.driver);
	machine_wait(100000);
	CHECK(!answered);
	machine_wait(2000000);
	CHECK(answered && bell_status == DISK_OK);
}

TEST(blk_cut_off, "a client with an index that cannot be true is cut off, and may attach itself anew")
{
	struct disk_add_out out;

	CHECK(open_disk(0));
	disk.rings->requests.index += DISK_RING + 1;
	CHECK(disk_bell(disk.driver, 0, 0) == DISK_OK);
	CHECK(disk_bell(disk.driver, 1, 0) == DISK_E_CLIENT && disk_add(disk.driver, 1, &out) == DISK_E_CLIENT);
	disk_close(&disk);
	CHECK(disk_open(&disk) == DISK_OK && (block = disk_block(&disk, BLOCK)) >= 0);
	CHECK(perform_one(DISK_READ, 0, 1) == DISK_OK);
}

TEST(blk_ended, "blocks of a client that has ended are given back when the device has answered, not before")
{
	struct disk_info_out out;
	struct vdev_chain c;

	CHECK(hold_one(&c) && blocks_open() == 2);
	machine_be(OTHER_TASK);
	machine.task[CLIENT_TASK].ended = true;
	machine_notice(DRIVER_TASK);
	CHECK(blocks_open() == 2);
	vdev_return(&dev, 0, c.head, 1);
	machine_wait(1000);
	CHECK(blocks_open() == 0 && disk_info(machine_server(DISK_NAME), &out) == DISK_OK);
}

TEST(blk_replaced, "a thread that waits is answered when its task attaches itself anew")
{
	L4_ThreadId_t driver;

	CHECK(open_disk(0));
	driver = disk.driver;
	CHECK(disk_bell(driver, 1, 0) == DISK_OK);
	machine_thread(CLIENT_TASK, 1, wait_for_bell, &driver);
	machine_wait(1000);
	CHECK(disk_detach(driver) == DISK_OK && disk_detach(driver) == DISK_E_CLIENT);
	machine_wait(1000);
	CHECK(answered && bell_status == DISK_E_CLIENT && blocks_open() == 0);
}

TEST(blk_not_permitted, "a task that may not use the driver is refused")
{
	struct disk_info_out out;
	L4_ThreadId_t driver;

	add_disk(0);
	driver = machine_disk(blk_disk);
	machine.task[OTHER_TASK].refused = true;
	machine_be(OTHER_TASK);
	CHECK(disk_info(driver, &out) == DISK_REFUSED);
}
