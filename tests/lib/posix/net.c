/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net.c - a network server without a network: tests put into its sockets what arrives, and look at what was
 * sent.
 */
#include <string.h>
#include <pecan/sockets.h>
#include <proto/sockets_server.h>
#include "net_fake.h"
#include "servers.h"

enum { WAITS = 16, ENTRIES = SOCKETS_WAIT_MOST };

struct sockets_caller { L4_ThreadId_t thread; };

struct net net;
static struct waiter {
	bool used;
	unsigned serial;
	L4_ThreadId_t thread;
	struct sockets_wait_in in;
	bool receives;
	struct sockets_receive_in receive;	/* in place of `in` */
} waiters[WAITS];
static unsigned serials;
static char *block;
static size_t block_bytes;

static struct net_socket *socket_of(L4_Word_t handle)
{
	struct net_socket *s = net.socket + (handle - 1) % NET_SOCKETS;

	return handle >= 1 && handle <= NET_SOCKETS && s->used ? s : NULL;
}

static L4_Word_t new_socket(L4_Word_t kind)
{
	for (struct net_socket *s = net.socket; s < net.socket + NET_SOCKETS; s++)
		if (!s->used) {
			memset(s, 0, sizeof *s);
			s->used = true;
			s->kind = kind;
			s->room = sizeof s->sent;
			return (L4_Word_t)(s - net.socket) + 1;
		}
	return 0;
}

void net_add(struct net_socket *s, const char *text, size_t bytes, L4_Word_t address, L4_Word_t port)
{
	s->queue[s->packets++] = (struct net_packet){ text, bytes, address, port, 0 };
}

static struct net_packet take(struct net_socket *s)
{
	struct net_packet first = s->queue[0];

	s->packets--;
	memmove(s->queue, s->queue + 1, s->packets * sizeof first);
	return first;
}

static L4_Word64_t low_of(L4_Word64_t high, L4_Word_t address)
{
	return (high ? 0 : SOCKET_MAPPED) | address;
}

/* ---- requests ---- */

enum sockets_status serve_sockets_attach(struct sockets_caller *c, const struct sockets_attach_in *in)
{
	(void)c;
	net.attached++;
	block = block_at(in->block, &block_bytes);
	return block ? SOCKETS_OK : SOCKETS_E_ARGUMENT;
}

enum sockets_status serve_sockets_open(struct sockets_caller *c, const struct sockets_open_in *in,
				       struct sockets_open_out *out)
{
	(void)c;
	if (net.open != SOCKETS_OK)
		return net.open;
	out->handle = new_socket(in->kind);
	if (out->handle)
		socket_of(out->handle)->family = in->family;
	return out->handle ? SOCKETS_OK : SOCKETS_E_LIMIT;
}

enum sockets_status serve_sockets_close(struct sockets_caller *c, const struct sockets_close_in *in)
{
	struct net_socket *s = socket_of(in->handle);

	(void)c;
	if (!s)
		return SOCKETS_E_HANDLE;
	s->used = false;
	s->aborted = in->abort;
	return SOCKETS_OK;
}

enum sockets_status serve_sockets_bind(struct sockets_caller *c, const struct sockets_bind_in *in)
{
	struct net_socket *s = socket_of(in->handle);

	(void)c;
	if (!s || net.bind != SOCKETS_OK)
		return s ? net.bind : SOCKETS_E_HANDLE;
	s->address = (uint32_t)in->low;
	s->high = in->high;
	s->port = in->port;
	return SOCKETS_OK;
}

enum sockets_status serve_sockets_listen(struct sockets_caller *c, const struct sockets_listen_in *in)
{
	struct net_socket *s = socket_of(in->handle);

	(void)c;
	if (!s || net.listen != SOCKETS_OK)
		return s ? net.listen : SOCKETS_E_HANDLE;
	s->backlog = in->backlog;
	return SOCKETS_OK;
}

enum sockets_status serve_sockets_accept(struct sockets_caller *c, const struct sockets_accept_in *in,
					 struct sockets_accept_out *out)
{
	struct net_socket *s = socket_of(in->handle);
	struct net_packet p;

