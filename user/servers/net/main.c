/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the network server: sockets for its clients (user/proto/sockets.idl, docs/user/network.md).
 *
 * One thread: it serves a message, takes the packets that have come, lets lwIP do what is due, and answers
 * the threads whose wait is over.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <lwip/dns.h>
#include <lwip/init.h>
#include <lwip/sys.h>
#include <lwip/timeouts.h>
#include <pecan/names.h>
#include <pecan/server.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <pecan/thread.h>
#include <proto/sockets_server.h>
#include <string.h>

#include "card.h"
#include "client.h"
#include "main.h"

enum { TICK_MS = 50, SECOND_MS = 1000, MS_US = 1000, ROUNDS = 32 };

struct sockets_caller { L4_ThreadId_t thread; struct client *client; };

void net_failed(const char *what)
{
	pecan_logf("lwIP: %s", what);
	pecan_exit(1);
}

static uint32_t now;			/* milliseconds */

uint32_t sys_now(void) { return now; }

static void set_now(void)
{
	now = (uint32_t)(L4_SystemClock().raw / MS_US);
}

/* ---- what requests have in common ---- */

bool permit_sockets(struct sockets_caller *c)
{
	return pecan_may_use(c->thread);
}

static bool attached(struct sockets_caller *c)
{
	c->client = client_of(pecan_client_task(c->thread));
	return c->client != NULL;
}

static struct sock *find(struct sockets_caller *c, L4_Word_t handle)
{
	return attached(c) ? sock_of(&c->client->owner, handle) : NULL;
}

static struct socket_name name_of(L4_Word_t address, L4_Word_t port)
{
	return (struct socket_name){ (uint32_t)address, (uint16_t)port };
}

/* ---- sockets ---- */

enum sockets_status serve_sockets_attach(struct sockets_caller *c, const struct sockets_attach_in *in)
{
	return client_attach(pecan_client(c->thread), in->block);
}

enum sockets_status serve_sockets_open(struct sockets_caller *c, const struct sockets_open_in *in,
				       struct sockets_open_out *out)
{
	enum sockets_status e;
	struct sock *s;

	if (!attached(c))
		return SOCKETS_E_HANDLE;
	e = sock_open(&c->client->owner, (enum sockets_kind)in->kind, &s);
	if (e == SOCKETS_OK)
		out->handle = sock_handle(s);
	return e;
}

enum sockets_status serve_sockets_close(struct sockets_caller *c, const struct sockets_close_in *in)
{
	struct sock *s = find(c, in->handle);

	if (!s)
		return SOCKETS_E_HANDLE;
	sock_close(s, in->abort != 0);
	return SOCKETS_OK;
}

enum sockets_status serve_sockets_bind(struct sockets_caller *c, const struct sockets_bind_in *in)
{
	struct sock *s = find(c, in->handle);

	return s ? sock_bind(s, name_of(in->address, in->port)) : SOCKETS_E_HANDLE;
}

enum sockets_status serve_sockets_listen(struct sockets_caller *c, const struct sockets_listen_in *in)
{
	struct sock *s = find(c, in->handle);

	return s ? sock_listen(s, in->backlog > BACKLOG ? BACKLOG : (unsigned)in->backlog) : SOCKETS_E_HANDLE;
}

enum sockets_status serve_sockets_accept(struct sockets_caller *c, const struct sockets_accept_in *in,
					 struct sockets_accept_out *out)
{
	struct sock *s = find(c, in->handle), *from;
	enum sockets_status e;

	if (!s)
		return SOCKETS_E_HANDLE;
	e = sock_accept(s, &from);
	if (e == SOCKETS_OK)
		*out = (struct sockets_accept_out){ sock_handle(from), from->peer.address, from->peer.port };
	return e;
}

enum sockets_status serve_sockets_connect(struct sockets_caller *c, const struct sockets_connect_in *in)
{
	struct sock *s = find(c, in->handle);

	return s ? sock_connect(s, name_of(in->address, in->port)) : SOCKETS_E_HANDLE;
}

enum sockets_status serve_sockets_send(struct sockets_caller *c, const struct sockets_send_in *in,
				       struct sockets_send_out *out)
{
	struct sock *s = find(c, in->handle);
	const void *from = s ? client_part(c->client, in->offset, in->bytes) : NULL;
	enum sockets_status e;

	if (!from)
		return s ? SOCKETS_E_ARGUMENT : SOCKETS_E_HANDLE;
	out->sent = in->bytes;
	e = sock_send(s, from, &out->sent, name_of(in->address, in->port));
	return e;
}

