/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sock.c - see sock.h: the table of sockets, and what all kinds have in common.
 */
#include <lwip/stats.h>
#include <lwip/sys.h>
#include <lwip/tcp.h>
#include <pecan/handle.h>
#include <servers/net/card/card.h>
#include <string.h>

#include "sock.h"

enum {
	HEAP_PER_PACKET = 2048,
	DEFAULT_IDLE = 7200, DEFAULT_INTERVAL = 75, DEFAULT_COUNT = 9, DEFAULT_TTL = 64,
};

static struct sock socks[SOCKETS];
_Static_assert((int)SOCKETS <= (int)HANDLE_PLACES, "a socket has no handle");
static struct places places = { SOCKETS, SOCKETS_MOST, SOCKETS_OF_SECTION, 0, 0, { 0 } };
static struct owner orphans;		/* of those that are closing, and whose client has ended */
static size_t charged;			/* of the heap, to all */
static struct sock *closing;		/* those of SOCK_CLOSING, by `next` */

static const struct sock_kind *kinds[SOCKETS_ECHO + 1];

unsigned sock_changes;

/* ---- the table ---- */

void sock_begin(void)
{
	for (struct sock *s = socks; s < socks + SOCKETS; s++)
		s->generation = sys_now();
}

void sock_join(const struct sock_kind *k)
{
	kinds[k->number] = k;
}

static struct sock *free_place(void)
{
	for (struct sock *s = socks; s < socks + SOCKETS; s++)
		if (!s->owner)
			return s;
	return NULL;
}

/* The one that was closed first, of this client; NULL: of those that have shared places. */
static struct sock *oldest_closing(const struct owner *o)
{
	struct sock *oldest = NULL;

	for (struct sock *s = closing; s; s = s->next)
		if ((o ? s->owner == o : places_shares(&places, s->owner->section))
		    && (!oldest || (int32_t)(s->since - oldest->since) < 0))
			oldest = s;
	return oldest;
}

static bool make_room(const struct owner *o)
{
	struct sock *s;

	sock_sweep();
	s = oldest_closing(o);
	if (s)
		s->kind->close(s, true);
	return s != NULL;
}

static bool has_place(const struct owner *o)
{
	return places_has(&places, o->section, o->sockets);
}

struct sock *sock_new(struct owner *o, const struct sock_kind *kind, enum sockets_family family)
{
	struct sock *s;
	unsigned generation;

	if (o->sockets >= SOCKETS_MOST)
		make_room(o);
	while (o->sockets < SOCKETS_MOST && !has_place(o) && make_room(NULL))
		;			/* those of ended clients may have more than is shared */
	if (!has_place(o))
		return NULL;
	s = free_place();
	generation = handle_next(s->generation);
	memset(s, 0, sizeof *s);
	s->owner = o;
	s->kind = kind;
	s->family = family;
	s->generation = generation;
	s->options = (struct options){
		.idle = DEFAULT_IDLE, .interval = DEFAULT_INTERVAL, .count = DEFAULT_COUNT, .ttl = DEFAULT_TTL,
		.group_ttl = 1, .group_loop = true,
	};
	o->sockets++;
	places_take(&places, o->section);
	return s;
}

void sock_begin_closing(struct sock *s)
{
	s->state = SOCK_CLOSING;
	s->since = sys_now();
	s->next = closing;
	closing = s;
}

static void end_closing(const struct sock *s)
{
	struct sock **at = &closing;

	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
}

void sock_free(struct sock *s)
{
	if (s->state == SOCK_CLOSING)
		end_closing(s);
	while (s->pieces)
		sock_drop_piece(s);
	s->owner->sockets--;
	places_give(&places, s->owner->section);
	sock_charge(s, 0);
	s->owner = NULL;
	sock_changes++;
}

L4_Word_t sock_handle(const struct sock *s)
{
	return handle_make((unsigned)(s - socks), s->generation);
}

struct sock *sock_of(const struct owner *o, L4_Word_t handle)
{
	unsigned place = handle_place(handle) % SOCKETS;
	struct sock *s = &socks[place];
	bool is_open = s->owner == o && s->state != SOCK_CLOSING && s->state != SOCK_PENDING;

