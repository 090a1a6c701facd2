/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the driver of virtio disks (virtio 1.0, 5.2): takes requests out of its clients' rings, and lets
 * the device read and write their memory. See user/proto/disk.idl and docs/user/devices.md.
 *
 * A device that breaks the rules of its queue, or gives up, ends the driver: root starts it again, after the
 * PCI server has reset the device, and the clients repeat what was not answered.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/device.h>
#include <pecan/endian.h>
#include <pecan/names.h>
#include <pecan/server.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <proto/disk_server.h>
#include <string.h>
#include <pecan/virtio.h>

#include "client.h"

enum {
	QUEUE = 0, QUEUE_SIZE = 256, SLOTS = 64, SLOTS_OF_SECTION = 8, PARTS = 3, ID_BYTES = 20,
	CONFIG_CAPACITY = 0, ID_WAITS = 5000, ID_WAIT_US = 1000, MS_US = 1000, SECOND_US = 1000000,
	TYPE_READ = 0, TYPE_WRITE = 1, TYPE_FLUSH = 4, TYPE_ID = 8, STATUS_OK = 0, STATUS_UNSET = 0xff,
};

#define FEATURE_READ_ONLY	((uint64_t)1 << 5)
#define FEATURE_FLUSH		((uint64_t)1 << 9)

struct disk_caller { L4_ThreadId_t thread; };

/* What the device reads before the data, and writes after them. Little-endian. */
struct frame { uint32_t type, zero; uint64_t sector; uint8_t status, unused[15]; };

/* A request at the device; client 0: free. */
struct slot { struct client *client; uint64_t tag; };

static struct {
	struct virtio device;
	struct virtq queue;
	L4_Word_t irq;
	struct limits limits;
	char serial[DISK_SERIAL];
	volatile struct frame *frames;		/* one for each slot */
	uint64_t frames_physical;
	struct slot slot[SLOTS];
	uint8_t slot_of[VIRTQ_MAX];		/* by the head of its chain */
	struct places slots;
	bool absent;				/* clients get that as an answer, so they need not wait */
} disk;

static _Noreturn void fail(const char *why)
{
	pecan_log(why);
	pecan_exit(1);
}

/* ---- the device ---- */

/* Give the device the request of a slot: its frame, and `bytes` of memory. */
static void start(unsigned slot, uint32_t type, uint64_t sector, const struct virtq_part *data)
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
		fail("the queue is smaller than the requests under way");
	disk.slot_of[head] = (uint8_t)slot;
}

static void notify_device(void)
{
	if (virtq_wants_notice(&disk.queue))
		virtio_notify(&disk.device, &disk.queue, QUEUE);
}

/* The next slot that the device has done with, or -1. */
static int next_done(void)
{
	uint32_t written;
	int head = virtq_take(&disk.queue, &written);

	if (head == VIRTQ_BROKEN || virtio_is_broken(&disk.device))
		fail("the device has broken the rules of its queue");
	return head < 0 ? -1 : disk.slot_of[head];
}

/* The text that names the disk; none if the device has none. */
static void read_serial(void)
{
	struct virtio_memory m;

	if (virtio_memory(ID_BYTES, &m))
		return;
	start(0, TYPE_ID, 0, &(struct virtq_part){ m.physical, ID_BYTES, true });
	notify_device();
	for (unsigned i = 0; i < ID_WAITS && next_done() < 0; i++)
		L4_Sleep(L4_TimePeriod(ID_WAIT_US));
	if (disk.frames[0].status == STATUS_UNSET)	/* the frame is still the device's */
		fail("the device does not answer");
	if (disk.frames[0].status == STATUS_OK)
		memcpy(disk.serial, m.at, ID_BYTES);
}

static void check(const char *wrong)
{
	if (!wrong)
		return;
	pecan_logf("the disk cannot be used: %s", wrong);
	pecan_exit(1);
}