enum sockets_status serve_sockets_receive(struct sockets_caller *c, const struct sockets_receive_in *in,
					  struct sockets_receive_out *out)
{
	struct sock *s = find(c, in->handle);
	struct reception r = { .bytes = in->bytes, .peek = in->flags & SOCKETS_PEEK };
	enum sockets_status e;

	if (!s)
		return SOCKETS_E_HANDLE;
	r.to = client_part(c->client, in->offset, in->bytes);
	if (!r.to)
		return SOCKETS_E_ARGUMENT;
	e = sock_receive(s, &r);
	*out = (struct sockets_receive_out){ r.got, r.whole, r.from.address, r.from.port };
	return e;
}

enum sockets_status serve_sockets_shutdown(struct sockets_caller *c, const struct sockets_shutdown_in *in)
{
	struct sock *s = find(c, in->handle);

	return s ? sock_shutdown(s, (unsigned)in->directions) : SOCKETS_E_HANDLE;
}

enum sockets_status serve_sockets_names(struct sockets_caller *c, const struct sockets_names_in *in,
					struct sockets_names_out *out)
{
	struct sock *s = find(c, in->handle);
	struct socket_name local, peer;

	if (!s)
		return SOCKETS_E_HANDLE;
	sock_names(s, &local, &peer);
	*out = (struct sockets_names_out){
		s->kind, local.address, local.port, sock_is_connected(s), peer.address, peer.port,
	};
	return SOCKETS_OK;
}

enum sockets_status serve_sockets_set(struct sockets_caller *c, const struct sockets_set_in *in)
{
	struct sock *s = find(c, in->handle);

	return s ? sock_set(s, (enum sockets_option)in->option, in->value) : SOCKETS_E_HANDLE;
}

enum sockets_status serve_sockets_get(struct sockets_caller *c, const struct sockets_get_in *in,
				      struct sockets_get_out *out)
{
	struct sock *s = find(c, in->handle);

	return s ? sock_get(s, (enum sockets_option)in->option, &out->value) : SOCKETS_E_HANDLE;
}

/* ---- waiting ---- */

enum sockets_status serve_sockets_wait(struct sockets_caller *c, const struct sockets_wait_in *in,
				       struct sockets_wait_out *out)
{
	struct sockets_entry entry[SOCKETS_WAIT_MOST], ready[SOCKETS_WAIT_MOST];
	unsigned n = (unsigned)(in->list_bytes / sizeof *entry);
	struct wait_list list = { in->wakes, in->milliseconds, entry, n };
	enum sockets_status s;

	if (!attached(c))
		return SOCKETS_E_HANDLE;
	if (in->milliseconds != SOCKETS_FOREVER)
		set_now();
	memcpy(entry, in->list, in->list_bytes);
	wait_forget_thread(c->thread);
	if (!wait_begin(c->client, c->thread, &list, &s, ready))
		return s;
	out->wakes = c->client->wakes;
	out->list_bytes = n * sizeof *ready;
	memcpy(out->list, ready, out->list_bytes);
	return SOCKETS_OK;
}

void main_answer_wait(L4_ThreadId_t thread, L4_Word_t wakes, const struct sockets_entry *entry, unsigned n)
{
	struct sockets_wait_out out = { .wakes = wakes, .list_bytes = n * sizeof *entry };

	memcpy(out.list, entry, out.list_bytes);
	answer_sockets_wait(thread, SOCKETS_OK, &out);
}

enum sockets_status serve_sockets_wake(struct sockets_caller *c, struct sockets_wake_out *out)
{
	if (!attached(c))
		return SOCKETS_E_HANDLE;
	out->wakes = ++c->client->wakes;
	sock_changes++;
	return SOCKETS_OK;
}

enum sockets_status serve_sockets_resolve(struct sockets_caller *c, const struct sockets_resolve_in *in,
					  struct sockets_resolve_out *out)
{
	enum sockets_status e;
	uint32_t address;

	if (!attached(c))
		return SOCKETS_E_HANDLE;
	wait_forget_thread(c->thread);
	e = host_resolve(c->client, c->thread, in->host, &address);
	if (e == SOCKETS_OK)
		out->address = address;
	return e;
}

void main_answer_resolve(L4_ThreadId_t thread, enum sockets_status s, uint32_t address)
{
	answer_sockets_resolve(thread, s, &(struct sockets_resolve_out){ address });
}

/* ---- the interface ---- */

