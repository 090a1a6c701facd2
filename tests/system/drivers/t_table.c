/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_table.c - the driver of virtio disks with clients that have partitions by their numbers. What tables may
 * have is tested in tests/lib/user/table.c.
 */
#include <string.h>
#include <pecan/disk.h>
#include <proto/disk_client.h>
#include "../../lib/harness/table.h"
#include "machine.h"
#include "vdev.h"

enum { READ = 0, WRITE = 1, SECTORS = 400, BLOCK = 65536, CONFIG_CAPACITY = 0, LINUX = 0x83, DEEP = 16 };

struct header { uint32_t type, zero; uint64_t sector; };

static struct vdev dev;
static unsigned char store[SECTORS * DISK_SECTOR];
static unsigned reads, writes;
static uint8_t status;			/* of all requests */
static struct disk one, other;

static void perform(const struct header *h, const struct vdev_part *data)
{
	unsigned char *at = store + h->sector * DISK_SECTOR;

	reads += h->type == READ;
	writes += h->type == WRITE;
	if (h->type == READ)
		memcpy(data->at, at, data->bytes);
	else if (h->type == WRITE)
		memcpy(at, data->at, data->bytes);
}

static void answer(const struct vdev_chain *c)
{
	perform(c->part[0].at, &c->part[1]);
	*(uint8_t *)c->part[c->parts - 1].at = status;
}

static void serve(struct vdev *v, unsigned queue)
{
	struct vdev_chain c;

	while (vdev_take(v, queue, &c)) {
		answer(&c);
		vdev_return(v, queue, c.head, 1);
	}
}

static void nothing(struct vdev *v, unsigned queue)
{
	(void)v;
	(void)queue;
}

static L4_ThreadId_t start(void)
{
	uint64_t sectors = SECTORS;

	vdev_add(&dev, VIRTIO_BLOCK, 0);
	memcpy(dev.own + CONFIG_CAPACITY, &sectors, sizeof sectors);
	dev.notified = serve;
	machine_start(PCI_TASK, pci_main);
	machine_start(DRIVER_TASK, blk_disk);
	machine_wait(20000000);
	machine.task[CLIENT_TASK].partition = 1;
	machine.task[OTHER_TASK].partition = 2;
	return machine_server(DISK_NAME);
}

static L4_ThreadId_t start_gpt(void)
{
	table_gpt(store, SECTORS);
	table_part(store, SECTORS, 1, 100, 149);
	table_part(store, SECTORS, 2, 150, 199);
	return start();
}

static bool open_as(unsigned task, struct disk *d)
{
	machine_be(task);
	return disk_open(d) == DISK_OK && disk_block(d, BLOCK) == 0;
}

static enum disk_status perform_one(struct disk *d, enum disk_kind kind, uint64_t sector, char byte)
{
	if (kind == DISK_WRITE)
		memset(disk_data(d, 0), byte, DISK_SECTOR);
	return disk_do(d, &(struct disk_entry){ kind, 0, sector, 0, 0, 1 });
}

/* Has each sector from first on this byte, and no other one? */
static bool only_these(uint64_t first, uint64_t sectors, unsigned char byte)
{
	for (uint64_t i = TABLE_FIRST; i < SECTORS - TABLE_SECTORS - 1; i++)
		if ((store[i * DISK_SECTOR + 9] == byte) != (i >= first && i - first < sectors))
			return false;
	return true;
}

/* All sectors of its disk, and as many beyond it. */
static bool writes_all(struct disk *d, uint64_t sectors, char byte)
{
	for (uint64_t i = 0; i < 2 * SECTORS; i++)
		if (perform_one(d, DISK_WRITE, i, byte) != (i < sectors ? DISK_OK : DISK_E_RANGE))
			return false;
	return perform_one(d, DISK_WRITE, -(uint64_t)1, byte) == DISK_E_RANGE;
}

TEST(table_gpt, "each of two tasks reaches all sectors of its partition of a GPT, and no others")
{
	start_gpt();
	CHECK(open_as(CLIENT_TASK, &one) && one.first == 100 && one.sectors == 50 && writes_all(&one, 50, 'a'));
	CHECK(open_as(OTHER_TASK, &other) && other.first == 150 && writes_all(&other, 50, 'b'));
	CHECK(only_these(100, 50, 'a') && only_these(150, 50, 'b') && writes == 100);
}

TEST(table_mbr, "the same with partitions of an MBR")
{
	table_primary(store, 1, LINUX, 40, 60);
	table_primary(store, 2, LINUX, 200, 10);
	start();
	CHECK(open_as(CLIENT_TASK, &one) && one.first == 40 && writes_all(&one, 60, 'a'));
	CHECK(open_as(OTHER_TASK, &other) && other.first == 200 && writes_all(&other, 10, 'b'));
	CHECK(only_these(40, 60, 'a') && only_these(200, 10, 'b'));
}

