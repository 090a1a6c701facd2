/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * socket.h - the sockets, by lwIP's raw interface: the table of them, and their operations. No function
 * sends a message, so tests on the host are linked with it.
 *
 * Limits of a client: SOCKETS_MOST sockets, of which SOCKETS_OF_SECTION are reserved for each section of the
 * system description (<pecan/places.h>), and GROUPS_OF_ONE multicast groups, with GROUPS_OF_SECTION; of
 * received packets as many as there are free buffers; of the heap, for bytes to send and for windows, half of
 * the part that is free and not promised. So there is always something left for the next client. The bytes
 * that ended clients have left to be sent use at most ORPHANS_HEAP.
 */
#ifndef NET_SOCKET_H
#define NET_SOCKET_H

#include <lwip/inet.h>
#include <lwip/pbuf.h>
#include <lwip/raw.h>
#include <lwip/tcp.h>
#include <lwip/udp.h>
#include <pecan/places.h>
#include <pecan/sockets.h>
#include <string.h>

enum {
	SOCKETS = NET_SOCKETS, SOCKETS_OF_SECTION = 8, PIECES = 48, BACKLOG = 16, ORPHANS_HEAP = MEM_SIZE / 4,
	WINDOW_MOST = 1024 * 1024, GROUPS_OF_ONE = 16, GROUPS_OF_SECTION = 2,
};

/*
 * The use of sockets by a client. section: as holder of places; held: packets in queues; heap: bytes of the
 * heap for packets to send, and that are promised to windows.
 */
struct owner { unsigned section, sockets, held; size_t heap; };

/*
 * A received packet; from no address: a copy of several ones of TCP in the heap. TCP: the first piece is used
 * up to `offset` of struct sock.
 */
struct piece { struct pbuf *p; struct socket_name from; };

enum state {
	SOCK_NEW,
	SOCK_LISTENS,
	SOCK_PENDING,		/* a connection of a listening socket, not accepted yet */
	SOCK_CONNECTING,
	SOCK_CONNECTED,
	SOCK_BROKEN,		/* TCP without a pcb */
	SOCK_CLOSING,		/* the client has closed it; bytes are not acknowledged yet */
};

struct options {
	bool reuse, broadcast, nodelay, keepalive, group_loop;
	unsigned idle, interval, count, ttl, tos, group_ttl;
};

struct sock {
	struct owner *owner;	/* NULL: free */
	enum sockets_kind kind;
	enum sockets_family family;
	enum state state;
	unsigned generation;	/* of the place: <pecan/handle.h> */
	union { struct tcp_pcb *tcp; struct udp_pcb *udp; struct raw_pcb *raw; };
	struct options options;
	enum sockets_status error;	/* to be reported once */
	bool end, shut_in, shut_out;	/* the peer's FIN; shut down here */
	bool blocked;			/* the last send lacked memory, and lwIP has sent nothing since */
	struct piece piece[PIECES];	/* a ring */
	unsigned first, pieces, held;
	size_t offset, queued, heap;	/* queued: bytes that are being sent; heap: its part of the owner's */
	/* window: bytes that can wait or come; taken: received at this size; promised: of the heap, to it. */
	size_t window, taken, promised;
	bool used;			/* much of the window, since the peer knew of all of it */
	unsigned owed;			/* segments that are not acknowledged, if TF_ACK_DELAY is set (window.c) */
	struct sock *waiting[BACKLOG], *listener;
	unsigned waits, backlog;
	struct socket_name local, peer;	/* of SOCKETS_ECHO: port is the id */
	uint32_t since;			/* of SOCK_CLOSING: when it was closed, sys_now */
	struct sock *next;		/* of SOCK_CLOSING: another one */
	/* recovery.c: where it ends; there was a partial acknowledgement; lwIP's timer before it. */
	uint32_t recover;
	bool partial;
	s16_t timer;
};

/* Call it first, when sys_now returns the time. */
void sock_begin(void);

/* Counts events for which a wait may wait. */
extern unsigned sock_changes;

