/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - a client of the link by frames of its own, without lwIP: a station of the network at 10.0.2.N.
 *
 *   station N ping M COUNT	sends echoes to 10.0.2.M, one after the other
 *   station N answer		answers echoes, until it is ended
 *   station N send COUNT		sends frames to an address that no other station has, 16 at a time
 *   station N spoof COUNT	sends broadcasts with addresses that are not its own
 *   station N claim M		sends frames as 10.0.2.M, as another one of IPv6, as a router, as a DHCP server
 *   station N deaf		says that it sleeps, and does not wait; its buffers stay full
 *   station N flood		sends without a pause, and takes nothing
 *   station N lie		writes an index that cannot be true, and attaches itself again, without end
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/link.h>
#include <pecan/print.h>
#include <pecan/thread.h>
#include <proto/link_client.h>
#include <stdlib.h>
#include <string.h>

enum {
	BUFFERS = 64, SENDS = 32, BUFFER = 1536, FRAME = 60, BURST = 16,
	PAUSE_US = 10000, LATE_US = 1000000, CONNECT_US = 20000,
	CALIBRATION_US = 200000, MS_US = 1000, SENT_US = 20,
	TO = 0, FROM = 6, TYPE = 12, ETHERNET = 14, MAC_BYTES = 6, TYPE_IP = 0x0800, TYPE_ARP = 0x0806,
	ARP_KIND = 20, ARP_MAC = 22, ARP_IP = 28, ARP_TO_MAC = 32, ARP_TO_IP = 38, ARP_REQUEST = 1, ARP_REPLY = 2,
	IP_BYTES = 16, IP_PROTOCOL = 23, IP_SUM = 24, IP_FROM = 26, IP_TO = 30, ICMP = 34, SEQUENCE = 40,
	ECHO_REPLY = 0, ECHO = 8,
	TYPE_IP6 = 0x86dd, FROM6 = 22, ND6 = 54, ND_BYTES = 24, ROUTER = 134, NEIGHBOR = 136, REDIRECT = 137,
};

#define NET	0x0a000200u
#define OTHER6	0x505400fffe000000ull	/* the last half of another one's address of IPv6 */
#define GROUP	0xffffffffffffull

static struct link l;
static unsigned own, next_send;
static uint64_t other_mac;		/* 0: not known */
static unsigned answered;		/* the sequence number of the last answer */

/* ---- frames ---- */

static unsigned get16(const unsigned char *at) { return (unsigned)at[0] << 8 | at[1]; }

static uint32_t get32(const unsigned char *at) { return (uint32_t)get16(at) << 16 | get16(at + 2); }

static void put(unsigned char *at, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		at[i] = (unsigned char)(value >> 8 * (bytes - 1 - i));
}

static uint64_t get_mac(const unsigned char *at)
{
	return (uint64_t)get16(at) << 32 | get32(at + 2);
}

