/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link_driver.c - see <pecan/link_driver.h>: gives the device the buffers and packets in the rings of the
 * client, and the client what the device has done.
 */
#include <l4/ipc.h>
#include <pecan/device.h>
#include <pecan/link_driver.h>
#include <pecan/names.h>
#include <pecan/server.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <proto/link_server.h>

enum { RECEIVE, SEND, QUEUES, CHANGES = QUEUES, VECTORS, QUEUE_SIZE = 256, PARTS_MAX = 2 };

struct link_caller { L4_ThreadId_t thread; };

static struct {
	const struct link_driver *kind;
	struct virtio device;
	struct virtq queue[QUEUES];
	L4_Word_t irq[VECTORS];
	uint64_t header;			/* physical: zeros, before each packet that is sent */
	struct link_entry entry[QUEUES][VIRTQ_MAX];	/* by the head of its chain */
	L4_Word_t received, sent, dropped;
} driver;

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
	pecan_logf("%s cannot be used: %s", driver.kind->device, wrong);
	pecan_exit(1);
}

static void begin(void)
{
	struct virtio_memory m;

	check(virtio_open(&driver.device, driver.kind->id, driver.kind->features));
	for (unsigned i = 0; i < QUEUES; i++) {
		struct virtio_queue q = { i, QUEUE_SIZE, i };

		check(virtio_queue(&driver.device, &q, &driver.queue[i], &driver.irq[i]));
	}
	if (!virtio_changes(&driver.device, CHANGES, &driver.irq[CHANGES]))
		driver.irq[CHANGES] = driver.irq[RECEIVE];
	if (driver.kind->header) {
		check(virtio_memory(driver.kind->header, &m));
		driver.header = m.physical;
	}
	check(virtio_begin(&driver.device));
}

/* After it the device has nothing of the client's any more. */
static void reset(void)
{
	check(virtio_reset(&driver.device));
	for (unsigned i = 0; i < QUEUES; i++)
		check(virtio_queue_again(&driver.device, &(struct virtio_queue){ i, QUEUE_SIZE, i },
					 &driver.queue[i]));
	if (driver.irq[CHANGES] != driver.irq[RECEIVE])
		virtio_changes_again(&driver.device, CHANGES);
	check(virtio_begin(&driver.device));
}

static void notify_device(unsigned queue)
{
	if (virtq_wants_notice(&driver.queue[queue]))
		virtio_notify(&driver.device, &driver.queue[queue], queue);
}

/* ---- packets ---- */

/* The next entry that the device has done with. */
static bool next_done(unsigned queue, struct link_entry *e, uint32_t *written)
{
	int head = virtq_take(&driver.queue[queue], written);

	if (head == VIRTQ_BROKEN) {
		pecan_logf("%s has broken the rules of a queue", driver.kind->device);
		pecan_exit(1);
	}
	if (head >= 0)
		*e = driver.entry[queue][head];
	return head >= 0;
}

static void note(unsigned queue, int head, struct link_entry e)
{
	if (head < 0)
		fail("a queue is smaller than its free places");
	driver.entry[queue][head] = e;
}