static void begin(void)
{
	struct virtio_queue q = { QUEUE, QUEUE_SIZE, 0 };
	struct virtio_memory m;
	const char *wrong = virtio_try_open(&disk.device, VIRTIO_BLOCK, FEATURE_READ_ONLY | FEATURE_FLUSH);

	disk.absent = wrong == virtio_absent;
	if (disk.absent)
		return;
	check(wrong);
	check(virtio_queue(&disk.device, &q, &disk.queue, &disk.irq));
	check(virtio_memory(SLOTS * sizeof(struct frame), &m));
	disk.frames = m.at;
	disk.frames_physical = m.physical;
	disk.slots = places_of(disk.queue.size / PARTS < SLOTS ? disk.queue.size / PARTS : SLOTS, SLOTS,
			       SLOTS_OF_SECTION);
	disk.limits.sectors = virtio_config64(&disk.device, CONFIG_CAPACITY);
	disk.limits.read_only = (disk.device.features & FEATURE_READ_ONLY) != 0;
	check(virtio_begin(&disk.device));
	read_serial();
}

/* ---- requests ---- */

static unsigned take_slot(struct client *c, uint64_t tag)
{
	unsigned i = 0;

	while (disk.slot[i].client)
		i++;
	disk.slot[i] = (struct slot){ c, tag };
	places_take(&disk.slots, c->section);
	c->under_way++;
	return i;
}

static void begin_request(struct client *c, const struct disk_entry *r)
{
	static const uint32_t types[] = { TYPE_READ, TYPE_WRITE, TYPE_FLUSH };
	struct virtq_part data = { 0, r->sectors * DISK_SECTOR, r->kind == DISK_READ };
	enum disk_status e = client_check(c, r, &disk.limits, &data.physical);

	if (r->kind == DISK_FLUSH)
		data.bytes = 0;
	if (e == DISK_OK && (r->kind != DISK_FLUSH || disk.device.features & FEATURE_FLUSH))
		start(take_slot(c, r->tag), types[r->kind], r->kind == DISK_FLUSH ? 0 : r->sector, &data);
	else
		client_answer(c, r->tag, e);
}

/*
 * Take what all clients have asked for, as long as there are slots. Returns true if there was anything.
 * Nothing is begun while a client that has ended has requests at the device: its successor writes the same
 * sectors, and the device may do its requests in any order.
 */
static bool take_requests(void)
{
	static unsigned first;		/* another client is served first each time */
	struct disk_entry r;
	bool any = false;

	if (client_is_leaving())
		return false;
	first++;
	for (unsigned i = 0; i < CLIENTS; i++) {
		struct client *c = &clients[(first + i) % CLIENTS];

		while (places_has(&disk.slots, c->section, c->under_way) && client_next(c, &r)) {
			begin_request(c, &r);
			any = true;
		}
	}
	return any;
}

static void end_request(unsigned slot)
{
	struct slot s = disk.slot[slot];

	disk.slot[slot].client = 0;
	places_give(&disk.slots, s.client->section);
	s.client->under_way--;
	if (s.client->leaving)
		client_leave(s.client);
	else
		client_answer(s.client, s.tag, disk.frames[slot].status == STATUS_OK ? DISK_OK : DISK_E_DEVICE);
}

static void take_done(void)
{
	int slot;

	while ((slot = next_done()) >= 0)
		end_request((unsigned)slot);
}

/* Do all that there is to do, then say that the driver sleeps; what comes in between is seen here. */
static void work(void)
{
	bool any = take_requests();

	for (unsigned i = 0; i < CLIENTS; i++)
		client_note_sleep(&clients[i], true);
	any |= take_requests();
	if (any)
		notify_device();
	for (unsigned i = 0; i < CLIENTS; i++) {
		bool broken = clients[i].broken;
		L4_ThreadId_t waiter = client_to_wake(&clients[i]);

		if (!L4_IsNilThread(waiter))
			answer_disk_bell(waiter, broken ? DISK_E_CLIENT : DISK_OK);
	}
}

/* ---- the protocol ---- */

bool permit_disk(struct disk_caller *c)
{
	return pecan_may_use(c->thread);
}

enum disk_status serve_disk_info(struct disk_caller *c, struct disk_info_out *out)
{
	(void)c;
	if (disk.absent)
		return DISK_E_ABSENT;
	out->sectors = disk.limits.sectors;
	out->read_only = disk.limits.read_only;
	memcpy(out->serial, disk.serial, sizeof(out->serial));
	return DISK_OK;
}

