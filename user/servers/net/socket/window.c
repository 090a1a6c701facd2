/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * window.c - see sock.h: the windows of sockets of TCP, and when bytes that come are acknowledged.
 *
 * A connection begins with lwIP's window, TCP_WND, whose packets wait in the buffers of the card. When its
 * client has taken half a window, the window becomes twice as large, if the heap has room for what it adds:
 * that is promised, so what the peer sends can be kept. Of a window that has grown only PACKETS packets wait
 * in the buffers; what follows, or has no buffer, is copied to the heap.
 *
 * lwIP acknowledges each second segment. When a window has its full size, segments in order that came
 * together have one acknowledgement, up to TOGETHER of them: docs/user/network.md says why.
 */
#include <lwip/priv/tcp_priv.h>
#include <string.h>

#include "sock.h"

enum { PACKETS = 24, COPY = 63 * 1024, UPDATE = 4 * TCP_MSS, USED_PART = 8, TOGETHER = 16 };

static bool some_owe;			/* sockets: an acknowledgement, of two segments or more */

/* Bytes, and for each COPY of them its header, and a packet that did not fit behind the others. */
static size_t heap_of(size_t window)
{
	return window > TCP_WND ? window + window / 16 + COPY : 0;
}

/* ---- copies ---- */

/* A piece for copies behind the others. Returns false if there is no place, or no memory. */
static bool add_copy(struct sock *s)
{
	struct pbuf *p = s->pieces < PIECES - 1 ? pbuf_alloc(PBUF_RAW, COPY, PBUF_RAM) : NULL;

	if (!p)
		return false;
	p->len = p->tot_len = 0;
	*sock_piece(s, s->pieces++) = (struct piece){ .p = p };
	return true;
}

static void append(struct pbuf *to, struct pbuf *from, size_t at, size_t bytes)
{
	pbuf_copy_partial(from, (char *)to->payload + to->len, (u16_t)bytes, (u16_t)at);
	to->len = to->tot_len = (u16_t)(to->tot_len + bytes);
}

/*
 * To the last piece, as far as that is a copy and has room, and the rest to a new one, if as many packets, or
 * buffers, as `packets` wait.
 */
static bool copy(struct sock *s, struct pbuf *from, unsigned packets)
{
	const struct piece *last = s->pieces ? sock_piece(s, s->pieces - 1) : NULL;
	struct pbuf *to = last && sock_is_copy(last) ? last->p : NULL;
	size_t room = to ? COPY - to->tot_len : 0, first = from->tot_len < room ? from->tot_len : room;
	size_t rest = from->tot_len - first;

	if (s->window <= TCP_WND || rest > COPY)
		return false;
	if (rest > 0 && ((s->pieces < packets && s->held < packets) || !add_copy(s)))
		return false;
	if (first > 0)
		append(to, from, 0, first);
	if (rest > 0)
		append(sock_piece(s, s->pieces - 1)->p, from, first, rest);
	pbuf_free(from);
	sock_changes++;
	return true;
}

bool window_put(struct sock *s, struct pbuf *p, bool last)
{
	return copy(s, p, PACKETS) || sock_put(s, p, &s->peer, last) || copy(s, p, 0);
}

/* ---- the size ---- */

void window_begin(struct sock *s)
{
	s->window = TCP_WND;
	s->taken = 0;
	s->used = false;
}

/* Not by the loopback: what is under way there is in the heap. */
static bool can_grow(const struct sock *s)
{
	return s->window < WINDOW_MOST && s->taken >= s->window / 2 && (s->tcp->flags & TF_WND_SCALE)
	       && !address_is_own(s->peer.address);
}

static void grow(struct sock *s)
{
	size_t window = s->window * 2 < WINDOW_MOST ? s->window * 2 : WINDOW_MOST;
	size_t more = heap_of(window) - s->promised;

	if (!can_grow(s) || !sock_has_room(s, more))
		return;
	s->tcp->rcv_wnd += (tcpwnd_size_t)(window - s->window);
	sock_charge(s, s->heap + more);
	s->window = window;
	s->promised += more;
	s->taken = 0;
}

/*
 * In place of tcp_recved, whose windows end at TCP_WND. If the peer has used little of its window it learns
 * what the client has taken by the next segment, or a delayed acknowledgement; else at once, until the client
 * has taken all.
 */
void window_open(struct sock *s, size_t bytes)
{
	struct tcp_pcb *pcb = s->tcp;

	s->used |= pcb->rcv_ann_right_edge - pcb->rcv_nxt < s->window - s->window / USED_PART;
	pcb->rcv_wnd += (tcpwnd_size_t)bytes;
	s->taken += bytes;
	grow(s);
	if (tcp_update_rcv_ann_wnd(pcb) < UPDATE)
		return;
	if (!s->used) {
		tcp_set_flags(pcb, TF_ACK_DELAY);
		return;
	}
	s->used = pcb->rcv_wnd + UPDATE < s->window;
	tcp_ack_now(pcb);
	tcp_output(pcb);
}

/* lwIP resets a connection that is closed if its window is not TCP_WND_MAX. */
void window_end(struct sock *s, bool unread)
{
	s->window = s->promised = 0;
	s->tcp->rcv_wnd = TCP_WND_MAX(s->tcp) - unread;
}

/* ---- acknowledgements ---- */

/* In place of lwIP's tcp_ack, for a segment in order. A window of the loopback never is WINDOW_MOST. */
void net_acknowledge(struct tcp_pcb *pcb, unsigned bytes)
{
	struct sock *s = pcb->callback_arg;
	bool first = !(pcb->flags & TF_ACK_DELAY);
	unsigned segments = bytes <= TCP_MSS ? 1 : (bytes + TCP_MSS - 1) / TCP_MSS;	/* that were merged */

	if (!s || s->window < WINDOW_MOST) {
		if (segments > 1)
			tcp_ack_now(pcb);
		else
			tcp_ack(pcb);
		return;
	}
	tcp_set_flags(pcb, TF_ACK_DELAY);
	s->owed = first ? segments : s->owed + segments;
	some_owe |= s->owed > 1;
	if (s->owed >= TOGETHER)
		tcp_ack_now(pcb);
}

/* Without TF_ACK_DELAY the acknowledgement was sent meanwhile. */
void window_acknowledge(void)
{
	if (!some_owe)
		return;
	some_owe = false;
	for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next) {
		const struct sock *s = pcb->callback_arg;

		if (!s || s->owed < 2 || !(pcb->flags & TF_ACK_DELAY))
			continue;
		tcp_ack_now(pcb);
		tcp_output(pcb);
	}
}
