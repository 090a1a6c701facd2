/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net.h - packets for the network server under test, and what they know of its connections.
 */
#ifndef NET_TEST_H
#define NET_TEST_H

#include <servers/net/socket.h>

enum { FRAME = 1514, FIRST_PORT = 1000, PORTS = 8, CASES = 28, CASE_OWNERS = 3, MORE = 100000 };

#define CARD	0x0a090002u		/* 10.9.0.2 */
#define PEER	0x0a090001u
#define MASK	0xffffff00u

extern const unsigned char card_mac[6];
extern unsigned long packets_known;	/* how many were made that fit a connection or query */

/* The next packet; returns its bytes. */
unsigned packet_make(unsigned char frame[FRAME]);

/* The server has sent it. */
void packet_seen(const unsigned char *frame, unsigned bytes);

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

/* Cases about lwIP's heap (heap.c). */
bool heap_of_segments(void);
bool heap_out_of_order(void);
bool heap_attached_again(void);
bool heap_of_ended(void);
bool heap_last_bytes(void);

/* A case of them (hosts.c): a client that attaches again while its names are looked up. */
bool hosts_attached_again(void);

/* Look-ups of clients without a section, and of one with a section. */
bool hosts_reserved(void);

/* Cases of them (clients.c): handles of sockets, parts of a client's block, reserved sockets. */
bool clients_stale_handle(void);
bool clients_former_server(void);
bool clients_block_part(void);
bool clients_reserved(void);
bool clients_left_sockets(void);

/* A random number less than n. */
unsigned below(unsigned n);

#endif