	return !is_open || handle_make(place, s->generation) != handle ? NULL : s;
}

static struct sock *largest_orphan(void)
{
	struct sock *largest = NULL;

	for (struct sock *s = closing; s; s = s->next)
		if (s->owner == &orphans && (!largest || s->heap > largest->heap))
			largest = s;
	return largest;
}

/* Those with the most are reset until the others have no more than ORPHANS_HEAP. */
static void limit_orphans(void)
{
	struct sock *s;

	sock_sweep();
	while (orphans.heap > ORPHANS_HEAP && (s = largest_orphan()))
		s->kind->close(s, true);
}

void sock_close_all(struct owner *o, bool abort)
{
	sock_sweep();
	for (struct sock *s = socks; s < socks + SOCKETS; s++)
		if (s->owner == o && s->state != SOCK_PENDING && (abort || s->state != SOCK_CLOSING))
			sock_close(s, abort);
	for (struct sock *s = socks; s < socks + SOCKETS; s++)
		if (s->owner == o) {
			places_give(&places, o->section);
			places_take(&places, orphans.section);
			s->owner = &orphans;
			orphans.sockets++;
			orphans.heap += s->heap;
		}
	*o = (struct owner){ 0 };
	limit_orphans();
}

void sock_sweep(void)
{
	struct sock *next;

	for (struct sock *s = closing; s; s = next) {
		next = s->next;
		s->kind->sweep(s);		/* may free it, and no other one */
	}
}

/* ---- received packets, memory ---- */

void sock_charge(struct sock *s, size_t heap)
{
	charged += heap - s->heap;
	s->owner->heap += heap - s->heap;
	s->heap = heap;
}

/* What is neither in use nor promised. */
static size_t heap_free(void)
{
	size_t used = lwip_stats.mem.used > charged ? lwip_stats.mem.used : charged;

	return used < MEM_SIZE ? MEM_SIZE - used : 0;
}

bool sock_has_room(const struct sock *s, size_t more)
{
	return s->owner->heap + more <= heap_free() / 2;
}

/* In packets: of the loopback one can be as large as many of the card. */
static unsigned weight(const struct pbuf *p)
{
	unsigned n = p->next ? pbuf_clen(p) : 1, large = p->tot_len / HEAP_PER_PACKET + 1u;

	return n > large ? n : large;
}

bool sock_put(struct sock *s, struct pbuf *p, const struct socket_name *from, bool last)
{
	unsigned n = weight(p);

	if (!last && (s->pieces >= PIECES - 1 || s->owner->held + n > card_free_buffers(p->if_idx)
		      || s->owner->held + n > heap_free() / HEAP_PER_PACKET))
		return false;
	*sock_piece(s, s->pieces++) = (struct piece){ p, *from };
	s->owner->held += n;
	s->held += n;
	sock_changes++;
	return true;
}

void sock_drop_piece(struct sock *s)
{
	const struct piece *first = sock_piece(s, 0);
	unsigned n = sock_is_copy(first) ? 0 : weight(first->p);

	s->owner->held -= n;
	s->held -= n;
	pbuf_free(first->p);
	s->first = (s->first + 1) % PIECES;
	s->pieces--;
	s->offset = 0;
}

/* ---- results ---- */

enum sockets_status sock_status(err_t e)
{
	switch (e) {
	case ERR_OK: return SOCKETS_OK;
	case ERR_MEM:
	case ERR_BUF: return SOCKETS_E_LIMIT;
	case ERR_TIMEOUT: return SOCKETS_E_TIMEOUT;
	case ERR_RTE:
	case ERR_IF: return SOCKETS_E_UNREACHABLE;
	case ERR_USE: return SOCKETS_E_IN_USE;
	case ERR_ISCONN: return SOCKETS_E_CONNECTED;
	case ERR_CONN: return SOCKETS_E_NOT_CONNECTED;
	case ERR_RST:
	case ERR_ABRT:
	case ERR_CLSD: return SOCKETS_E_RESET;
	default: return SOCKETS_E_ARGUMENT;
	}
}

