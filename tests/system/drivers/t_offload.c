/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_offload.c - offloads of virtio network cards: what is negotiated, and the headers of packets.
 */
#include <string.h>
#include <pecan/endian.h>
#include <pecan/link.h>
#include <proto/link_client.h>
#include "machine.h"
#include "station.h"
#include "vdev.h"

enum { RECEIVE, SEND, DIVIDED = 12000, HEADERS = 54 };
enum { SUMS = 1 << 0, GUEST_SUMS = 1 << 1, GUEST4 = 1 << 7, GUEST6 = 1 << 8, HOST4 = 1 << 11, HOST6 = 1 << 12,
       MERGED = 1 << 15, STATUS = 1 << 16,
       EVERY = SUMS | GUEST_SUMS | GUEST4 | GUEST6 | HOST4 | HOST6 | MERGED };

static struct vdev dev;

static bool begin(uint64_t offered, unsigned wants)
{
	vdev_add(&dev, VIRTIO_NETWORK, offered);
	machine_start(PCI_TASK, pci_main);
	machine_start(DRIVER_TASK, card_main);
	machine_wait(20000000);
	station_wants = wants;
	return station_attach(LINK_NAME);
}

/* What a device with these features can do for its client. */
static unsigned offloads_of(uint64_t f)
{
	return (f & SUMS ? LINK_SUMS : 0) | (f & SUMS && f & HOST4 ? LINK_SEGMENTS4 : 0)
	       | (f & SUMS && f & HOST6 ? LINK_SEGMENTS6 : 0) | (f & GUEST_SUMS && f & MERGED ? LINK_MERGES : 0);
}

/* What the driver has to accept for that. */
static uint64_t accepted_for(unsigned offloads, uint64_t f)
{
	uint64_t sent = (offloads & LINK_SUMS ? SUMS : 0) | (offloads & LINK_SEGMENTS4 ? HOST4 : 0)
			| (offloads & LINK_SEGMENTS6 ? HOST6 : 0);

	return sent | (offloads & LINK_MERGES ? GUEST_SUMS | MERGED | (f & (GUEST4 | GUEST6)) : 0);
}

TEST(off_subsets, "the driver offers what is possible with the features of the card, and accepts no others")
{
	static const unsigned bits[] = { SUMS, GUEST_SUMS, GUEST4, GUEST6, HOST4, HOST6, MERGED };
	struct link_info_out out;

	CHECK(begin(STATUS, 0));
	for (unsigned set = 0; set < 1u << sizeof bits / sizeof *bits; set++) {
		uint64_t f = VIRTIO_VERSION_1 | STATUS;

		for (unsigned i = 0; i < sizeof bits / sizeof *bits; i++)
			f |= set >> i & 1 ? bits[i] : 0;
		dev.offered = f;
		CHECK(link_attach(station.driver, station.block.block, 0) == LINK_OK);
		CHECK(dev.accepted == (VIRTIO_VERSION_1 | STATUS));
		CHECK(link_info(station.driver, &out) == LINK_OK && out.offloads == offloads_of(f));
		CHECK(link_attach(station.driver, station.block.block, out.offloads) == LINK_OK);
		CHECK((dev.accepted & EVERY) == accepted_for((unsigned)out.offloads, f));
		CHECK(link_attach(station.driver, station.block.block, ~out.offloads & 15) == LINK_E_OFFLOADS
		      || out.offloads == 15);
	}
}

TEST(off_vanish, "a card that offers other features after a reset for offloads ends the driver")
{
	CHECK(begin(EVERY, 0));
	dev.offered &= ~(uint64_t)SUMS;
	link_attach(station.driver, station.block.block, LINK_SUMS);
	CHECK(machine_failed(DRIVER_TASK, "it does not keep to what it offers"));
}

static struct link_header *header(unsigned n) { return (struct link_header *)(void *)station_buffer(n); }

static const struct link_header good = {
	.flags = LINK_SUM_LEFT, .kind = LINK_TCP4, .headers = HEADERS, .segment = 1460, .sum_start = 34,
	.sum_at = 16,
};

static struct link_header little(struct link_header h)
{
	return (struct link_header){ h.flags, h.kind, le16(h.headers), le16(h.segment), le16(h.sum_start),
				     le16(h.sum_at), le16(h.buffers) };
}

TEST(off_send, "the device reads a copy of the client's header, and then the packet, of many segments")
{
	struct link_header h = little(good);
	struct vdev_chain c;

	CHECK(begin(EVERY, LINK_SUMS | LINK_SEGMENTS4));
	*header(0) = h;
	station_send(0, LINK_HEADER + DIVIDED);
	*header(0) = (struct link_header){ .flags = 255 };
	CHECK(vdev_take(&dev, SEND, &c) && c.parts == 2 && c.part[0].bytes == LINK_HEADER);
	CHECK(memcmp(c.part[0].at, &h, sizeof h) == 0 && c.part[1].bytes == DIVIDED);
	CHECK((char *)c.part[1].at == station_buffer(0) + LINK_HEADER);
	vdev_return(&dev, SEND, c.head, 0);
	station_bell();
	CHECK(station_sent() == LINK_HEADER + DIVIDED);
}

TEST(off_two, "each of two packets at the device has the header of its own")
{
	struct vdev_chain a, b;

	CHECK(begin(EVERY, LINK_SUMS));
	*header(0) = little((struct link_header){ .flags = LINK_SUM_LEFT, .sum_start = 34, .sum_at = 6 });
	*header(1) = (struct link_header){ .flags = 0 };
	station_send(0, LINK_HEADER + 60);
	station_send(1, LINK_HEADER + 60);
	CHECK(vdev_take(&dev, SEND, &a) && vdev_take(&dev, SEND, &b));
	CHECK(memcmp(a.part[0].at, header(0), LINK_HEADER) == 0);
	CHECK(memcmp(b.part[0].at, header(1), LINK_HEADER) == 0);
}

