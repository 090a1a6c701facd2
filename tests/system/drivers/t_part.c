/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_part.c - the driver of virtio disks with clients that have parts of the disk.
 */
#include <string.h>
#include <pecan/disk.h>
#include <pecan/names.h>
#include <pecan/pci.h>
#include <proto/disk_client.h>
#include <proto/disk_server.h>
#include "machine.h"
#include "vdev.h"

enum { READ = 0, WRITE = 1, FLUSH = 4, SECTORS = 1000, BLOCK = 4096, CONFIG_CAPACITY = 0 };

struct header { uint32_t type, zero; uint64_t sector; };

static struct vdev dev;
static unsigned char touched[SECTORS];	/* by the type of the last request, and 1 */
static unsigned requests;
static struct disk one, other;

/* A disk that notes which sectors are asked for. */
static void serve(struct vdev *v, unsigned queue)
{
	struct vdev_chain c;

	while (vdev_take(v, queue, &c)) {
		struct header h;

		memcpy(&h, c.part[0].at, sizeof h);
		for (uint64_t i = 0; h.type <= WRITE && i < c.part[1].bytes / DISK_SECTOR; i++)
			touched[h.sector + i] = (unsigned char)(h.type + 1);
		requests += h.type <= WRITE;
		*(uint8_t *)c.part[c.parts - 1].at = 0;
		vdev_return(v, queue, c.head, 1);
	}
}

static void part(unsigned task, uint64_t first, uint64_t sectors)
{
	machine.task[task].first = first;
	machine.task[task].sectors = sectors;
}

static void add_disk(void)
{
	uint64_t sectors = SECTORS;

	vdev_add(&dev, VIRTIO_BLOCK, 0);
	memcpy(dev.own + CONFIG_CAPACITY, &sectors, sizeof sectors);
	dev.notified = serve;
}

static L4_ThreadId_t start(void)
{
	add_disk();
	return machine_disk(blk_disk);
}

static bool open_as(unsigned task, struct disk *d)
{
	machine_be(task);
	return disk_open(d) == DISK_OK && disk_block(d, BLOCK) == 0;
}

static enum disk_status perform(struct disk *d, enum disk_kind kind, uint64_t sector)
{
	return disk_do(d, &(struct disk_entry){ kind, 0, sector, 0, 0, 1 });
}

/* Are exactly the sectors from first on touched, as by `type`? */
static bool only_touched(uint64_t first, uint64_t sectors, unsigned type)
{
	for (uint64_t i = 0; i < SECTORS; i++)
		if (touched[i] != (i >= first && i - first < sectors ? type + 1 : 0))
			return false;
	return true;
}

TEST(part_two, "each of two tasks reaches all sectors of its part, and the device gets none of the other's")
{
	part(CLIENT_TASK, 100, 50);
	part(OTHER_TASK, 150, 850);
	start();
	CHECK(open_as(CLIENT_TASK, &one) && one.first == 100 && one.sectors == 50);
	for (uint64_t i = 0; i < SECTORS; i++)
		CHECK(perform(&one, DISK_WRITE, i) == (i < 50 ? DISK_OK : DISK_E_RANGE));
	CHECK(perform(&one, DISK_WRITE, -(uint64_t)1) == DISK_E_RANGE && only_touched(100, 50, WRITE));
	CHECK(open_as(OTHER_TASK, &other) && other.first == 150 && other.sectors == 850);
	memset(touched, 0, sizeof touched);
	for (uint64_t i = 0; i < SECTORS; i++)
		CHECK(perform(&other, DISK_READ, i) == (i < 850 ? DISK_OK : DISK_E_RANGE));
	CHECK(perform(&other, DISK_READ, -(uint64_t)150) == DISK_E_RANGE && only_touched(150, 850, READ));
}

TEST(part_whole, "a task without a part has all of the disk, beside one that has a part")
{
	part(OTHER_TASK, 0, 10);
	start();
	CHECK(open_as(CLIENT_TASK, &one) && one.first == 0 && one.sectors == SECTORS);
	CHECK(open_as(OTHER_TASK, &other) && other.first == 0 && other.sectors == 10);
	CHECK(perform(&other, DISK_WRITE, 10) == DISK_E_RANGE && requests == 0);
	machine_be(CLIENT_TASK);
	CHECK(perform(&one, DISK_WRITE, 10) == DISK_OK && only_touched(10, 1, WRITE));
}

TEST(part_again, "a client that was cut off and attaches itself anew has its part again, for what it repeats")
{
	part(CLIENT_TASK, 990, 10);
	start();
	CHECK(open_as(CLIENT_TASK, &one));
	one.rings->requests.index += DISK_RING + 1;
	CHECK(disk_bell(one.driver, 0, 0) == DISK_OK);
	CHECK(perform(&one, DISK_READ, 9) == DISK_OK && perform(&one, DISK_READ, 10) == DISK_E_RANGE);
	CHECK(one.restarts == 1 && one.first == 990 && only_touched(999, 1, READ));
}