enum sockets_status sock_take_error(struct sock *s)
{
	enum sockets_status e = s->error;

	s->error = SOCKETS_OK;
	return e;
}

/* ---- what is done with one, by its kind ---- */

enum sockets_status sock_open(struct owner *o, enum sockets_kind kind, enum sockets_family family,
			      struct sock **s)
{
	enum sockets_status e;

	*s = sock_new(o, kinds[kind], family);
	if (!*s)
		return SOCKETS_E_LIMIT;
	e = kinds[kind]->open(*s);
	if (e != SOCKETS_OK)
		sock_free(*s);
	return e;
}

void sock_close(struct sock *s, bool abort)
{
	s->kind->close(s, abort);
	sock_changes++;
}

/* Return true if packets to an address of IPv4, of IPv6, can be for a socket with this name. */
static bool has_ipv4(const struct sock *s, struct socket_address a)
{
	return socket_is_ipv4(a) || (socket_is_any(a) && s->family == SOCKETS_BOTH);
}

static bool has_ipv6(struct socket_address a)
{
	return !socket_is_ipv4(a);
}

static bool overlap(const struct sock *s, struct socket_name at, const struct sock *other,
		    struct socket_name b)
{
	struct socket_address a = at.address;

	if (at.port != b.port
	    || !((has_ipv4(s, a) && has_ipv4(other, b.address)) || (has_ipv6(a) && has_ipv6(b.address))))
		return false;
	return socket_is_any(a) || socket_is_any(b.address) || socket_same_address(a, b.address);
}

/*
 * Sockets share a name only if all allow it and one client has them: with SOCKETS_REUSE alone lwIP would give
 * one client the datagrams of another. Closed ones are left out: a port is bound again while connections end.
 */
bool sock_is_taken(const struct sock *s, struct socket_name at)
{
	for (const struct sock *other = socks; other < socks + SOCKETS; other++) {
		bool shared = other->owner == s->owner && other->options.reuse && s->options.reuse;
		struct socket_name local, peer;

		if (other == s || !other->owner || other->state == SOCK_CLOSING || other->kind != s->kind || shared)
			continue;
		sock_names(other, &local, &peer);
		if (overlap(s, at, other, local))
			return true;
	}
	return false;
}

/* Those of the loopback are in the heap, and none is lost there but behind packets that have no room. */
uint16_t net_out_of_order(const ip_addr_t *peer)
{
	unsigned some = card_free_buffers(netif_get_index(ip_current_input_netif())) / 4;

	if (address_is_own(address_name(peer, 0).address))
		return 0;
	return (uint16_t)some;
}

enum sockets_status sock_bind(struct sock *s, struct socket_name at)
{
	if (s->state != SOCK_NEW)
		return SOCKETS_E_KIND;
	if (socket_is_any(at.address) && s->family == SOCKETS_IPV4)
		at.address = address_any(s->family).address;
	if (!sock_reaches(s, at.address)
	    || !(address_is_own(at.address) || (s->kind->has_groups && address_is_group(at.address))))
		return SOCKETS_E_ADDRESS;
	return s->kind->bind(s, at);
}

enum sockets_status sock_connect(struct sock *s, struct socket_name to)
{
	if (to.port != 0 && socket_is_any(to.address))
		to.address = address_loopback(s->family, to.address);
	if (!sock_reaches(s, to.address) && to.port != 0)
		return SOCKETS_E_ADDRESS;
	return s->kind->connect(s, to);
}

unsigned sock_events(const struct sock *s)
{
	return (s->error ? SOCKETS_ERROR : 0) | s->kind->events(s);
}

bool sock_is_connected(const struct sock *s)
{
	return s->state == SOCK_CONNECTED;
}

void sock_names(const struct sock *s, struct socket_name *local, struct socket_name *peer)
{
	*peer = s->peer;
	*local = s->kind->local ? s->kind->local(s) : s->local;
}

/* ---- options ---- */