enum sockets_status sock_open(struct owner *o, enum sockets_kind kind, enum sockets_family family,
			      struct sock **s);
L4_Word_t sock_handle(const struct sock *s);
struct sock *sock_of(const struct owner *o, L4_Word_t handle);	/* NULL: there is none */
void sock_close(struct sock *s, bool abort);
/* Closes all sockets of an owner, whose section is reset. abort false: queued bytes are still sent. */
void sock_close_all(struct owner *o, bool abort);
unsigned sock_events(const struct sock *s);	/* enum sockets_event */

enum sockets_status sock_bind(struct sock *s, struct socket_name at);
enum sockets_status sock_connect(struct sock *s, struct socket_name to);
enum sockets_status sock_listen(struct sock *s, unsigned backlog);
enum sockets_status sock_accept(struct sock *s, struct sock **from);
enum sockets_status sock_shutdown(struct sock *s, unsigned directions);
enum sockets_status sock_set(struct sock *s, enum sockets_option o, L4_Word_t value);
enum sockets_status sock_get(struct sock *s, enum sockets_option o, L4_Word_t *value);
void sock_names(const struct sock *s, struct socket_name *local, struct socket_name *peer);
bool sock_is_connected(const struct sock *s);

/* from, to: memory that the client may change meanwhile. */
enum sockets_status sock_send(struct sock *s, const void *from, size_t *bytes, struct socket_name to);
struct reception { void *to; size_t bytes, got, whole; bool peek; struct socket_name from; };
enum sockets_status sock_receive(struct sock *s, struct reception *r);
/* Drop what sock_receive, with peek, has just received: got bytes, or the first datagram. */
void sock_take(struct sock *s, size_t got);

/* Call it at times: frees closed sockets whose bytes are acknowledged, or that are too old. */
void sock_sweep(void);

/* ---- between the files of sockets ---- */

struct sock *sock_new(struct owner *o, enum sockets_kind kind, enum sockets_family family);
void sock_free(struct sock *s);
void sock_begin_closing(struct sock *s);	/* to SOCK_CLOSING: until sock_free */
enum sockets_status sock_status(err_t e);
/* Returns false if there is no room; there is always room for the last packet, which comes once. */
bool sock_put(struct sock *s, struct pbuf *p, const struct socket_name *from, bool last);
void sock_drop_piece(struct sock *s);
bool sock_is_taken(const struct sock *s, struct socket_name at);	/* s cannot be bound there */
enum sockets_status sock_take_error(struct sock *s);
bool sock_has_room(const struct sock *s, size_t more);	/* of the heap */
void sock_charge(struct sock *s, size_t heap);		/* it has or may use so much of the heap */
bool sock_is_own(struct socket_address a);		/* any address, one of this machine, of the loopback */
/* Returns true if a frame that came by an interface is from an address of this machine or of the loopback. */
bool sock_is_forged(const struct netif *by, const void *frame, unsigned bytes);

static inline struct piece *sock_piece(struct sock *s, unsigned i)
{
	return &s->piece[(s->first + i) % PIECES];
}

/* No other piece is from no address: lwIP drops segments from there, datagram.c datagrams. */
static inline bool sock_is_copy(const struct piece *p)
{
	return (p->from.address.high | p->from.address.low) == 0;
}

static inline uint64_t sock_half(const u32_t word[2])
{
	return (uint64_t)lwip_ntohl(word[0]) << 32 | lwip_ntohl(word[1]);
}

struct socket_name sock_name6(const ip6_addr_t *from, uint16_t port);
static inline struct socket_name sock_name(const ip_addr_t *address, uint16_t port)
{
	if (IP_IS_V4(address))
		return (struct socket_name){ SOCKET_IPV4(lwip_ntohl(ip_2_ip4(address)->addr)), port };
	return sock_name6(ip_2_ip6(address), port);
}