	(void)c;
	if (!s || !s->packets)
		return s ? SOCKETS_E_AGAIN : SOCKETS_E_HANDLE;
	p = take(s);
	out->handle = new_socket(s->kind);
	out->high = p.high;
	out->low = low_of(p.high, p.address);
	out->port = p.port;
	return SOCKETS_OK;
}

enum sockets_status serve_sockets_connect(struct sockets_caller *c, const struct sockets_connect_in *in)
{
	struct net_socket *s = socket_of(in->handle);
	enum sockets_status result = net.connect[net.connects++ % 4];

	(void)c;
	if (!s)
		return SOCKETS_E_HANDLE;
	s->peer_address = (uint32_t)in->low;
	s->peer_high = in->high;
	s->peer_port = in->port;
	s->connected = in->port != 0;
	return result;
}

enum sockets_status serve_sockets_send(struct sockets_caller *c, const struct sockets_send_in *in,
				       struct sockets_send_out *out)
{
	struct net_socket *s = socket_of(in->handle);

	(void)c;
	if (!s || in->offset + in->bytes > block_bytes)
		return s ? SOCKETS_E_ARGUMENT : SOCKETS_E_HANDLE;
	if (s->directions & SOCKETS_SHUT_OUT)
		return SOCKETS_E_CLOSED;
	if (s->room == 0 || (s->kind != SOCKETS_TCP && in->bytes > s->room))
		return SOCKETS_E_AGAIN;
	out->sent = in->bytes < s->room ? in->bytes : s->room;
	memcpy(s->sent + s->sent_bytes, block + in->offset, out->sent);
	s->sent_bytes += out->sent;
	s->room -= out->sent;
	s->sends++;
	s->to_address = (uint32_t)in->low;
	s->to_high = in->high;
	s->to_port = in->port;
	out->sent += net.lies;
	return SOCKETS_OK;
}

static enum sockets_status receive(const struct sockets_receive_in *in, struct sockets_receive_out *out)
{
	struct net_socket *s = socket_of(in->handle);
	struct net_packet *p;

	if (!s || in->offset + in->bytes > block_bytes)
		return s ? SOCKETS_E_ARGUMENT : SOCKETS_E_HANDLE;
	if (!s->packets)
		return s->ended || (s->directions & SOCKETS_SHUT_IN) ? SOCKETS_OK : SOCKETS_E_AGAIN;
	p = s->queue;
	out->got = p->bytes < in->bytes ? p->bytes : in->bytes;
	out->whole = p->bytes;
	out->high = p->high;
	out->low = low_of(p->high, p->address);
	out->port = p->port;
	memcpy(block + in->offset, p->text, out->got);
	if (!(in->flags & SOCKETS_PEEK)) {
		p->text += out->got;
		p->bytes -= out->got;
		if (s->kind != SOCKETS_TCP || p->bytes == 0)
			take(s);
	}
	out->got += net.lies;
	return SOCKETS_OK;
}

enum sockets_status serve_sockets_shutdown(struct sockets_caller *c, const struct sockets_shutdown_in *in)
{
	struct net_socket *s = socket_of(in->handle);

	(void)c;
	if (!s)
		return SOCKETS_E_HANDLE;
	s->directions |= in->directions;
	return SOCKETS_OK;
}

enum sockets_status serve_sockets_names(struct sockets_caller *c, const struct sockets_names_in *in,
					struct sockets_names_out *out)
{
	const struct net_socket *s = socket_of(in->handle);

	(void)c;
	if (!s)
		return SOCKETS_E_HANDLE;
	*out = (struct sockets_names_out){
		s->kind, s->high, low_of(s->high, s->address), s->port, s->connected,
		s->peer_high, low_of(s->peer_high, s->peer_address), s->peer_port,
	};
	return SOCKETS_OK;
}

enum sockets_status serve_sockets_set(struct sockets_caller *c, const struct sockets_set_in *in)
{
	struct net_socket *s = socket_of(in->handle);

	(void)c;
	if (!s)
		return SOCKETS_E_HANDLE;
	s->option[in->option] = in->value;
	return SOCKETS_OK;
}

enum sockets_status serve_sockets_get(struct sockets_caller *c, const struct sockets_get_in *in,
				      struct sockets_get_out *out)
{
	struct net_socket *s = socket_of(in->handle);

