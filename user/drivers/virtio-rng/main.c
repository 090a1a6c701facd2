/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the driver of virtio's source of random numbers (virtio 1.0, 5.4): keeps a store of bytes, which
 * the device fills again when it is empty. See user/proto/random.idl and docs/user/devices.md.
 */
#include <l4/ipc.h>
#include <pecan/device.h>
#include <pecan/names.h>
#include <pecan/server.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <pecan/virtio.h>
#include <proto/random_server.h>
#include <string.h>

enum {
	QUEUE = 0, QUEUE_SIZE = 2, STORE = 4096, CLIENTS = 32, CLIENTS_PER_TASK = 4, CLIENTS_OF_SECTION = 1,
	CLIENTS_MORE = 16,		/* if so many are taken, a task that has one gets no other */
	SHARE = 32,			/* bytes for one client, while others wait */
};

struct random_caller { L4_ThreadId_t thread; };

static struct client { L4_ThreadId_t thread; struct holder who; L4_Word_t count; } clients[CLIENTS];
static unsigned client_count;

static struct {
	struct virtio device;
	struct virtq queue;
	L4_Word_t irq;
	struct virtio_memory memory;	/* the store: bytes `used` to `filled` were not given out */
	unsigned used, filled;
	bool filling;			/* the device may write to it */
} source;

static _Noreturn void fail(const char *why)
{
	pecan_log(why);
	pecan_exit(1);
}

static void check(const char *wrong)
{
	if (wrong)
		fail(wrong);
}

/*
 * Ask the device for as many bytes as there is room for, unless it is at that. It may give fewer at a time
 * than one client wants: so what is left stays, at the beginning of the store.
 */
static void fill(void)
{
	unsigned left = source.filled - source.used;
	struct virtq_part part = { source.memory.physical + left, STORE - left, true };

	if (source.filling)
		return;
	memmove(source.memory.at, (char *)source.memory.at + source.used, left);
	memset((char *)source.memory.at + left, 0, source.used);
	source.used = 0;
	source.filled = left;
	if (virtq_add(&source.queue, &part, 1) < 0)
		fail("the queue has no place for one request");
	source.filling = true;
	if (virtq_wants_notice(&source.queue))
		virtio_notify(&source.device, &source.queue, QUEUE);
}

/* The device has written: take what it says, if that can be. */
static void take_filled(void)
{
	uint32_t written;
	int head = virtq_take(&source.queue, &written);

	if (head == VIRTQ_NONE)
		return;
	if (head == VIRTQ_BROKEN || written > STORE - source.filled || virtio_is_broken(&source.device))
		fail("the device has broken the rules of its queue");
	source.filling = false;
	source.filled += written;
}

/* Give out `count` bytes; they are not kept. Returns false if there are fewer: then the store is filled. */
static bool give(L4_Word_t count, struct random_get_out *out)
{
	unsigned char *from = (unsigned char *)source.memory.at + source.used;

	if (source.filling || source.filled - source.used < count) {
		fill();
		return false;
	}
	memcpy(out->data, from, count);
	memset(from, 0, count);
	out->data_bytes = count;
	source.used += (unsigned)count;
	return true;
}

static void drop_ended(void)
{
	unsigned kept = 0;
	struct pecan_task t;

	for (unsigned i = 0; i < client_count; i++)
		if (pecan_task_of(clients[i].thread, &t) != ROOT_E_TASK)
			clients[kept++] = clients[i];
	client_count = kept;
}

/* The first one that waits is answered first, with a share if others wait. Ended ones get no bytes. */
static void answer_clients(void)
{
	drop_ended();
	while (client_count > 0) {
		struct client first = clients[0];
		struct random_get_out out = { 0 };

		if (client_count > 1 && first.count > SHARE)
			first.count = SHARE;
		if (!give(first.count, &out))
			return;
		memmove(clients, clients + 1, --client_count * sizeof(clients[0]));
		answer_random_get(first.thread, RANDOM_OK, &out);
	}
}

/* ---- the protocol ---- */

bool permit_random(struct random_caller *c)
{
	return pecan_may_use(c->thread);
}

/* Returns true if there is no place for another client of this task. */
static bool is_full(struct holder who)
{
	struct places p = places_of(CLIENTS, CLIENTS_PER_TASK, CLIENTS_OF_SECTION);
	unsigned own = 0;

	for (unsigned i = 0; i < client_count; i++) {
		own += clients[i].who.task == who.task;
		places_take(&p, clients[i].who.section);
	}
	return !places_has(&p, who.section, own) || (own > 0 && client_count >= CLIENTS_MORE);
}

enum random_status serve_random_get(struct random_caller *c, const struct random_get_in *in,
				    struct random_get_out *out)
{
	struct holder who = pecan_client(c->thread);

	if (give(in->count, out))
		return RANDOM_OK;
	if (is_full(who))
		drop_ended();
	if (is_full(who))
		return RANDOM_BUSY;
	clients[client_count++] = (struct client){ c->thread, who, in->count };
	return RANDOM_LATER;
}

/* ---- the message loop ---- */

static void start(void)
{
	struct virtio_queue q = { QUEUE, QUEUE_SIZE, 0 };
	enum names_error n;

	check(virtio_open(&source.device, VIRTIO_RANDOM, 0));
	check(virtio_queue(&source.device, &q, &source.queue, &source.irq));
	check(virtio_memory(STORE, &source.memory));
	check(virtio_begin(&source.device));
	fill();
	n = pecan_register(RANDOM_NAME, L4_nilthread);
	check(n == NAMES_OK ? 0 : pecan_names_error_text(n));
}

/* Serves the message; returns true if its answer is in the message registers. */
static bool serve(L4_MsgTag_t tag, struct random_caller *c)
{
	if (L4_IpcFailed(tag))
		return false;
	if (!L4_IsThreadEqual(c->thread, pecan_irq_id(source.irq)))
		return random_serve(tag, c);
	virtio_interrupted(&source.device);
	L4_Set_MsgTag(L4_Niltag);
	L4_Send_Timeout(c->thread, L4_ZeroTime);
	take_filled();
	answer_clients();
	return false;
}

int main(void)
{
	struct random_caller c;
	L4_MsgTag_t tag;

	start();
	tag = pecan_wait_alive(&c.thread);
	for (;;)
		tag = serve(tag, &c) ? pecan_reply_wait_alive(c.thread, &c.thread) : pecan_wait_alive(&c.thread);
}
