/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sock.h - the sockets, by lwIP's raw interface: the table of them, and their operations, of which each kind
 * has its own (struct sock_kind). No function sends a message, so tests on the host are linked with it.
 *
 * Limits of a client: SOCKETS_MOST sockets, of which SOCKETS_OF_SECTION are reserved for each section of the
 * system description (<pecan/places.h>), and GROUPS_OF_ONE multicast groups, with GROUPS_OF_SECTION; of
 * received packets as many as there are free buffers; of the heap, for bytes to send and for windows, half of
 * the part that is free and not promised. So there is always something left for the next client. The bytes
 * that ended clients have left to be sent use at most ORPHANS_HEAP.
 */
#ifndef NET_SOCK_H
#define NET_SOCK_H

#include <lwip/ip.h>
#include <lwip/pbuf.h>
#include <lwip/raw.h>
#include <lwip/tcp.h>
#include <lwip/udp.h>
#include <pecan/places.h>
#include <pecan/sockets.h>
#include <servers/net/interface/address.h>

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

/* What the pcb of each kind begins with. */
struct any_pcb { IP_PCB; } __attribute__((may_alias));

struct sock {
	struct owner *owner;	/* NULL: free */
	const struct sock_kind *kind;
	enum sockets_family family;
	enum state state;
	unsigned generation;	/* of the place: <pecan/handle.h> */
	union { struct any_pcb *ip; struct tcp_pcb *tcp; struct udp_pcb *udp; struct raw_pcb *raw; };
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

/* from, to: memory that the client may change meanwhile. */
struct reception { void *to; size_t bytes, got, whole; bool peek; struct socket_name from; };

/* What a kind of sockets does: sock.c has done before what all kinds have in common. */
struct sock_kind {
	enum sockets_kind number;
	bool is_datagrams;	/* each piece is one, and is received alone */
	bool is_named;		/* has a name from its opening on */
	bool has_groups;	/* can be in multicast groups */
	size_t room;		/* SOCKETS_RECEIVE_ROOM */
	enum sockets_status (*open)(struct sock *s);
	void (*close)(struct sock *s, bool abort);
	enum sockets_status (*bind)(struct sock *s, struct socket_name at);
	enum sockets_status (*connect)(struct sock *s, struct socket_name to);
	enum sockets_status (*shutdown)(struct sock *s, unsigned directions);
	void (*set_options)(struct sock *s);
	enum sockets_status (*send)(struct sock *s, const void *from, size_t *bytes, struct socket_name *to);
	enum sockets_status (*receive)(struct sock *s, struct reception *r);
	void (*take)(struct sock *s, size_t got);
	unsigned (*events)(const struct sock *s);
	size_t (*available)(struct sock *s);
	struct socket_name (*local)(const struct sock *s);	/* NULL: that of struct sock */
	void (*sweep)(struct sock *s);	/* of SOCK_CLOSING: frees it, if its end has come; NULL: it never is */
};

/* Call it first, when sys_now returns the time; and sock_join for each kind. */
void sock_begin(void);
void sock_join(const struct sock_kind *k);

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
enum sockets_status sock_set(struct sock *s, enum sockets_option o, L4_Word_t value);
enum sockets_status sock_get(struct sock *s, enum sockets_option o, L4_Word_t *value);
void sock_names(const struct sock *s, struct socket_name *local, struct socket_name *peer);
bool sock_is_connected(const struct sock *s);

static inline enum sockets_status sock_shutdown(struct sock *s, unsigned directions)
{
	return s->kind->shutdown(s, directions);
}

static inline enum sockets_status sock_send(struct sock *s, const void *from, size_t *bytes,
					    struct socket_name to)
{
	return s->kind->send(s, from, bytes, &to);
}

static inline enum sockets_status sock_receive(struct sock *s, struct reception *r)
{
	return s->kind->receive(s, r);
}

/* Drop what sock_receive, with peek, has just received: got bytes, or the first datagram. */
static inline void sock_take(struct sock *s, size_t got)
{
	s->kind->take(s, got);
}

/* Call it at times: frees closed sockets whose bytes are acknowledged, or that are too old. */
void sock_sweep(void);

/* ---- between the files of sockets ---- */

struct sock *sock_new(struct owner *o, const struct sock_kind *kind, enum sockets_family family);
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

static inline struct piece *sock_piece(struct sock *s, unsigned i)
{
	return &s->piece[(s->first + i) % PIECES];
}

/* No other piece is from no address: lwIP drops segments from there, datagram.c datagrams. */
static inline bool sock_is_copy(const struct piece *p)
{
	return (p->from.address.high | p->from.address.low) == 0;
}

/* Returns true if it is of the socket's family. */
static inline bool sock_reaches(const struct sock *s, struct socket_address to)
{
	return s->family == SOCKETS_BOTH || socket_is_ipv4(to) == (s->family == SOCKETS_IPV4);
}

/* stream.c, datagram.c: the kinds. */
extern const struct sock_kind stream_kind, datagram_udp, datagram_echo;

/* Of TCP alone. */
enum sockets_status stream_listen(struct sock *s, unsigned backlog);
enum sockets_status stream_accept(struct sock *s, struct sock **from);

/* window.c: the window of a socket with a pcb. */
void window_begin(struct sock *s);
void window_open(struct sock *s, size_t bytes);		/* so many were received by the client */
void window_end(struct sock *s, bool unread);		/* before tcp_close; unread: bytes that came are lost */
bool window_put(struct sock *s, struct pbuf *p, bool last);	/* as sock_put */
void window_acknowledge(void);	/* to be called after packets that came together */

/* recovery.c: of all connections. */
void recovery_send_again(const struct netif *n);	/* what is not acknowledged, by this card */
void recovery_send_more(void);				/* what the card had no buffers for */

/* group.c: multicast groups, of sockets of UDP. */
/* 224.0.0.1, ff01::1, ff02::1: the card is in these, and IGMP and MLD do not report them. */
bool group_is_all_hosts(struct socket_address a);
enum sockets_status group_set(struct sock *s, struct socket_address group, bool joins);
void group_leave_all(const struct sock *s);
void group_join_all(struct netif *n);		/* of a new card: all groups that a socket is in */
/* The socket at one of NET_GROUPS places, if it is in the group; else NULL. */
struct sock *group_member(unsigned place, struct socket_address group);

#endif