/* RFC 1071. */
static unsigned checksum(const unsigned char *at, unsigned bytes)
{
	uint32_t sum = 0;

	for (unsigned i = 0; i < bytes; i += 2)
		sum += get16(at + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

/* ---- the link ---- */

static struct link_entry entry(unsigned n)
{
	return (struct link_entry){ (uint32_t)sizeof(struct link_rings) + n * BUFFER, LINK_BUFFER, (uint16_t)n };
}

static unsigned char *at(unsigned n)
{
	return (unsigned char *)l.block.at + entry(n).offset;
}

static void push(void)
{
	if (ring_sleeps(&l.rings->driver_sleeps))
		link_ring_bell(l.driver);
}

static unsigned char *new_frame(void)
{
	unsigned char *frame = at(BUFFERS + next_send);

	memset(frame, 0, FRAME);
	put(frame + FROM, l.mac, MAC_BYTES);
	return frame;
}

/* The frame of new_frame. */
static void send(unsigned bytes)
{
	struct link_entry e;

	while (ring_take(&l.send, &l.rings->sent, &e))
		;
	e = entry(BUFFERS + next_send);
	e.bytes = (uint16_t)bytes;
	link_ask(&l.send, &l.rings->send, e);
	next_send = (next_send + 1) % SENDS;
	push();
}

/* Returns true if there is a driver, or a bridge, another one than before or the same. */
static bool connect(void)
{
	bool fresh, is_there = link_connect(&l, &fresh);

	for (unsigned i = 0; fresh && i < BUFFERS; i++)
		link_ask(&l.receive, &l.rings->receive, entry(i));
	if (fresh)
		push();
	return is_there;
}

static void connect_at_last(void)
{
	while (!connect())
		L4_Sleep(L4_TimePeriod(CONNECT_US));
}

/* ---- the network ---- */

static void send_arp(unsigned kind, uint64_t to, uint32_t ip)
{
	static const unsigned char head[] = { 0, 1, 8, 0, 6, 4 };
	unsigned char *f = new_frame();

	put(f + TO, to, MAC_BYTES);
	put(f + TYPE, TYPE_ARP, 2);
	memcpy(f + ETHERNET, head, sizeof(head));
	put(f + ARP_KIND, kind, 2);
	put(f + ARP_MAC, l.mac, MAC_BYTES);
	put(f + ARP_IP, NET + own, 4);
	put(f + ARP_TO_MAC, kind == ARP_REPLY ? to : 0, MAC_BYTES);
	put(f + ARP_TO_IP, ip, 4);
	send(FRAME);
}

static void send_echo(uint64_t to, uint32_t ip, unsigned sequence)
{
	unsigned char *f = new_frame();

	put(f + TO, to, MAC_BYTES);
	put(f + TYPE, TYPE_IP, 2);
	f[ETHERNET] = 0x45;
	put(f + IP_BYTES, FRAME - ETHERNET, 2);
	f[ETHERNET + 8] = 64;
	f[IP_PROTOCOL] = 1;
	put(f + IP_FROM, NET + own, 4);
	put(f + IP_TO, ip, 4);
	put(f + IP_SUM, checksum(f + ETHERNET, ICMP - ETHERNET), 2);
	f[ICMP] = ECHO;
	put(f + ICMP + 4, own, 2);
	put(f + SEQUENCE, sequence, 2);
	put(f + ICMP + 2, checksum(f + ICMP, FRAME - ICMP), 2);
	send(FRAME);
}

/* The same bytes to where they came from. */
static void answer_echo(const unsigned char *from, unsigned bytes)
{
	unsigned char *f = new_frame();

	memcpy(f, from, bytes);
	memcpy(f + TO, from + FROM, MAC_BYTES);
	put(f + FROM, l.mac, MAC_BYTES);
	memcpy(f + IP_FROM, from + IP_TO, 4);
	memcpy(f + IP_TO, from + IP_FROM, 4);
	f[ICMP] = ECHO_REPLY;
	put(f + ICMP + 2, 0, 2);
	put(f + ICMP + 2, checksum(f + ICMP, get16(f + IP_BYTES) + ETHERNET - ICMP), 2);
	send(bytes);
}

static void take(const unsigned char *f, unsigned bytes)
{
	bool arp = get16(f + TYPE) == TYPE_ARP;

	if (arp && get32(f + ARP_TO_IP) == NET + own && get16(f + ARP_KIND) == ARP_REQUEST)
		send_arp(ARP_REPLY, get_mac(f + ARP_MAC), get32(f + ARP_IP));
	else if (arp && get32(f + ARP_TO_IP) == NET + own)
		other_mac = get_mac(f + ARP_MAC);
	if (arp || get16(f + TYPE) != TYPE_IP || get32(f + IP_TO) != NET + own || f[IP_PROTOCOL] != 1)
		return;
	if (f[ICMP] == ECHO)
		answer_echo(f, bytes);
	else if (f[ICMP] == ECHO_REPLY && get16(f + ICMP + 4) == own)
		answered = get16(f + SEQUENCE);
}

static bool take_all(void)
{
	struct link_entry e;
	bool any = false;

	while (ring_take(&l.receive, &l.rings->received, &e)) {
		if (e.bytes > 0)
			take(at(e.tag % BUFFERS) + LINK_HEADER, e.bytes);
		link_ask(&l.receive, &l.rings->receive, entry(e.tag % BUFFERS));
		any = true;
	}
	return any;
}

/* Take what comes, for PAUSE_US, or until something came. */
static void wait(void)
{
	L4_ThreadId_t from;

	connect_at_last();
	if (take_all())
		return;
	ring_sleep(&l.rings->client_sleeps);
	if (!ring_has_more(&l.receive, &l.rings->received.index))
		L4_Wait_Timeout(L4_TimePeriod(PAUSE_US), &from);
	ring_awake(&l.rings->client_sleeps);
	take_all();
}

static bool wait_for(bool (*done)(unsigned), unsigned what)
{
	uint64_t end = L4_SystemClock().raw + LATE_US;

	while (!done(what) && L4_SystemClock().raw < end)
		wait();
	return done(what);
}

static bool is_answered(unsigned sequence) { return answered == sequence; }
static bool is_found(unsigned unused) { (void)unused; return other_mac != 0; }

/* ---- how long the machine is busy ---- */

static volatile unsigned long spins;	/* of a thread below all others */
static uint64_t began;
static unsigned long spins_before, spins_of_ms;

static void spin(void *unused)
{
	(void)unused;
	for (;;)
		spins++;
}

static void begin_count(void)
{
	L4_ThreadId_t thread;

	pecan_thread_start(spin, 0, 1, &thread);
	L4_Sleep(L4_TimePeriod(PAUSE_US));
	began = L4_SystemClock().raw;
	spins_before = spins;
	L4_Sleep(L4_TimePeriod(CALIBRATION_US));
	spins_of_ms = (spins - spins_before) / (unsigned long)((L4_SystemClock().raw - began) / MS_US);
	began = L4_SystemClock().raw;
	spins_before = spins;
}

/* The us since begin_count in which the machine did not spin. */
static unsigned long busy(void)
{
	uint64_t us = L4_SystemClock().raw - began;

	return (unsigned long)(us - (uint64_t)(spins - spins_before) * MS_US / spins_of_ms);
}

/* ---- what it does ---- */

static int ping(unsigned other, unsigned count)
{
	unsigned good = 0;

	begin_count();
	for (unsigned i = 1; i <= count; i++) {
		other_mac = 0;
		send_arp(ARP_REQUEST, GROUP, NET + other);
		if (!wait_for(is_found, 0))
			continue;
		send_echo(other_mac, NET + other, i);
		good += wait_for(is_answered, i);
	}
	printf("station %u at %012llx: %u echoes to %u, %u answered, %u links\n", own, (unsigned long long)l.mac,
	       count, other, good, l.restarts);
	printf("busy for %lu us\n", busy());
	return 0;
}

static unsigned given_back;

/* The driver gives back what was sent when it looks at its device, by a bell for example. */
static void wait_for_place(void)
{
	struct link_entry e;

	for (;;) {
		while (ring_take(&l.send, &l.rings->sent, &e))
			given_back++;
		if (ring_asked(&l.send) <= SENDS - BURST)
			return;
		link_ring_bell(l.driver);
		L4_Sleep(L4_TimePeriod(SENT_US));
	}
}

static int send_many(unsigned count)
{
	begin_count();
	for (unsigned i = 0; i < count; i++) {
		struct link_entry e = entry(BUFFERS + i % SENDS);

		if (i % BURST == 0)
			wait_for_place();
		put(at(BUFFERS + i % SENDS) + TO, (uint64_t)2 << 40, MAC_BYTES);
		put(at(BUFFERS + i % SENDS) + FROM, l.mac, MAC_BYTES);
		put(at(BUFFERS + i % SENDS) + TYPE, TYPE_IP, 2);
		at(BUFFERS + i % SENDS)[ETHERNET] = 0x45;
		put(at(BUFFERS + i % SENDS) + IP_FROM, NET + own, 4);
		e.bytes = FRAME;
		link_ask(&l.send, &l.rings->send, e);
		if (i % BURST == BURST - 1)
			push();
	}
	printf("busy for %lu us: %u frames sent, %u given back\n", busy(), count,
	       given_back);
	return 0;
}

static int spoof(unsigned count)
{
	struct link_info_out out = { 0 };
	uint64_t mac = l.mac;

	for (unsigned i = 0; i < count; i++) {
		l.mac = mac ^ (uint64_t)1 << i % 48;
		send_arp(ARP_REQUEST, i % 2 ? GROUP : mac ^ 4, NET + 2);
		L4_Sleep(L4_TimePeriod(100));
	}
	link_info(l.driver, &out);
	printf("station %u: %u frames sent with another address, %lu refused, %lu forwarded\n", own, count,
	       (unsigned long)out.refused, (unsigned long)out.sent);
	return 0;
}

/* Neighbor discovery to all, from fe80::FROM and about fe80::ABOUT. */
static void send_nd(unsigned kind, uint64_t from, uint64_t about)
{
	unsigned char *f = new_frame();

	put(f + TO, 0x333300000001ull, MAC_BYTES);
	put(f + TYPE, TYPE_IP6, 2);
	f[ETHERNET] = 0x60;
	put(f + ETHERNET + 4, ND6 + ND_BYTES - FROM6 - 32, 2);
	f[ETHERNET + 6] = 58;
	f[ETHERNET + 7] = 255;
	put(f + FROM6, 0xfe80, 2);
	put(f + FROM6 + 8, from, 8);
	put(f + FROM6 + 16, 0xff02, 2);
	f[FROM6 + 31] = 1;
	f[ND6] = (unsigned char)kind;
	put(f + ND6 + 8, 0xfe80, 2);
	put(f + ND6 + 16, about, 8);
	send(ND6 + ND_BYTES);
}

/* A datagram of a DHCP server, from this station's own address. */
static void send_dhcp(void)
{
	unsigned char *f = new_frame();

	put(f + TO, GROUP, MAC_BYTES);
	put(f + TYPE, TYPE_IP, 2);
	f[ETHERNET] = 0x45;
	put(f + IP_BYTES, FRAME - ETHERNET, 2);
	f[IP_PROTOCOL] = 17;
	put(f + IP_FROM, NET + own, 4);
	put(f + IP_TO, ~0u, 4);
	put(f + ICMP, 67 << 16 | 68, 4);
	send(FRAME);
}

/* All but the first frame are in another one's name. */
static int claim(unsigned other)
{
	struct link_info_out before = { 0 }, out = { 0 };
	unsigned number = own;
	uint64_t half = (l.mac >> 24 << 40 | 0xfffe000000ull | (l.mac & 0xffffff)) ^ 2ull << 56;

	send_arp(ARP_REQUEST, GROUP, NET + own);
	L4_Sleep(L4_TimePeriod(PAUSE_US));
	link_info(l.driver, &before);
	send_dhcp();
	send_nd(ROUTER, half, half);
	send_nd(REDIRECT, half, half);
	send_nd(NEIGHBOR, half, OTHER6 + other);
	send_nd(NEIGHBOR, OTHER6 + other, OTHER6 + other);
	own = other;
	send_arp(ARP_REPLY, GROUP, NET + other);
	send_arp(ARP_REQUEST, GROUP, NET + other);
	send_echo(GROUP, NET + 2, 1);
	L4_Sleep(L4_TimePeriod(PAUSE_US));
	link_info(l.driver, &out);
	printf("station %u: 8 frames sent as %u, %lu refused, %lu forwarded\n", number, other,
	       (unsigned long)(out.refused - before.refused), (unsigned long)(out.sent - before.sent));
	return 0;
}

static _Noreturn void deaf(void)
{
	ring_sleep(&l.rings->client_sleeps);
	for (;;)
		L4_Sleep(L4_Never);
}

static _Noreturn void flood(void)
{
	for (;;)
		send_arp(ARP_REQUEST, GROUP, NET + own);
}

static _Noreturn void lie(void)
{
	for (;;) {
		l.rings->send.index += LINK_RING + 1;
		link_ring_bell(l.driver);
		l.driver = L4_nilthread;
		connect_at_last();
	}
}

int main(int argc, char **argv)
{
	unsigned long number[2] = { 0, 0 };

	if (argc < 3 || link_init(&l, LINK_NAME, (BUFFERS + SENDS) * BUFFER) != ROOT_OK)
		return 2;
	own = (unsigned)strtoul(argv[1], 0, 0);
	for (int i = 3; i < argc && i < 5; i++)
		number[i - 3] = strtoul(argv[i], 0, 0);
	connect_at_last();
	printf("station %u has the link\n", own);
	if (strcmp(argv[2], "ping") == 0)
		return ping((unsigned)number[0], (unsigned)number[1]);
	if (strcmp(argv[2], "send") == 0)
		return send_many((unsigned)number[0]);
	if (strcmp(argv[2], "spoof") == 0)
		return spoof((unsigned)number[0]);
	if (strcmp(argv[2], "claim") == 0)
		return claim((unsigned)number[0]);
	if (strcmp(argv[2], "deaf") == 0)
		deaf();
	if (strcmp(argv[2], "flood") == 0)
		flood();
	if (strcmp(argv[2], "lie") == 0)
		lie();
	for (;;)
		wait();
}
