/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_nvme.c - the driver of NVMe disks.
 */
#include <string.h>
#include <pecan/disk.h>
#include <pecan/names.h>
#include <proto/disk_client.h>
#include <proto/disk_server.h>
#include "adev.h"
#include "disk_silence.h"
#include "machine.h"
#include "ndev.h"

int nvme_disk(void)
{
	return nvme_main(1, (char *[]){ "nvme", NULL });
}

enum { SECTORS = 4096, BLOCK = 1 << 20, DEADLINE = 20000000, SECOND = 1000000, OTHERS = 500000 };

static struct ndev dev;
static struct disk disk;
static int block;

static bool fails(const char *why)
{
	machine_disk(nvme_disk);
	return machine_failed(DRIVER_TASK, why);
}

static bool attach(void)
{
	machine_disk(nvme_disk);
	if (disk_open(&disk) != DISK_OK)
		return false;
	block = disk_block(&disk, BLOCK);
	return block >= 0;
}

static bool begin(void)
{
	ndev_add(&dev, SECTORS, false);
	return attach();
}

static struct disk_entry entry(enum disk_kind kind, uint64_t sector, uint32_t offset, uint32_t sectors)
{
	return (struct disk_entry){ kind, (uint32_t)block, sector, 0, offset, sectors };
}

static enum disk_status perform(enum disk_kind kind, uint64_t sector, uint32_t offset, uint32_t sectors)
{
	struct disk_entry e = entry(kind, sector, offset, sectors);

	return disk_do(&disk, &e);
}

TEST(nvme_info, "the driver tells what the controller says: sectors, name, whether it can be written")
{
	struct disk_info_out out;

	ndev_add(&dev, 1ull << 33, false);
	dev.text[1][NDEV_ATTRIBUTES] = 1;
	CHECK(disk_info(machine_disk(nvme_disk), &out) == DISK_OK);
	CHECK(out.sectors == 1ull << 33 && out.read_only == 1);
	CHECK(strcmp(out.serial, "a disk of this test") == 0);
	CHECK(machine_given(DRIVER_TASK, ROOT_MASTER, NDEV_PLACE));
}

static char byte_of(unsigned i) { return (char)(i % 251 + i / DISK_SECTOR); }

/* Writes so many sectors from a place in the block, and reads them to another one. */
static bool moves(uint32_t from, uint32_t to, uint32_t sectors)
{
	char *data = disk_data(&disk, (unsigned)block);
	uint32_t bytes = sectors * DISK_SECTOR;

	for (uint32_t i = 0; i < bytes; i++)
		data[from + i] = byte_of(i);
	if (perform(DISK_WRITE, 7, from, sectors) != DISK_OK)
		return false;
	memset(data, 0, BLOCK);
	if (perform(DISK_READ, 7, to, sectors) != DISK_OK)
		return false;
	for (uint32_t i = 0; i < bytes; i++)
		if (data[to + i] != byte_of(i))
			return false;
	return (to == 0 || data[to - 1] == 0) && data[to + bytes] == 0;
}

TEST(nvme_data, "sectors are written and read, in one page, over two, and by a list of pages")
{
	CHECK(begin() && moves(0, 8192, 1) && moves(3584, 0, 1) && moves(3584, 512, 2) && moves(0, 1024, 8));
	CHECK(moves(512, 4096, 16) && moves(0, 3584, 17) && moves(1024, 512, 512) && dev.longest == 512);
	CHECK(dev.store[6 * DISK_SECTOR] == 0);
	CHECK(dev.store[7 * DISK_SECTOR] == 0 && dev.store[7 * DISK_SECTOR + 1] == 1);
	CHECK(perform(DISK_FLUSH, 0, 0, 0) == DISK_OK && dev.flushes == 1);
	disk_close(&disk);
	CHECK(blocks_open() == 0);
}

TEST(nvme_no_cache, "a disk without a cache gets no flush")
{
	ndev_add(&dev, SECTORS, false);
	dev.text[0][NDEV_CACHE] = 0;
	CHECK(attach() && perform(DISK_FLUSH, 0, 0, 0) == DISK_OK && dev.flushes == 0);
}