static enum sockets_status set_option(struct options *p, enum sockets_option o, L4_Word_t value)
{
	switch (o) {
	case SOCKETS_REUSE: p->reuse = value != 0; break;
	case SOCKETS_BROADCAST: p->broadcast = value != 0; break;
	case SOCKETS_NODELAY: p->nodelay = value != 0; break;
	case SOCKETS_KEEPALIVE: p->keepalive = value != 0; break;
	case SOCKETS_KEEP_IDLE: p->idle = (unsigned)value; break;
	case SOCKETS_KEEP_INTERVAL: p->interval = (unsigned)value; break;
	case SOCKETS_KEEP_COUNT: p->count = (unsigned)value; break;
	case SOCKETS_TTL: p->ttl = (unsigned)value; break;
	case SOCKETS_TOS: p->tos = (unsigned)value; break;
	case SOCKETS_GROUP_TTL: p->group_ttl = (unsigned)value; break;
	case SOCKETS_GROUP_LOOP: p->group_loop = value != 0; break;
	default: return SOCKETS_E_ARGUMENT;
	}
	return SOCKETS_OK;
}

/* Of one without a name. */
static enum sockets_status set_family(struct sock *s, L4_Word_t value)
{
	struct socket_name local, peer;

	sock_names(s, &local, &peer);
	if (value > SOCKETS_IPV6 || s->state != SOCK_NEW || (!s->kind->is_named && local.port != 0))
		return SOCKETS_E_ARGUMENT;
	s->family = (enum sockets_family)value;
	IP_SET_TYPE_VAL(s->ip->local_ip, address_type(s->family));
	s->local.address = address_any(s->family).address;	/* of one that is named: the others have none yet */
	return SOCKETS_OK;
}

enum sockets_status sock_set(struct sock *s, enum sockets_option o, L4_Word_t value)
{
	bool is_ttl = o == SOCKETS_TTL || o == SOCKETS_GROUP_TTL;
	L4_Word_t most = is_ttl || o == SOCKETS_TOS || o == SOCKETS_KEEP_COUNT ? 255 : 32767;
	bool can_be_zero = !is_ttl && (o < SOCKETS_KEEP_IDLE || o > SOCKETS_KEEP_COUNT);
	enum sockets_status e;

	if (o == SOCKETS_FAMILY)
		return set_family(s, value);
	if (value > most || (value == 0 && !can_be_zero))
		return SOCKETS_E_ARGUMENT;
	e = set_option(&s->options, o, value);
	if (e == SOCKETS_OK)
		s->kind->set_options(s);
	return e;
}

enum sockets_status sock_get(struct sock *s, enum sockets_option o, L4_Word_t *value)
{
	const struct options *p = &s->options;

	switch (o) {
	case SOCKETS_REUSE: *value = p->reuse; break;
	case SOCKETS_BROADCAST: *value = p->broadcast; break;
	case SOCKETS_NODELAY: *value = p->nodelay; break;
	case SOCKETS_KEEPALIVE: *value = p->keepalive; break;
	case SOCKETS_KEEP_IDLE: *value = p->idle; break;
	case SOCKETS_KEEP_INTERVAL: *value = p->interval; break;
	case SOCKETS_KEEP_COUNT: *value = p->count; break;
	case SOCKETS_TTL: *value = p->ttl; break;
	case SOCKETS_TOS: *value = p->tos; break;
	case SOCKETS_FAMILY: *value = s->family; break;
	case SOCKETS_PENDING: *value = sock_take_error(s); break;
	case SOCKETS_AVAILABLE: *value = s->kind->available(s); break;
	case SOCKETS_LISTENS: *value = s->state == SOCK_LISTENS; break;
	case SOCKETS_RECEIVE_ROOM: *value = s->kind->room; break;
	case SOCKETS_SEND_ROOM: *value = TCP_SND_BUF; break;
	case SOCKETS_GROUP_TTL: *value = p->group_ttl; break;
	case SOCKETS_GROUP_LOOP: *value = p->group_loop; break;
	}
	return SOCKETS_OK;
}
