/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the network server: sockets for its clients (user/proto/sockets.idl, docs/user/network.md).
 *
 * One thread: it serves a message, takes the packets that have come, lets lwIP do what is due, and answers
 * the threads whose wait is over. Two more threads send it messages: of time that has passed, only while
 * something is to be done by the time, and of a driver that has registered itself.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <lwip/init.h>
#include <lwip/sys.h>
#include <pecan/link_watch.h>
#include <pecan/memory.h>
#include <pecan/names.h>
#include <pecan/server.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <pecan/thread.h>
#include <proto/sockets_server.h>
#include <servers/net/base/clock.h>
#include <servers/net/card/card.h>
#include <servers/net/client/answer.h>
#include <servers/net/client/client.h>
#include <servers/net/interface/given.h>
#include <servers/net/interface/interface.h>
#include <servers/net/interface/timers.h>
#include <string.h>

enum { TICK_MS = 50, FULL_MS = 1, SECOND_MS = 1000, MS_US = 1000, ROUNDS = 32 };
enum { RECEIVE_PHASE = 1 };		/* of an IPC error (api 5.6) */

struct sockets_caller { L4_ThreadId_t thread; L4_Word_t task; struct client *client; };	/* task: 0, refused */

/* ---- what requests have in common ---- */

bool permit_sockets(struct sockets_caller *c)
{
	c->task = pecan_client_task(c->thread);
	return c->task != 0;
}

static bool attached(struct sockets_caller *c)
{
	c->client = client_of(c->task);
	return c->client != NULL;
}

static struct sock *find(struct sockets_caller *c, L4_Word_t handle)
{
	return attached(c) ? sock_of(&c->client->owner, handle) : NULL;
}

static struct socket_name name_of(L4_Word64_t high, L4_Word64_t low, L4_Word_t port)
{
	return (struct socket_name){ { high, low }, (uint16_t)port };
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
	e = sock_open(&c->client->owner, (enum sockets_kind)in->kind, (enum sockets_family)in->family, &s);
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

	return s ? sock_bind(s, name_of(in->high, in->low, in->port)) : SOCKETS_E_HANDLE;
}

enum sockets_status serve_sockets_listen(struct sockets_caller *c, const struct sockets_listen_in *in)
{
	struct sock *s = find(c, in->handle);

	return s ? stream_listen(s, in->backlog > BACKLOG ? BACKLOG : (unsigned)in->backlog) : SOCKETS_E_HANDLE;
}

enum sockets_status serve_sockets_accept(struct sockets_caller *c, const struct sockets_accept_in *in,
					 struct sockets_accept_out *out)
{
	struct sock *s = find(c, in->handle), *from;
	enum sockets_status e;

	if (!s)
		return SOCKETS_E_HANDLE;
	e = stream_accept(s, &from);
	if (e == SOCKETS_OK)
		*out = (struct sockets_accept_out){
			sock_handle(from), from->peer.address.high, from->peer.address.low, from->peer.port,
		};
	return e;
}

enum sockets_status serve_sockets_connect(struct sockets_caller *c, const struct sockets_connect_in *in)
{
	struct sock *s = find(c, in->handle);

	return s ? sock_connect(s, name_of(in->high, in->low, in->port)) : SOCKETS_E_HANDLE;
}

enum sockets_status serve_sockets_send(struct sockets_caller *c, const struct sockets_send_in *in,
				       struct sockets_send_out *out)
{
	struct sock *s = find(c, in->handle);
	const void *from = s ? client_part(c->client, in->offset, in->bytes) : NULL;
	size_t sent = in->bytes;
	enum sockets_status e;

	if (!from)
		return s ? SOCKETS_E_ARGUMENT : SOCKETS_E_HANDLE;
	e = sock_send(s, from, &sent, name_of(in->high, in->low, in->port));
	out->sent = sent;
	return e;
}

static enum sockets_status receive_later(struct sockets_caller *c, const struct sockets_receive_in *in)
{
	struct sockets_entry entry = { (uint32_t)in->handle, SOCKETS_IN, 0 }, ready;
	struct wait_list list = {
		in->wakes, in->milliseconds, &entry, 1,
		{ in->offset, in->bytes, in->flags & SOCKETS_PEEK }, { 0 },
	};
	enum sockets_status e;

