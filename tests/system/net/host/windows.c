/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * windows.c - see net.h: the windows of connections with a peer that is not this machine
 * (user/servers/net/socket/window.c): how large they become, what they keep, and what a peer can do with
 * them.
 */
#include <lwip/inet_chksum.h>
#include <lwip/ip.h>
#include <lwip/netif.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/stats.h>
#include <string.h>

#include "net.h"

enum { SERVICE = 6000, SCALE = 7, SYN_OPTIONS = 12, HEADERS = 40, ROUNDS = 4000, WINDOW = 1000,
       LARGE = 24, TOGETHER = 16, FIRST_SENT = 10, SHARE = MEM_SIZE / 2, KEPT = 512 / 4,
       SLACK = 6 * TCP_MSS /* of a window, not announced yet */ };

/* ---- a connection that the peer opens ---- */

/* The options of a SYN: the largest segment; a scale and selective acknowledgements, if there is a scale. */
static unsigned put_options(unsigned char *to, int scale)
{
	const unsigned char with[SYN_OPTIONS] = { 2, 4, 5, 0xb4, 1, 3, 3, (unsigned char)scale, 1, 1, 4, 2 };

	memcpy(to, with, sizeof with);
	return scale < 0 ? 4 : SYN_OPTIONS;
}

static void send_syn(uint16_t port, int scale)
{
	unsigned char options[SYN_OPTIONS];

	peer_segment(&(struct segment){ .from = PEER, .port = port, .to = port, .window = WINDOW,
					.flags = TCP_SYN, .options = options,
					.option_bytes = put_options(options, scale) });
}

/* A socket of that client with a connection of the peer. scale: that it offers, less than 0: none. */
static struct sock *accept_peer(struct owner *o, int scale)
{
	static uint16_t port = SERVICE;		/* of both ends: another one each time */
	struct tcp_pcb *pcb;
	struct sock *listener, *s = NULL;

	if (sock_open(o, SOCKETS_TCP, SOCKETS_BOTH, &listener) != SOCKETS_OK
	    || sock_bind(listener, (struct socket_name){ SOCKET_IPV4(0), ++port }) != SOCKETS_OK
	    || stream_listen(listener, 1) != SOCKETS_OK)
		return NULL;
	send_syn(port, scale);
	for (pcb = tcp_active_pcbs; pcb && pcb->remote_port != port; pcb = pcb->next)
		;
	if (pcb) {
		peer_sends(pcb, 0, pcb->snd_nxt, WINDOW, 0);
		stream_accept(listener, &s);
	}
	sock_close(listener, false);
	return s;
}

/*
 * The peer sends a segment, in order, and the client takes it, until the window does not grow any more; and
 * the peer gets to know it.
 */
static void grow(struct sock *s)
{
	size_t got;

	for (unsigned i = 0; i < ROUNDS && s->window < WINDOW_MOST; i++) {
		peer_sends(s->tcp, 0, s->tcp->lastack, WINDOW, TCP_MSS);
		take_bytes(s, &got);
	}
	pass_time(TCP_TMR_INTERVAL);
}

/* The peer sends as much as the window allows. Returns how much that was; 0: lwIP has kept some of it. */
static size_t fill(struct sock *s)
{
	uint32_t first = s->tcp->rcv_nxt, most = s->tcp->rcv_ann_right_edge - first;

	while (s->tcp->rcv_nxt - first + TCP_MSS <= most && !s->tcp->refused_data)
		peer_sends(s->tcp, 0, s->tcp->lastack, WINDOW, TCP_MSS);
	return s->tcp->refused_data ? 0 : s->tcp->rcv_nxt - first;
}

static size_t take_all(struct sock *s)
{
	size_t sum = 0, got = 1;

	while (got > 0 && take_bytes(s, &got) == SOCKETS_OK)
		sum += got;
	return sum;
}

/* ---- the cases ---- */