/* These return true if there was anything. */
static bool take_received(void)
{
	unsigned header = driver.kind->header;
	struct link_entry e;
	uint32_t written;
	bool any = false;

	for (; next_done(RECEIVE, &e, &written); any = true) {
		bool fits = written > header && written <= exchange_room(&e);

		driver.received += fits;
		driver.dropped += !fits;
		exchange_received(e, fits ? written - header : 0);
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
	struct virtq_part part = { .device_writes = true };
	struct link_entry e;
	bool any = false;

	for (; driver.queue[RECEIVE].spare > 0 && exchange_next_receive(&e, &part.physical); any = true) {
		part.bytes = exchange_room(&e);
		note(RECEIVE, virtq_add(&driver.queue[RECEIVE], &part, 1), e);
	}
	if (any)
		notify_device(RECEIVE);
	return any;
}

static unsigned parts(void) { return driver.kind->header ? PARTS_MAX : 1; }

static bool send_packets(void)
{
	struct virtq_part part[PARTS_MAX] = { { driver.header, driver.kind->header, false } };
	struct virtq_part *packet = &part[parts() - 1];
	struct link_entry e;
	bool any = false;

	for (; driver.queue[SEND].spare >= parts() && exchange_next_send(&e, &packet->physical); any = true) {
		packet->bytes = e.bytes;
		note(SEND, virtq_add(&driver.queue[SEND], part, parts()), e);
		driver.sent++;
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
	return received | (sent && driver.kind->reports_sent);
}

/*
 * The device interrupts only while the driver waits: for packets; for sent ones if there are more that find
 * no place, or the client waits for them.
 */
static void want_interrupts(bool want)
{
	bool sent = driver.kind->reports_sent || driver.queue[SEND].spare < parts();

	virtq_want_interrupts(&driver.queue[RECEIVE], want);
	virtq_want_interrupts(&driver.queue[SEND], want && sent);
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
		if (news && link_sleeps(&exchange.rings->client_sleeps)) {
			link_ring_bell(exchange.thread);
			pecan_beat();	/* a client that lets the bell time out can keep the loop going */
		}
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

/* Has the client ended, or broken the rules? */
static bool is_gone(void)
{
	struct pecan_task t;

	return exchange.rings && (exchange.broken || pecan_task_of(exchange.thread, &t) == ROOT_E_TASK);
}

bool permit_link(struct link_caller *c)
{
	return pecan_may_use(c->thread);
}

enum link_status serve_link_attach(struct link_caller *c, const struct link_attach_in *in)
{
	const struct places one = places_of(1, 1, 1);
	struct holder who = pecan_client(c->thread);

	if ((exchange.rings && exchange.task != who.task && !is_gone()) || !places_has(&one, who.section, 0))
		return LINK_E_BUSY;
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
		.received = driver.received, .sent = driver.sent, .dropped = driver.dropped,
	};
	driver.kind->inform(&driver.device, out);
	return LINK_OK;
}

/* ---- the message loop ---- */

/* Its number, or VECTORS. */
static unsigned interrupt_of(L4_ThreadId_t from)
{
	unsigned i = 0;

	while (i < VECTORS && L4_IsThreadNotEqual(from, pecan_irq_id(driver.irq[i])))
		i++;
	return i;
}

/* The device has given up, or a cable has come or gone: the client requests LINK_INFO then. */
static void device_changed(void)
{
	if (virtio_is_broken(&driver.device))
		check("it has given up");
	if (!exchange.rings)
		return;
	__atomic_store_n(&exchange.rings->changes, exchange.rings->changes + 1, __ATOMIC_SEQ_CST);
	if (link_sleeps(&exchange.rings->client_sleeps))
		link_ring_bell(exchange.thread);
}

static void interrupted(unsigned number)
{
	if (virtio_interrupted(&driver.device) || number == CHANGES)
		device_changed();
}

/* Has the client ended, or broken the rules? */
static void look_at_client(void)
{
	if (!is_gone())
		return;
	reset();
	exchange_leave();
}

static void start(const struct link_driver *kind)
{
	enum names_error n;

	driver.kind = kind;
	exchange_limits = kind->limits;
	begin();
	n = pecan_register(kind->name, L4_nilthread);
	if (n != NAMES_OK)
		fail(pecan_names_error_text(n));
}

void link_drive(const struct link_driver *kind)
{
	struct link_caller c = { L4_nilthread };
	bool interrupt = false;

	start(kind);
	pecan_want_notices();
	for (;;) {
		unsigned number;
		L4_MsgTag_t tag;

		L4_Set_MsgTag(L4_Niltag);		/* acknowledges an interrupt */
		tag = pecan_reply_wait_alive(interrupt ? c.thread : L4_nilthread, &c.thread);
		if (exchange.rings)
			link_set_sleeps(&exchange.rings->driver_sleeps, false);
		number = L4_IpcSucceeded(tag) ? interrupt_of(c.thread) : VECTORS;
		interrupt = number < VECTORS;
		if (interrupt)
			interrupted(number);
		else if (link_serve(tag, &c))
			L4_Reply(c.thread);
		work();
		if (exchange.broken || (!interrupt && pecan_is_notice(c.thread)))
			look_at_client();
	}
}
