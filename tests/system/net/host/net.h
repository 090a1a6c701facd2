/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net.h - packets for the network server under test, and what they know of its connections.
 */
#ifndef NET_TEST_H
#define NET_TEST_H

#include <servers/net/card/card.h>
#include <servers/net/socket/sock.h>

enum {
	FRAME = 1514, FIRST_PORT = 1000, PORTS = 8, GROUPS = 6, CASES = 93, CASE_OWNERS = 3,
	MORE = 2 * TCP_SND_BUF,
};
#define FIRST_GROUP	0xef000001u		/* 239.0.0.1 */

#define CARD	0x0a090002u		/* 10.9.0.2 */
#define PEER	0x0a090001u
#define MASK	0xffffff00u

extern const unsigned char card_mac[6];
extern unsigned long packets_known;	/* how many were made that fit a connection or query */

/* Numbers in network byte order. */
static inline void put16(unsigned char *to, unsigned value)
{
	to[0] = (unsigned char)(value >> 8);
	to[1] = (unsigned char)value;
}

static inline void put32(unsigned char *to, uint32_t value)
{
	put16(to, value >> 16);
	put16(to + 2, value & 0xffff);
}

static inline unsigned get16(const unsigned char *from)
{
	return (unsigned)(from[0] << 8 | from[1]);
}

static inline uint32_t get32(const unsigned char *from)
{
	return (uint32_t)get16(from) << 16 | get16(from + 2);
}

/* The next packet; returns its bytes. */
unsigned packet_make(unsigned char frame[FRAME]);

/*
 * Of IPv6 (packet6.c): a packet before it is mutated; the right checksum of what it has become. One of IPv4
 * IPv4 that packet.c has made becomes one of IPv6, with IPV6_MORE bytes more; the other way round.
 */
enum { IPV6_MORE = 20 };
unsigned packet6_make(unsigned char frame[FRAME]);
void packet6_sum_up(unsigned char *frame, unsigned bytes);
unsigned packet6_from4(unsigned char *frame, unsigned bytes);
unsigned packet6_to4(unsigned char *to, const unsigned char *frame, unsigned bytes);

/* Of packet.c: a segment that follows one of the server; a new connection; a datagram; the sum of words. */
unsigned packet_answer_tcp(unsigned char *frame, const unsigned char *asked, unsigned bytes);
unsigned packet_syn(unsigned char *frame);
unsigned packet_datagram(unsigned char *frame);
unsigned packet_sum(const unsigned char *at, unsigned bytes, unsigned sum);
void packet_fill(unsigned char *to, unsigned bytes);

/* The card of the test receives a frame. */
void card_receives(const unsigned char *frame, unsigned bytes);

/* Number of frames that the card has sent, and of buffers with packets that wait. */
extern unsigned long card_sent;
unsigned card_waiting(void);

/* Cases of IPv6 (ipv6.c). */
bool ipv6_autoconfigured(void);
bool ipv6_families(void);
bool ipv6_apart(void);
bool ipv6_echo(void);
bool ipv6_floods(void);
bool ipv6_absent(void);
bool ipv6_lies(void);
bool ipv6_silent_router(void);
bool ipv6_parts(void);
bool ipv6_displaced(void);	/* neighbors.c */
bool ipv6_claimed(void);
bool ipv6_other_card(void);
bool ipv6_group_card(void);
bool ipv6_from_none(void);
bool ipv6_reports(void);
bool ipv6_sent_again(void);
bool ipv6_reachable(void);
bool ipv6_asked_again(void);
bool ipv6_own(void);
bool ipv6_forged(void);
bool ipv6_cut_off(void);
bool ipv6_no_way(void);		/* of ipv6.c again */
bool ipv6_echo_family(void);
bool ipv6_given(void);		/* the last one: what it gives stays */

/* The server has sent it; the last one of these, or so many before it. */
void packet_seen(const unsigned char *frame, unsigned bytes);
const unsigned char *packet_last(unsigned before);

