/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stream.c - see sock.h: sockets of TCP.
 *
 * lwIP calls back with the socket as argument. After the callback of an error, in TIME_WAIT, whose end is not
 * reported, and after tcp_close and tcp_abort, the pcb is lwIP's alone: s->tcp is NULL then.
 */
#include <lwip/priv/tcp_priv.h>
#include <lwip/sys.h>
#include <string.h>

#include "numbers.h"
#include "sock.h"

enum {
	PORT_TRIES = SOCKETS + MEMP_NUM_TCP_PCB + 1, POLL_TICKS = 500 / TCP_SLOW_INTERVAL, CLOSING_MS = 60000,
	/* Of the heap, beside the bytes: the headers of a block, of a pbuf and of a packet; room for more. */
	PER_PBUF = 16 + sizeof(struct pbuf) + LWIP_MEM_ALIGN_SIZE(PBUF_TRANSPORT) + MEM_ALIGNMENT + TCP_OVERSIZE,
	LEAST = MEM_SIZE / TCP_SEGMENTS,	/* of a pbuf with its bytes */
	/* Lost if no pcb is free: first connections that end, then those that no program has accepted. */
	PRIORITY_CLOSING = TCP_PRIO_MIN, PRIORITY_PENDING = TCP_PRIO_MIN + 1,
};

static void attach(struct sock *s, struct tcp_pcb *pcb);
static void detach(struct tcp_pcb *pcb);
static void stream_close(struct sock *s, bool abort);
static void stream_set_options(struct sock *s);

/* ---- what is held of the heap ---- */

/* By so many bytes in pbufs, at most; a segment of which only a part is acknowledged stays whole. */
static size_t heap_of(size_t bytes, size_t pbufs)
{
	size_t whole = bytes + pbufs * PER_PBUF, least = pbufs * LEAST;

	return pbufs ? (whole > least ? whole : least) + TCP_MSS : 0;
}

/* To be called when lwIP has taken bytes, or has given some back. */
static void charge(struct sock *s)
{
	size_t sending = s->tcp ? heap_of(s->queued, tcp_sndqueuelen(s->tcp)) : 0;

	sock_charge(s, sending + s->promised);
}

/* For n bytes more: one pbuf behind the last segment, then segments, of which the last is not full. */
static bool has_room(const struct sock *s, size_t n)
{
	size_t pbufs = tcp_sndqueuelen(s->tcp) + n / s->tcp->mss + 2;

	return sock_has_room(s, heap_of(s->queued + n, pbufs) + s->promised - s->heap);
}

/* ---- what lwIP reports ---- */

static void leave_time_wait(struct sock *s)
{
	struct tcp_pcb *pcb = s->tcp;

	if (pcb->state != TIME_WAIT || !s->end || s->state != SOCK_CONNECTED)
		return;
	s->local = address_name(&pcb->local_ip, pcb->local_port);
	detach(pcb);
	s->tcp = NULL;
	s->state = SOCK_BROKEN;
	charge(s);
}

/* The last bytes are taken whatever room there is: lwIP would free them, unread, when the pcb ends. */
static err_t on_received(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t e)
{
	struct sock *s = arg;

	(void)e;
	if (!p) {
		s->end = true;
		sock_changes++;
		leave_time_wait(s);
	} else if (s->shut_in || s->end || s->state == SOCK_CLOSING) {
		window_open(s, p->tot_len);
		pbuf_free(p);
	} else if (!window_put(s, p, pcb->state >= CLOSE_WAIT)) {
		return ERR_MEM;			/* lwIP keeps it, and takes no more until stream_receive */
	}
	return ERR_OK;
}

static err_t on_sent(void *arg, struct tcp_pcb *pcb, u16_t bytes)
{
	struct sock *s = arg;
	size_t done = bytes < s->queued ? bytes : s->queued;	/* a FIN counts too */

	(void)pcb;
	s->queued -= done;
	charge(s);
	s->blocked = false;
	sock_changes++;
	leave_time_wait(s);
	return ERR_OK;
}

static err_t on_poll(void *arg, struct tcp_pcb *pcb)
{
	struct sock *s = arg;

	(void)pcb;
	if (s->blocked)
		sock_changes++;
	s->blocked = false;
	return ERR_OK;
}