static L4_Word_t number(const ip4_addr_t *a)
{
	return lwip_ntohl(a->addr);
}

enum sockets_status serve_sockets_interface(struct sockets_caller *c, struct sockets_interface_out *out)
{
	const struct card_counts *n = &card_counts;

	(void)c;
	*out = (struct sockets_interface_out){
		.link = card_state(), .mac = card_mac(), .mtu = card_netif.mtu,
		.address = number(netif_ip4_addr(&card_netif)), .mask = number(netif_ip4_netmask(&card_netif)),
		.gateway = number(netif_ip4_gw(&card_netif)), .dns = number(ip_2_ip4(dns_getserver(0))),
		.received = n->received, .received_bytes = n->received_bytes, .sent = n->sent,
		.sent_bytes = n->sent_bytes, .dropped = n->dropped, .restarts = n->restarts,
	};
	return SOCKETS_OK;
}

/* ---- the message loop ---- */

/* Each TICK_MS: what is due by the time. */
static void pass_time(void)
{
	static uint32_t dropped;

	set_now();
	pecan_beat(L4_nilthread);
	sys_check_timeouts();
	card_look();
	if (now - dropped < SECOND_MS)
		return;
	dropped = now;
	card_look_at_cable();
	client_drop_ended();
	sock_sweep();
}

/* Has a program sent packets to this machine? */
static bool has_loopback(void)
{
	const struct netif *n;

	NETIF_FOREACH(n)
		if (n->loop_first)
			return true;
	return false;
}

/* Does what can be done without waiting. Returns false if ROUNDS did not end it: messages get their turn. */
static bool work(void)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		card_receive();
		netif_poll_all();
		wait_answer();
		card_push();
		if (!card_sleep(true) && !has_loopback())
			return true;
	}
	return false;
}

/*
 * The same, if nothing is there to be done but to push what is to be sent: then the answer in the message
 * registers stays there. Returns false if there is more to do.
 */
static bool work_beside_answer(void)
{
	L4_MsgTag_t answer = L4_MsgTag();

	if (wait_is_due() || has_loopback())
		return false;
	card_push();
	L4_Set_MsgTag(answer);
	return !card_sleep(true);
}

/* A thread of its own, so that the first one waits without a timeout, which costs less. */
static void tick(void *arg)
{
	const L4_ThreadId_t *first = arg;

	for (;;) {
		L4_Sleep(L4_TimePeriod(TICK_MS * MS_US));
		L4_Set_MsgTag(L4_Niltag);
		L4_Send(*first);
	}
}

/*
 * Sends the answer, if there is one, and waits; a wait may end before the next tick. If there is more work,
 * only a message that is there already is taken.
 */
static L4_MsgTag_t next_message(bool answer, bool more, struct sockets_caller *c)
{
	L4_ThreadId_t to = answer ? c->thread : L4_nilthread;
	uint32_t ms;

	if (more)
		return L4_Wait_Timeout(L4_ZeroTime, &c->thread);
	if (wait_next(2 * TICK_MS) == 2 * TICK_MS)	/* `now` is up to TICK_MS old */
		return L4_ReplyWait(to, &c->thread);
	set_now();
	ms = wait_next(TICK_MS);
	return L4_ReplyWait_Timeout(to, L4_TimePeriod((ms ? ms : 1) * MS_US), &c->thread);
}

static void begin(void)
{
	static L4_ThreadId_t first;
	L4_ThreadId_t ticker;

	set_now();
	sock_begin();
	lwip_init();
	if (!card_init())
		net_failed("there is no memory for packets");
	first = L4_Myself();
	if (pecan_thread_start(tick, &first, 0, &ticker) != ROOT_OK)
		net_failed("no second thread");
	card_look();	/* the first answer knows a driver that is there already */
	if (pecan_register(SOCKETS_NAME, L4_nilthread) != NAMES_OK)
		net_failed("its name is not registered");
}

int main(void)
{
	struct sockets_caller c = { .client = NULL };
	bool answer = false;

	begin();
	for (;;) {
		L4_MsgTag_t tag;
		bool more;

		if (answer && !work_beside_answer()) {
			L4_Reply(c.thread);
			answer = false;
		}
		more = !answer && !work();
		tag = next_message(answer, more, &c);
		card_sleep(false);
		answer = false;
		if (L4_IpcFailed(tag) || L4_IsLocalId(c.thread))	/* a time is over */
			pass_time();
		else if (!card_is_driver(c.thread))
			answer = sockets_serve(tag, &c);
	}
}