TEST(nvme_pieces, "what is longer than a command of the controller may be goes by several, in order")
{
	ndev_add(&dev, SECTORS, false);
	dev.text[0][NDEV_LONGEST] = 1;
	CHECK(attach() && moves(512, 3584, 100) && dev.longest == 16 && dev.writes == 7 && dev.reads == 7);
	CHECK(moves(0, 512, 1500) && dev.longest == 16);
}

TEST(nvme_longest, "the driver's own limit is 256 KiB, also if the controller has none")
{
	CHECK(begin() && moves(512, 1024, 1500) && dev.longest == 512 && dev.writes == 3);
}

TEST(nvme_range, "the controller gets no command beyond disk or block")
{
	CHECK(begin() && perform(DISK_READ, SECTORS, 0, 1) == DISK_E_RANGE);
	CHECK(perform(DISK_WRITE, SECTORS - 1, 0, 2) == DISK_E_RANGE);
	CHECK(perform(DISK_READ, 0, BLOCK, 1) == DISK_E_RANGE);
	CHECK(perform(DISK_READ, 0, 1, 1) != DISK_OK && dev.reads + dev.writes == 0);
	CHECK(perform(DISK_READ, SECTORS - 1, BLOCK - DISK_SECTOR, 1) == DISK_OK);
}

TEST(nvme_error, "an error of the controller is that of its request, and others are served")
{
	CHECK(begin());
	dev.error = 0x281;
	CHECK(perform(DISK_READ, 0, 0, 1) == DISK_E_DEVICE && perform(DISK_WRITE, 0, 0, 1500) == DISK_E_DEVICE);
	CHECK(dev.writes == 1);
	dev.error = 0;
	CHECK(perform(DISK_READ, 0, 0, 1) == DISK_OK);
}

static int submit(uint64_t sector)
{
	struct disk_entry e = entry(DISK_READ, sector, 0, 1);
	int tag = disk_submit(&disk, &e);

	disk_push(&disk);
	machine_wait(1000);
	return tag;
}

TEST(nvme_order, "64 requests are under way, and completed in any order; each queue is used again and again")
{
	static struct ndev_command c[DISK_RING];
	enum disk_status status;

	CHECK(begin());
	dev.silent = true;
	for (unsigned round = 0; round < 5; round++) {
		unsigned n = 0;

		for (unsigned i = 0; i < DISK_RING; i++)
			CHECK(submit(i) >= 0);
		while (n < DISK_RING && ndev_take(&dev, &c[n]))
			n++;
		CHECK(n == DISK_RING && !ndev_take(&dev, &c[0]));
		while (n-- > 0)
			ndev_complete(&dev, c[n].head >> 16, n == 5);
		for (unsigned i = 0; i < DISK_RING; i++) {
			int tag = disk_wait(&disk, &status);

			CHECK(tag >= 0 && status == (disk.pending[tag].sector == 5 ? DISK_E_DEVICE : DISK_OK));
		}
	}
}

TEST(nvme_small, "a controller with queues of two entries serves one request after the other")
{
	ndev_add(&dev, SECTORS, false);
	dev.capabilities &= ~0xffffull;
	dev.capabilities |= 1;
	CHECK(attach());
	for (unsigned i = 0; i < 20; i++)
		CHECK(perform(DISK_READ, i, 0, 1) == DISK_OK);
}

TEST(nvme_stride, "doorbells may be far from each other")
{
	ndev_add(&dev, SECTORS, false);
	dev.capabilities |= 6ull << 32;
	CHECK(attach() && moves(0, 512, 20));
}

TEST(nvme_stride_beyond, "doorbells that are said to lie beyond the registers are not mapped")
{
	ndev_add(&dev, SECTORS, false);
	dev.capabilities |= 15ull << 32;
	CHECK(fails("the NVMe disk cannot be used: its registers cannot be mapped"));
}

/* ---- lies ---- */

