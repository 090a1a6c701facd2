/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the driver of virtio network cards (virtio 1.0, 5.1): gives the device the buffers and packets
 * that are in its client's rings, and the client what the device has done. See user/proto/link.idl and
 * docs/user/devices.md.
 *
 * A device that breaks the rules of its queues, or gives up, ends the driver: root starts it again, after the
 * PCI server has reset the device, and the client attaches itself to the next one.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/device.h>
#include <pecan/names.h>
#include <pecan/server.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <pecan/virtio.h>
#include <proto/link_server.h>

#include "exchange.h"

enum {
	RECEIVE, SEND, QUEUES, QUEUE_SIZE = 256, SEND_PARTS = 2,
	CONFIG_MAC = 0, CONFIG_STATUS = 4, STATUS_SHIFT = 16, LINK_UP = 1, SECOND_US = 1000000,
};

#define FEATURE_MAC	((uint64_t)1 << 5)
#define FEATURE_STATUS	((uint64_t)1 << 16)

struct link_caller { L4_ThreadId_t thread; };

static struct {
	struct virtio device;
	struct virtq queue[QUEUES];
	L4_Word_t irq[QUEUES];
	uint64_t header;			/* physical: zeros, before each packet that is sent */
	struct link_entry entry[QUEUES][VIRTQ_MAX];	/* by the head of its chain */
	L4_Word_t received, sent, dropped;
} card;

static _Noreturn void fail(const char *why)
{
	pecan_log(why);
	pecan_exit(1);
}

/* ---- the device ---- */

static void check(const char *wrong)
{
	if (!wrong)
		return;
	pecan_logf("the network card cannot be used: %s", wrong);
	pecan_exit(1);
}

static void begin(void)
{
	struct virtio_memory m;

	check(virtio_open(&card.device, VIRTIO_NETWORK, FEATURE_MAC | FEATURE_STATUS));
	for (unsigned i = 0; i < QUEUES; i++) {
		struct virtio_queue q = { i, QUEUE_SIZE, i };

		check(virtio_queue(&card.device, &q, &card.queue[i], &card.irq[i]));
	}
	check(virtio_memory(LINK_HEADER, &m));
	card.header = m.physical;
	check(virtio_begin(&card.device));
}

/* After it the device has nothing of the client's any more. */
static void reset(void)
{
	check(virtio_reset(&card.device));
	for (unsigned i = 0; i < QUEUES; i++)
		check(virtio_queue_again(&card.device, &(struct virtio_queue){ i, QUEUE_SIZE, i }, &card.queue[i]));
	check(virtio_begin(&card.device));
}

static L4_Word_t mac(void)
{
	uint32_t low = virtio_config32(&card.device, CONFIG_MAC);
	uint32_t high = virtio_config32(&card.device, CONFIG_STATUS);

	return (L4_Word_t)__builtin_bswap32(low) << 16 | __builtin_bswap16((uint16_t)high);
}

static bool is_up(void)
{
	return !(card.device.features & FEATURE_STATUS)
	       || (virtio_config32(&card.device, CONFIG_STATUS) >> STATUS_SHIFT & LINK_UP);
}

static void notify_device(unsigned queue)
{
	if (virtq_wants_notice(&card.queue[queue]))
		virtio_notify(&card.device, &card.queue[queue], queue);
}

/* ---- packets ---- */

/* The next entry that the device has done with. */
static bool next_done(unsigned queue, struct link_entry *e, uint32_t *written)
{
	int head = virtq_take(&card.queue[queue], written);

	if (head == VIRTQ_BROKEN)
		fail("the network card has broken the rules of a queue");
	if (head >= 0)
		*e = card.entry[queue][head];
	return head >= 0;
}

static void note(unsigned queue, int head, struct link_entry e)
{
	if (head < 0)
		fail("a queue is smaller than its free places");
	card.entry[queue][head] = e;
}

/* Return true if there was anything. */
static bool take_received(void)
{
	struct link_entry e;
	uint32_t written;
	bool any = false;

	for (; next_done(RECEIVE, &e, &written); any = true) {
		bool fits = written > LINK_HEADER && written <= LINK_BUFFER;

		card.received += fits;
		card.dropped += !fits;
		exchange_received(e, fits ? written - LINK_HEADER : 0);
	}
	return any;
}

static bool take_sent(void)
{
	struct link_entry e;
	uint32_t written;
	bool any = false;

	for (; next_done(SEND, &e, &written); any = true)
		exchange_sent(e);
	return any;
}

