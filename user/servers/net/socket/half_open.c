/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * half_open.c - connections that a peer has begun and not completed, and those that have ended (TIME_WAIT)
 * and whose names are used again. lwIP calls what this file has (lwipopts.h).
 *
 * A SYN is answered with a cookie (numbers.h). Of connections that are not completed HALF_OPEN are kept, so
 * that the answer is sent again if it is lost; the oldest one makes room for the next. If the peer answers
 * one that is not kept any more, the cookie says that it was begun, and with which options.
 */
#include <lwip/ip.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/sys.h>
#include <servers/net/interface/address.h>

#include "numbers.h"
#include "sock.h"

enum {
	HALF_OPEN = 48,
	SEGMENTS = 4, NO_SCALE = 15, SELECTIVE = 64, SCALE_SHIFT = 2,	/* options of a cookie */
	BEHIND = 65536,		/* of numbers: what another connection with these names may have sent last */
};
_Static_assert(SEGMENTS == 1 << SCALE_SHIFT && (NO_SCALE + 1) << SCALE_SHIFT == SELECTIVE
	       && SELECTIVE << 1 == 1 << NUMBERS_OPTIONS, "each option has its bits");

static const uint16_t segment_sizes[SEGMENTS] = { 64, 536, 1220, 1440 };

static uint32_t displaced_at;		/* sys_now, of the last one that made room */
static bool displaced;

static struct ends ends_of(const struct tcp_pcb *pcb)
{
	return (struct ends){ address_name(&pcb->local_ip, pcb->local_port),
			      address_name(&pcb->remote_ip, pcb->remote_port) };
}

/* ---- names that were in use ---- */

static bool same_name(struct socket_name a, struct socket_name b)
{
	return a.port == b.port && socket_same_address(a.address, b.address);
}

/* The end of a connection with these names that has ended here; NULL: there is none. */
static struct tcp_pcb *old_of(const struct ends *e)
{
	for (struct tcp_pcb *pcb = tcp_tw_pcbs; pcb; pcb = pcb->next) {
		struct ends other;

		if (pcb->local_port != e->here.port || pcb->remote_port != e->peer.port)
			continue;
		other = ends_of(pcb);
		if (same_name(e->here, other.here) && same_name(e->peer, other.peer))
			return pcb;
	}
	return NULL;
}

/*
 * Of a connection that is begun here. Where the peer is on this machine its number says what has been sent,
 * and the SYN is before it.
 */
uint32_t net_first_number(const ip_addr_t *local, uint16_t local_port, const ip_addr_t *remote, uint16_t port)
{
	const struct ends e = { address_name(local, local_port), address_name(remote, port) },
		other = { e.peer, e.here };
	const struct tcp_pcb *old = old_of(&other);
	uint32_t number = numbers_first(&e);

	return old && TCP_SEQ_LEQ(number, old->rcv_nxt) ? old->rcv_nxt + 1 : number;
}

/* RFC 1122, 4.2.2.13: a SYN with a number behind all that the connection in TIME_WAIT has received is new. */
bool net_begins_again(const struct tcp_pcb *old, unsigned flags, uint32_t number)
{
	return (flags & (TCP_SYN | TCP_ACK)) == TCP_SYN && TCP_SEQ_GEQ(number, old->rcv_nxt);
}

/* ---- a SYN ---- */

static unsigned options_of(const struct tcp_pcb *pcb)
{
	unsigned size = SEGMENTS - 1, scale = pcb->flags & TF_WND_SCALE ? pcb->snd_scale : NO_SCALE;

	while (size > 0 && segment_sizes[size] > pcb->mss)
		size--;
	return size | scale << SCALE_SHIFT | (pcb->flags & TF_SACK ? SELECTIVE : 0);
}

