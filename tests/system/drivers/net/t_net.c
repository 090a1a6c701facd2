/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_net.c - the network server with lwIP, the driver of its card, and clients by <pecan/sockets.h>.
 */
#include <string.h>
#include <lwip/priv/nd6_priv.h>
#include <pecan/handle.h>
#include <pecan/sockets.h>
#include <proto/sockets_client.h>
#include <servers/net/card/card.h>
#include <servers/net/interface/interface.h>
#include <servers/net/interface/timers.h>
#include "../machine.h"
#include "peer.h"
#include "t_net.h"

enum { NET_TASK = SECOND_DRIVER, LOOPBACK = 0x7f000001, PORT = 80, SECOND_MS = 1000 };

int net_main(int argc, char **argv);

/* Without arguments. */
static int server(void)
{
	return net_main(1, (char *[]){ "net", NULL });
}
bool pecan_random_word(unsigned long *to);

static struct vdev dev;

/* In place of lib/pecan/arch: the CPU has none. */
bool pecan_random_word(unsigned long *to)
{
	(void)to;
	return false;
}

void net_begin(void)
{
	peer_add(&dev);
	machine_start(PCI_TASK, pci_main);
	machine_start(DRIVER_TASK, card_main);
	machine_start(NET_TASK, server);
	machine_wait(30 * SECOND_US);
}

static struct sockets_interface_out interface(void)
{
	struct sockets_interface_out out = { 0 };

	socket_interface(0, &out);
	return out;
}

static bool is_ipv4(struct socket_address a, uint32_t address)
{
	return socket_same_address(a, (struct socket_address)SOCKET_IPV4(address));
}

TEST(net_lease, "the server has the address, the gateway and the server of names that DHCP gives")
{
	struct sockets_interface_out i;

	net_begin();
	i = interface();
	CHECK(i.link == 2 && i.address == PEER_OWN && i.mask == 0xffffff00);
	CHECK(i.gateway == PEER && i.dns == PEER_DNS);
	CHECK(i.mac == 0x525400123456 && i.mtu == 1500 && i.sent > 1 && i.received > 1 && i.dropped == 0);
}

TEST(net_no_driver, "without a driver there is no link, and no block for packets; one that comes is used")
{
	machine_start(NET_TASK, server);
	machine_wait(SECOND_US);
	CHECK(interface().link == 0 && root_block_bytes(NET_TASK) == 0);
	peer_add(&dev);
	machine_start(PCI_TASK, pci_main);
	machine_start(DRIVER_TASK, card_main);
	machine_wait(30 * SECOND_US);
	CHECK(interface().link == 2 && interface().address == PEER_OWN && root_block_bytes(NET_TASK) > 0);
}

TEST(net_cable, "without a cable there is no link; with the next one DHCP begins anew")
{
	unsigned leases;

	net_begin();
	leases = peer.leases;
	dev.own[6] = 0;
	vdev_changed(&dev);
	machine_wait(SECOND_US);
	CHECK(interface().link == 1);
	dev.own[6] = 1;
	vdev_changed(&dev);
	machine_wait(30 * SECOND_US);
	CHECK(interface().link == 2 && peer.leases > leases);
}

TEST(net_cable_asks, "a card whose cable is pulled while it asks for an address needs no timer")
{
	peer.silent = true;
	net_begin();
	CHECK(timers_needed());
	dev.own[6] = 0;
	vdev_changed(&dev);
	machine_wait(60ul * SECOND_US);
	CHECK(interface().link == 1 && !timers_needed());
}

TEST(net_driver_gone, "a card whose driver has ended keeps its link for a second, and loses it within ten")
{
	net_begin();
	machine_kill(DRIVER_TASK);
	machine_notice(NET_TASK);
	machine_wait(SECOND_US);
	CHECK(interface().link == 0 && netif_is_link_up(interfaces[0]));
	machine_wait(10 * SECOND_US);
	CHECK(!netif_is_link_up(interfaces[0]) && !timers_needed());
}

