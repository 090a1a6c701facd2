/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_ahci.c - the driver of SATA disks at a controller of AHCI.
 */
#include <string.h>
#include <pecan/disk.h>
#include <proto/disk_client.h>
#include "adev.h"
#include "disk_silence.h"
#include "machine.h"

int ahci_disk(void)
{
	return ahci_main(1, (char *[]){ "ahci", NULL });
}

enum { SECTORS = 5000, BLOCK = 2 << 20, SECOND = 1000000,
       TASK_ERROR = 1 << 30, LINK_ERROR = 1 << 27 };

static struct adev dev;
static struct disk disk;
static int block;

static bool fails(const char *why)
{
	machine_disk(ahci_disk);
	return machine_failed(DRIVER_TASK, why);
}

static bool attach(void)
{
	machine_disk(ahci_disk);
	return disk_open(&disk) == DISK_OK && (block = disk_block(&disk, BLOCK)) >= 0;
}

static bool begin(void)
{
	adev_add(&dev, SECTORS, false);
	return attach();
}

static enum disk_status perform(enum disk_kind kind, uint64_t sector, uint32_t sectors)
{
	return disk_do(&disk, &(struct disk_entry){ kind, (uint32_t)block, sector, 0, 0, sectors });
}

static bool moves(uint64_t sector, uint32_t sectors)
{
	char *data = disk_data(&disk, (unsigned)block);
	uint32_t bytes = sectors * DISK_SECTOR;

	for (uint32_t i = 0; i < bytes; i++)
		data[i] = (char)(i / DISK_SECTOR + sector);
	if (perform(DISK_WRITE, sector, sectors) != DISK_OK)
		return false;
	memset(data, 0, BLOCK);
	if (perform(DISK_READ, sector, sectors) != DISK_OK)
		return false;
	for (uint32_t i = 0; i < bytes; i++)
		if (data[i] != (char)(i / DISK_SECTOR + sector))
			return false;
	return bytes == BLOCK || data[bytes] == 0;
}

TEST(ahci_info, "the driver tells what the disk says: sectors, by 48 bits, and its name")
{
	struct disk_info_out out;

	adev_add(&dev, 1ull << 40, false);
	CHECK(disk_info(machine_disk(ahci_disk), &out) == DISK_OK);
	CHECK(out.sectors == 1ull << 40 && out.read_only == 0);
	CHECK(strcmp(out.serial, "a disk of the tests") == 0);
	CHECK(machine_given(DRIVER_TASK, ROOT_MASTER, ADEV_PLACE));
}

TEST(ahci_data, "sectors are written and read, one and as many as a block has; the disk is flushed")
{
	CHECK(begin() && moves(3, 1) && moves(259, 300) && moves(100, BLOCK / DISK_SECTOR));
	CHECK(dev.writes == 3 && dev.reads == 3 && perform(DISK_FLUSH, 0, 0) == DISK_OK && dev.flushes == 1);
	CHECK(perform(DISK_READ, SECTORS, 1) == DISK_E_RANGE);
	disk_close(&disk);
	CHECK(blocks_open() == 0);
}

TEST(ahci_far, "a sector beyond 32 bits is that sector")
{
	struct adev_command c;

	adev_add(&dev, 1ull << 47, false);
	CHECK(attach());
	dev.silent = true;
	disk_submit(&disk, &(struct disk_entry){ DISK_READ, (uint32_t)block, 0x123456789abc, 0, 0, 4096 });
	disk_push(&disk);
	machine_wait(1000);
	CHECK(adev_command(&dev, 0, &c) && c.sector == 0x123456789abc && c.sectors == 4096);
}

TEST(ahci_no_flush, "a disk without the command for it gets no flush")
{
	adev_add(&dev, SECTORS, false);
	dev.words[83] = 1 << 14 | 1 << 10;
	CHECK(attach() && perform(DISK_FLUSH, 0, 0) == DISK_OK && dev.flushes == 0);
}

static void submit(uint64_t sector)
{
	disk_submit(&disk, &(struct disk_entry){ DISK_READ, (uint32_t)block, sector, 0, 0, 1 });
	disk_push(&disk);
	machine_wait(1000);
}