/* A command is under way. */
static bool hold_one(struct ndev_command *c)
{
	if (!begin())
		return false;
	dev.silent = true;
	return submit(3) >= 0 && ndev_take(&dev, c);
}

static bool ends_by(unsigned identity, unsigned queue, unsigned head)
{
	struct ndev_command c;

	if (!hold_one(&c))
		return false;
	ndev_lie(&dev, identity == ~0u ? c.head >> 16 : identity, queue, head);
	machine_wait(1000);
	return machine_failed(DRIVER_TASK, "the NVMe disk has broken the rules of its queue");
}

TEST(nvme_lie_none, "a completion of no command under way ends the driver") { CHECK(ends_by(1, 1, 1)); }
TEST(nvme_lie_beyond, "one beyond the requests ends the driver") { CHECK(ends_by(64, 1, 1)); }
TEST(nvme_lie_huge, "one of 16 bits ends the driver") { CHECK(ends_by(0xffff, 1, 1)); }
TEST(nvme_lie_queue, "one of another queue ends the driver") { CHECK(ends_by(~0u, 2, 1)); }
TEST(nvme_lie_head, "a head beyond the queue ends the driver") { CHECK(ends_by(~0u, 1, 128)); }

TEST(nvme_lie_twice, "a command that is completed twice ends the driver, when it is no longer under way")
{
	struct ndev_command c;

	CHECK(hold_one(&c));
	ndev_complete(&dev, c.head >> 16, 0);
	ndev_lie(&dev, c.head >> 16, 1, 1);
	machine_wait(1000);
	CHECK(machine_failed(DRIVER_TASK, "the NVMe disk has broken the rules of its queue"));
}

TEST(nvme_lie_ahead, "completions beyond the next one are not looked at")
{
	struct ndev_command c;
	enum disk_status status;

	CHECK(hold_one(&c));
	dev.queue[1].next += 2;
	ndev_complete(&dev, c.head >> 16, 0);
	machine_wait(1000);
	dev.queue[1].next -= 3;
	CHECK(dev.queue[1].seen == dev.queue[1].next);
	ndev_complete(&dev, c.head >> 16, 0);
	CHECK(disk_wait(&disk, &status) == 0 && status == DISK_OK);
}

/* ---- no answer ---- */

TEST(nvme_silent, "a command without an answer ends the driver after 30 s, not before")
{
	struct ndev_command c;

	CHECK(hold_one(&c) && !disk_ends_in(&disk, 25, "the NVMe disk does not answer"));
	machine_wait(10 * SECOND);
	CHECK(machine_failed(DRIVER_TASK, "the NVMe disk does not answer"));
}

TEST(nvme_gone, "a controller that is not there any more ends the driver within seconds")
{
	struct ndev_command c;

	CHECK(hold_one(&c));
	dev.gone = true;
	CHECK(disk_ends_in(&disk, 3, "the NVMe disk is not there any more"));
}

TEST(nvme_fatal, "a controller that has given up ends the driver within seconds")
{
	struct ndev_command c;

	CHECK(hold_one(&c));
	dev.state |= 2;
	CHECK(disk_ends_in(&disk, 3, "the NVMe disk has given up"));
}

TEST(nvme_mute, "a controller that does not answer at the beginning cannot be used")
{
	ndev_add(&dev, SECTORS, false);
	dev.mute = true;
	CHECK(fails("the NVMe disk cannot be used: it does not answer"));
}

TEST(nvme_absent_registers, "a controller that vanished before the driver began cannot be used")
{
	ndev_add(&dev, SECTORS, false);
	dev.gone = true;
	CHECK(fails("the NVMe disk cannot be used: it is not there any more"));
}

/* ---- the beginning ---- */

TEST(nvme_anew, "a driver that finds the controller at work resets it, and uses it")
{
	ndev_add(&dev, SECTORS, false);
	ndev_leave(&dev);
	CHECK(attach() && dev.resets == 1 && moves(0, 512, 20));
}

TEST(nvme_stuck, "a controller that does not end its reset cannot be used")
{
	ndev_add(&dev, SECTORS, false);
	ndev_leave(&dev);
	dev.stuck = true;
	CHECK(fails("the NVMe disk cannot be used: it does not end its reset"));
}