TEST(off_bad_headers, "a header that says what the client may not want, or beyond its packet, is not sent")
{
	struct { struct link_header h; unsigned bytes; bool good; } cases[] = {
		{ good, DIVIDED, true },
		{ { .flags = LINK_SUM_LEFT, .sum_start = 34, .sum_at = 16 }, 60, true },
		{ { .flags = LINK_SUM_LEFT, .sum_start = 42, .sum_at = 16 }, 60, true },
		{ { .flags = LINK_SUM_LEFT, .sum_start = 43, .sum_at = 16 }, 60, false },
		{ { .flags = LINK_SUM_LEFT, .sum_start = 0xffff, .sum_at = 0xffff }, 60, false },
		{ { .flags = LINK_SUM_GOOD }, 60, false }, { { .flags = 255 }, 60, false },
		{ { .buffers = 1 }, 60, false }, { { .kind = LINK_TCP6 }, 60, false },
		{ { .kind = 3 }, 60, false }, { { .kind = LINK_TCP4 | 0x80 }, 60, false },
		{ { .flags = 0 }, LINK_FRAME, true }, { { .flags = 0 }, LINK_FRAME + 1, false },
		{ { .kind = LINK_TCP4, .segment = 1460, .headers = HEADERS }, 60, false },
		{ { LINK_SUM_LEFT, LINK_TCP4, HEADERS, 0, 34, 16, 0 }, 60, false },
		{ { LINK_SUM_LEFT, LINK_TCP4, 60, 1460, 34, 16, 0 }, 60, false },
		{ { LINK_SUM_LEFT, LINK_TCP6, HEADERS, 1460, 34, 16, 0 }, DIVIDED, false },
	};
	struct vdev_chain c;

	CHECK(begin(EVERY, LINK_SUMS | LINK_SEGMENTS4));
	for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
		*header(0) = little(cases[i].h);
		station_send(0, LINK_HEADER + cases[i].bytes);
		CHECK(vdev_take(&dev, SEND, &c) == cases[i].good);
		if (cases[i].good) {
			vdev_return(&dev, SEND, c.head, 0);
			station_bell();
		}
		CHECK(station_sent() == (int)(LINK_HEADER + cases[i].bytes) && station_sent() == -1);
	}
	station_send(0, LINK_HEADER);
	CHECK(station_sent() == LINK_HEADER && !vdev_take(&dev, SEND, &c));
}

TEST(off_unwanted, "a client that wants no checksums may leave none, and its packets are small")
{
	struct vdev_chain c;

	CHECK(begin(EVERY, LINK_MERGES));
	*header(0) = little((struct link_header){ .flags = LINK_SUM_LEFT, .sum_start = 34, .sum_at = 16 });
	station_send(0, LINK_HEADER + 60);
	CHECK(station_sent() == LINK_HEADER + 60 && !vdev_take(&dev, SEND, &c));
	*header(0) = little(good);
	station_send(0, LINK_HEADER + LINK_FRAME + 1);
	CHECK(station_sent() == LINK_HEADER + LINK_FRAME + 1 && !vdev_take(&dev, SEND, &c));
}

TEST(off_merged, "the buffers of a merged packet come one by one, with all that the device has written")
{
	struct vdev_chain c;

	CHECK(begin(EVERY, LINK_MERGES));
	for (unsigned i = 0; i < 3; i++) {
		station_give(i, 0);
		CHECK(vdev_take(&dev, RECEIVE, &c) && c.part[0].bytes == LINK_BUFFER);
		vdev_return(&dev, RECEIVE, c.head, i < 2 ? LINK_BUFFER : 7);
	}
	machine_wait(1000);
	CHECK(station_received() == LINK_BUFFER && station_received() == LINK_BUFFER && station_received() == 7);
}

TEST(off_lengths, "of a part of a merged packet, too, a length beyond its buffer is none")
{
	static const uint32_t wrong[] = { 0, LINK_BUFFER + 1, 0x10000 + 60, 0xffffffff };
	struct vdev_chain c;

	CHECK(begin(EVERY, LINK_MERGES));
	for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		station_give(i, 0);
		CHECK(vdev_take(&dev, RECEIVE, &c));
		vdev_return(&dev, RECEIVE, c.head, wrong[i]);
		machine_wait(1000);
		CHECK(station_received() == 0);
	}
}

TEST(off_next_client, "the next client, which wants none, has a card without offloads, and no headers")
{
	static const char zeros[LINK_HEADER];
	struct vdev_chain c;

	CHECK(begin(STATUS | EVERY, LINK_SUMS | LINK_SEGMENTS4 | LINK_MERGES) && dev.accepted & SUMS);
	*header(0) = little(good);
	station_send(0, LINK_HEADER + DIVIDED);
	CHECK(vdev_take(&dev, SEND, &c));
	station.driver = L4_nilthread;
	station_wants = 0;
	CHECK(station_attach(LINK_NAME) && dev.accepted == (VIRTIO_VERSION_1 | STATUS));
	station_send(1, 60);
	CHECK(vdev_take(&dev, SEND, &c) && memcmp(c.part[0].at, zeros, LINK_HEADER) == 0);
	CHECK(c.part[1].bytes == 60 && (char *)c.part[1].at == station_buffer(1));
}