static enum sockets_status lost_by(const struct sock *s, err_t e)
{
	if (s->state == SOCK_CONNECTING && e == ERR_RST)
		return SOCKETS_E_NO_SERVICE;
	if (e == ERR_CLSD && s->end)		/* both sides have ended it */
		return SOCKETS_OK;
	return e == ERR_ABRT ? SOCKETS_E_TIMEOUT : SOCKETS_E_RESET;
}

/* The pcb does not exist any more. */
static void on_error(void *arg, err_t e)
{
	struct sock *s = arg;

	s->tcp = NULL;
	s->queued = 0;
	charge(s);
	if (s->state == SOCK_CLOSING) {
		sock_free(s);
		return;
	}
	s->error = lost_by(s, e);
	if (s->state != SOCK_PENDING)
		s->state = SOCK_BROKEN;
	sock_changes++;
}

static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t e)
{
	struct sock *s = arg;

	(void)pcb;
	(void)e;
	s->state = SOCK_CONNECTED;
	sock_changes++;
	return ERR_OK;
}

/* A connection has come to a listening socket: a socket of its own, which stream_accept returns. */
static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t e)
{
	struct sock *listener = arg, *s;

	if (e != ERR_OK || !pcb || !listener)
		return ERR_VAL;
	s = listener->waits < listener->backlog ? sock_new(listener->owner, listener->kind, listener->family)
						: NULL;
	if (!s) {
		tcp_abort(pcb);
		return ERR_ABRT;
	}
	s->state = SOCK_PENDING;
	s->listener = listener;
	s->options = listener->options;
	s->peer = address_name(&pcb->remote_ip, pcb->remote_port);
	attach(s, pcb);
	stream_set_options(s);
	listener->waiting[listener->waits++] = s;
	sock_changes++;
	return ERR_OK;
}

/* ---- the pcb of a socket ---- */

static void attach(struct sock *s, struct tcp_pcb *pcb)
{
	s->tcp = pcb;
	tcp_arg(pcb, s);
	tcp_recv(pcb, on_received);
	tcp_sent(pcb, on_sent);
	tcp_err(pcb, on_error);
	tcp_poll(pcb, on_poll, POLL_TICKS);
	window_begin(s);
}

static void detach(struct tcp_pcb *pcb)
{
	tcp_arg(pcb, NULL);
	if (pcb->state == LISTEN) {
		tcp_accept(pcb, NULL);
		return;
	}
	tcp_recv(pcb, NULL);
	tcp_sent(pcb, NULL);
	tcp_err(pcb, NULL);
	tcp_poll(pcb, NULL, 0);
}

static enum sockets_status stream_open(struct sock *s)
{
	struct tcp_pcb *pcb = tcp_new_ip_type(address_type(s->family));

	if (!pcb)
		return SOCKETS_E_LIMIT;
	attach(s, pcb);
	return SOCKETS_OK;
}

static void stream_set_options(struct sock *s)
{
	const struct options *o = &s->options;
	struct tcp_pcb *pcb = s->tcp;

	if (!pcb)
		return;
	pcb->ttl = (u8_t)o->ttl;
	pcb->tos = (u8_t)o->tos;
	pcb->so_options = (u8_t)((o->reuse ? SOF_REUSEADDR : 0) | (o->keepalive ? SOF_KEEPALIVE : 0));
	if (pcb->state == LISTEN)
		return;				/* it has no more fields */
	pcb->keep_idle = o->idle * 1000;
	pcb->keep_intvl = o->interval * 1000;
	pcb->keep_cnt = o->count;
	if (o->nodelay)
		tcp_nagle_disable(pcb);
	else
		tcp_nagle_enable(pcb);
}

/* Forget the pcb; lwIP sends what is left. */
static void let_close(struct sock *s)
{
	struct tcp_pcb *pcb = s->tcp;

	window_end(s, s->pieces > 0);
	while (s->pieces)			/* left unread: lwIP resets the connection */
		sock_drop_piece(s);
	charge(s);
	if (s->queued == 0) {
		detach(pcb);
		tcp_setprio(pcb, PRIORITY_CLOSING);
		tcp_close(pcb);
		sock_free(s);
		return;
	}
	sock_begin_closing(s);
	tcp_setprio(pcb, PRIORITY_CLOSING);
	tcp_close(pcb);
}