TEST(nvme_never_ready, "a controller that does not become ready cannot be used")
{
	ndev_add(&dev, SECTORS, false);
	dev.never_ready = true;
	CHECK(fails("the NVMe disk cannot be used: it does not become ready"));
}

TEST(nvme_refuses, "a controller that refuses to be set up cannot be used")
{
	ndev_add(&dev, SECTORS, false);
	dev.refuses = true;
	CHECK(fails("the NVMe disk cannot be used: it refuses a command for administration"));
}

TEST(nvme_pages, "a controller with larger pages cannot be used")
{
	ndev_add(&dev, SECTORS, false);
	dev.capabilities |= 1ull << 48;
	CHECK(fails("it has not the commands, pages and queues of the driver"));
}

TEST(nvme_commands, "nor can one without the commands of disks")
{
	ndev_add(&dev, SECTORS, false);
	dev.capabilities &= ~(1ull << 37);
	CHECK(fails("it has not the commands, pages and queues of the driver"));
}

TEST(nvme_large_sectors, "a disk with sectors of 4,096 bytes is one of eight times as many, in whole units")
{
	ndev_add(&dev, SECTORS, false);
	dev.text[1][NDEV_FORMATS + 2] = dev.log2 = 12;
	memcpy(dev.text[1], &(uint64_t){ SECTORS / 8 }, sizeof(uint64_t));
	CHECK(attach() && disk.unit == 8 && disk.sectors == SECTORS / 8 * 8);
	memset(disk_data(&disk, (unsigned)block), 'a', BLOCK);
	CHECK(perform(DISK_WRITE, 8, 4096, 16) == DISK_OK && dev.longest == 2 && dev.writes == 1);
	CHECK(dev.store[8 * DISK_SECTOR - 1] == 0 && dev.store[8 * DISK_SECTOR] == 'a');
	CHECK(dev.store[24 * DISK_SECTOR - 1] == 'a' && dev.store[24 * DISK_SECTOR] == 0);
	CHECK(perform(DISK_READ, 0, 0, 16) == DISK_OK && *(char *)disk_data(&disk, (unsigned)block) == 0);
	CHECK(perform(DISK_READ, 1, 0, 8) == DISK_E_UNIT && perform(DISK_READ, 8, 0, 9) == DISK_E_UNIT);
	CHECK(perform(DISK_WRITE, 8, 512, 8) == DISK_E_UNIT && dev.reads == 1 && dev.writes == 1);
}

TEST(nvme_other_sectors, "a disk with sectors of 8,192 bytes is not supported")
{
	ndev_add(&dev, SECTORS, false);
	dev.text[1][NDEV_FORMATS + 2] = 13;
	CHECK(fails("not supported: sectors of a size that is no power of two from 512 to 4096 bytes"));
}

TEST(nvme_huge_sectors, "nor one with sectors of 2^40 bytes")
{
	ndev_add(&dev, SECTORS, false);
	dev.text[1][NDEV_FORMATS + 2] = 40;
	CHECK(fails("not supported: sectors of a size that is no power of two from 512 to 4096 bytes"));
}

TEST(nvme_metadata, "nor one with bytes of its own beside each sector")
{
	ndev_add(&dev, SECTORS, false);
	dev.text[1][NDEV_FORMAT] = 3;
	dev.text[1][NDEV_FORMATS + 3 * 4] = 8;
	dev.text[1][NDEV_FORMATS + 3 * 4 + 2] = 9;
	CHECK(fails("not supported: sectors with metadata"));
}

TEST(nvme_namespace, "the first namespace with sectors is the disk")
{
	ndev_add(&dev, 0, false);
	ndev_namespace(&dev, 3, 77);
	CHECK(attach() && disk.sectors == 77);
	dev.silent = true;
	CHECK(submit(76) >= 0);
	struct ndev_command c;

	CHECK(ndev_take(&dev, &c) && c.namespace == 3 && c.sector == 76);
}

