/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_rng.c - the driver of virtio's source of random numbers.
 */
#include <string.h>
#include <proto/random_client.h>
#include "machine.h"
#include "vdev.h"

enum { STORE = 4096, SHARE = 32, OF_TASK = 4 };

static struct vdev dev;
static unsigned bytes_a_time;		/* that the device gives; 0: it waits */
static uint8_t next_byte;
static L4_ThreadId_t driver;

static void fill(struct vdev *v, unsigned queue)
{
	struct vdev_chain c;

	while (bytes_a_time && vdev_take(v, queue, &c)) {
		unsigned n = c.part[0].bytes < bytes_a_time ? c.part[0].bytes : bytes_a_time;

		for (unsigned i = 0; i < n; i++)
			((uint8_t *)c.part[0].at)[i] = ++next_byte ? next_byte : ++next_byte;
		vdev_return(v, queue, c.head, n);
	}
}

static void begin(unsigned a_time)
{
	vdev_add(&dev, VIRTIO_RANDOM, 0);
	dev.notified = fill;
	bytes_a_time = a_time;
	machine_start(PCI_TASK, pci_main);
	machine_start(DRIVER_TASK, virtio_rng_main);
	machine_wait(1000000);
	driver = machine_server(RANDOM_NAME);
}

TEST(rng_bytes, "each byte of the device is given out once, in order, also what was left in the store")
{
	struct random_get_out out;
	uint8_t expected = 1;

	begin(STORE);
	for (unsigned i = 0; i < 3 * STORE / 100; i++) {
		CHECK(random_get(driver, 100, &out) == RANDOM_OK && out.data_bytes == 100);
		for (unsigned k = 0; k < 100; k++) {
			CHECK((uint8_t)out.data[k] == expected);
			expected = expected == 0xff ? 1 : expected + 1;
		}
	}
}

TEST(rng_slow, "a device that gives a few bytes at a time is asked until there are enough")
{
	struct random_get_out out;

	begin(3);
	CHECK(random_get(driver, RANDOM_BYTES, &out) == RANDOM_OK && out.data_bytes == RANDOM_BYTES);
}

TEST(rng_forgets, "bytes that were given out are nowhere in the memory that the device reaches")
{
	struct random_get_out out;
	struct vdev_chain c;
	uint8_t *store;

	begin(0);
	CHECK(vdev_take(&dev, 0, &c));
	store = c.part[0].at;
	memset(store, 'r', STORE);
	vdev_return(&dev, 0, c.head, STORE);
	CHECK(random_get(driver, RANDOM_BYTES, &out) == RANDOM_OK && out.data[0] == 'r');
	for (unsigned i = 0; i < RANDOM_BYTES; i++)
		CHECK(store[i] == 0);
	CHECK(store[RANDOM_BYTES] == 'r');
}

static bool ends(uint32_t head, uint32_t written, int step)
{
	struct vdev_chain c;

	begin(0);
	if (!vdev_take(&dev, 0, &c))
		return false;
	vdev_lie(&dev, 0, c.head + head, written, step);
	machine_wait(1000);
	return machine_failed(DRIVER_TASK, "the device has broken the rules of its queue");
}

TEST(rng_lie_length, "a device that says it has written more than there is room for ends the driver")
{
	CHECK(ends(0, STORE + 1, 1));
}

TEST(rng_lie_huge, "nor are 32 bits of bytes believed")
{
	CHECK(ends(0, 0xffffffff, 1));
}

TEST(rng_lie_head, "a device that returns what it has not got ends the driver")
{
	CHECK(ends(1, 8, 1));
}

TEST(rng_lie_index, "a device whose index jumps ends the driver")
{
	CHECK(ends(0, 8, 3));
}

TEST(rng_gives_up, "a device that needs a reset ends the driver at its next answer")
{
	struct vdev_chain c;

	begin(0);
	CHECK(vdev_take(&dev, 0, &c));
	dev.status |= VDEV_NEEDS_RESET;
	vdev_return(&dev, 0, c.head, 8);
	machine_wait(1000);
	CHECK(machine_failed(DRIVER_TASK, "the device has broken the rules of its queue"));
}