TEST(part_another, "a client that attaches itself anew and finds another disk sends it no request")
{
	part(CLIENT_TASK, 990, 10);
	start();
	CHECK(open_as(CLIENT_TASK, &one));
	part(CLIENT_TASK, 0, 10);
	one.rings->requests.index += DISK_RING + 1;
	CHECK(disk_bell(one.driver, 0, 0) == DISK_OK);
	CHECK(perform(&one, DISK_WRITE, 9) == DISK_E_ABSENT && requests == 0);
	part(CLIENT_TASK, 990, 10);
	CHECK(perform(&one, DISK_WRITE, 9) == DISK_OK && only_touched(999, 1, WRITE));
}

/* ---- several disks ---- */

static int second_disk(void)
{
	return virtio_blk_main(3, (char *[]){ "virtio-blk", "second", "00:05.0", NULL });
}

/* The driver of a disk at this place, beside a disk that cannot be used, which is found before it. */
static L4_ThreadId_t start_second(unsigned place)
{
	static struct pci_device first;

	pci_add(&first, 2 << 3, VIRTIO_BLOCK, 0x010000);
	add_disk();
	dev.pci.place = place;
	machine.task[CLIENT_TASK].disk = "second";
	machine_start(PCI_TASK, pci_main);
	machine_start(DRIVER_TASK, second_disk);
	machine_wait(20000000);
	return machine_server("second");
}

TEST(part_second, "a driver with a name and a place has that disk, for the tasks whose sections name it")
{
	struct disk_info_out out;
	struct disk_attach_out at;
	L4_ThreadId_t driver = start_second(5 << 3);

	CHECK(open_as(CLIENT_TASK, &one) && perform(&one, DISK_WRITE, 7) == DISK_OK);
	CHECK(only_touched(7, 1, WRITE));
	machine_be(OTHER_TASK);
	CHECK(disk_info(driver, &out) == DISK_REFUSED && disk_attach(driver, 1, &at) == DISK_REFUSED);
	CHECK(disk_open(&other) == DISK_LOST);
}

TEST(part_no_second, "a driver whose place has no disk opens no other one: clients learn that there is none")
{
	start_second(6 << 3);
	machine_be(CLIENT_TASK);
	CHECK(disk_open(&one) == DISK_E_ABSENT && !machine.task[DRIVER_TASK].ended);
}

/* A driver of a disk like the first one, whose controller has another place. */
static void twin(void *requested)
{
	struct disk_info_out out = { .sectors = SECTORS, .place = VDEV_PLACE + 1 };
	L4_ThreadId_t from;

	pecan_register(DISK_NAME, L4_nilthread);
	for (;;) {
		L4_Wait(&from);
		++*(unsigned *)requested;
		put_disk_info(DISK_OK, &out);
		L4_Reply(from);
	}
}

TEST(part_twin, "a client whose next driver has a disk like its own at another place does not attach itself")
{
	unsigned requested = 0;

	start();
	CHECK(open_as(CLIENT_TASK, &one) && one.serial[0] == 0 && one.place == VDEV_PLACE);
	machine_kill(DRIVER_TASK);
	machine_thread(OTHER_TASK, 1, twin, &requested);
	machine_wait(2000000);
	CHECK(disk_reconnect(&one, 1) == DISK_E_ABSENT && requested == 1);
}

TEST(part_place, "a place that is none is an error of the driver")
{
	static const char *const bad[] = {
		"", "5", "00:05", "00:05.", ":05.0", "00:20.0", "00:05.8",
		"100:05.0", "00:05.0x", "-1:05.0", "zz:05.0",
	};

	for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK(pecan_pci_choose(bad[i]) != NULL);
	CHECK(pecan_pci_choose("ff:1f.7") == NULL);
}

TEST(part_beyond, "a part that ends beyond the disk is an error at each request, one line, and no disk")
{
	static const struct { uint64_t first, sectors; } beyond[] = {
		{ 0, 1001 }, { 1000, 1 }, { 999, 2 }, { 5000, 1 }, { 1, ~0ull }, { ~0ull, 1 }, { ~0ull, ~0ull },
	};
	struct disk_info_out out;
	struct disk_attach_out at;
	L4_ThreadId_t driver = start();
	unsigned logged;

	part(CLIENT_TASK, 1, 1000);
	CHECK(disk_info(driver, &out) == DISK_E_PART && disk_attach(driver, 1, &at) == DISK_E_PART);
	CHECK(machine_logged("the disk has 1000 sectors: `disk` of task5, 1000 sectors from 1 on, ends beyond"));
	logged = machine.logged;
	for (unsigned i = 0; i < sizeof beyond / sizeof *beyond; i++) {
		part(CLIENT_TASK, beyond[i].first, beyond[i].sectors);
		CHECK(disk_info(driver, &out) == DISK_E_PART && disk_attach(driver, 1, &at) == DISK_E_PART);
		CHECK(disk_open(&one) == DISK_E_PART);
	}
	CHECK(machine.logged == logged && requests == 0 && blocks_open() == 0);
	CHECK(open_as(OTHER_TASK, &other) && perform(&other, DISK_READ, 999) == DISK_OK);
}
