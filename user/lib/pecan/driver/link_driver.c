/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link_driver.c - see <pecan/link_driver.h>.
 */
#include <l4/ipc.h>
#include <pecan/device.h>
#include <pecan/link_driver.h>
#include <pecan/names.h>
#include <pecan/pci.h>
#include <pecan/server.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <proto/link_server.h>

struct link_caller { L4_ThreadId_t thread; };

static const struct link_device *device;
static L4_Word_t irq[LINK_INTERRUPTS];
static struct link_state state;
static struct exchange *const client = &state.client;

/* ---- errors ---- */

void link_fail(const char *why)
{
	pecan_logf("%s %s", device->what, why);
	pecan_exit(1);
}

static void check(const char *wrong)
{
	if (!wrong)
		return;
	pecan_logf("%s cannot be used: %s", device->what, wrong);
	pecan_exit(1);
}

const char *link_arguments(const char *what, int argc, char **argv)
{
	const char *wrong = argc > 2 ? pecan_pci_choose(argv[2]) : 0;

	if (wrong) {
		pecan_logf("%s cannot be used: %s", what, wrong);
		pecan_exit(1);
	}
	return argc > 1 ? argv[1] : LINK_NAME;
}

/* ---- packets ---- */

/* Returns true if there was anything. */
static bool work_once(void)
{
	bool received = device->receive(&state);

	return device->send(&state) | received;
}

static void wake_client(void)
{
	if (ring_sleeps(&client->rings->client_sleeps))
		link_ring_bell(client->thread);
}

/*
 * Do all that there is to do, then say that the driver sleeps; what comes in between is seen here. Two looks
 * are enough if nothing comes: that at the end is needed also if the first one has found nothing.
 */
static void work(void)
{
	device->want_interrupts(false);
	while (client->rings && !exchange_is_broken(client)) {
		work_once();
		if (state.news)
			wake_client();
		state.news = false;
		device->want_interrupts(true);
		ring_sleep(&client->rings->driver_sleeps);
		if (!work_once())
			return;
		ring_awake(&client->rings->driver_sleeps);
		device->want_interrupts(false);
		pecan_beat();	/* a client that lets the bell time out can keep the loop going */
	}
}

/* ---- the protocol ---- */

/* Has the client ended, or broken the rules? */
static bool is_gone(void)
{
	struct pecan_task t;

	return client->rings && (exchange_is_broken(client) || pecan_task_of(client->thread, &t) == ROOT_E_TASK);
}

bool permit_link(struct link_caller *c)
{
	return pecan_may_use(c->thread);
}

/* A packet that is divided is larger than those of the network. */
static struct exchange_limits limits_of(unsigned offloads)
{
	struct exchange_limits l = device->limits;

	if (offloads)
		l.packet += LINK_HEADER;
	if (offloads & (LINK_SEGMENTS4 | LINK_SEGMENTS6))
		l.packet = LINK_PACKET;
	return l;
}

/* The device has nothing of a client when it begins. */
static void begin_anew(unsigned offloads)
{
	if (client->rings || offloads != state.offloads)
		check(device->reset(offloads));
	state.offloads = offloads;
	client->limits = limits_of(offloads);
}

enum link_status serve_link_attach(struct link_caller *c, const struct link_attach_in *in)
{
	const struct places one = places_of(1, 1, 1);
	struct holder who = pecan_client(c->thread);
	struct link_info_out has = { 0 };

	if (in->offloads)
		device->inform(&has);
	if (in->offloads & ~has.offloads)
		return LINK_E_OFFLOADS;
	if ((client->rings && client->task != who.task && !is_gone()) || !places_has(&one, who.section, 0))
		return LINK_E_BUSY;
	begin_anew((unsigned)in->offloads);
	return exchange_attach(client, c->thread, in->block);
}

void serve_link_bell(struct link_caller *c)
{
	(void)c;
}

enum link_status serve_link_info(struct link_caller *c, struct link_info_out *out)
{
	(void)c;
	*out = (struct link_info_out){
		.received = state.received, .sent = state.sent, .dropped = state.dropped,
	};
	device->inform(out);
	return LINK_OK;
}

/* ---- the message loop ---- */

/* Its number, or LINK_INTERRUPTS. */
static unsigned interrupt_of(L4_ThreadId_t from)
{
	unsigned i = 0;

	while (i < LINK_INTERRUPTS && L4_IsThreadNotEqual(from, pecan_irq_id(irq[i])))
		i++;
	return i;
}

/* The client requests LINK_INFO if the device has changed. */
static void interrupted(unsigned number)
{
	if (!device->interrupted(number) || !client->rings)
		return;
	__atomic_store_n(&client->rings->changes, client->rings->changes + 1, __ATOMIC_SEQ_CST);
	wake_client();
}

/* Has the client ended, or broken the rules? */
static void look_at_client(void)
{
	if (!is_gone())
		return;
	check(device->reset(state.offloads));
	exchange_leave(client);
}

static void start(void)
{
	enum names_error n;

	client->limits = limits_of(0);
	check(device->begin(irq));
	n = pecan_register(device->name, L4_nilthread);
	if (n == NAMES_E_TAKEN) {
		pecan_logf("%s is not used: another driver is `%s`", device->what, device->name);
		pecan_idle();
	}
	if (n != NAMES_OK) {
		pecan_log(pecan_names_error_text(n));
		pecan_exit(1);
	}
}

void link_drive(const struct link_device *d)
{
	struct link_caller c = { L4_nilthread };
	bool interrupt = false;

	device = d;
	start();
	pecan_want_notices();
	for (;;) {
		unsigned number;
		L4_MsgTag_t tag;

		L4_Set_MsgTag(L4_Niltag);		/* acknowledges an interrupt */
		tag = pecan_reply_wait_alive(interrupt ? c.thread : L4_nilthread, &c.thread);
		if (client->rings)
			ring_awake(&client->rings->driver_sleeps);
		number = L4_IpcSucceeded(tag) ? interrupt_of(c.thread) : LINK_INTERRUPTS;
		interrupt = number < LINK_INTERRUPTS;
		if (interrupt)
			interrupted(number);
		else if (link_serve(tag, &c))
			L4_Reply(c.thread);
		work();
		if (exchange_is_broken(client) || (!interrupt && pecan_is_notice(c.thread)))
			look_at_client();
	}
}