	(void)c;
	if (!s)
		return SOCKETS_E_HANDLE;
	out->value = s->option[in->option];
	if (in->option == SOCKETS_PENDING) {
		out->value = s->pending;
		s->pending = SOCKETS_OK;
	}
	if (in->option == SOCKETS_AVAILABLE)
		out->value = s->packets ? s->queue[0].bytes : 0;
	return SOCKETS_OK;
}

/* It has no rings. */
enum sockets_status serve_sockets_ring(struct sockets_caller *c, const struct sockets_ring_in *in)
{
	(void)c, (void)in;
	return SOCKETS_E_LIMIT;
}

enum sockets_status serve_sockets_bell(struct sockets_caller *c, const struct sockets_bell_in *in,
				       struct sockets_bell_out *out)
{
	(void)c, (void)in, (void)out;
	return SOCKETS_E_HANDLE;
}

enum sockets_status serve_sockets_group(struct sockets_caller *c, const struct sockets_group_in *in)
{
	struct net_socket *s = socket_of(in->handle);

	(void)c;
	if (!s)
		return SOCKETS_E_HANDLE;
	s->group_high = in->high;
	s->group_low = in->low;
	s->joins += in->join != 0;
	s->leaves += in->join == 0;
	return SOCKETS_OK;
}

enum sockets_status serve_sockets_interface(struct sockets_caller *c, const struct sockets_interface_in *in,
					    struct sockets_interface_out *out)
{
	(void)c;
	if (in->card > (net.second > 0))
		return SOCKETS_E_ADDRESS;
	*out = (struct sockets_interface_out){
		.link = 2, .address = 0x0a00020f, .dns = net.dns, .is_default = in->card == (net.second > 0),
	};
	return SOCKETS_OK;
}

enum sockets_status serve_sockets_part(struct sockets_caller *c, const struct sockets_part_in *in,
				       struct sockets_part_out *out)
{
	L4_Word_t first = (net.dns != 0) + (L4_Word_t)(net.dns6 != 0);
	L4_Word_t servers = in->card == 0 ? first : in->card == 1 ? net.second : 0;

	(void)c;
	out->kind = in->index < servers ? SOCKETS_PART_NAMES : SOCKETS_PART_NONE;
	if (in->card > 0) {
		out->high = 0x20010db811112222;
		out->low = 0x3333444455556660 + in->index;
		return SOCKETS_OK;
	}
	out->high = in->index == 0 && net.dns ? 0 : net.dns6_on_link ? 0xfe80000000000000 : 0xfec0000000000000;
	out->low = out->high ? net.dns6 : SOCKET_MAPPED | net.dns;
	return SOCKETS_OK;
}

enum sockets_status serve_sockets_resolve(struct sockets_caller *c, const struct sockets_resolve_in *in,
					  struct sockets_resolve_out *out)
{
	(void)c;
	(void)in;
	(void)out;
	return SOCKETS_E_HOST;
}

/* ---- waits ---- */

static unsigned ready(L4_Word_t handle, unsigned events)
{
	const struct net_socket *s = socket_of(handle);
	unsigned is = 0;

	if (!s)
		return SOCKETS_INVALID;
	if (s->packets || s->ended)
		is |= SOCKETS_IN;
	if (s->room)
		is |= SOCKETS_OUT;
	return (is & events) | (s->pending ? SOCKETS_ERROR : 0) | (s->hangs_up ? SOCKETS_HANGUP : 0);
}

/* The entries with what they are ready for. Returns how many are. */
static unsigned look(const struct sockets_wait_in *in, struct sockets_wait_out *out)
{
	struct sockets_entry entry[ENTRIES];
	unsigned n = 0;

	memcpy(entry, in->list, in->list_bytes);
	for (unsigned i = 0; i < in->list_bytes / sizeof *entry; i++) {
		entry[i].ready = (uint16_t)ready(entry[i].handle, entry[i].events);
		n += entry[i].ready != 0;
	}
	memcpy(out->list, entry, in->list_bytes);
	out->list_bytes = in->list_bytes;
	out->wakes = net.wakes;
	return n;
}

static void put(void *out)
{
	put_sockets_wait(SOCKETS_OK, out);
}