static void close_listener(struct sock *s)
{
	struct tcp_pcb *pcb = s->tcp;

	for (unsigned i = 0; i < s->waits; i++)
		stream_close(s->waiting[i], true);
	s->waits = 0;
	detach(pcb);
	tcp_close(pcb);
	sock_free(s);
}

static void stream_close(struct sock *s, bool abort)
{
	struct tcp_pcb *pcb = s->tcp;

	if (s->state == SOCK_LISTENS) {
		close_listener(s);
	} else if (!pcb) {
		sock_free(s);
	} else if (abort) {
		detach(pcb);
		tcp_abort(pcb);
		sock_free(s);
	} else {
		let_close(s);
	}
}

/* lwIP does not report the orderly end of a pcb that was closed. */
static bool has_pcb(const struct sock *s)
{
	for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
		if (pcb == s->tcp && pcb->callback_arg == s)
			return true;
	return false;
}

static void stream_sweep(struct sock *s)
{
	if (!has_pcb(s)) {
		sock_free(s);
	} else if (s->queued == 0) {
		detach(s->tcp);
		sock_free(s);
	} else if (sys_now() - s->since > CLOSING_MS) {
		stream_close(s, true);
	}
}

/* ---- names ---- */

static struct socket_name stream_local(const struct sock *s)
{
	return s->tcp ? address_name(&s->tcp->local_ip, s->tcp->local_port) : s->local;
}

static enum sockets_status bind_to(struct sock *s, struct socket_name at)
{
	ip_addr_t address = address_local(s->family, at.address);

	if (sock_is_taken(s, at))
		return SOCKETS_E_IN_USE;
	return sock_status(tcp_bind(s->tcp, &address, at.port));
}

/* One that is free, as there are more tries than other sockets and connections. to: NULL, none yet. */
static enum sockets_status bind_free(struct sock *s, struct socket_name at, const struct socket_name *to)
{
	enum sockets_status e = SOCKETS_E_IN_USE;

	ip_reset_option(s->tcp, SOF_REUSEADDR);
	for (unsigned i = 0; i < PORT_TRIES && e == SOCKETS_E_IN_USE; i++) {
		at.port = to ? numbers_port(*to) : numbers_random_port();
		e = bind_to(s, at);
	}
	stream_set_options(s);
	return e;
}

static enum sockets_status stream_bind(struct sock *s, struct socket_name at)
{
	if (s->tcp->local_port != 0)
		return SOCKETS_E_ARGUMENT;
	return at.port != 0 ? bind_to(s, at) : bind_free(s, at, NULL);
}

static enum sockets_status bind_any(struct sock *s, const struct socket_name *to)
{
	return s->tcp->local_port != 0 ? SOCKETS_OK : bind_free(s, address_any(s->family), to);
}

static enum sockets_status stream_connect(struct sock *s, struct socket_name to)
{
	ip_addr_t address = address_ip(to.address);
	enum sockets_status e;

	if (s->state == SOCK_CONNECTING)
		return SOCKETS_E_IN_PROGRESS;
	if (s->error)
		return sock_take_error(s);
	if (s->state != SOCK_NEW)
		return s->state == SOCK_CONNECTED ? SOCKETS_E_CONNECTED : SOCKETS_E_KIND;
	if (to.port == 0)
		return SOCKETS_E_ARGUMENT;
	if (!address_source(to.address))
		return SOCKETS_E_UNREACHABLE;
	e = bind_any(s, &to);
	if (e != SOCKETS_OK)
		return e;
	if (!IP_ADDR_PCB_VERSION_MATCH(s->tcp, &address))
		return SOCKETS_E_ADDRESS;
	ip_set_option(s->tcp, SOF_REUSEADDR);	/* else lwIP does not look for a connection with the same peers */
	e = sock_status(tcp_connect(s->tcp, &address, to.port, on_connected));
	stream_set_options(s);
	if (e != SOCKETS_OK)
		return e;
	s->state = SOCK_CONNECTING;
	s->peer = to;
	return SOCKETS_E_IN_PROGRESS;
}

