/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_random.c - devices that do anything at any time: answers that cannot be, other bytes in the memory where
 * they return chains, other registers. A driver serves, or ends and says why; it accesses nothing that is not
 * its own, which the sanitizers and the machine notice.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <pecan/disk.h>
#include <pecan/link.h>
#include <proto/disk_client.h>
#include <proto/link_client.h>
#include <proto/random_client.h>
#include "machine.h"
#include "vdev.h"

enum { PLAYS = 60, STEPS = 60, SECTORS = 1000, BLOCK = 16384, STEP_US = 1000 };

static struct vdev dev;
static unsigned state;
static unsigned rare;			/* one of so many steps is a lie that no driver can serve on; 0: none */

static unsigned below(unsigned n) { return (unsigned)rand_r(&state) % n; }
static uint32_t number(void) { return (uint32_t)rand_r(&state) << 16 ^ (uint32_t)rand_r(&state); }

/* ---- the device ---- */

static void answer(unsigned queue)
{
	struct vdev_chain c;

	if (!vdev_take(&dev, queue, &c))
		return;
	for (unsigned i = 0; i < c.parts; i++)
		if (c.part[i].writes)
			memset(c.part[i].at, (int)below(3), c.part[i].bytes);
	vdev_return(&dev, queue, c.head, below(4) ? below(2000) : number());
}

/* The descriptors are not changed: what the test reads of them later would be its own. */
static void scribble(unsigned queue)
{
	struct vdev_queue *q = &dev.queue[queue];

	if (q->enabled)
		for (unsigned i = below(20); i > 0; i--)
			((uint8_t *)q->used)[below(6 + 8 * q->size)] = (uint8_t)number();
}

static void change_register(void)
{
	switch (below(3)) {
	case 0: dev.own[below(VDEV_CONFIG)] = (uint8_t)number(); break;
	case 1: dev.generation_steps = number(); break;
	default: dev.isr = (uint8_t)number();
	}
}

static void lie(unsigned queue)
{
	uint32_t head = below(2) ? below(VIRTQ_MAX) : number();

	if (below(3) == 0)
		dev.status = (uint8_t)number();
	else if (!dev.queue[queue].enabled)
		return;
	else if (below(2))
		scribble(queue);
	else
		vdev_lie(&dev, queue, head, number(), (int)below(5) - 2);
}

static void act(void)
{
	unsigned queue = below(VDEV_QUEUES - 1);

	if (rare && below(rare) == 0)
		lie(queue);
	switch (below(8)) {
	case 0: change_register(); break;
	case 1: vdev_changed(&dev); break;
	case 2: vdev_interrupt(&dev, queue); break;
	default: answer(queue);
	}
}

static bool begin(unsigned seed, uint32_t id, int (*driver)(void))
{
	uint64_t sectors = SECTORS;

	state = seed;
	rare = below(3) ? 2u << below(6) : 0;
	vdev_add(&dev, id, number());
	memcpy(dev.own, &sectors, sizeof sectors);
	for (unsigned i = 0; i < VDEV_QUEUES; i++)
		dev.largest[i] = (uint16_t)(4u << below(7));
	vdev_scramble(&dev, seed);
	machine_start(PCI_TASK, pci_main);
	machine_start(DRIVER_TASK, driver);
	for (unsigned i = 0; i < 10; i++) {
		machine_wait(STEP_US);
		answer(0);
	}
	return !machine.task[DRIVER_TASK].ended;
}

enum result { SERVES, FAILS, ENDED, RESULTS };

static enum result result(const char *name)
{
	if (machine.task[DRIVER_TASK].ended)
		return machine.task[DRIVER_TASK].status == 1 && machine.logged > 0 ? ENDED : FAILS;
	return L4_IsThreadEqual(machine_server(name), machine_first(DRIVER_TASK)) ? SERVES : FAILS;
}

/*
 * Plays, each in a process of its own, as programs keep their state in static variables. There must be some
 * in which the driver serves to the end, and some in which it ends.
 */