/* The thread that waits for the task's requests, if any, waits in vain. */
static void cut_off(L4_Word_t task)
{
	struct client *client = client_of(task);

	if (client && !L4_IsNilThread(client->waiter))
		answer_disk_bell(client->waiter, DISK_E_CLIENT);
	if (client)
		client->waiter = L4_nilthread;
}

enum disk_status serve_disk_attach(struct disk_caller *c, const struct disk_attach_in *in)
{
	enum disk_status status;

	if (disk.absent)
		return DISK_E_ABSENT;
	cut_off(pecan_client_task(c->thread));
	client_attach(pecan_client(c->thread), in->block, &status);
	return status;
}

/* The client of the caller, if it has not broken the rules. */
static struct client *caller(const struct disk_caller *c)
{
	struct client *client = client_of(pecan_client_task(c->thread));

	return client && !client->broken ? client : 0;
}

enum disk_status serve_disk_add(struct disk_caller *c, const struct disk_add_in *in, struct disk_add_out *out)
{
	struct client *client = caller(c);

	return client ? client_add(client, in->block, &out->number) : DISK_E_CLIENT;
}

enum disk_status serve_disk_bell(struct disk_caller *c, const struct disk_bell_in *in)
{
	struct client *client = caller(c);

	if (!client)
		return DISK_E_CLIENT;
	if (!in->wait)
		return DISK_OK;
	client->waiter = c->thread;
	client->waiter_taken = (uint32_t)in->taken;
	return DISK_LATER;
}

enum disk_status serve_disk_detach(struct disk_caller *c)
{
	struct client *client = client_of(pecan_client_task(c->thread));

	if (!client)
		return DISK_E_CLIENT;
	cut_off(client->task);
	client_leave(client);
	return DISK_OK;
}

/* ---- the message loop ---- */

static void acknowledge(void)
{
	virtio_interrupted(&disk.device);
	L4_Set_MsgTag(L4_Niltag);
	L4_Send_Timeout(pecan_irq_id(disk.irq), L4_ZeroTime);
}

static bool any_waits(void)
{
	for (unsigned i = 0; i < CLIENTS; i++)
		if (!L4_IsNilThread(clients[i].waiter))
			return true;
	return false;
}

/* Answers all that wait for the device: they report to root that they are alive, and wait again. */
static void wake_waiters(void)
{
	for (unsigned i = 0; i < CLIENTS; i++)
		if (!L4_IsNilThread(clients[i].waiter)) {
			answer_disk_bell(clients[i].waiter, DISK_OK);
			clients[i].waiter = L4_nilthread;
		}
}

/* While clients wait: each second. */
static void each_second(void)
{
	static uint64_t last;
	uint64_t now = L4_SystemClock().raw;

	if (now - last < SECOND_US)
		return;
	pecan_beat();
	wake_waiters();
	last = now;
}

/* Serve one message, or none for a second. */
static void serve(L4_MsgTag_t tag, struct disk_caller *c)
{
	for (unsigned i = 0; i < CLIENTS; i++)
		client_note_sleep(&clients[i], false);
	if (L4_IpcSucceeded(tag) && L4_IsThreadEqual(c->thread, pecan_irq_id(disk.irq)))
		acknowledge();
	else if (L4_IpcSucceeded(tag) && pecan_is_notice(c->thread))
		client_drop_ended();
	else if (disk_serve(tag, c))
		L4_Reply(c->thread);
	if (disk.absent)
		return;
	if (any_waits())
		each_second();
	take_done();
	work();
}

int main(void)
{
	struct disk_caller c;
	enum names_error n;

	client_begin((unsigned)(L4_SystemClock().raw / MS_US));
	begin();
	n = pecan_register(DISK_NAME, L4_nilthread);
	if (n != NAMES_OK)
		fail(pecan_names_error_text(n));
	pecan_want_notices();
	for (;;)
		serve(any_waits() ? L4_Wait_Timeout(L4_TimePeriod(SECOND_US), &c.thread)
				  : pecan_wait_alive(&c.thread), &c);
}