TEST(net_datagram, "a datagram comes back from the other side, with its sender")
{
	struct socket_name to = name(PEER, PEER_ECHO);
	struct socket_datagram d;
	struct socket s;
	char text[16];

	net_begin();
	CHECK(socket_open(SOCKETS_UDP, SOCKETS_BOTH, &s) == SOCKETS_OK && socket_send(&s, "hello", 5, &to) == 5);
	CHECK(socket_until(&s, SOCKETS_IN, 10 * SECOND_MS) & SOCKETS_IN);
	CHECK(socket_receive(&s, text, sizeof text, 0, &d) == 5 && memcmp(text, "hello", 5) == 0);
	CHECK(is_ipv4(d.from.address, PEER) && d.from.port == PEER_ECHO && d.whole == 5);
	CHECK(socket_receive(&s, text, sizeof text, 0, &d) == -SOCKETS_E_AGAIN);
	CHECK(socket_close(&s, false) == SOCKETS_OK && socket_close(&s, false) == SOCKETS_E_HANDLE);
}

TEST(net_echo, "an ICMP echo is answered")
{
	struct socket_name to = name(PEER, 0);
	char text[] = { 8, 0, 0, 0, 0, 1, 0, 1, 'x', 'y' }, got[32];
	struct socket s;

	net_begin();
	CHECK(socket_open(SOCKETS_ECHO, SOCKETS_BOTH, &s) == SOCKETS_OK);
	CHECK(socket_send(&s, text, sizeof text, &to) == sizeof text);
	CHECK(socket_until(&s, SOCKETS_IN, 10 * SECOND_MS) & SOCKETS_IN);
	CHECK(socket_receive(&s, got, sizeof got, 0, NULL) == sizeof text && got[0] == 0 && got[8] == 'x');
}

TEST(net_names, "names of hosts are resolved by DNS, once while the answer is valid")
{
	struct socket_address address;

	net_begin();
	CHECK(socket_resolve("host", SOCKETS_BOTH, &address) == SOCKETS_OK && is_ipv4(address, PEER_HOST));
	CHECK(socket_resolve("host", SOCKETS_BOTH, &address) == SOCKETS_OK && peer.queries == 1);
	CHECK(socket_resolve("unknown", SOCKETS_BOTH, &address) == SOCKETS_E_HOST);
	CHECK(socket_resolve("10.1.2.3", SOCKETS_BOTH, &address) == SOCKETS_OK && is_ipv4(address, 0x0a010203));
}

TEST(net_refused, "a connection that the other side refuses has that error")
{
	struct socket s;
	L4_Word_t pending;

	net_begin();
	CHECK(socket_open(SOCKETS_TCP, SOCKETS_BOTH, &s) == SOCKETS_OK);
	CHECK(socket_connect(&s, name(PEER, PORT)) == SOCKETS_E_IN_PROGRESS);
	CHECK(socket_until(&s, SOCKETS_OUT, 10 * SECOND_MS) & SOCKETS_ERROR);
	CHECK(socket_get(&s, SOCKETS_PENDING, &pending) == SOCKETS_OK && pending == SOCKETS_E_NO_SERVICE);
}

TEST(net_silent, "a connection to a network that answers nothing ends by its time, and so does a name")
{
	struct socket s;
	struct socket_address address;
	L4_Word_t pending;

	net_begin();
	peer.silent = true;
	CHECK(socket_resolve("host", SOCKETS_BOTH, &address) != SOCKETS_OK);
	CHECK(socket_open(SOCKETS_TCP, SOCKETS_BOTH, &s) == SOCKETS_OK);
	CHECK(socket_connect(&s, name(PEER, PORT)) == SOCKETS_E_IN_PROGRESS);
	CHECK(socket_until(&s, SOCKETS_OUT, 600 * SECOND_MS) & SOCKETS_ERROR);
	CHECK(socket_get(&s, SOCKETS_PENDING, &pending) == SOCKETS_OK && pending == SOCKETS_E_TIMEOUT);
}

/* Two ends of a connection within the machine. */
static bool connect_two(struct socket *listener, struct socket *a, struct socket *b)
{
	struct socket_name who;

	return socket_open(SOCKETS_TCP, SOCKETS_BOTH, listener) == SOCKETS_OK
	       && socket_bind(listener, name(0, PORT)) == SOCKETS_OK && socket_listen(listener, 2) == SOCKETS_OK
	       && socket_open(SOCKETS_TCP, SOCKETS_BOTH, a) == SOCKETS_OK
	       && socket_connect(a, name(LOOPBACK, PORT)) == SOCKETS_E_IN_PROGRESS
	       && socket_until(listener, SOCKETS_IN, 10 * SECOND_MS) & SOCKETS_IN
	       && socket_accept(listener, b, &who) == SOCKETS_OK && is_ipv4(who.address, LOOPBACK)
	       && socket_until(a, SOCKETS_OUT, 10 * SECOND_MS) & SOCKETS_OUT;
}