static bool meet(const ip_addr_t *a, const ip_addr_t *b)
{
	if (IP_GET_TYPE(a) != IP_GET_TYPE(b))
		return IP_GET_TYPE(a) == IPADDR_TYPE_ANY || IP_GET_TYPE(b) == IPADDR_TYPE_ANY;
	return ip_addr_isany(a) || ip_addr_isany(b) || ip_addr_cmp(a, b);
}

/* With SOCKETS_REUSE too: the listening socket with an address would get the clients of the one without. */
static bool is_listened_to(const struct tcp_pcb *pcb)
{
	for (const struct tcp_pcb_listen *l = tcp_listen_pcbs.listen_pcbs; l; l = l->next)
		if (l->local_port == pcb->local_port && meet(&l->local_ip, &pcb->local_ip))
			return true;
	return false;
}

enum sockets_status stream_listen(struct sock *s, unsigned backlog)
{
	enum sockets_status e;
	struct tcp_pcb *listener;
	err_t error;

	if (s->kind != &stream_kind)
		return SOCKETS_E_KIND;
	s->backlog = backlog < 1 ? 1 : backlog > BACKLOG ? BACKLOG : backlog;
	if (s->state == SOCK_LISTENS)
		return SOCKETS_OK;
	if (s->state != SOCK_NEW)
		return SOCKETS_E_KIND;
	e = bind_any(s, NULL);
	if (e == SOCKETS_OK && is_listened_to(s->tcp))
		e = SOCKETS_E_IN_USE;
	if (e != SOCKETS_OK)
		return e;
	tcp_setprio(s->tcp, PRIORITY_PENDING);	/* its connections inherit it */
	listener = tcp_listen_with_backlog_and_err(s->tcp, 0, &error);
	if (!listener)
		return sock_status(error);
	s->tcp = listener;
	s->state = SOCK_LISTENS;
	tcp_accept(listener, on_accept);
	return SOCKETS_OK;
}

enum sockets_status stream_accept(struct sock *s, struct sock **from)
{
	if (s->state != SOCK_LISTENS)
		return SOCKETS_E_ARGUMENT;
	if (s->waits == 0)
		return SOCKETS_E_AGAIN;
	*from = s->waiting[0];
	memmove(s->waiting, s->waiting + 1, --s->waits * sizeof s->waiting[0]);
	(*from)->listener = NULL;
	(*from)->state = (*from)->tcp ? SOCK_CONNECTED : SOCK_BROKEN;
	if ((*from)->tcp)
		tcp_setprio((*from)->tcp, TCP_PRIO_NORMAL);
	return SOCKETS_OK;
}

/* ---- bytes ---- */

/* What is said before bytes are sent or received; SOCKETS_OK: it is connected, or was. */
static enum sockets_status ready(struct sock *s)
{
	switch (s->state) {
	case SOCK_NEW:
	case SOCK_LISTENS: return SOCKETS_E_NOT_CONNECTED;
	case SOCK_CONNECTING: return SOCKETS_E_AGAIN;
	default: return SOCKETS_OK;
	}
}

static enum sockets_status stream_send(struct sock *s, const void *from, size_t *bytes,
				       struct socket_name *to)
{
	enum sockets_status e = ready(s);
	size_t n = *bytes;
	err_t error = ERR_MEM;

	(void)to;
	*bytes = 0;
	if (e != SOCKETS_OK)
		return e;
	if (s->error)
		return sock_take_error(s);
	if (!s->tcp || s->shut_out)
		return SOCKETS_E_CLOSED;
	if (n > UINT16_MAX)
		n = UINT16_MAX;
	if (n > tcp_sndbuf(s->tcp))
		n = tcp_sndbuf(s->tcp);
	for (; n > 0; n /= 2) {
		if (has_room(s, n))
			error = tcp_write(s->tcp, from, (u16_t)n, TCP_WRITE_FLAG_COPY);
		if (error != ERR_MEM)
			break;
	}
	if (n == 0 || error == ERR_MEM) {
		s->blocked = true;
		return SOCKETS_E_AGAIN;
	}
	if (error != ERR_OK)
		return sock_status(error);
	s->queued += n;
	*bytes = n;
	tcp_output(s->tcp);
	charge(s);
	return SOCKETS_OK;
}