/* Valid until the fourth call after it. */
const ip4_addr_t *packet_address(uint32_t address);

/* Let lwIP and the sockets do what is due after so long. */
void pass_time(unsigned ms);

/* Connections that are made on purpose (cases.c). Returns how many of CASES fail. */
unsigned cases_run(void);

/* Of those cases: a connection by the loopback, a of that client, b of the first of owners. */
extern struct owner owners[CASE_OWNERS];
bool open_pair_of(struct owner *o, struct sock **a, struct sock **b);
enum sockets_status send_all(struct sock *s, size_t bytes);	/* not SOCKETS_OK: not all */
enum sockets_status take_bytes(struct sock *s, size_t *got);	/* at most MORE */

/* The peer of t sends a segment with `bytes` zeros; ahead: of the bytes that t has received so far. */
void peer_sends(struct tcp_pcb *t, uint32_t ahead, uint32_t ack, uint16_t window, uint16_t bytes);

/* A segment to the card, by IPv4 and of any names and numbers; bytes: zeros behind the header. */
struct segment {
	uint32_t from, number, acknowledges;
	uint16_t port, to, window;
	uint8_t flags;
	const unsigned char *options;
	unsigned option_bytes, bytes;
};
void peer_segment(const struct segment *g);

/* The neighbor with this address of IPv4 answers for it. */
void answer_arp(uint32_t address);

/* Cases about lwIP's heap (heap.c). */
bool heap_of_segments(void);
bool heap_out_of_order(void);
bool heap_attached_again(void);
bool heap_of_ended(void);
bool heap_last_bytes(void);
bool heap_pool(void);

/* Cases about windows (windows.c). */
bool windows_grow(void);
bool windows_not_scaled(void);
bool windows_share(void);
bool windows_hostile(void);
bool windows_young(void);
bool windows_burst(void);
bool windows_gap(void);
bool windows_open_late(void);
bool windows_first_sent(void);
bool windows_recovery(void);

/* Cases about names that were in use, and about connections that are not completed (connects.c). */
bool connects_often(void);
bool connects_same_port(void);
bool connects_peer_again(void);
bool connects_flooded(void);
bool connects_flood_bounded(void);
bool connects_forged(void);
bool connects_full(void);

/* First packets to a neighbor (cold.c). */
bool cold_first(void);
bool cold_first6(void);
bool cold_beside_absent(void);

/* A case of them (hosts.c): a client that attaches again while its names are looked up. */
bool hosts_attached_again(void);

/* How many look-ups were answered, and the last answer (hosts.c). */
extern unsigned hosts_answered;
extern enum sockets_status hosts_status;
extern struct socket_address hosts_address;

/* Cases about answers of a name server that are cut off (truncated.c). */
bool truncated_large(void);
bool truncated_refused(void);
bool truncated_ended(void);
bool truncated_silent(void);
bool truncated_next(void);
bool truncated_lost(void);

/* Look-ups of clients without a section, and of one with a section. */
bool hosts_reserved(void);

/* Cases of them (clients.c): handles of sockets, parts of a client's block, reserved sockets. */
bool clients_stale_handle(void);
bool clients_former_server(void);
bool clients_block_part(void);
bool clients_reserved(void);
bool clients_left_sockets(void);
bool clients_close(void);

/* Cases with two cards (cards.c). The second one is there while `what` runs; it receives a frame. */
bool with_second(bool (*what)(void));
void second_takes(const unsigned char *frame, unsigned bytes);
extern unsigned long second_sent;	/* packets of IP by it */
bool cards_default(void);
bool cards_route(void);
bool cards_nearest(void);
bool cards_apart(void);
bool cards_broadcast(void);
bool cards_connected(void);
bool cards_between(void);
bool cards_group_name(void);
bool cards_forged(void);
bool cards_scope(void);
bool cards_groups(void);
bool cards_names(void);
bool cards_again(void);

/* A random number less than n. */
unsigned below(unsigned n);

#endif