TEST(net_stream, "bytes go both ways within the machine; the end of one direction is seen, then that of both")
{
	struct socket listener, a, b;
	struct sockets_names_out names;
	char text[16];

	net_begin();
	CHECK(connect_two(&listener, &a, &b));
	CHECK(socket_send(&a, "there", 5, NULL) == 5 && socket_until(&b, SOCKETS_IN, SECOND_MS) & SOCKETS_IN);
	CHECK(socket_receive(&b, text, 3, SOCKETS_PEEK, NULL) == 3);
	CHECK(socket_receive(&b, text, sizeof text, 0, NULL) == 5 && memcmp(text, "there", 5) == 0);
	CHECK(socket_names(&b, &names) == SOCKETS_OK && names.port == PORT);
	CHECK(names.peer_low == (SOCKET_MAPPED | LOOPBACK));
	CHECK(socket_shutdown(&a, SOCKETS_SHUT_OUT) == SOCKETS_OK);
	CHECK(socket_until(&b, SOCKETS_IN, SECOND_MS) & SOCKETS_IN);
	CHECK(socket_receive(&b, text, sizeof text, 0, NULL) == 0 && socket_send(&b, "back", 4, NULL) == 4);
	CHECK(socket_until(&a, SOCKETS_IN, SECOND_MS) & SOCKETS_IN);
	CHECK(socket_receive(&a, text, sizeof text, 0, NULL) == 4);
	CHECK(socket_close(&b, true) == SOCKETS_OK);
	machine_wait(SECOND_US);
	CHECK(socket_send(&a, "x", 1, NULL) < 0);
}

TEST(net_options, "options are set and read; what a kind has not got is refused")
{
	struct socket s;
	L4_Word_t value;

	net_begin();
	CHECK(socket_open(SOCKETS_TCP, SOCKETS_BOTH, &s) == SOCKETS_OK);
	CHECK(socket_set(&s, SOCKETS_TTL, 9) == SOCKETS_OK);
	CHECK(socket_get(&s, SOCKETS_TTL, &value) == SOCKETS_OK && value == 9);
	CHECK(socket_set(&s, SOCKETS_AVAILABLE, 1) != SOCKETS_OK);
	CHECK(socket_listen(&s, 1) == SOCKETS_OK);
	CHECK(socket_get(&s, SOCKETS_LISTENS, &value) == SOCKETS_OK && value);
}

static bool woken;

static void wait_for_ever(void *arg)
{
	L4_Word_t wakes = 0;
	struct socket_wait w = { .socket = *(struct socket *)arg, .events = SOCKETS_IN };

	socket_wait(&w, 1, SOCKETS_FOREVER, &wakes);
	woken = wakes > 0;
}

TEST(net_wake, "a wait ends by its time, or when another thread of the program says so")
{
	struct socket s;

	net_begin();
	CHECK(socket_open(SOCKETS_UDP, SOCKETS_BOTH, &s) == SOCKETS_OK && socket_until(&s, SOCKETS_IN, 100) == 0);
	machine_thread(CLIENT_TASK, 1, wait_for_ever, &s);
	machine_wait(SECOND_US);
	CHECK(!woken);
	socket_wake();
	machine_wait(SECOND_US);
	CHECK(woken);
}

TEST(net_wake_before, "what was said before the wait ends it, once: the number of wakes is returned")
{
	struct socket_wait w = { .events = SOCKETS_IN };
	L4_Word_t wakes = 0;

	net_begin();
	CHECK(socket_open(SOCKETS_UDP, SOCKETS_BOTH, &w.socket) == SOCKETS_OK);
	socket_wake();
	CHECK(socket_wait(&w, 1, SOCKETS_FOREVER, &wakes) == 0 && wakes == 1);
}

enum { RECEIVERS = 6 };			/* more than hold a piece of the block while they wait */
static struct receiver { struct socket s; long got; char text[16]; } receivers[RECEIVERS];

static void receive_when_there(void *arg)
{
	struct socket_pause pause = { SOCKETS_FOREVER, 0 };
	struct receiver *r = arg;

	while (r->got == 0 || r->got == -SOCKETS_E_AGAIN)
		r->got = socket_receive_wait(&r->s, r->text, sizeof r->text, 0, NULL, &pause);
}

