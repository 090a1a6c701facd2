/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * recovery.c - fast recovery by RFC 6582 (NewReno), which lwIP calls here for: its own ends with the first
 * acknowledgement of anything new.
 *
 * Recovery begins with the third duplicate, and ends when all that was under way then is acknowledged. An
 * acknowledgement of less, a partial one, shows the next lost segment, which is sent again at once: a segment
 * for each round trip. Only the first partial one restarts the timer, so a peer that lost much is served by
 * the timer, which sends all again ("impatient").
 */
#include <lwip/ip.h>
#include <lwip/priv/tcp_priv.h>

#include "sock.h"

enum { DUPLICATES = 3 };

void net_recovery_begins(const struct tcp_pcb *pcb)
{
	struct sock *s = pcb->callback_arg;

	if (!s)
		return;
	s->recover = pcb->snd_nxt;
	s->partial = false;
}

/* A connection that the timer repeats begins with a small window: its recovery is over, and sets none. */
bool net_recovery_ends(struct tcp_pcb *pcb, uint32_t acknowledged)
{
	struct sock *s = pcb->callback_arg;

	if (pcb->flags & TF_RTO) {
		tcp_clear_flags(pcb, TF_INFR);
		return false;
	}
	if (!s || TCP_SEQ_GEQ(acknowledged, s->recover))
		return true;
	s->timer = pcb->rtime;
	return false;
}

/* The window becomes smaller by what has left the path, and has a segment for the one that is sent again. */
void net_recovery_goes_on(struct tcp_pcb *pcb, uint32_t bytes)
{
	struct sock *s = pcb->callback_arg;

	pcb->cwnd = bytes < pcb->cwnd ? pcb->cwnd - bytes : 0;
	if (bytes >= pcb->mss || pcb->cwnd < pcb->mss)
		pcb->cwnd += pcb->mss;
	pcb->dupacks = DUPLICATES;		/* each further one makes the window larger */
	if (s->partial && pcb->unacked)
		pcb->rtime = s->timer;
	s->partial = true;
	tcp_rexmit(pcb);
}

/* ---- what a card has lost, or not taken ---- */

void recovery_send_more(void)
{
	for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
		if (pcb->unsent || (pcb->flags & TF_ACK_NOW))
			tcp_output(pcb);
}

void recovery_send_again(const struct netif *n)
{
	for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next) {
		if (ip_route(&pcb->local_ip, &pcb->remote_ip) != n)
			continue;
		if (pcb->unacked) {
			tcp_rexmit_rto(pcb);
		} else {
			tcp_ack_now(pcb);
			tcp_output(pcb);
		}
	}
}