bool windows_grow(void)
{
	struct sock *s = accept_peer(&owners[1], SCALE);
	size_t first, filled;

	if (!s || s->tcp->snd_scale != SCALE || s->tcp->rcv_scale != TCP_RCV_SCALE)
		return false;
	first = s->window;
	grow(s);
	if (first != TCP_WND || s->window != WINDOW_MOST || s->tcp->rcv_wnd != WINDOW_MOST)
		return false;
	filled = fill(s);
	return filled > WINDOW_MOST - 2 * TCP_MSS && take_all(s) == filled && s->owner->held == 0;
}

/* Without an option in its SYN a peer cannot know a larger one. */
bool windows_not_scaled(void)
{
	struct sock *s = accept_peer(&owners[1], -1);

	if (!s)
		return false;
	grow(s);
	return s->window == TCP_WND && s->tcp->snd_scale == 0 && s->tcp->rcv_scale == 0;
}

/* A client with as many as it can have, all filled: others have room, and what was promised is kept. */
bool windows_share(void)
{
	struct sock *all[SOCKETS_MOST - 1], *a, *b;
	size_t before = lwip_stats.mem.used;
	unsigned large = 0;
	bool is_well = true;

	for (unsigned i = 0; i < SOCKETS_MOST - 1; i++) {
		all[i] = accept_peer(&owners[1], SCALE);
		if (!all[i])
			return false;
		grow(all[i]);
		large += all[i]->window == WINDOW_MOST;
	}
	is_well = large > 0 && large < LARGE && owners[1].heap <= SHARE;
	for (unsigned i = 0; i < SOCKETS_MOST - 1 && is_well; i++)
		is_well = all[i]->window == TCP_WND || fill(all[i]) > all[i]->window - SLACK;
	return is_well && lwip_stats.mem.used - before <= SHARE && open_pair_of(&owners[2], &a, &b)
	       && send_all(a, TCP_WND) == SOCKETS_OK;
}

static bool sacks_are_true(const struct tcp_pcb *t)
{
	const struct tcp_seg *last = t->ooseq;

	while (last && last->next)
		last = last->next;
	for (unsigned i = 0; i < LWIP_TCP_MAX_SACK_NUM && LWIP_TCP_SACK_VALID(t, i); i++)
		if (!last || TCP_SEQ_LEQ(t->rcv_sacks[i].left, t->rcv_nxt)
		    || TCP_SEQ_GT(t->rcv_sacks[i].right, last->tcphdr->seqno + last->len))
			return false;
	return true;
}

/* It offers an impossible scale, leaves out every second segment, and sends beyond the window. */
bool windows_hostile(void)
{
	struct sock *s = accept_peer(&owners[1], 255);
	unsigned kept = 0;
	uint32_t next;

	if (!s || s->tcp->snd_scale != 14)
		return false;
	grow(s);
	next = s->tcp->rcv_nxt;
	for (uint32_t ahead = TCP_MSS; ahead < 2 * WINDOW_MOST; ahead += 2 * TCP_MSS) {
		peer_sends(s->tcp, ahead, s->tcp->lastack, 65535, TCP_MSS);
		if (!sacks_are_true(s->tcp))
			return false;
	}
	for (const struct tcp_seg *o = s->tcp->ooseq; o; o = o->next)
		kept++;
	return kept > 0 && kept <= KEPT && s->tcp->rcv_nxt == next && s->pieces == 0;
}

/* ---- acknowledgements ---- */

/* So many segments in order come together. Returns how many frames the card sends meanwhile. */
static unsigned long burst(struct sock *s, unsigned segments)
{
	unsigned long before = card_sent;

	while (segments-- > 0)
		peer_sends(s->tcp, 0, s->tcp->lastack, WINDOW, TCP_MSS);
	return card_sent - before;
}

static unsigned long sent_after_burst(void)
{
	unsigned long before = card_sent;

	window_acknowledge();
	return card_sent - before;
}

/* Is there an acknowledgement that waits for its time, and is sent then? */
static bool is_late(const struct sock *s)
{
	bool waits = s->tcp->flags & TF_ACK_DELAY;

	pass_time(TCP_TMR_INTERVAL);
	return waits && !(s->tcp->flags & (TF_ACK_DELAY | TF_ACK_NOW));
}

