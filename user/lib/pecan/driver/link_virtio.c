/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link_virtio.c - see <pecan/link_virtio.h>: gives the device the buffers and packets in the rings of the
 * client, and the client what the device has done.
 *
 * With offloads the header of a packet to be sent is the client's: it is copied and checked, and the device
 * reads the copy. That of a received packet is for the client alone, and not looked at here: the buffers of a
 * merged packet pass one by one, in the device's order.
 */
#include <pecan/endian.h>
#include <pecan/link_virtio.h>
#include <string.h>

enum { RECEIVE = LINK_RECEIVES, SEND = LINK_SENDS, QUEUES, QUEUE_SIZE = 256, PARTS_MAX = 2 };

static struct {
	const struct link_virtio *kind;
	struct virtio device;
	struct virtq queue[QUEUES];
	unsigned parts;				/* of a packet that is sent: with its header, if it has one */
	bool has_changes;			/* by an interrupt of their own */
	unsigned offloads;			/* of the client */
	/* Before packets that are sent: with offloads that of the chain with this head, else zeros. */
	struct link_header *header;
	uint64_t headers, zeros;		/* physical */
	struct link_entry entry[QUEUES][VIRTQ_MAX];	/* by the head of its chain */
} card;

/* ---- the device ---- */

static struct virtio_queue wanted(unsigned queue)
{
	return (struct virtio_queue){ queue, QUEUE_SIZE, queue };
}

static const char *begin(L4_Word_t irq[LINK_INTERRUPTS])
{
	const char *wrong = virtio_open(&card.device, card.kind->id, card.kind->features);
	struct virtio_memory m = { 0 };

	for (unsigned i = 0; i < QUEUES && !wrong; i++) {
		struct virtio_queue q = wanted(i);

		wrong = virtio_queue(&card.device, &q, &card.queue[i], &irq[i]);
	}
	if (wrong)
		return wrong;
	card.has_changes = virtio_changes(&card.device, LINK_CHANGES, &irq[LINK_CHANGES]);
	if (!card.has_changes)
		irq[LINK_CHANGES] = irq[LINK_RECEIVES];
	if (card.kind->header)
		wrong = virtio_memory((VIRTQ_MAX + 1) * sizeof *card.header, &m);
	card.header = m.at;
	card.headers = m.physical;
	card.zeros = m.physical + VIRTQ_MAX * sizeof *card.header;
	return wrong ? wrong : virtio_begin(&card.device);
}

static const char *reset(unsigned offloads)
{
	uint64_t more = offloads ? card.kind->features_of(&card.device, offloads) : 0;
	uint64_t offered = card.device.offered;
	const char *wrong = virtio_reset(&card.device, card.kind->features | more);

	if (!wrong && offloads && card.device.offered != offered)
		wrong = "it does not keep to what it offers";
	card.offloads = offloads;
	for (unsigned i = 0; i < QUEUES && !wrong; i++) {
		struct virtio_queue q = wanted(i);

		wrong = virtio_queue_again(&card.device, &q, &card.queue[i]);
	}
	if (wrong)
		return wrong;
	if (card.has_changes)
		virtio_changes_again(&card.device, LINK_CHANGES);
	return virtio_begin(&card.device);
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
		link_fail("has broken the rules of a queue");
	if (head >= 0)
		*e = card.entry[queue][head];
	return head >= 0;
}

static void note(unsigned queue, int head, struct link_entry e)
{
	if (head < 0)
		link_fail("has a queue that is smaller than its free places");
	card.entry[queue][head] = e;
}

/* These return true if there was anything. With offloads the header is a part of the packet. */
static bool take_received(struct link_state *s)
{
	unsigned header = card.offloads ? 0 : card.kind->header;
	struct link_entry e;
	uint32_t written;
	bool any = false;

	for (; next_done(RECEIVE, &e, &written); any = true) {
		bool fits = written > header && written <= exchange_room(&s->client, &e);

		link_received(s, e, fits ? written - header : 0);
	}
	return any;
}

static bool give_buffers(struct exchange *client)
{
	struct virtq_part part = { .device_writes = true };
	struct link_entry e;
	bool any = false;

	for (; card.queue[RECEIVE].spare > 0 && exchange_next_receive(client, &e); any = true) {
		part.physical = exchange_physical(client, &e);
		part.bytes = exchange_room(client, &e);
		note(RECEIVE, virtq_add(&card.queue[RECEIVE], &part, 1), e);
	}
	if (any)
		notify_device(RECEIVE);
	return any;
}