/* As many as a ring has; how many of them have an error, and whether it is the right one. */
static unsigned answers(uint64_t bad)
{
	unsigned errors = 0;

	for (unsigned i = 0; i < DISK_RING; i++) {
		enum disk_status status;
		int tag = disk_wait(&disk, &status);

		if (tag < 0 || (status != DISK_OK) != (disk.pending[tag].sector == bad))
			return ~0u;
		errors += status != DISK_OK;
	}
	return errors;
}

TEST(ahci_order, "32 commands are issued, and done in any order; the others of 64 requests follow")
{
	CHECK(begin());
	dev.silent = true;
	for (unsigned i = 0; i < DISK_RING; i++)
		submit(i);
	CHECK(dev.issued == ~0u);
	adev_execute(&dev, 0xf0f0f0f0);
	machine_wait(1000);
	CHECK(dev.issued == ~0u && dev.reads == 16);
	while (dev.issued) {
		adev_execute(&dev, dev.issued);
		machine_wait(1000);
	}
	CHECK(answers(~0ull) == 0 && dev.reads == DISK_RING);
}

TEST(ahci_error, "an error is that of its request; the others under way are done, and later ones")
{
	CHECK(begin());
	dev.silent = true;
	dev.bad = 40;
	for (unsigned i = 0; i < DISK_RING; i++)
		submit(i);
	adev_execute(&dev, dev.issued);
	machine_wait(SECOND);
	for (unsigned i = 0; i < 3 * DISK_RING && dev.issued; i++) {
		adev_execute(&dev, dev.issued);
		machine_wait(SECOND);
	}
	CHECK(dev.issued == 0 && answers(40) == 1);
	dev.silent = false;
	CHECK(perform(DISK_READ, 40, 1) == DISK_E_DEVICE && perform(DISK_READ, 41, 1) == DISK_OK);
	dev.bad = ~0ull;
	CHECK(perform(DISK_READ, 40, 1) == DISK_OK && dev.link_resets == 0);
}

TEST(ahci_link, "an error of the link: what was under way is done again, and has no error")
{
	CHECK(begin());
	dev.silent = true;
	submit(3);
	submit(4);
	adev_interrupt(&dev, LINK_ERROR);
	machine_wait(SECOND);
	for (unsigned i = 0; i < 2; i++) {
		CHECK(dev.issued == 1u << i);
		adev_execute(&dev, dev.issued);
		machine_wait(1000);
	}
	CHECK(dev.issued == 0 && dev.reads == 2);
}

TEST(ahci_port, "a port that does not stop is reset by its link")
{
	CHECK(begin());
	dev.stuck_port = true;
	dev.bad = 5;
	CHECK(perform(DISK_READ, 5, 1) == DISK_E_DEVICE && dev.link_resets == 2);
	CHECK(perform(DISK_READ, 6, 1) == DISK_OK);
}

TEST(ahci_port_dead, "a port that is not ready after that ends the driver")
{
	CHECK(begin());
	dev.silent = true;
	submit(3);
	dev.task = 0x80;
	adev_interrupt(&dev, TASK_ERROR);
	machine_wait(5 * SECOND);
	CHECK(machine_failed(DRIVER_TASK, "the AHCI disk does not end its reset"));
}

TEST(ahci_lie, "a port that says that a command is under way which is not ends the driver")
{
	CHECK(begin());
	dev.silent = true;
	submit(3);
	dev.issued |= 0x100;
	adev_interrupt(&dev, 1);
	machine_wait(1000);
	CHECK(machine_failed(DRIVER_TASK, "the AHCI disk has broken the rules of its list"));
}

TEST(ahci_nothing, "interrupts and errors of a port without a command change nothing")
{
	CHECK(begin());
	for (unsigned i = 0; i < 5; i++) {
		adev_interrupt(&dev, i % 2 ? TASK_ERROR : 1);
		machine_wait(SECOND);
	}
	CHECK(moves(3, 100));
}

TEST(ahci_silent, "a command without an answer ends the driver after 30 s")
{
	CHECK(begin());
	dev.silent = true;
	submit(3);
	CHECK(disk_ends_in(&disk, 35, "the AHCI disk does not answer"));
}

TEST(ahci_slow, "requests that are done again, each alone, have their 30 s from then on")
{
	struct disk_info_out out;

	CHECK(begin());
	dev.silent = true;
	dev.bad = 40;
	submit(40);
	submit(41);
	machine_thread(CLIENT_TASK, 1, disk_wait_long, &disk);
	machine_wait(20 * SECOND);
	adev_execute(&dev, dev.issued);
	machine_wait(15 * SECOND);
	CHECK(dev.issued == 1);
	adev_execute(&dev, dev.issued);
	machine_wait(2 * SECOND);
	CHECK(dev.issued == 2);
	adev_execute(&dev, dev.issued);
	machine_wait(SECOND);
	CHECK(dev.issued == 0 && dev.reads == 1 && disk_info(machine_server(DISK_NAME), &out) == DISK_OK);
}

