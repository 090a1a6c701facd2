/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_offload.c - offloads of the network server: segments that become one packet, checksums that are left to
 * the card, packets in several buffers, and cards that lie about those.
 */
#include <string.h>
#include <lwip/init.h>
#include <lwip/pbuf.h>
#include <pecan/endian.h>
#include <pecan/sockets.h>
#include <servers/net/card/offload.h>
#include "../machine.h"
#include "peer.h"
#include "t_net.h"

enum { SECOND_MS = 1000, LIES = 1200 };	/* LIES: more than the server has buffers */
enum { SUMS = 1 << 0, GUEST_SUMS = 1 << 1, MERGED = 1 << 15, EVERY = SUMS | GUEST_SUMS | MERGED };

/* ---- segments ---- */

enum { HEADERS = 54, IP = 14, TCP = 34, MSS = 1000, ACK = 0x10, PSH = 8, FIN = 1 };

static uint8_t large[65536 + 2048], from[HEADERS + MSS];
static struct offload offload;
static struct netif netif;

/* A segment with `data` bytes, of the byte `data_of`, from a number on. */
static struct pbuf *segment(uint32_t number, unsigned data, uint8_t flags)
{
	static const uint8_t ip[] = { 0x45, 0, 0, 0, 0, 1, 0, 0, 64, 6, 0, 0, 10, 0, 2, 15, 10, 0, 2, 2 };
	struct pbuf *p = pbuf_alloc(PBUF_RAW, (u16_t)(HEADERS + data), PBUF_RAM);

	memset(from, (int)(number / MSS), sizeof from);
	memset(from, 0, HEADERS);
	from[12] = 8;
	memcpy(from + IP, ip, sizeof ip);
	from[IP + 3] = (uint8_t)number;		/* what may differ: length, identification */
	from[IP + 5] = (uint8_t)(number / MSS);
	for (unsigned i = 0; i < 4; i++)
		from[TCP + 4 + i] = (uint8_t)(number >> (24 - 8 * i));
	from[TCP + 12] = 5 << 4;
	from[TCP + 13] = flags;
	pbuf_take(p, from, (u16_t)(HEADERS + data));
	return p;
}

static void begin_segments(void)
{
	lwip_init();
	offload_begin(&offload, &netif, LINK_SUMS | LINK_SEGMENTS4);
}

static bool opens(struct pbuf *p)
{
	bool begins = offload_begins(&offload, p);

	if (begins) {
		pbuf_copy_partial(p, large + LINK_HEADER, p->tot_len, 0);
		offload_open(&offload, (char *)large, 3, p);
	}
	pbuf_free(p);
	return begins;
}

static bool adds(struct pbuf *p)
{
	bool added = offload_add(&offload, p);

	pbuf_free(p);
	return added;
}