/* Copies from the queue; the bytes stay there. */
static void copy_pieces(struct sock *s, struct reception *r)
{
	size_t offset = s->offset;

	for (unsigned i = 0; i < s->pieces && r->got < r->bytes; i++) {
		struct pbuf *p = sock_piece(s, i)->p;
		size_t n = p->tot_len - offset, left = r->bytes - r->got;

		if (n > left)
			n = left;
		pbuf_copy_partial(p, (char *)r->to + r->got, (u16_t)n, (u16_t)offset);
		r->got += n;
		offset = 0;
	}
}

static void stream_take(struct sock *s, size_t got)
{
	for (size_t left = got; left > 0;) {
		size_t n = sock_piece(s, 0)->p->tot_len - s->offset;

		if (left < n) {
			s->offset += left;
			break;
		}
		left -= n;
		sock_drop_piece(s);
	}
	if (!s->tcp)
		return;
	window_open(s, got);
	if (s->tcp && s->tcp->refused_data)
		tcp_process_refused_data(s->tcp);
}

static enum sockets_status stream_receive(struct sock *s, struct reception *r)
{
	enum sockets_status e = ready(s);

	r->from = s->peer;
	if (e != SOCKETS_OK)
		return e;
	if (r->bytes > UINT16_MAX)
		r->bytes = UINT16_MAX;
	copy_pieces(s, r);
	r->whole = r->got;
	if (r->got > 0 && !r->peek)
		stream_take(s, r->got);
	if (r->got > 0 || r->bytes == 0)
		return SOCKETS_OK;
	if (s->error)
		return sock_take_error(s);
	return s->end || s->shut_in || !s->tcp ? SOCKETS_OK : SOCKETS_E_AGAIN;
}

static enum sockets_status stream_shutdown(struct sock *s, unsigned directions)
{
	if (s->state == SOCK_BROKEN)
		return SOCKETS_OK;
	if (s->state != SOCK_CONNECTED)
		return SOCKETS_E_NOT_CONNECTED;
	if ((directions & SOCKETS_SHUT_OUT) && !s->shut_out) {
		s->shut_out = true;
		tcp_shutdown(s->tcp, 0, 1);
	}
	if (directions & SOCKETS_SHUT_IN)
		s->shut_in = true;
	sock_changes++;
	return SOCKETS_OK;
}

/* Returns true if bytes can be sent, or an attempt would not have to wait. */
static bool can_send(const struct sock *s)
{
	return s->shut_out || (!s->blocked && tcp_sndbuf(s->tcp) >= TCP_MSS
			       && tcp_sndqueuelen(s->tcp) < TCP_SNDQUEUELOWAT && has_room(s, TCP_MSS));
}

static unsigned stream_events(const struct sock *s)
{
	bool over = s->end && s->shut_out;

	switch (s->state) {
	case SOCK_NEW:
		return SOCKETS_OUT | SOCKETS_HANGUP;
	case SOCK_LISTENS:
		return s->waits ? SOCKETS_IN : 0;
	case SOCK_CONNECTED:
		return (s->pieces || s->end || s->shut_in ? SOCKETS_IN : 0) | (can_send(s) ? SOCKETS_OUT : 0)
		       | (over ? SOCKETS_HANGUP : 0);
	case SOCK_BROKEN:
		return SOCKETS_IN | SOCKETS_OUT | SOCKETS_HANGUP;
	default:
		return 0;
	}
}

static size_t stream_available(struct sock *s)
{
	size_t bytes = 0;

	for (unsigned i = 0; i < s->pieces; i++)
		bytes += sock_piece(s, i)->p->tot_len;
	return bytes - s->offset;
}

const struct sock_kind stream_kind = {
	.number = SOCKETS_TCP, .room = WINDOW_MOST, .open = stream_open, .close = stream_close,
	.bind = stream_bind, .connect = stream_connect, .shutdown = stream_shutdown,
	.set_options = stream_set_options, .send = stream_send, .receive = stream_receive,
	.take = stream_take, .events = stream_events, .available = stream_available, .local = stream_local,
	.sweep = stream_sweep,
};