	if (in->milliseconds != SOCKETS_FOREVER)
		clock_read();
	return wait_begin(c->client, c->thread, &list, &e, &ready) ? SOCKETS_E_AGAIN : e;
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
	wait_forget_thread(c->thread);
	e = sock_receive(s, &r);
	if (e == SOCKETS_E_AGAIN && (in->flags & SOCKETS_WAITS) && in->bytes > 0)
		e = receive_later(c, in);
	*out = answer_received(&r);
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
		s->kind->number, local.address.high, local.address.low, local.port,
		sock_is_connected(s), peer.address.high, peer.address.low, peer.port,
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

enum sockets_status serve_sockets_group(struct sockets_caller *c, const struct sockets_group_in *in)
{
	struct sock *s = find(c, in->handle);

	return s ? group_set(s, name_of(in->high, in->low, 0).address, in->join) : SOCKETS_E_HANDLE;
}

/* ---- waiting ---- */

enum sockets_status serve_sockets_wait(struct sockets_caller *c, const struct sockets_wait_in *in,
				       struct sockets_wait_out *out)
{
	struct sockets_entry entry[SOCKETS_WAIT_MOST], ready[SOCKETS_WAIT_MOST];
	unsigned n = (unsigned)(in->list_bytes / sizeof *entry);
	struct wait_list list = { in->wakes, in->milliseconds, entry, n, { 0 }, { 0 } };
	enum sockets_status s;

	if (!attached(c))
		return SOCKETS_E_HANDLE;
	if (in->milliseconds != SOCKETS_FOREVER)
		clock_read();
	memcpy(entry, in->list, in->list_bytes);
	wait_forget_thread(c->thread);
	if (!wait_begin(c->client, c->thread, &list, &s, ready))
		return s;
	out->wakes = c->client->wakes;
	out->list_bytes = n * sizeof *ready;
	memcpy(out->list, ready, out->list_bytes);
	return SOCKETS_OK;
}

enum sockets_status serve_sockets_ring(struct sockets_caller *c, const struct sockets_ring_in *in)
{
	return attached(c) ? ring_attach(c->client, in->block) : SOCKETS_E_HANDLE;
}

enum sockets_status serve_sockets_bell(struct sockets_caller *c, const struct sockets_bell_in *in,
				       struct sockets_bell_out *out)
{
	struct wait_bell bell = { true, (uint32_t)in->taken };
	struct sockets_entry none;
	struct wait_list list = { in->wakes, in->milliseconds, &none, 0, { 0 }, bell };
	enum sockets_status e;

	if (!attached(c))
		return SOCKETS_E_HANDLE;
	if (in->milliseconds != SOCKETS_FOREVER)
		clock_read();
	wait_forget_thread(c->thread);
	if (!wait_begin(c->client, c->thread, &list, &e, &none))
		return e;
	out->wakes = c->client->wakes;
	return ring_status(c->client, bell.taken, &out->idle);
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
	struct host_query q = { in->host, (enum sockets_family)in->family };
	struct socket_address a;
	enum sockets_status e;

	if (!attached(c))
		return SOCKETS_E_HANDLE;
	wait_forget_thread(c->thread);
	e = host_resolve(c->client, c->thread, q, &a);
	if (e == SOCKETS_OK)
		*out = (struct sockets_resolve_out){ a.high, a.low };
	return e;
}

/* ---- the interface ---- */

static L4_Word_t number(const ip4_addr_t *a)
{
	return lwip_ntohl(a->addr);
}

enum sockets_status serve_sockets_interface(struct sockets_caller *c, const struct sockets_interface_in *in,
					    struct sockets_interface_out *out)
{
	const struct card_view v = card_view(in->card);
	const struct card_counts *n = v.counts;
	const struct netif *i;