static bool receive(struct link_state *s)
{
	bool received = take_received(s);

	return give_buffers(&s->client) | received;
}

static bool take_sent(struct link_state *s)
{
	struct link_entry e;
	uint32_t written;
	bool any = false;

	for (; next_done(SEND, &e, &written); any = true)
		exchange_sent(&s->client, e);
	s->news |= any && card.kind->reports_sent;
	return any;
}

/* Is it divided as the client may want, from a packet of so many bytes? One that is not is small. */
static bool is_kind(const struct link_header *h, unsigned bytes)
{
	switch (h->kind) {
	case LINK_WHOLE: return bytes <= LINK_FRAME;
	case LINK_TCP4: return card.offloads & LINK_SEGMENTS4;
	case LINK_TCP6: return card.offloads & LINK_SEGMENTS6;
	default: return false;
	}
}

static bool is_good(const struct link_header *h, unsigned bytes)
{
	bool left = h->flags == LINK_SUM_LEFT && (card.offloads & LINK_SUMS);
	unsigned sum_end = (unsigned)le16(h->sum_start) + le16(h->sum_at) + sizeof(uint16_t);

	if (!is_kind(h, bytes) || h->buffers != 0 || (h->flags && !left) || (left && sum_end > bytes))
		return false;
	return h->kind == LINK_WHOLE || (left && h->segment != 0 && le16(h->headers) < bytes);
}

/*
 * The header of a client's packet becomes the first part. Returns false if it is not one for the device. Not
 * inline: without offloads the loop that calls it is as short as it was.
 */
static __attribute__((noinline)) bool take_header(struct exchange *client, const struct link_entry *e,
						  struct virtq_part part[])
{
	unsigned head = virtq_next(&card.queue[SEND]);
	struct link_header h;

	if (e->bytes <= sizeof h)
		return false;
	memcpy(&h, exchange_at(client, e), sizeof h);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);	/* the compiler must not read it again */
	part[0].physical = card.headers + head * sizeof h;
	part[1].physical += sizeof h;
	part[1].bytes -= sizeof h;
	card.header[head] = h;
	return is_good(&h, part[1].bytes);
}

static bool send_packets(struct link_state *s)
{
	struct virtq_part part[PARTS_MAX] = { { card.zeros, card.kind->header, false } };
	struct virtq_part *packet = &part[card.parts - 1];
	struct link_entry e;
	bool any = false;

	for (; card.queue[SEND].spare >= card.parts && exchange_next_send(&s->client, &e); any = true) {
		packet->physical = exchange_physical(&s->client, &e);
		packet->bytes = e.bytes;
		if (card.offloads && !take_header(&s->client, &e, part)) {
			exchange_sent(&s->client, e);
			continue;
		}
		note(SEND, virtq_add(&card.queue[SEND], part, card.parts), e);
		s->sent++;
	}
	if (any)
		notify_device(SEND);
	return any;
}

static bool send(struct link_state *s)
{
	bool sent = take_sent(s);

	return send_packets(s) | sent;
}

/* ---- interrupts ---- */

static void want_interrupts(bool want)
{
	bool sent = card.kind->reports_sent || card.queue[SEND].spare < card.parts;

	virtq_want_interrupts(&card.queue[RECEIVE], want);
	virtq_want_interrupts(&card.queue[SEND], want && sent);
}

/* The device has given up, or a cable has come or gone, if it has changed. */
static bool interrupted(unsigned number)
{
	bool changed = virtio_interrupted(&card.device) || number == LINK_CHANGES;

	if (changed && virtio_is_broken(&card.device))
		link_fail("cannot be used: it has given up");
	return changed;
}

static void inform(struct link_info_out *out) { card.kind->inform(&card.device, out); }

void link_virtio_drive(const struct link_virtio *d)
{
	card.kind = d;
	card.parts = d->header ? PARTS_MAX : 1;
	link_drive(&(struct link_device){
		.what = d->what, .name = d->name, .limits = d->limits, .begin = begin, .reset = reset,
		.receive = receive, .send = send, .want_interrupts = want_interrupts, .interrupted = interrupted,
		.inform = inform,
	});
}
