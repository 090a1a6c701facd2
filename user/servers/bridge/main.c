/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the bridge: lets several programs share a network card, each with an address of its own. It is the
 * client of the card's driver, and serves the same protocol (user/proto/link.idl, docs/user/network.md).
 *
 *   bridge CARD [PROGRAM=ADDRESS ...]		CARD: the name of the driver; the bridge itself is LINK_NAME
 *
 * One thread forwards frames and serves messages; another one waits for a driver that is not there.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/link_watch.h>
#include <pecan/names.h>
#include <pecan/server.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <proto/link_server.h>
#include <string.h>

#include "card.h"
#include "mac.h"
#include "port.h"

enum { ROUNDS = 16, MS_US = 1000 };

struct link_caller { L4_ThreadId_t thread; };

static struct {
	char **given;			/* PROGRAM=ADDRESS, with NULL at the end */
	struct link_watch watch;
	bool registered, up;
} bridge;

static _Noreturn void fail(const char *why)
{
	pecan_logf("cannot serve: %s", why);
	pecan_exit(1);
}

/* ---- the protocol ---- */

bool permit_link(struct link_caller *c)
{
	return pecan_may_use(c->thread);
}

/* The address of a client: of its program, or else of its section. */
static uint64_t mac_of(L4_ThreadId_t client)
{
	struct pecan_task t = { 0 };
	unsigned name_bytes;
	uint64_t mac;

	pecan_task_of(client, &t);
	for (char **given = bridge.given; *given; given++)
		if (mac_given(*given, &name_bytes, &mac) && strlen(t.name) == name_bytes
		    && memcmp(t.name, *given, name_bytes) == 0)
			return mac;
	return mac_of_section(card_mac(), pecan_client(client).section);
}

enum link_status serve_link_attach(struct link_caller *c, const struct link_attach_in *in)
{
	if (in->offloads)
		return LINK_E_OFFLOADS;		/* frames to other ports pass no device */
	return port_attach(pecan_client(c->thread), mac_of(c->thread), c->thread, in->block);
}

void serve_link_bell(struct link_caller *c)
{
	(void)c;
}

enum link_status serve_link_info(struct link_caller *c, struct link_info_out *out)
{
	const struct port *p = port_of_task(pecan_client_task(c->thread));

	*out = (struct link_info_out){ .mac = p ? p->mac : mac_of(c->thread), .up = bridge.up };
	if (p) {
		out->received = p->received;
		out->sent = p->sent;
		out->dropped = p->dropped;
		out->refused = p->refused;
	}
	return LINK_OK;
}

/* ---- the message loop ---- */

/* Returns true if the cable has come or gone. */
static bool look_at_cable(void)
{
	if (card_is_up() == bridge.up)
		return false;
	bridge.up = !bridge.up;
	port_change();
	return true;
}

/* The name is registered when the card's address is known. */
static void look_at_driver(void)
{
	enum names_error n = NAMES_OK;

	if (!card_look()) {
		link_watch(&bridge.watch);
		return;
	}
	look_at_cable();
	if (!bridge.registered)
		n = pecan_register(LINK_NAME, L4_nilthread);
	if (n != NAMES_OK)
		fail(pecan_names_error_text(n));
	bridge.registered = true;
}

/* Returns true if there was anything to do. */
static bool work_once(void)
{
	bool any = card_receive(port_take);

	any |= port_forward();
	if (!card_push())
		look_at_driver();	/* root's notice comes later, if the bridge did not wait then */
	return look_at_cable() || any;
}

/*
 * Do all that there is to do, then say that the bridge sleeps; what comes in between is seen here. Returns
 * false if ROUNDS did not end it: messages get their turn. *ms: as port_ring.
 */
static bool work(unsigned *ms)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		work_once();
		*ms = port_ring();
		card_sleep(true);
		port_sleep(true);
		if (!work_once())
			return true;
		card_sleep(false);
		port_sleep(false);
	}
	return false;
}

static void serve(L4_MsgTag_t tag, struct link_caller *c)
{
	if (L4_IpcFailed(tag) || card_is_driver(c->thread))
		return;
	if (pecan_is_notice(c->thread))
		port_drop_ended();
	if (pecan_is_notice(c->thread) || link_watch_says(&bridge.watch, c->thread, tag))
		look_at_driver();
	else if (link_serve(tag, c))
		L4_Reply(c->thread);
}

static L4_MsgTag_t next_message(bool done, unsigned ms, L4_ThreadId_t *from)
{
	if (done && ms == 0)
		return pecan_wait_alive(from);
	pecan_beat();
	return L4_Wait_Timeout(done ? L4_TimePeriod((L4_Word64_t)ms * MS_US) : L4_ZeroTime, from);
}

static void begin(int argc, char **argv)
{
	unsigned name_bytes;
	uint64_t mac;

	if (argc < 2)
		fail("its argument is the name of the card's driver");
	bridge.given = argv + 2;
	for (char **given = bridge.given; *given; given++)
		if (!mac_given(*given, &name_bytes, &mac)) {
			pecan_logf("%s is not PROGRAM=XX:XX:XX:XX:XX:XX, or of a group", *given);
			pecan_exit(1);
		}
	if (!card_init(argv[1]))
		fail("there is no memory for frames");
	if (link_watch_begin(&bridge.watch, argv[1]) != ROOT_OK)
		fail("there is no thread to wait for the driver");
	pecan_want_notices();
	look_at_driver();
}

int main(int argc, char **argv)
{
	struct link_caller c = { L4_nilthread };
	unsigned ms;

	begin(argc, argv);
	for (;;) {
		bool done = work(&ms);
		L4_MsgTag_t tag = next_message(done, ms, &c.thread);

		card_sleep(false);
		port_sleep(false);
		serve(tag, &c);
	}
}