TEST(table_changes, "a changed table counts when a client attaches itself; one that has its part keeps it")
{
	start_gpt();
	CHECK(open_as(CLIENT_TASK, &one));
	table_part(store, SECTORS, 1, 210, 219);
	CHECK(writes_all(&one, 50, 'a') && only_these(100, 50, 'a'));
	disk_close(&one);
	CHECK(open_as(CLIENT_TASK, &one) && one.first == 210 && one.sectors == 10 && writes_all(&one, 10, 'c'));
	CHECK(only_these(210, 10, 'c'));
}

TEST(table_moves, "a client that was cut off and whose partition is elsewhere now sends it no request")
{
	start_gpt();
	CHECK(open_as(CLIENT_TASK, &one));
	table_part(store, SECTORS, 1, 210, 259);
	one.rings->requests.index += DISK_RING + 1;
	CHECK(disk_bell(one.driver, 0, 0) == DISK_OK);
	CHECK(perform_one(&one, DISK_WRITE, 9, 'a') == DISK_E_ABSENT && writes == 0);
	table_part(store, SECTORS, 1, 100, 149);
	CHECK(perform_one(&one, DISK_WRITE, 9, 'a') == DISK_OK && only_these(109, 1, 'a'));
}

TEST(table_wrong, "a partition that is absent or wrong is an error and one line; other partitions are used")
{
	L4_ThreadId_t driver = start_gpt();
	struct disk_attach_out at;
	struct disk_info_out out;
	unsigned logged;

	machine.task[CLIENT_TASK].partition = 3;
	machine_be(CLIENT_TASK);
	CHECK(disk_info(driver, &out) == DISK_E_PART && disk_attach(driver, 1, &at) == DISK_E_PART);
	CHECK(machine_logged("partition 3 of `disk`, the disk of task5: there is no such partition"));
	logged = machine.logged;
	CHECK(disk_open(&one) == DISK_E_PART && machine.logged == logged);
	table_part(store, SECTORS, 3, 300, SECTORS);
	CHECK(disk_open(&one) == DISK_E_PART && writes == 0);
	CHECK(machine_logged("partition 3 of `disk`, the disk of task5: it ends beyond the end of the disk"));
	CHECK(open_as(OTHER_TASK, &other) && writes_all(&other, 50, 'b'));
}

TEST(table_unread, "a table that cannot be read is an error of the device, and can be read the next time")
{
	L4_ThreadId_t driver = start_gpt();
	struct disk_info_out out;

	status = 1;
	machine_be(CLIENT_TASK);
	CHECK(disk_info(driver, &out) == DISK_E_DEVICE);
	CHECK(machine_logged("partition 1 of `disk`, the disk of task5: the table cannot be read"));
	status = 0;
	CHECK(open_as(CLIENT_TASK, &one) && writes_all(&one, 50, 'a'));
}

/* The driver reads the table for the other client while one has many requests at the device. */
static void open_other(void *done)
{
	*(bool *)done = disk_open(&other) == DISK_OK && other.first == 150;
}

TEST(table_beside, "a table is read while another client's requests are at the device, which are answered")
{
	struct vdev_chain c[DEEP], own;
	enum disk_status e = DISK_E_FULL;
	bool done = false;

	start_gpt();
	CHECK(open_as(CLIENT_TASK, &one));
	dev.notified = nothing;
	for (unsigned i = 0; i < DEEP; i++)
		CHECK(disk_submit(&one, &(struct disk_entry){ DISK_WRITE, 0, i, 0, i * DISK_SECTOR, 1 }) >= 0);
	memset(disk_data(&one, 0), 'a', BLOCK);
	disk_push(&one);
	machine_wait(1000);
	machine_thread(OTHER_TASK, 1, open_other, &done);
	machine_wait(1000);
	for (unsigned i = 0; i < DEEP; i++)
		CHECK(vdev_take(&dev, 0, &c[i]));
	CHECK(vdev_take(&dev, 0, &own) && ((struct header *)own.part[0].at)->sector == 0 && !done);
	for (unsigned i = 0; i < DEEP; i++) {
		answer(&c[i]);
		vdev_return(&dev, 0, c[i].head, 1);
	}
	machine_wait(1000);
	for (unsigned i = 0; i < DEEP; i++)
		CHECK(disk_take(&one, &e) >= 0 && e == DISK_OK);
	dev.notified = serve;
	answer(&own);
	vdev_return(&dev, 0, own.head, 1);
	machine_wait(2000000);
	CHECK(done && only_these(100, DEEP, 'a'));
}