/* Its number is behind those of a connection with the same names that has ended, or it is a cookie. */
uint32_t net_answer_number(const struct tcp_pcb *pcb)
{
	const struct ends e = ends_of(pcb);
	struct tcp_pcb *old = old_of(&e);
	uint32_t number;

	if (!old)
		return numbers_cookie(&e, pcb->rcv_nxt - 1, options_of(pcb));
	number = old->snd_nxt + BEHIND;
	tcp_abort(old);			/* of one in TIME_WAIT nothing is sent */
	return number;
}

struct tcp_pcb *net_half_open(uint8_t priority)
{
	struct tcp_pcb *oldest = NULL;
	unsigned n = 0;

	for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next) {
		if (pcb->state != SYN_RCVD)
			continue;
		n++;
		if (!oldest || (int32_t)(pcb->tmr - oldest->tmr) <= 0)
			oldest = pcb;		/* of the same time: the last one, as new ones come first */
	}
	if (n >= HALF_OPEN) {
		displaced = true;
		displaced_at = sys_now();
		tcp_abandon(oldest, 0);
	}
	return tcp_alloc(priority);
}

/* ---- its answer ---- */

static void set_options(struct tcp_pcb *pcb, unsigned options)
{
	unsigned scale = options >> SCALE_SHIFT & NO_SCALE;

	pcb->mss = tcp_eff_send_mss(segment_sizes[options % SEGMENTS], &pcb->local_ip, &pcb->remote_ip);
	if (options & SELECTIVE)
		tcp_set_flags(pcb, TF_SACK);
	if (scale == NO_SCALE)
		return;
	tcp_set_flags(pcb, TF_WND_SCALE);
	pcb->snd_scale = (u8_t)scale;
	pcb->rcv_scale = TCP_RCV_SCALE;
}

/* As lwIP sets them when the SYN comes, and its answer has been sent. */
static void set_numbers(struct tcp_pcb *pcb, const struct tcp_hdr *h)
{
	pcb->rcv_nxt = h->seqno;
	pcb->rcv_ann_right_edge = pcb->rcv_nxt + pcb->rcv_ann_wnd;
	pcb->snd_nxt = pcb->snd_lbb = h->ackno;
	pcb->lastack = pcb->snd_wl2 = h->ackno - 1;
	pcb->snd_wl1 = h->seqno - 1;
	pcb->snd_wnd = pcb->snd_wnd_max = h->wnd;
}

/* Only soon after one has made room: else a stray segment has one guess more, and costs more. */
struct tcp_pcb *net_half_open_again(struct tcp_pcb_listen *l, const struct tcp_hdr *h)
{
	const struct ends e = { address_name(ip_current_dest_addr(), h->dest),
				address_name(ip_current_src_addr(), h->src) };
	struct tcp_pcb *pcb;
	int options;

	displaced = displaced && sys_now() - displaced_at < 2 * NUMBERS_COOKIE_MS;
	if (!displaced || (TCPH_FLAGS(h) & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_ACK)
		return NULL;
	options = numbers_cookie_says(&e, h->seqno - 1, h->ackno - 1);
	pcb = options < 0 ? NULL : net_half_open(l->prio);
	if (!pcb)
		return NULL;
	ip_addr_copy(pcb->local_ip, *ip_current_dest_addr());
	ip_addr_copy(pcb->remote_ip, *ip_current_src_addr());
	pcb->local_port = h->dest;
	pcb->remote_port = h->src;
	pcb->state = SYN_RCVD;
	pcb->callback_arg = l->callback_arg;
	pcb->listener = l;
	pcb->so_options = l->so_options & SOF_INHERITED;
	pcb->netif_idx = l->netif_idx;
	set_numbers(pcb, h);
	set_options(pcb, (unsigned)options);
	TCP_REG_ACTIVE(pcb);
	return pcb;
}

/* ---- a listening socket whose connections no program accepts ---- */

/* Nothing comes to it meanwhile, and nothing is lost by that: its peers send again. */
err_t net_takes_segment(const struct tcp_pcb *pcb)
{
	const struct sock *s = pcb->state == LISTEN || pcb->listener ? pcb->callback_arg : NULL;

	return s && s->waits >= s->backlog ? ERR_USE : ERR_OK;
}
