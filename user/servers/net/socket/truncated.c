/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * truncated.c - a name server's answer was cut off (TC): the question is put again by TCP (RFC 7766), a
 * connection for each. dns.c gets the whole answer as it gets one by UDP, or one that the name server has
 * failed, so that it asks the next one.
 */
#include <lwip/dns.h>
#include <lwip/prot/dns.h>
#include <lwip/sys.h>
#include <string.h>

#include "sock.h"

enum {
	LENGTH = 2,		/* bytes before each message */
	ANSWER = 4096,		/* of an answer these are read: one address is looked for */
	QUESTION = SIZEOF_DNS_HDR + DNS_MAX_NAME_LENGTH + 2 + 4, FAILED = 2, POLL_TICKS = 1,
};

/* sock: what lwIP's argument of each pcb is (window.c, recovery.c); no socket of a client. */
static struct question {
	struct sock sock;
	struct tcp_pcb *pcb;		/* NULL: none is put here */
	ip_addr_t server;
	net_answer *answers;
	struct pbuf *got;
	uint32_t since;
	u16_t bytes;
	unsigned char text[LENGTH + QUESTION];
} questions[DNS_TABLE_SIZE];

static struct dns_hdr head_of(const struct question *q)
{
	struct dns_hdr h;

	memcpy(&h, q->text + LENGTH, sizeof h);
	return h;
}

/* Forget the pcb: of what comes for it lwIP takes no notice then. */
static void leave(struct question *q)
{
	tcp_arg(q->pcb, NULL);
	tcp_recv(q->pcb, NULL);
	tcp_err(q->pcb, NULL);
	tcp_poll(q->pcb, NULL, 0);
	q->pcb = NULL;
	if (q->got)
		pbuf_free(q->got);
	q->got = NULL;
}

/* Returns true if lwIP's callback has to say so. */
static bool end(struct question *q)
{
	struct tcp_pcb *pcb = q->pcb;

	leave(q);
	tcp_setprio(pcb, TCP_PRIO_MIN);
	if (tcp_close(pcb) == ERR_OK)
		return false;
	tcp_abort(pcb);
	return true;
}

static void report_failure(struct question *q)
{
	struct pbuf *p = pbuf_alloc(PBUF_RAW, q->bytes, PBUF_RAM);
	struct dns_hdr h = head_of(q);

	if (!p)
		return;			/* dns.c waits no longer than NET_TRUNCATED_S */
	h.flags1 |= DNS_FLAG1_RESPONSE;
	h.flags2 = FAILED;
	pbuf_take(p, q->text + LENGTH, q->bytes);
	pbuf_take(p, &h, sizeof h);
	q->answers(q, NULL, p, &q->server, DNS_SERVER_PORT);
}

static err_t fail(struct question *q)
{
	bool is_aborted = end(q);

	report_failure(q);
	return is_aborted ? ERR_ABRT : ERR_OK;
}

static err_t on_received(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t e)
{
	struct question *q = arg;
	unsigned whole;
	bool is_aborted;

	(void)e;
	if (!p)
		return fail(q);
	tcp_recved(pcb, p->tot_len);
	if (q->got)
		pbuf_cat(q->got, p);
	else
		q->got = p;
	whole = q->got->tot_len < LENGTH ? LENGTH
		: LENGTH + (unsigned)(pbuf_get_at(q->got, 0) << 8 | pbuf_get_at(q->got, 1));
	if (q->got->tot_len < whole && q->got->tot_len < ANSWER)
		return ERR_OK;
	p = pbuf_free_header(q->got, LENGTH);
	q->got = NULL;
	is_aborted = end(q);
	if (p)
		q->answers(q, NULL, p, &q->server, DNS_SERVER_PORT);
	else
		report_failure(q);
	return is_aborted ? ERR_ABRT : ERR_OK;
}

/* The pcb does not exist any more. */
static void on_error(void *arg, err_t e)
{
	struct question *q = arg;

	(void)e;
	q->pcb = NULL;
	if (q->got)
		pbuf_free(q->got);
	q->got = NULL;
	report_failure(q);
}

static err_t on_poll(void *arg, struct tcp_pcb *pcb)
{
	struct question *q = arg;

	if (sys_now() - q->since < NET_TRUNCATED_S * 1000)
		return ERR_OK;
	leave(q);
	tcp_abort(pcb);
	return ERR_ABRT;
}

static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t e)
{
	struct question *q = arg;

	(void)e;
	if (tcp_write(pcb, q->text, (u16_t)(LENGTH + q->bytes), TCP_WRITE_FLAG_COPY) != ERR_OK)
		return fail(q);
	return ERR_OK;
}

static bool put(struct question *q)
{
	struct tcp_pcb *pcb = tcp_new_ip_type(IP_GET_TYPE(&q->server));

	if (!pcb)
		return false;
	q->sock = (struct sock){ 0 };
	tcp_arg(pcb, q);
	tcp_recv(pcb, on_received);
	tcp_err(pcb, on_error);
	tcp_poll(pcb, on_poll, POLL_TICKS);
	q->pcb = pcb;
	q->since = sys_now();
	if (tcp_connect(pcb, &q->server, DNS_SERVER_PORT, on_connected) == ERR_OK)
		return true;
	leave(q);
	tcp_abort(pcb);
	return false;
}

bool net_truncated(unsigned place, const ip_addr_t *server, struct pbuf *answer, unsigned bytes,
		   net_answer *answers)
{
	struct question *q = &questions[place];
	struct dns_hdr h = { .flags1 = DNS_FLAG1_RD, .numquestions = PP_HTONS(1) };
	struct tcp_pcb *before = q->pcb;

	if (bytes > QUESTION || pbuf_copy_partial(answer, &h.id, sizeof h.id, 0) != sizeof h.id
	    || (before && head_of(q).id == h.id))
		return false;
	if (before) {			/* of a name whose time is over */
		leave(q);
		tcp_abort(before);
	}
	q->server = *server;
	q->answers = answers;
	q->bytes = (u16_t)bytes;
	q->text[0] = (unsigned char)(bytes >> 8);
	q->text[1] = (unsigned char)bytes;
	pbuf_copy_partial(answer, q->text + LENGTH, q->bytes, 0);
	memcpy(q->text + LENGTH, &h, sizeof h);
	return put(q);
}