TEST(net_receive_wait, "threads wait to receive, each gets its datagram, once; a wait ends by its time")
{
	struct socket_name to = name(PEER, PEER_ECHO);
	struct socket_pause pause = { 100, 0 };
	char text[16];

	net_begin();
	for (unsigned i = 0; i < RECEIVERS; i++) {
		CHECK(socket_open(SOCKETS_UDP, SOCKETS_BOTH, &receivers[i].s) == SOCKETS_OK);
		machine_thread(CLIENT_TASK, i + 1, receive_when_there, &receivers[i]);
	}
	machine_wait(SECOND_US);
	for (unsigned i = 0; i < RECEIVERS; i++) {
		CHECK(receivers[i].got == 0 && socket_send(&receivers[i].s, i % 2 ? "first" : "other", 5, &to) == 5);
		machine_wait(SECOND_US);	/* a neighbor's first packet waits for its address, one alone */
	}
	for (unsigned i = 0; i < RECEIVERS; i++) {
		const struct receiver *r = &receivers[i];

		CHECK(r->got == 5 && memcmp(r->text, i % 2 ? "first" : "other", 5) == 0);
		CHECK(socket_receive_wait(&r->s, text, sizeof text, 0, NULL, &pause) == -SOCKETS_E_AGAIN);
	}
}

TEST(net_receive_woken, "a wait to receive that is ended by socket_wake is not ended by the same call again")
{
	struct socket_pause pause = { SOCKETS_FOREVER, 0 };
	struct socket s;
	char text[16];

	net_begin();
	CHECK(socket_open(SOCKETS_UDP, SOCKETS_BOTH, &s) == SOCKETS_OK);
	socket_wake();
	socket_wake();
	CHECK(socket_receive_wait(&s, text, sizeof text, 0, NULL, &pause) == -SOCKETS_E_AGAIN);
	CHECK(pause.wakes == 2);
}

TEST(net_receive_lost, "a datagram stays if the thread that has waited for it does not take the answer")
{
	struct socket_name to = name(PEER, PEER_ECHO);
	L4_ThreadId_t server;
	struct socket s;
	char text[16];

	net_begin();
	server = machine_server(SOCKETS_NAME);
	CHECK(socket_open(SOCKETS_UDP, SOCKETS_BOTH, &s) == SOCKETS_OK);
	const L4_Word_t words[] = { s.handle, SOCKETS_WAITS, 0, sizeof text, 0, SOCKETS_FOREVER };

	for (unsigned i = 0; i < 6; i++)
		L4_LoadMR((int)i + 1, words[i]);
	L4_Set_MsgTag(stub_tag(SOCKETS_RECEIVE, 6, 0));
	CHECK(L4_IpcSucceeded(L4_Send(server)));
	CHECK(socket_send(&s, "hello", 5, &to) == 5);
	machine_wait(SECOND_US);
	CHECK(socket_receive(&s, text, sizeof text, 0, NULL) == 5 && memcmp(text, "hello", 5) == 0);
}

static struct { struct socket s; L4_ThreadId_t thread; long got; } ended;

static void receive_once(void *arg)
{
	struct socket_pause pause = { SOCKETS_FOREVER, 0 };
	char text[16];

	(void)arg;
	ended.thread = L4_MyGlobalId();
	ended.got = socket_receive_wait(&ended.s, text, sizeof text, 0, NULL, &pause);
}

static void end_wait(void *arg)
{
	(void)arg;
	kernel_cancel(ended.thread, IPC_CANCELED);
}

TEST(net_receive_ended, "a wait to receive whose IPC is ended has received nothing, and the socket stays")
{
	struct socket_name to = name(PEER, PEER_ECHO);
	char text[16];

	net_begin();
	CHECK(socket_open(SOCKETS_UDP, SOCKETS_BOTH, &ended.s) == SOCKETS_OK);
	machine_thread(CLIENT_TASK, 1, receive_once, NULL);
	kernel_at(kernel_now() + SECOND_US, end_wait, NULL);
	machine_wait(2 * SECOND_US);
	CHECK(ended.got == -SOCKETS_E_AGAIN && socket_send(&ended.s, "hello", 5, &to) == 5);
	machine_wait(SECOND_US);
	CHECK(socket_receive(&ended.s, text, sizeof text, 0, NULL) == 5 && memcmp(text, "hello", 5) == 0);
}