	(void)c;
	if (in->card >= interface_count)
		return SOCKETS_E_ADDRESS;
	i = interfaces[in->card];
	*out = (struct sockets_interface_out){
		.link = v.state, .mac = v.mac, .mtu = i->mtu, .address = number(netif_ip4_addr(i)),
		.mask = number(netif_ip4_netmask(i)), .gateway = number(netif_ip4_gw(i)),
		.dns = given_name_server(in->card), .is_default = i == netif_default,
		.received = n->received, .received_bytes = n->received_bytes, .sent = n->sent,
		.sent_bytes = n->sent_bytes, .dropped = n->dropped, .restarts = n->restarts,
		.offloads = v.offload->can, .divided = v.offload->divided, .merged = v.offload->merged,
	};
	return SOCKETS_OK;
}

enum sockets_status serve_sockets_part(struct sockets_caller *c, const struct sockets_part_in *in,
				       struct sockets_part_out *out)
{
	struct socket_address a = { 0 };

	(void)c;
	out->kind = in->card < interface_count ? interface_part(in->card, in->index, &a) : SOCKETS_PART_NONE;
	out->high = a.high;
	out->low = a.low;
	return SOCKETS_OK;
}

/* ---- the message loop ---- */

static L4_ThreadId_t first, ticker;
static struct link_watch watchers[CARDS];	/* of the cards that a program may have */
static volatile uint32_t tick_ms;	/* of the ticker: read before each wait */
static bool ticking;			/* each TICK_MS; else sys_now stands still, and tick_ms is a long time */
static bool must_tick;			/* the ticker has not got its order to tick yet */
static uint32_t served;			/* ms: when the last message came, or later */

/* A thread of its own, so that the first one waits without a timeout, which costs less. */
static void tick(void *arg)
{
	(void)arg;
	for (;;) {
		L4_MsgTag_t tag = L4_Receive_Timeout(first, L4_TimePeriod((L4_Word64_t)tick_ms * MS_US));

		if (L4_IpcSucceeded(tag))
			continue;		/* tick_ms has changed */
		L4_Set_MsgTag(L4_Niltag);
		L4_Send(first);
	}
}

/* After it sys_now is right, to TICK_MS, and the tables have their ages. */
static void resume(void)
{
	clock_read();
	timers_run();
	must_tick = true;
}

/* The ticker may be about to send, or to wait: then it gets the message later. */
static void begin_tick(void)
{
	answer_now();
	tick_ms = TICK_MS;
	L4_Set_MsgTag(L4_Niltag);
	ticking = L4_IpcSucceeded(L4_Send_Timeout(ticker, L4_TimePeriod(TICK_MS * MS_US)));
	must_tick = !ticking;
}

/* What is due by the time. Ends the tick if a second has passed since the last message, and nothing waits. */
static void pass_time(void)
{
	clock_read();
	timers_run();
	sock_sweep();
	if (card_pass_time() || timers_needed() || host_any_waits()
	    || wait_next(TIMERS_LONGEST_MS) < TIMERS_LONGEST_MS) {
		served = sys_now();
		must_tick = !ticking;
	}
	if (sys_now() - served < SECOND_MS)
		return;
	ticking = must_tick = false;
	tick_ms = timers_next();
}

/* Attach to the drivers, or learn when there are some. */
static void look_at_drivers(void)
{
	card_look();
	for (unsigned i = 0; i < CARDS; i++)
		if (watchers[i].name && card_lacks_driver(i))
			link_watch(&watchers[i]);
}

static bool begin_watchers(void)
{
	bool begun = true;

	for (unsigned i = 0; i < CARDS && begun; i++)
		if (pecan_may_provide(L4_nilthread, card_driver(i)))
			begun = link_watch_begin(&watchers[i], card_driver(i)) == ROOT_OK;
	return begun;
}

/* A message of another thread of this task, or a notice of root. */
static void take_own(L4_MsgTag_t tag, L4_ThreadId_t from)
{
	if (L4_Label(tag) == 0) {
		pass_time();
		return;
	}
	if (!ticking)
		resume();
	for (unsigned i = 0; i < CARDS; i++)
		link_watch_says(&watchers[i], from, tag);
	client_drop_ended();
	look_at_drivers();
}

/* Returns true if a program has sent packets to this machine. */
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
		if (card_is_full) {
			card_is_full = false;
			recovery_send_more();
		}
		netif_poll_all();
		wait_answer();
		card_push();
		if (card_has_ended) {	/* root's notice comes later, if this thread did not wait for messages then */
			answer_now();
			look_at_drivers();
		}
		if (!card_has_ended && !card_sleep() && !has_loopback())
			return true;
		answer_now();
	}
	return false;
}