static bool give_buffers(void)
{
	struct virtq_part part = { 0, LINK_BUFFER, true };
	struct link_entry e;
	bool any = false;

	for (; card.queue[RECEIVE].spare > 0 && exchange_next_receive(&e, &part.physical); any = true)
		note(RECEIVE, virtq_add(&card.queue[RECEIVE], &part, 1), e);
	if (any)
		notify_device(RECEIVE);
	return any;
}

static bool send_packets(void)
{
	struct virtq_part part[SEND_PARTS] = { { card.header, LINK_HEADER, false } };
	struct link_entry e;
	bool any = false;

	for (; card.queue[SEND].spare >= SEND_PARTS && exchange_next_send(&e, &part[1].physical); any = true) {
		part[1].bytes = e.bytes;
		note(SEND, virtq_add(&card.queue[SEND], part, SEND_PARTS), e);
		card.sent++;
	}
	if (any)
		notify_device(SEND);
	return any;
}

/* Returns true if the client may have something to take. */
static bool work_once(bool *any)
{
	bool received = take_received(), sent = take_sent();

	*any = give_buffers();
	*any |= send_packets();
	*any |= received | sent;
	return received;
}

/*
 * The device interrupts only while the driver waits: for packets; for sent ones if there are more that find
 * no place.
 */
static void want_interrupts(bool want)
{
	virtq_want_interrupts(&card.queue[RECEIVE], want);
	virtq_want_interrupts(&card.queue[SEND], want && card.queue[SEND].spare < SEND_PARTS);
}

/* Do all that there is to do, then say that the driver sleeps; what comes in between is seen here. */
static void work(void)
{
	bool any = true, news = false;

	want_interrupts(false);
	while (exchange.rings && !exchange.broken) {
		news |= work_once(&any);
		if (any)
			continue;
		if (news && link_sleeps(&exchange.rings->client_sleeps))
			link_ring_bell(exchange.thread);
		news = false;
		want_interrupts(true);
		link_set_sleeps(&exchange.rings->driver_sleeps, true);
		news |= work_once(&any);
		if (!any)
			return;
		link_set_sleeps(&exchange.rings->driver_sleeps, false);
		want_interrupts(false);
	}
}

/* ---- the protocol ---- */

bool permit_link(struct link_caller *c)
{
	return pecan_may_use(c->thread);
}

enum link_status serve_link_attach(struct link_caller *c, const struct link_attach_in *in)
{
	if (exchange.rings)
		reset();
	return exchange_attach(c->thread, in->block);
}

void serve_link_bell(struct link_caller *c)
{
	(void)c;
}

enum link_status serve_link_info(struct link_caller *c, struct link_info_out *out)
{
	(void)c;
	*out = (struct link_info_out){
		.mac = mac(), .up = is_up(), .received = card.received, .sent = card.sent,
		.dropped = card.dropped,
	};
	return LINK_OK;
}

/* ---- the message loop ---- */

static bool is_interrupt(L4_ThreadId_t from)
{
	for (unsigned i = 0; i < QUEUES; i++)
		if (L4_IsThreadEqual(from, pecan_irq_id(card.irq[i])))
			return true;
	return false;
}

/* Each second: has the client ended, or broken the rules, or the device given up? */
static void look_around(void)
{
	static L4_Word_t last;
	L4_Word_t now = L4_SystemClock().raw;
	struct pecan_task t;

	if (now - last < SECOND_US)
		return;
	last = now;
	if (virtio_is_broken(&card.device))
		fail("the network card has given up");
	if (!exchange.rings || (!exchange.broken && pecan_task_of(exchange.thread, &t) != ROOT_E_TASK))
		return;
	reset();
	exchange_leave();
}

int main(void)
{
	struct link_caller c = { L4_nilthread };
	bool interrupt = false;
	enum names_error n;

	begin();
	n = pecan_register(LINK_NAME, L4_nilthread);
	if (n != NAMES_OK)
		fail(pecan_names_error_text(n));
	for (;;) {
		L4_MsgTag_t tag;

		pecan_beat(L4_nilthread);
		L4_Set_MsgTag(L4_Niltag);		/* acknowledges an interrupt */
		tag = L4_ReplyWait_Timeout(interrupt ? c.thread : L4_nilthread, L4_TimePeriod(PECAN_BEAT_US),
					   &c.thread);
		if (exchange.rings)
			link_set_sleeps(&exchange.rings->driver_sleeps, false);
		interrupt = L4_IpcSucceeded(tag) && is_interrupt(c.thread);
		if (L4_IpcSucceeded(tag) && !interrupt && link_serve(tag, &c))
			L4_Reply(c.thread);
		work();
		look_around();
	}
}