/* Its window has its full size, and the peer knows that. */
static struct sock *accept_grown(void)
{
	struct sock *s;

	answer_arp(PEER);
	s = accept_peer(&owners[1], SCALE);
	if (!s)
		return NULL;
	grow(s);
	is_late(s);
	return s->window == WINDOW_MOST && !is_late(s) ? s : NULL;
}

bool windows_young(void)
{
	struct sock *s;

	answer_arp(PEER);
	s = accept_peer(&owners[1], SCALE);
	return s && burst(s, 6) == 3 && sent_after_burst() == 0 && s->window < WINDOW_MOST;
}

bool windows_burst(void)
{
	struct sock *s = accept_grown();

	if (!s || burst(s, TOGETHER - 1) != 0 || sent_after_burst() != 1 || sent_after_burst() != 0)
		return false;
	if (burst(s, 2 * TOGETHER + 2) != 2 || sent_after_burst() != 1 || is_late(s))
		return false;
	return burst(s, 1) == 0 && sent_after_burst() == 0 && is_late(s);
}

bool windows_gap(void)
{
	struct sock *s = accept_grown();
	unsigned long before;

	if (!s || burst(s, 3) != 0)
		return false;
	before = card_sent;
	peer_sends(s->tcp, TCP_MSS, s->tcp->lastack, WINDOW, TCP_MSS);
	return card_sent == before + 1 && sent_after_burst() == 0 && !is_late(s);
}

bool windows_open_late(void)
{
	struct sock *s = accept_grown();
	unsigned long before;

	if (!s || burst(s, 15) != 0 || sent_after_burst() != 1)
		return false;
	before = card_sent;
	if (take_all(s) != 15 * TCP_MSS || card_sent != before || !is_late(s) || fill(s) == 0)
		return false;
	window_acknowledge();
	before = card_sent;
	take_all(s);
	return card_sent > before && s->tcp->rcv_ann_right_edge - s->tcp->rcv_nxt > WINDOW_MOST - SLACK;
}

/* ---- the window of the path ---- */

/* A connection that has so many segments to send; *first: the number of the first. */
static struct sock *accept_sender(unsigned segments, uint32_t *first)
{
	struct sock *s;

	answer_arp(PEER);
	s = accept_peer(&owners[1], SCALE);
	if (!s)
		return NULL;
	*first = s->tcp->snd_nxt;
	return send_all(s, segments * TCP_MSS) == SOCKETS_OK ? s : NULL;
}

bool windows_first_sent(void)
{
	unsigned long before = card_sent;
	uint32_t first;
	struct sock *s = accept_sender(2 * FIRST_SENT, &first);

	return s && s->tcp->snd_nxt == first + FIRST_SENT * TCP_MSS && card_sent >= before + FIRST_SENT;
}

/* The peer acknowledges up to this number. Returns how many frames the card sends then. */
static unsigned long acknowledge(struct sock *s, uint32_t number)
{
	unsigned long before = card_sent;

	peer_sends(s->tcp, 0, number, WINDOW, 0);
	return card_sent - before;
}

/* The segments 0, 3 and 6 of FIRST_SENT are lost. */
bool windows_recovery(void)
{
	uint32_t first;
	struct sock *s = accept_sender(FIRST_SENT, &first);

	if (!s || acknowledge(s, first) + acknowledge(s, first) != 0 || acknowledge(s, first) != 1)
		return false;
	if (acknowledge(s, first + 3 * TCP_MSS) != 1 || !(s->tcp->flags & TF_INFR))
		return false;
	for (unsigned i = 0; i < 4; i++)
		pass_time(TCP_TMR_INTERVAL);
	if (acknowledge(s, first + 6 * TCP_MSS) != 1 || s->tcp->rtime == 0)
		return false;
	return acknowledge(s, first + FIRST_SENT * TCP_MSS) == 0 && !(s->tcp->flags & TF_INFR)
	       && s->tcp->cwnd <= s->tcp->ssthresh + TCP_MSS && !s->tcp->unacked;
}