static bool all(enum result (*play)(unsigned seed))
{
	unsigned count[RESULTS] = { 0 };

	for (unsigned seed = 1; seed <= PLAYS; seed++) {
		int status = 1;
		pid_t child = fork();

		if (child == 0)
			_exit(play(seed));
		if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status)
		    || (WEXITSTATUS(status) != SERVES && WEXITSTATUS(status) != ENDED)) {
			printf("    seed %u\n", seed);
			return false;
		}
		count[WEXITSTATUS(status)]++;
	}
	return count[SERVES] > PLAYS / 10 && count[ENDED] > PLAYS / 10;
}

/* ---- disks ---- */

static void submit(struct disk *d, int block)
{
	struct disk_entry e = { .kind = below(4), .block = (uint32_t)block, .sector = below(2 * SECTORS),
				.offset = below(40) * 512, .sectors = below(8) ? below(40) : number() };

	if (disk_submit(d, &e) >= 0 && L4_IsThreadEqual(d->driver, machine_first(DRIVER_TASK)))
		disk_bell(d->driver, 0, 0);
}

static enum result play_disk(unsigned seed)
{
	static struct disk disk;
	int block = -1;

	if (begin(seed, VIRTIO_BLOCK, blk_disk) && disk_open(&disk) == DISK_OK)
		block = disk_block(&disk, BLOCK);
	for (unsigned i = 0; i < STEPS && !machine.task[DRIVER_TASK].ended; i++) {
		if (block >= 0)
			submit(&disk, block);
		act();
		machine_wait(STEP_US);
	}
	return result(DISK_NAME);
}

TEST(random_disk, "whatever a disk does, its driver serves or ends, and accesses its own memory alone")
{
	CHECK(all(play_disk));
}

/* ---- network cards, virtio's console ---- */

static enum result play_link(unsigned seed, uint32_t id, const char *name, int (*driver)(void))
{
	static struct link link;
	bool fresh, attached;

	attached = begin(seed, id, driver) && link_init(&link, name, BLOCK) == ROOT_OK
		   && link_connect(&link, &fresh);
	for (unsigned i = 0; i < STEPS && !machine.task[DRIVER_TASK].ended; i++) {
		struct link_entry e = { sizeof(struct link_rings) + below(BLOCK + 9), (uint16_t)below(2000), 0 };

		if (attached && below(2))
			link_ask(&link.receive, &link.rings->receive, e);
		else if (attached)
			link_ask(&link.send, &link.rings->send, e);
		if (attached)
			link_ring_bell(link.driver);
		act();
		machine_wait(STEP_US);
	}
	return result(name);
}

static enum result play_card(unsigned seed)
{
	return play_link(seed, VIRTIO_NETWORK, LINK_NAME, card_main);
}

static enum result play_console(unsigned seed)
{
	return play_link(seed, VIRTIO_CONSOLE, LINK_HVC, virtio_console_main);
}

TEST(random_card, "whatever a network card does, its driver serves or ends")
{
	CHECK(all(play_card));
}

TEST(random_console, "whatever virtio's console does, its driver serves or ends")
{
	CHECK(all(play_console));
}

/* ---- random numbers ---- */

static void read_bytes(void *count)
{
	struct random_get_out out;

	random_get(machine_first(DRIVER_TASK), *(unsigned *)count, &out);
}

static enum result play_source(unsigned seed)
{
	static unsigned counts[STEPS];

	begin(seed, VIRTIO_RANDOM, virtio_rng_main);
	for (unsigned i = 0; i < STEPS && !machine.task[DRIVER_TASK].ended; i++) {
		counts[i] = below(RANDOM_BYTES + 1);
		if (i < 30)
			machine_thread(CLIENT_TASK, 1 + i % 14, read_bytes, &counts[i]);
		act();
		machine_wait(STEP_US);
	}
	return result(RANDOM_NAME);
}

TEST(random_source, "whatever a source of random numbers does, its driver serves or ends")
{
	CHECK(all(play_source));
}
