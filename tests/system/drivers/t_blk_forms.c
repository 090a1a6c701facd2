/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_blk_forms.c - virtio disks of other forms than QEMU's usual one: their sectors, and features that they
 * insist on.
 */
#include <string.h>
#include <pecan/disk.h>
#include <pecan/names.h>
#include <proto/disk_client.h>
#include "machine.h"
#include "vdev.h"

enum { READ = 0, WRITE = 1, SECTORS = 1000, BLOCK = 65536, CONFIG_CAPACITY = 0, CONFIG_BLOCK = 20 };
#define BLOCK_SIZE	((uint64_t)1 << 6)

static struct vdev dev;
static struct { unsigned reads, writes; } device;
static struct disk disk;
static int block;

static void serve(struct vdev *v, unsigned queue)
{
	struct vdev_chain c;
	uint32_t type;

	while (vdev_take(v, queue, &c)) {
		memcpy(&type, c.part[0].at, sizeof type);
		device.reads += type == READ;
		device.writes += type == WRITE;
		*(uint8_t *)c.part[c.parts - 1].at = 0;
		vdev_return(v, queue, c.head, 1);
	}
}

static void add_disk(uint64_t features)
{
	uint64_t sectors = SECTORS;

	vdev_add(&dev, VIRTIO_BLOCK, features);
	memcpy(dev.own + CONFIG_CAPACITY, &sectors, sizeof sectors);
	dev.notified = serve;
}

static bool fails(const char *why)
{
	machine_disk(blk_disk);
	return machine_failed(DRIVER_TASK, why);
}

static enum disk_status perform(enum disk_kind kind, uint64_t sector, uint32_t sectors)
{
	return disk_do(&disk, &(struct disk_entry){
		.kind = kind, .block = (uint32_t)block, .sector = sector, .sectors = sectors,
	});
}

/* A disk that says by its configuration how many bytes its sectors have. */
static void add_large(uint32_t sector_bytes)
{
	add_disk(BLOCK_SIZE);
	memcpy(dev.own + CONFIG_BLOCK, &sector_bytes, sizeof sector_bytes);
}

TEST(blk_large_sectors, "of a disk with sectors of 4,096 bytes clients read and write whole ones only")
{
	add_large(4096);
	machine_disk(blk_disk);
	CHECK(disk_open(&disk) == DISK_OK && disk.unit == 8 && disk.sectors == SECTORS / 8 * 8);
	block = disk_block(&disk, BLOCK);
	CHECK(perform(DISK_READ, 0, 8) == DISK_OK);
	CHECK(perform(DISK_READ, SECTORS / 8 * 8, 8) == DISK_E_RANGE);
	CHECK(perform(DISK_READ, 4, 8) == DISK_E_UNIT && perform(DISK_WRITE, 0, 1) == DISK_E_UNIT);
	CHECK(device.reads == 1 && device.writes == 0);
}

TEST(blk_huge_sectors, "a disk with sectors of 65,536 bytes is not supported")
{
	add_large(65536);
	CHECK(fails("not supported: sectors of a size that is no power of two from 512 to 4096 bytes"));
}

TEST(blk_no_sectors, "nor one with sectors of 0 bytes")
{
	add_large(0);
	CHECK(fails("not supported: sectors of a size that is no power of two from 512 to 4096 bytes"));
}

TEST(blk_platform, "a device that insists on VIRTIO_F_ACCESS_PLATFORM is not supported, by that name")
{
	add_disk((uint64_t)1 << 33);
	dev.no_features = true;
	CHECK(fails("not supported: VIRTIO_F_ACCESS_PLATFORM: leave out iommu_platform=on"));
}