static void put_received(void *out)
{
	put_sockets_receive(SOCKETS_OK, out);
}

static void put_nothing(void *out)
{
	put_sockets_receive(SOCKETS_E_AGAIN, out);
}

/* What it waited for, or nothing; errors and ends are left to the next request, as at the server. */
static void end_receive(struct waiter *w)
{
	struct sockets_receive_out out = { 0 };
	struct net_socket *s = socket_of(w->receive.handle);
	bool any = s && s->packets && receive(&w->receive, &out) == SOCKETS_OK;

	kernel_answer(w->thread, NET_THREAD, any ? put_received : put_nothing, &out);
}

static void end(struct waiter *w)
{
	struct sockets_wait_out out;

	w->used = false;
	if (w->receives) {
		end_receive(w);
		return;
	}
	look(&w->in, &out);
	kernel_answer(w->thread, NET_THREAD, put, &out);
}

static void time_over(void *serial)
{
	for (struct waiter *w = waiters; w < waiters + WAITS; w++)
		if (w->used && w->serial == (unsigned)(L4_Word_t)serial)
			end(w);
}

static bool is_over(const struct waiter *w)
{
	struct sockets_wait_out out;

	if (w->receives)
		return ready(w->receive.handle, SOCKETS_IN) || net.wakes > w->receive.wakes;
	return look(&w->in, &out) || net.wakes > w->in.wakes;
}

void net_changed(void)
{
	for (struct waiter *w = waiters; w < waiters + WAITS; w++)
		if (w->used && is_over(w))
			end(w);
}

unsigned net_waiters(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i < WAITS; i++)
		n += waiters[i].used;
	return n;
}

static bool is_full(void)
{
	net.waits++;
	return net.full > 0 && net.full-- > 0;
}

static enum sockets_status queue(struct waiter waiter, L4_Word_t milliseconds)
{
	struct waiter *w = waiters;

	while (w->used)
		w++;
	*w = waiter;
	w->used = true;
	w->serial = ++serials;
	if (milliseconds != SOCKETS_FOREVER)
		kernel_at(kernel_now() + milliseconds * 1000, time_over, (void *)(L4_Word_t)w->serial);
	return SOCKETS_LATER;
}

enum sockets_status serve_sockets_wait(struct sockets_caller *c, const struct sockets_wait_in *in,
				       struct sockets_wait_out *out)
{
	if (is_full())
		return SOCKETS_E_LIMIT;
	if (look(in, out) || net.wakes > in->wakes || in->milliseconds == 0)
		return SOCKETS_OK;
	return queue((struct waiter){ .thread = c->thread, .in = *in }, in->milliseconds);
}

enum sockets_status serve_sockets_receive(struct sockets_caller *c, const struct sockets_receive_in *in,
					  struct sockets_receive_out *out)
{
	enum sockets_status e = receive(in, out);

	if (e != SOCKETS_E_AGAIN || !(in->flags & SOCKETS_WAITS))
		return e;
	if (is_full())
		return SOCKETS_E_LIMIT;
	if (net.wakes > in->wakes || in->milliseconds == 0)
		return SOCKETS_E_AGAIN;
	return queue((struct waiter){ .thread = c->thread, .receives = true, .receive = *in },
		     in->milliseconds);
}

enum sockets_status serve_sockets_wake(struct sockets_caller *c, struct sockets_wake_out *out)
{
	(void)c;
	out->wakes = ++net.wakes;
	net_changed();
	return SOCKETS_OK;
}

bool permit_sockets(struct sockets_caller *c) { (void)c; return true; }

static bool serve(L4_MsgTag_t tag, L4_ThreadId_t from)
{
	struct sockets_caller c = { from };

	if (spoiled(tag, NET_THREAD))
		return true;
	if (!sockets_serve(tag, &c))
		return false;
	check_request("the network server", SOCKETS_E_REQUEST);
	return true;
}

void net_restart(void)
{
	memset(waiters, 0, sizeof waiters);
	for (unsigned i = 0; i < NET_SOCKETS; i++)
		net.socket[i].used = false;
	kernel_server(NET_THREAD, serve);
}

void net_begin(void)
{
	net.dns = 0x0a000203;
	net_restart();
}