TEST(rng_absent, "without the device the driver neither ends nor serves")
{
	machine_start(PCI_TASK, pci_main);
	machine_start(DRIVER_TASK, virtio_rng_main);
	machine_wait(1000000);
	CHECK(L4_IsNilThread(machine_server(RANDOM_NAME)) && !machine.task[DRIVER_TASK].ended);
}

TEST(rng_anew, "a driver that finds the device in any state uses it")
{
	struct random_get_out out;

	vdev_add(&dev, VIRTIO_RANDOM, 0);
	dev.notified = fill;
	bytes_a_time = STORE;
	vdev_scramble(&dev, 11);
	machine_start(PCI_TASK, pci_main);
	machine_start(DRIVER_TASK, virtio_rng_main);
	machine_wait(1000000);
	CHECK(random_get(machine_server(RANDOM_NAME), 9, &out) == RANDOM_OK && out.data_bytes == 9);
}

/* ---- clients that wait ---- */

static struct reader { L4_Word_t count; enum random_status status; struct random_get_out out; } readers[8];

static void read_bytes(void *arg)
{
	struct reader *r = arg;

	r->status = random_get(driver, r->count, &r->out);
}

static void start_reader(unsigned n, unsigned task, unsigned count)
{
	readers[n].count = count;
	machine_thread(task, n + 1, read_bytes, &readers[n]);
	machine_wait(1000);
}

TEST(rng_shares, "clients that wait are answered in their order, with a share each while others wait")
{
	struct vdev_chain c;

	begin(0);
	start_reader(0, CLIENT_TASK, RANDOM_BYTES);
	start_reader(1, OTHER_TASK, RANDOM_BYTES);
	CHECK(!readers[0].status && !readers[1].status && vdev_take(&dev, 0, &c));
	vdev_return(&dev, 0, c.head, SHARE);
	machine_wait(1000);
	CHECK(readers[0].status == RANDOM_OK && readers[0].out.data_bytes == SHARE && !readers[1].status);
	CHECK(vdev_take(&dev, 0, &c));
	vdev_return(&dev, 0, c.head, RANDOM_BYTES);
	machine_wait(1000);
	CHECK(readers[1].status == RANDOM_OK && readers[1].out.data_bytes == RANDOM_BYTES);
}

TEST(rng_nothing, "a device that answers without a byte is asked again; the client waits")
{
	struct vdev_chain c;

	begin(0);
	start_reader(0, CLIENT_TASK, 8);
	for (unsigned i = 0; i < 3; i++) {
		CHECK(vdev_take(&dev, 0, &c));
		vdev_return(&dev, 0, c.head, 0);
		machine_wait(1000);
		CHECK(!readers[0].status);
	}
	CHECK(vdev_take(&dev, 0, &c));
	vdev_return(&dev, 0, c.head, 8);
	machine_wait(1000);
	CHECK(readers[0].status == RANDOM_OK);
}

TEST(rng_busy, "so many threads of a task may wait; places of one that has ended are free again")
{
	struct random_get_out out;

	begin(0);
	for (unsigned n = 0; n < OF_TASK; n++)
		start_reader(n, CLIENT_TASK, 8);
	CHECK(random_get(driver, 8, &out) == RANDOM_BUSY);
	start_reader(OF_TASK, OTHER_TASK, 8);
	machine_be(SECOND_DRIVER);
	machine.task[SECOND_DRIVER].ended = false;
	machine_kill(CLIENT_TASK);
	bytes_a_time = STORE;
	fill(&dev, 0);
	machine_wait(1000);
	CHECK(readers[OF_TASK].status == RANDOM_OK && !readers[0].status);
}

TEST(rng_not_permitted, "a task that may not use the driver is refused")
{
	struct random_get_out out;

	begin(STORE);
	machine.task[OTHER_TASK].refused = true;
	machine_be(OTHER_TASK);
	CHECK(random_get(driver, 8, &out) == RANDOM_REFUSED);
}