/* For lwIP. A link-local one is in the zone of the card that it names; else of the default one. */
ip_addr_t sock_address6(struct socket_address a);	/* if it is not of IPv4 */
static inline ip_addr_t sock_address(struct socket_address a)
{
	ip_addr_t ip;

	if (!socket_is_ipv4(a))
		return sock_address6(a);
	ip_addr_set_ip4_u32_val(ip, lwip_htonl((uint32_t)a.low));
	return ip;
}

ip_addr_t sock_local_address(const struct sock *s, struct socket_address a);	/* to bind s to */
u8_t sock_address_type(enum sockets_family family);
struct socket_name sock_any(const struct sock *s);	/* port 0 */
struct socket_address sock_loopback(const struct sock *s, struct socket_address any);	/* in place of it */
const ip_addr_t *sock_source(struct socket_address to);	/* NULL: there is no way to it */

/* Returns true if it is of the socket's family. */
static inline bool sock_reaches(const struct sock *s, struct socket_address to)
{
	return s->family == SOCKETS_BOTH || socket_is_ipv4(to) == (s->family == SOCKETS_IPV4);
}

enum sockets_status stream_open(struct sock *s);
enum sockets_status stream_bind(struct sock *s, struct socket_name at);
enum sockets_status stream_connect(struct sock *s, struct socket_name to);
enum sockets_status stream_send(struct sock *s, const void *from, size_t *bytes);
enum sockets_status stream_receive(struct sock *s, struct reception *r);
void stream_take(struct sock *s, size_t got);
enum sockets_status stream_shutdown(struct sock *s, unsigned directions);
void stream_close(struct sock *s, bool abort);
void stream_set_options(struct sock *s);
unsigned stream_events(const struct sock *s);
void stream_send_again(const struct netif *n);	/* what is not acknowledged, of connections by it */
void stream_send_more(void);			/* what the card had no buffers for */
void stream_sweep(struct sock *s);		/* of SOCK_CLOSING: frees it, if its end has come */

/* window.c: the window of a socket with a pcb. */
void window_begin(struct sock *s);
void window_open(struct sock *s, size_t bytes);		/* so many were received by the client */
void window_end(struct sock *s, bool unread);		/* before tcp_close; unread: bytes that came are lost */
bool window_put(struct sock *s, struct pbuf *p, bool last);	/* as sock_put */
void window_acknowledge(void);	/* to be called after packets that came together */

enum sockets_status datagram_open(struct sock *s);
enum sockets_status datagram_bind(struct sock *s, struct socket_name at);
enum sockets_status datagram_connect(struct sock *s, struct socket_name to);
enum sockets_status datagram_send(struct sock *s, const void *from, size_t bytes, struct socket_name *to);
enum sockets_status datagram_receive(struct sock *s, struct reception *r);
void datagram_close(struct sock *s);
void datagram_set_options(struct sock *s);

/* group.c: multicast groups, of sockets of UDP. */
bool group_is(struct socket_address a);		/* a multicast address */
/* 224.0.0.1, ff01::1, ff02::1: the card is in these, and IGMP and MLD do not report them. */
bool group_is_all_hosts(struct socket_address a);
enum sockets_status group_set(struct sock *s, struct socket_address group, bool joins);
void group_leave_all(const struct sock *s);
void group_join_all(struct netif *n);		/* of a new card: all groups that a socket is in */
/* The socket at one of NET_GROUPS places, if it is in the group; else NULL. */
struct sock *group_member(unsigned place, struct socket_address group);

/* ---- supplied by the rest of the server ---- */

/* Free buffers for packets to receive of the card with this index of lwIP; of no card: as many as one has. */
unsigned net_free_buffers(uint8_t interface);

/*
 * Virtual cards deliver packets below Ethernet's minimum, and lwIP reads ARP packets without a check of their
 * length: short packets are padded with zeros.
 */
enum { NET_FRAME_LEAST = 60 };

static inline unsigned net_fill_up(void *frame, unsigned bytes)
{
	if (bytes >= NET_FRAME_LEAST)
		return bytes;
	memset((char *)frame + bytes, 0, NET_FRAME_LEAST - bytes);
	return NET_FRAME_LEAST;
}

#endif