/* The same after a request, if all there is to do is to push what is to be sent; else returns false. */
static bool work_after_request(void)
{
	if (wait_is_due() || has_loopback())
		return false;
	card_push();
	return !card_has_ended && !card_sleep();
}

/*
 * Sends the answer, if there is one, and waits; a wait may end before the next tick. If there is more work,
 * only a message that is there already is taken. The driver gives buffers back without a message: if the
 * card lacks some the server looks again soon.
 */
static L4_MsgTag_t next_message(bool answer, bool more, struct sockets_caller *c)
{
	L4_ThreadId_t to = answer ? c->thread : answer_kept();
	uint32_t ms;

	if (more)
		return L4_Wait_Timeout(L4_ZeroTime, &c->thread);
	if (!must_tick && !card_is_full
	    && wait_next(2 * TICK_MS) == 2 * TICK_MS)		/* sys_now is up to TICK_MS old */
		return pecan_reply_wait_alive(to, &c->thread);
	clock_read();
	ms = card_is_full ? FULL_MS : wait_next(TICK_MS);
	return L4_ReplyWait_Timeout(to, L4_TimePeriod((ms ? ms : 1) * MS_US), &c->thread);
}

/* What the floors below call, and is above them. */
static void join(void)
{
	static client_gone *const gone[] = { wait_forget_client, host_forget_client, ring_forget_client, NULL };

	sock_join(&stream_kind);
	sock_join(&datagram_udp);
	sock_join(&datagram_echo);
	interface_when_added(group_join_all);
	client_when_gone(gone);
}

static void begin(int argc, char **argv)
{
	static const struct card_users users = { window_acknowledge, recovery_send_again };
	const char *wrong;

	clock_read();
	sock_begin();
	join();
	lwip_init();
	wrong = interface_configure(argc, argv);
	if (wrong)
		net_failed(wrong);
	card_init(&users);
	first = L4_MyLocalId();
	timers_begin();
	tick_ms = TICK_MS;
	ticking = true;
	if (pecan_thread_start(tick, NULL, 0, &ticker) != ROOT_OK
	    || !begin_watchers())
		net_failed("no threads for time and drivers");
	pecan_want_notices();
	look_at_drivers();	/* the first answer knows a driver that is there already */
	if (pecan_register(SOCKETS_NAME, L4_nilthread) != NAMES_OK)
		net_failed("its name is not registered");
}

/* Returns true if the answer was sent before the wait that ended with this tag. */
static bool was_sent(L4_MsgTag_t tag)
{
	return L4_IpcSucceeded(tag) || (L4_ErrorCode() & RECEIVE_PHASE);
}

/* Returns true if it is a message of this task, of root, or the end of a time. */
static bool is_own(L4_MsgTag_t tag, L4_ThreadId_t from)
{
	return L4_IpcFailed(tag) || L4_IsLocalId(from) || pecan_is_notice(from);
}

int main(int argc, char **argv)
{
	struct sockets_caller c = { .client = NULL };
	bool asked = false, answer = false;	/* asked: by the last message, which was a request */

	begin(argc, argv);
	for (;;) {
		L4_MsgTag_t tag;
		bool more;

		if (asked && (must_tick || !work_after_request())) {
			if (answer)
				L4_Reply(c.thread);
			asked = answer = false;
		}
		more = !asked && !work();
		if (must_tick)
			begin_tick();
		tag = next_message(answer, more, &c);
		answer_left(was_sent(tag));
		asked = answer = false;
		if (is_own(tag, c.thread)) {
			take_own(L4_IpcFailed(tag) ? L4_Niltag : tag, c.thread);
			continue;
		}
		if (!ticking)
			resume();
		served = sys_now();
		asked = !card_is_driver(c.thread);
		if (asked)
			answer = sockets_serve(tag, &c);
	}
}