TEST(net_bounds, "requests that name other sockets, or memory beyond the client's block, are refused")
{
	struct sockets_receive_out got;
	struct sockets_send_out sent;
	struct socket s;
	L4_ThreadId_t server;

	net_begin();
	server = machine_server(SOCKETS_NAME);
	CHECK(socket_open(SOCKETS_UDP, SOCKETS_BOTH, &s) == SOCKETS_OK);
	CHECK(sockets_send(server, s.handle, SOCKETS_BLOCK_MAX, SOCKETS_BYTES_MAX, 0, SOCKET_MAPPED | PEER,
			   PEER_ECHO, &sent)
	      == SOCKETS_E_ARGUMENT);
	CHECK(sockets_receive(server, s.handle, 0, SOCKETS_BLOCK_MAX - 1, 100, 0, 0, &got) == SOCKETS_E_ARGUMENT);
	CHECK(sockets_receive(server, s.handle + 1, 0, 0, 1, 0, 0, &got) == SOCKETS_E_HANDLE);
	machine_be(OTHER_TASK);
	CHECK(sockets_close(server, s.handle, 1) == SOCKETS_E_HANDLE && sockets_attach(server, 99) != SOCKETS_OK);
}

TEST(net_former, "a socket of another server is reset, and accept then returns neither a socket nor a peer")
{
	struct socket s, from = { 7, 7, SOCKETS_TCP };
	struct socket_name peer = name(PEER, PORT);

	net_begin();
	CHECK(socket_open(SOCKETS_TCP, SOCKETS_BOTH, &s) == SOCKETS_OK);
	s.connection++;
	CHECK(socket_accept(&s, &from, &peer) == SOCKETS_E_RESET);
	CHECK(from.handle == 0 && from.connection == 0 && socket_is_any(peer.address) && peer.port == 0);
}

TEST(net_client_ends, "sockets of a task that has ended are closed, and its block is given back")
{
	struct socket s;

	net_begin();
	CHECK(socket_open(SOCKETS_TCP, SOCKETS_BOTH, &s) == SOCKETS_OK);
	CHECK(socket_bind(&s, name(0, PORT)) == SOCKETS_OK);
	CHECK(socket_listen(&s, 1) == SOCKETS_OK && blocks_open() == 2);
	machine_be(OTHER_TASK);
	machine_kill(CLIENT_TASK);
	machine_notice(NET_TASK);
	CHECK(blocks_open() == 1);
}

TEST(net_idle, "a server that has nothing to do is not woken up by its time")
{
	unsigned frames;

	net_begin();
	machine_wait(300ul * SECOND_US);
	frames = peer.frames;
	machine_wait(300ul * SECOND_US);
	CHECK(peer.frames - frames < 5 && interface().link == 2);
}

TEST(net_not_asked, "routers that are not asked, as the link-local address is another host's, need no tick")
{
	net_begin();
	machine_wait(60ul * SECOND_US);
	CHECK(!timers_needed());
	interfaces[0]->rs_count = 1;
	CHECK(timers_needed());
	netif_ip6_addr_set_state(interfaces[0], 0, IP6_ADDR_DUPLICATED);
	CHECK(!timers_needed());
}

TEST(net_late, "a server that starts long after the machine makes up for no time before it")
{
	enum { HOUR_S = 3600 };

	machine_wait(24ul * HOUR_S * SECOND_US);
	net_begin();
	CHECK(interface().address == PEER_OWN && destination_cache[0].age < HOUR_S);
}

TEST(net_handles, "the first handle of a server that starts a second late has a generation behind 1000")
{
	struct socket s;

	machine_wait(SECOND_US);
	net_begin();
	CHECK(socket_open(SOCKETS_UDP, SOCKETS_BOTH, &s) == SOCKETS_OK);
	CHECK(s.handle > handle_make(0, SECOND_MS));
}

/* Number of datagrams that come back from the source. */
static unsigned returned_by(const struct socket *s, uint32_t source)
{
	struct socket_name to = name(PEER, PEER_ECHO);
	unsigned got = 0;
	char text[8];

	peer.lie = source;
	socket_send(s, "x", 1, &to);
	machine_wait(SECOND_US);
	while (socket_receive(s, text, sizeof text, 0, NULL) == 1)
		got++;
	return got;
}

TEST(net_forged, "what comes by the card from an address of this machine or of the loopback is dropped")
{
	struct socket s;

	net_begin();
	CHECK(socket_open(SOCKETS_UDP, SOCKETS_BOTH, &s) == SOCKETS_OK && returned_by(&s, PEER) == 1);
	CHECK(returned_by(&s, LOOPBACK) == 0 && returned_by(&s, PEER_OWN) == 0 && returned_by(&s, 0) == 1);
}