TEST(nvme_no_namespace, "a controller without a disk: clients learn that there is none")
{
	struct disk_info_out out;

	ndev_add(&dev, 0, false);
	CHECK(disk_info(machine_disk(nvme_disk), &out) == DISK_E_ABSENT);
}

TEST(nvme_line, "a controller without messages interrupts by its line")
{
	ndev_add(&dev, SECTORS, true);
	CHECK(attach() && moves(0, 512, 20) && machine_attached(PCI_LINE));
}

/* ---- several drivers ---- */

TEST(nvme_with_blk, "the driver of virtio's disks leaves the name to that of an NVMe disk if it has none")
{
	ndev_add(&dev, SECTORS, false);
	machine_start(PCI_TASK, pci_main);
	machine_start(SECOND_DRIVER, blk_disk);
	machine_wait(OTHERS - 1);
	CHECK(L4_IsNilThread(machine_server(DISK_NAME)) && !machine.task[SECOND_DRIVER].ended);
	machine_start(DRIVER_TASK, nvme_disk);
	machine_wait(DEADLINE);
	CHECK(L4_IsThreadEqual(machine_server(DISK_NAME), machine_first(DRIVER_TASK)));
	CHECK(disk_open(&disk) == DISK_OK && disk.sectors == SECTORS && !machine.task[SECOND_DRIVER].ended);
	CHECK(!machine_logged("is not used"));
}

TEST(nvme_late, "an NVMe disk that is found late is the disk, though clients have learned that there is none")
{
	ndev_add(&dev, SECTORS, false);
	machine_start(PCI_TASK, pci_main);
	machine_start(SECOND_DRIVER, blk_disk);
	machine_wait(SECOND);
	CHECK(disk_open(&disk) == DISK_E_ABSENT);
	machine_start(DRIVER_TASK, nvme_disk);
	machine_wait(DEADLINE);
	CHECK(L4_IsThreadEqual(machine_server(DISK_NAME), machine_first(DRIVER_TASK)));
	CHECK(disk_open(&disk) == DISK_OK && disk.sectors == SECTORS);
}

/* A driver without a disk. */
static void stand_in(void *unused)
{
	struct disk_info_out out = { 0 };
	L4_ThreadId_t from;

	(void)unused;
	pecan_stand_in(DISK_NAME);
	for (;;) {
		L4_Wait(&from);
		put_disk_info(DISK_E_ABSENT, &out);
		L4_Reply(from);
	}
}

TEST(nvme_stand_in, "a client that has a disk waits for its driver while one without a disk has the name")
{
	CHECK(begin());
	machine_kill(DRIVER_TASK);
	machine_thread(OTHER_TASK, 1, stand_in, NULL);
	machine_wait(SECOND);
	CHECK(!L4_IsNilThread(machine_server(DISK_NAME)) && disk_reconnect(&disk, 1) == DISK_LOST);
}

TEST(nvme_none, "several controllers, none with a disk: clients learn that there is none")
{
	static struct adev other;

	ndev_add(&dev, 0, false);
	adev_add(&other, SECTORS, false);
	other.no_disk = true;
	other.link = 0;
	machine_start(PCI_TASK, pci_main);
	machine_start(DRIVER_TASK, nvme_disk);
	machine_start(SECOND_DRIVER, ahci_disk);
	machine_wait(SECOND);
	CHECK(disk_open(&disk) == DISK_E_ABSENT);
}

TEST(nvme_second, "the driver of a second disk says that there is one already, and waits")
{
	L4_ThreadId_t server;

	ndev_add(&dev, SECTORS, false);
	machine_start(PCI_TASK, pci_main);
	machine_be(OTHER_TASK);
	CHECK(pecan_register(DISK_NAME, L4_nilthread) == NAMES_OK);
	server = machine_server(DISK_NAME);
	machine_start(DRIVER_TASK, nvme_disk);
	machine_wait(DEADLINE);
	CHECK(machine_logged("the NVMe disk is not used: another driver is `disk`"));
	CHECK(L4_IsThreadEqual(machine_server(DISK_NAME), server) && !machine.task[DRIVER_TASK].ended);
}