static unsigned sum_of(const uint8_t *at, unsigned n, uint32_t sum)
{
	for (unsigned i = 0; i < n; i += 2)
		sum += (unsigned)at[i] << 8 | at[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* The packet has so many bytes of data, and a header for the card that says so. */
static bool is_closed(unsigned data, bool divided)
{
	const uint8_t *ip = large + LINK_HEADER + IP;
	struct link_header h;
	unsigned bytes = offload_close(&offload);

	memcpy(&h, large, sizeof h);
	return bytes == LINK_HEADER + HEADERS + data && h.flags == LINK_SUM_LEFT && le16(h.sum_start) == TCP
	       && le16(h.sum_at) == 16 && h.buffers == 0 && h.kind == (divided ? LINK_TCP4 : LINK_WHOLE)
	       && le16(h.segment) == (divided ? MSS : 0) && le16(h.headers) == (divided ? HEADERS : 0)
	       && (unsigned)(ip[2] << 8 | ip[3]) == 40 + data && sum_of(ip, 20, 0) == 0xffff
	       && (unsigned)(ip[36] << 8 | ip[37]) == sum_of(ip + 12, 8, 6 + 20 + data) && !offload.packet;
}

TEST(off_segments, "segments in a row become one packet, with all bytes, the last one's PSH, and both sums")
{
	const uint8_t *data = large + LINK_HEADER + HEADERS;

	begin_segments();
	CHECK(opens(segment(0, MSS, ACK)) && adds(segment(MSS, MSS, ACK)) && !offload.full);
	CHECK(adds(segment(2 * MSS, 10, ACK | PSH)) && offload.full && !adds(segment(2 * MSS + 10, MSS, ACK)));
	CHECK(is_closed(2 * MSS + 10, true) && offload.divided == 1);
	CHECK(data[0] == 0 && data[MSS] == 1 && data[2 * MSS + 9] == 2);
	CHECK(large[LINK_HEADER + TCP + 13] == (ACK | PSH));
	CHECK(opens(segment(0, MSS, ACK)) && is_closed(MSS, false) && offload.divided == 1);
}

TEST(off_not_together, "a segment that does not follow, is larger, or has another header, is not added")
{
	struct pbuf *p;

	begin_segments();
	CHECK(!adds(segment(0, MSS, ACK)) && opens(segment(0, MSS - 1, ACK)));
	CHECK(!adds(segment(MSS, 1, ACK)) && !adds(segment(MSS - 2, 1, ACK)) && !adds(segment(0, MSS - 1, ACK)));
	CHECK(!adds(segment(MSS - 1, MSS, ACK)) && !adds(segment(MSS - 1, 0, ACK)));
	CHECK(!adds(segment(MSS - 1, 1, ACK | FIN)) && !adds(segment(MSS - 1, 1, 0)));
	for (unsigned at = 0; at < HEADERS; at++) {
		bool differs = (at >= IP + 2 && at < IP + 6) || at == IP + 10 || at == IP + 11
			       || (at >= TCP + 4 && at < TCP + 8) || at == TCP + 13 || at == TCP + 16 || at == TCP + 17;

		p = segment(MSS - 1, 1, ACK);
		((uint8_t *)p->payload)[at] ^= 2;
		CHECK(differs ? pbuf_free(p) : !adds(p));
	}
	CHECK(is_closed(MSS - 1, false));
}

TEST(off_begins, "no packet begins with PSH, FIN or SYN, without data, or with a part of a datagram")
{
	struct pbuf *p;

	begin_segments();
	p = segment(0, MSS, ACK);
	((uint8_t *)p->payload)[IP + 6] = 0x20;
	CHECK(!opens(p) && !opens(segment(0, MSS, ACK | PSH)) && !opens(segment(0, MSS, ACK | FIN)));
	CHECK(!opens(segment(0, MSS, 2)) && !opens(segment(0, 0, ACK)));
	offload_begin(&offload, &netif, LINK_SUMS | LINK_SEGMENTS6);
	CHECK(!opens(segment(0, MSS, ACK)));
}

TEST(off_largest, "a packet is never larger than what an entry of the rings can say")
{
	uint32_t number = MSS;

	begin_segments();
	CHECK(opens(segment(0, MSS, ACK)));
	while (adds(segment(number, MSS, ACK)))
		number += MSS;
	CHECK(number == (LINK_PACKET - LINK_HEADER - HEADERS) / MSS * MSS && is_closed(number, true));
}

/* ---- the server ---- */

static struct socket s;

static void begin(uint64_t features)
{
	peer.features = features;
	net_begin();
	CHECK(socket_open(SOCKETS_UDP, SOCKETS_BOTH, &s) == SOCKETS_OK);
}

/* A datagram goes to the peer. Returns true if it comes back. */
static bool returns(size_t bytes)
{
	static char sent[9000], got[9000];
	struct socket_name to = name(PEER, PEER_ECHO);

	memset(got, 0, sizeof got);
	for (unsigned i = 0; i < bytes; i++)
		sent[i] = (char)i;
	return socket_send(&s, sent, bytes, &to) == (long)bytes
	       && (socket_until(&s, SOCKETS_IN, SECOND_MS) & SOCKETS_IN)
	       && socket_receive(&s, got, sizeof got, 0, NULL) == (long)bytes && memcmp(sent, got, bytes) == 0;
}

TEST(off_sums_left, "a card that computes checksums gets that of the pseudo-header, and its place")
{
	begin(EVERY);
	CHECK(returns(100) && peer.header.flags == LINK_SUM_LEFT && peer.sum_good);
	CHECK(le16(peer.header.sum_start) == TCP && le16(peer.header.sum_at) == 6);
}

TEST(off_sums_computed, "with a card that computes none, but verifies them, the checksum is that of all")
{
	begin(GUEST_SUMS | MERGED);
	CHECK(returns(100) && peer.header.flags == 0 && peer.sum_good);
}

TEST(off_sums_in_parts, "a datagram in parts has the checksum of all its bytes, none is left to the card")
{
	static char sent[3000];
	struct socket_name to = name(PEER, PEER_ECHO);
	unsigned frames;

	for (unsigned i = 0; i < sizeof sent; i++)
		sent[i] = (char)(i * i);
	begin(EVERY);
	CHECK(returns(100));
	frames = peer.frames;
	CHECK(socket_send(&s, sent, sizeof sent, &to) == sizeof sent);
	machine_wait(SECOND_US);
	CHECK(peer.frames == frames + 3 && peer.header.flags == 0 && peer.sum_good);
}

TEST(off_none, "with a card without offloads a wrong checksum is found, whatever the header says")
{
	begin(0);
	CHECK(returns(100) && peer.header.flags == 0 && peer.sum_good);
	peer.damaged = true;
	peer.flags = LINK_SUM_GOOD;
	CHECK(!returns(100));
}

TEST(off_sums_believed, "what the card has verified is not verified again; all else is, and what is in parts")
{
	begin(EVERY);
	peer.damaged = true;
	CHECK(!returns(100));
	peer.flags = LINK_SUM_GOOD;
	CHECK(returns(100));
	peer.flags = LINK_SUM_LEFT;
	CHECK(returns(100));
	peer.in_parts = true;
	CHECK(!returns(800));
	peer.damaged = false;
	CHECK(returns(800));
}

TEST(off_buffers, "a packet that comes in several buffers is one, of all its bytes")
{
	begin(EVERY);
	for (peer.parts = 1; peer.parts <= 8; peer.parts++)
		CHECK(returns(1000));
}

TEST(off_lying_buffers, "a wrong number of buffers loses packets, but no buffer, and the next packet comes")
{
	static const unsigned lies[] = { OFFLOAD_PARTS + 1, 255, 0x8000, 0xffff, 2, OFFLOAD_PARTS };

	begin(EVERY);
	for (unsigned i = 0; i < sizeof lies / sizeof *lies; i++) {
		peer.buffers = lies[i];
		for (unsigned n = 0; n < LIES / 6; n++)
			returns(20);
		peer.buffers = 0;
		for (unsigned n = 0; n < OFFLOAD_PARTS && !returns(100); n++)
			;
		CHECK(returns(100));
	}
}

TEST(off_no_header, "a buffer without a whole header is a packet by itself, and dropped")
{
	const struct link_header stale = { .buffers = le16(5) };

	lwip_init();
	offload_begin(&offload, &netif, LINK_SUMS | LINK_MERGES);
	for (unsigned bytes = 0; bytes < LINK_HEADER; bytes++) {
		CHECK(offload_take(&offload, (const char *)&stale, 0, bytes) && offload.damaged);
		offload_done(&offload);
	}
	CHECK(!offload_take(&offload, (const char *)&stale, 0, LINK_BUFFER) && !offload.damaged);
}

TEST(off_short_first, "headers that are not in the first buffer are not looked for: the packet is dropped")
{
	begin(EVERY);
	CHECK(returns(100));
	peer.parts = 20;
	CHECK(!returns(1000));
	peer.parts = 0;
	CHECK(returns(100));
}

TEST(off_forged, "a merged packet from an address of this machine is dropped, too")
{
	begin(EVERY);
	CHECK(returns(100));
	peer.parts = 3;
	CHECK(returns(1000));
	peer.lie = PEER_OWN;
	CHECK(!returns(1000));
	peer.lie = 0;
	CHECK(returns(1000));
}
