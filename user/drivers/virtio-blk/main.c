/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the driver of virtio disks (virtio 1.0, 5.2). See <pecan/disk_driver.h> and docs/user/devices.md.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/disk_driver.h>
#include <pecan/endian.h>
#include <pecan/virtio.h>
#include <string.h>

enum {
	QUEUE = 0, QUEUE_SIZE = 256, PARTS = 3, ID_BYTES = 20,
	CONFIG_CAPACITY = 0, CONFIG_BLOCK = 20, ID_WAITS = 5000, ID_WAIT_US = 1000,
	TYPE_READ = 0, TYPE_WRITE = 1, TYPE_FLUSH = 4, TYPE_ID = 8, STATUS_OK = 0, STATUS_UNSET = 0xff,
};

#define FEATURE_READ_ONLY	((uint64_t)1 << 5)
#define FEATURE_BLOCK		((uint64_t)1 << 6)	/* BLK_SIZE: sectors have another size than 512 bytes */
#define FEATURE_FLUSH		((uint64_t)1 << 9)

/* What the device reads before the data, and writes after them. Little-endian. */
struct frame { uint32_t type, zero; uint64_t sector; uint8_t status, unused[15]; };

static struct {
	struct virtio device;
	struct virtq queue;
	volatile struct frame *frames;		/* one for each slot */
	uint64_t frames_physical;
	uint8_t slot_of[VIRTQ_MAX];		/* by the head of its chain */
} disk;

/* Give the device the request of a slot: its frame, and `bytes` of memory. */
static void give(unsigned slot, uint32_t type, uint64_t sector, const struct virtq_part *data)
{
	uint64_t frame = disk.frames_physical + slot * sizeof(struct frame);
	struct virtq_part part[PARTS] = { { frame, offsetof(struct frame, status), false } };
	unsigned n = 1;
	int head;

	disk.frames[slot].type = le32(type);
	disk.frames[slot].sector = le64(sector);
	disk.frames[slot].status = STATUS_UNSET;
	if (data->bytes > 0)
		part[n++] = *data;
	part[n++] = (struct virtq_part){ frame + offsetof(struct frame, status), 1, true };
	head = virtq_add(&disk.queue, part, n);
	if (head < 0)
		disk_fail("has a queue that is smaller than the requests under way");
	disk.slot_of[head] = (uint8_t)slot;
}

static void start(unsigned slot, const struct disk_command *c)
{
	static const uint32_t types[] = { TYPE_READ, TYPE_WRITE, TYPE_FLUSH };

	give(slot, types[c->kind], c->sector,
	     &(struct virtq_part){ c->physical, c->bytes, c->kind == DISK_READ });
}

static void notify(void)
{
	if (virtq_wants_notice(&disk.queue))
		virtio_notify(&disk.device, &disk.queue, QUEUE);
}

static int next_done(bool *good)
{
	uint32_t written;
	int head = virtq_take(&disk.queue, &written);

	if (head == VIRTQ_BROKEN || virtio_is_broken(&disk.device))
		disk_fail("has broken the rules of its queue");
	if (head < 0)
		return -1;
	*good = disk.frames[disk.slot_of[head]].status == STATUS_OK;
	return disk.slot_of[head];
}

/* The text that names the disk; none if the device has none. */
static void read_serial(char serial[DISK_SERIAL])
{
	struct virtio_memory m;
	bool good;

	if (virtio_memory(ID_BYTES, &m))
		return;
	give(0, TYPE_ID, 0, &(struct virtq_part){ m.physical, ID_BYTES, true });
	notify();
	for (unsigned i = 0; i < ID_WAITS && next_done(&good) < 0; i++)
		L4_Sleep(L4_TimePeriod(ID_WAIT_US));
	if (disk.frames[0].status == STATUS_UNSET)	/* the frame is still the device's */
		disk_fail("does not answer");
	if (disk.frames[0].status == STATUS_OK)
		disk_serial(serial, m.at, ID_BYTES);
}

static const char *begin(struct disk_about *a)
{
	struct virtio_queue q = { QUEUE, QUEUE_SIZE, 0 };
	struct virtio_memory m;
	const char *wrong = virtio_try_open(&disk.device, VIRTIO_BLOCK,
					    FEATURE_READ_ONLY | FEATURE_BLOCK | FEATURE_FLUSH);

	if (!wrong)
		wrong = virtio_queue(&disk.device, &q, &disk.queue, &a->irq);
	if (!wrong)
		wrong = virtio_memory(DISK_SLOTS * sizeof(struct frame), &m);
	if (wrong)
		return wrong;
	disk.frames = m.at;
	disk.frames_physical = m.physical;
	a->place = disk.device.pci.place;
	a->slots = disk.queue.size / PARTS < DISK_SLOTS ? disk.queue.size / PARTS : DISK_SLOTS;
	a->sectors = virtio_config64(&disk.device, CONFIG_CAPACITY);
	wrong = disk_unit(a, disk.device.features & FEATURE_BLOCK ? virtio_config32(&disk.device, CONFIG_BLOCK)
								  : DISK_SECTOR);
	if (wrong)
		return wrong;
	a->read_only = (disk.device.features & FEATURE_READ_ONLY) != 0;
	a->flushes = (disk.device.features & FEATURE_FLUSH) != 0;
	wrong = virtio_begin(&disk.device);
	if (!wrong)
		read_serial(a->serial);
	return wrong;
}

static void interrupted(void) { virtio_interrupted(&disk.device); }

int main(int argc, char **argv)
{
	disk_drive(&(struct disk_device){
		.what = "the disk", .id = VIRTIO_BLOCK, .begin = begin, .start = start, .notify = notify,
		.next_done = next_done, .interrupted = interrupted,
	}, argc, argv);
}