TEST(ahci_gone, "a controller that is not there any more ends the driver within seconds")
{
	CHECK(begin());
	dev.silent = true;
	submit(3);
	dev.gone = true;
	CHECK(disk_ends_in(&disk, 3, "the AHCI disk is not there any more"));
}

TEST(ahci_unplugged, "and so does a disk")
{
	CHECK(begin());
	dev.silent = true;
	submit(3);
	dev.link = 0;
	CHECK(disk_ends_in(&disk, 3, "the AHCI disk is not there any more"));
}

/* ---- the beginning ---- */

TEST(ahci_anew, "a driver that finds the controller at work resets it, and uses it")
{
	adev_add(&dev, SECTORS, false);
	adev_leave(&dev);
	CHECK(attach() && dev.resets == 1 && moves(3, 20));
}

TEST(ahci_stuck, "a controller that does not end its reset cannot be used")
{
	adev_add(&dev, SECTORS, false);
	dev.stuck = true;
	CHECK(fails("the AHCI disk cannot be used: it does not end its reset"));
}

TEST(ahci_vanished, "a controller that vanished before the driver began cannot be used")
{
	adev_add(&dev, SECTORS, false);
	dev.gone = true;
	CHECK(fails("the AHCI disk cannot be used: it is not there any more"));
}

TEST(ahci_mute, "a disk that does not say what it is cannot be used")
{
	adev_add(&dev, SECTORS, false);
	dev.silent = true;
	CHECK(fails("the AHCI disk cannot be used: it does not answer"));
}

TEST(ahci_old, "a disk without addresses of 48 bits cannot be used")
{
	adev_add(&dev, SECTORS, false);
	dev.words[83] = 1 << 14;
	CHECK(fails("the AHCI disk cannot be used: it has not the commands of the driver"));
}

TEST(ahci_other_sectors, "a disk with sectors of other bytes cannot be used")
{
	adev_add(&dev, SECTORS, false);
	dev.words[106] = 1 << 14 | 1 << 12;
	CHECK(fails("the AHCI disk cannot be used: not supported: sectors that have not 512 bytes"));
}

TEST(ahci_narrow, "a controller that does not reach all memory cannot be used")
{
	adev_add(&dev, SECTORS, false);
	dev.capabilities &= ~(1u << 31);
	CHECK(fails("the AHCI disk cannot be used: it reaches not all memory"));
}

TEST(ahci_no_disk, "a controller without a disk, but for a CD-ROM: clients learn that there is none")
{
	struct disk_info_out out;

	adev_add(&dev, SECTORS, false);
	dev.no_disk = true;
	dev.link = 0;
	CHECK(disk_info(machine_disk(ahci_disk), &out) == DISK_E_ABSENT);
}

TEST(ahci_line, "a controller without messages interrupts by its line, and the driver ends it")
{
	adev_add(&dev, SECTORS, true);
	CHECK(attach() && moves(0, 20) && machine_attached(PCI_LINE) && dev.causes == 0 && dev.port_causes == 0);
}

/* ---- the end ---- */

static bool can_open_again(void)
{
	machine_be(SECOND_DRIVER);
	machine_kill(DRIVER_TASK);
	machine_wait(2 * SECOND);
	return !machine_given(DRIVER_TASK, ROOT_MASTER, ADEV_PLACE);
}

TEST(ahci_killed, "when the driver has ended the controller is reset before its memory is given back")
{
	CHECK(begin());
	dev.silent = true;
	submit(3);
	CHECK(dev.resets == 1 && can_open_again() && dev.resets == 2 && dev.issued == 0);
}

TEST(ahci_killed_stuck, "one that does not end that reset keeps what its driver had, until it does")
{
	CHECK(begin());
	dev.stuck = true;
	CHECK(!can_open_again());
	dev.stuck = false;
	dev.control = 1u << 31;
	machine_wait(3 * SECOND);
	CHECK(!machine_given(DRIVER_TASK, ROOT_MASTER, ADEV_PLACE));
}
