/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sockets.h - sockets of TCP, UDP and ICMP echo over IPv4 and IPv6 (user/proto/sockets.idl,
 * docs/user/network.md).
 *
 * No function waits for the network but socket_wait, socket_resolve and those whose comment says so. All
 * threads of a program may use all functions at the same time, also with one socket. If the server ends, each
 * call with a socket of it returns SOCKETS_E_RESET; socket_open waits for the next server, some 10 s.
 *
 * Addresses and ports are numbers, as in the protocol.
 */
#ifndef PECAN_SOCKETS_H
#define PECAN_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <proto/sockets.h>

/* connection: number of the connection to the server by which it was opened; 0: it is not open. */
struct socket { L4_Word_t handle; unsigned connection; enum sockets_kind kind; };
/* high, low: the halves of an address of IPv6. One of IPv4 is ::ffff:a.b.c.d. */
struct socket_address { uint64_t high, low; };
struct socket_name { struct socket_address address; uint16_t port; };

#define SOCKET_MAPPED		0xffff00000000ull
/* Initializers; of IPv4 by its number: 10.0.2.15 is 0x0a00020f. */
#define SOCKET_IPV4(n)		{ 0, SOCKET_MAPPED | (uint32_t)(n) }
#define SOCKET_LOOPBACK6	{ 0, 1 }

static inline bool socket_is_ipv4(struct socket_address a)
{
	return a.high == 0 && a.low >> 32 == SOCKET_MAPPED >> 32;
}

/* :: or 0.0.0.0 */
static inline bool socket_is_any(struct socket_address a)
{
	return a.high == 0 && (a.low == 0 || a.low == SOCKET_MAPPED);
}

static inline bool socket_same_address(struct socket_address a, struct socket_address b)
{
	return a.high == b.high && a.low == b.low;
}

enum { SOCKET_ADDRESS_TEXT = 40 };

/* Writes the address as text, which it returns. */
const char *socket_address_text(struct socket_address a, char text[SOCKET_ADDRESS_TEXT]);

enum { SOCKET_PIECE = 16384 };		/* maximum of bytes that one call sends or receives */

/* SOCKETS_LOST: there is no network server. */
enum sockets_status socket_open(enum sockets_kind kind, enum sockets_family family, struct socket *s);
enum sockets_status socket_close(struct socket *s, bool abort);
enum sockets_status socket_bind(const struct socket *s, struct socket_name at);
enum sockets_status socket_listen(const struct socket *s, unsigned backlog);
enum sockets_status socket_accept(const struct socket *s, struct socket *from, struct socket_name *peer);
enum sockets_status socket_connect(const struct socket *s, struct socket_name to);
enum sockets_status socket_shutdown(const struct socket *s, unsigned directions);
enum sockets_status socket_set(const struct socket *s, enum sockets_option o, L4_Word_t value);
enum sockets_status socket_get(const struct socket *s, enum sockets_option o, L4_Word_t *value);
/* Let a socket of UDP join a multicast group, or leave it (SOCKETS_GROUP). */
enum sockets_status socket_group(const struct socket *s, struct socket_address group, bool join);

struct sockets_names_out;
struct sockets_interface_out;
enum sockets_status socket_names(const struct socket *s, struct sockets_names_out *out);

/*
 * Send bytes. Returns their number, or the negative of a status. to NULL: the peer. A datagram of more than
 * SOCKET_PIECE bytes is -SOCKETS_E_LARGE.
 */
long socket_send(const struct socket *s, const void *from, size_t bytes, const struct socket_name *to);

/*
 * Receive bytes, as socket_send; 0 at the end of TCP. flags: enum sockets_flag. d (may be NULL): sender,
 * size.
 */
struct socket_datagram { struct socket_name from; size_t whole; };
long socket_receive(const struct socket *s, void *to, size_t bytes, unsigned flags,
		    struct socket_datagram *d);

/*
 * The same, but it waits for what is to be received, as socket_wait: -SOCKETS_E_AGAIN if that has ended
 * before, or another thread was quicker. pause: what socket_wait has as parameters; `wakes` is set only
 * with that error.
 */
struct socket_pause { unsigned milliseconds; L4_Word_t wakes; };
long socket_receive_wait(const struct socket *s, void *to, size_t bytes, unsigned flags,
			 struct socket_datagram *d, struct socket_pause *pause);

/* An entry of SOCKETS_WAIT. events: those to wait for; ready: those that are present (enum sockets_event). */
struct sockets_entry { uint32_t handle; uint16_t events, ready; };

struct socket_wait { struct socket socket; unsigned events, ready; };

/*
 * Wait until one of n sockets, at most SOCKETS_WAIT_MOST, is ready, or milliseconds are over
 * (SOCKETS_FOREVER: no timeout), or socket_wake was called more than *wakes times since the program began;
 * *wakes becomes that number (NULL: ignored). Returns the number of ready sockets; 0 also if another thread
 * of the program ends the wait's IPC (L4_ExchangeRegisters). All sockets are ready if the server has ended.
 */
unsigned socket_wait(struct socket_wait *w, unsigned n, unsigned milliseconds, L4_Word_t *wakes);
void socket_wake(void);

/* The same for one socket. Returns its ready events. */
unsigned socket_until(const struct socket *s, unsigned events, unsigned milliseconds);

/* Wait for the answer of the server. */
enum sockets_status socket_resolve(const char *host, enum sockets_family family, struct socket_address *a);

/* Of a network card: 0, 1, ... SOCKETS_E_ADDRESS: there is no card with this or a higher number. */
enum sockets_status socket_interface(unsigned card, struct sockets_interface_out *out);

/* What else its interface has: index 0, 1, ... up to SOCKETS_PART_NONE, which is also returned for errors. */
enum sockets_part_kind socket_part(unsigned card, unsigned index, struct socket_address *a);

/* One sentence, no newline. */
const char *socket_error_text(enum sockets_status s);

#endif
