/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * truncated.c - see net.h: answers of a name server that are cut off (user/servers/net/socket/truncated.c).
 * The name server is this test, by the loopback.
 */
#include <lwip/dns.h>
#include <lwip/netif.h>
#include <servers/net/client/answer.h>
#include <servers/net/client/client.h>
#include <servers/net/interface/given.h>
#include <servers/net/interface/interface.h>
#include <stdio.h>
#include <string.h>

#include "net.h"

enum {
	DNS = 53, BYTES = 5000, HEAD = 12, FLAGS = 2, RECORDS = 7, IS_ANSWER = 0x80, IS_CUT_OFF = 2, A = 1,
	TXT = 16, AAAA = 28, OTHERS = 20, OTHER = 140, TOO_LATE_S = 11, SOON_S = 9, LOST_S = 4,
};

static const struct socket_address server4 = SOCKET_IPV4(INADDR_LOOPBACK), server6 = SOCKET_LOOPBACK6,
	host4 = SOCKET_IPV4(0x0a0a0a0a), host6 = { 0xfd00000000000000, 7 };

static struct sock *by_udp, *by_tcp, *asker;
static struct socket_name from;
static unsigned char question[BYTES], whole[BYTES];
static size_t question_bytes, whole_bytes;
static struct client client = { .task = 1 };

static struct sock *open_one(enum sockets_kind kind)
{
	struct socket_name at = { { 0, 0 }, DNS };
	struct sock *s;

	return sock_open(&owners[0], kind, SOCKETS_BOTH, &s) == SOCKETS_OK
	       && sock_set(s, SOCKETS_REUSE, 1) == SOCKETS_OK && sock_bind(s, at) == SOCKETS_OK ? s : NULL;
}

/* Puts a question to name servers, of which the first one is this test, and takes the question by UDP. */
static bool ask(bool six, bool with_tcp)
{
	static unsigned number;
	static const L4_ThreadId_t thread = { 1 };
	ip_addr_t at = address_ip(six ? server6 : server4);
	struct reception r = { .to = question, .bytes = sizeof question };
	struct socket_address address;
	char name[32];
	struct host_query q = { name, six ? SOCKETS_IPV6 : SOCKETS_IPV4 };

	snprintf(name, sizeof name, "large%u.example", number++);
	dns_setserver(0, &at);
	hosts_answered = 0;
	by_udp = open_one(SOCKETS_UDP);
	by_tcp = with_tcp ? open_one(SOCKETS_TCP) : NULL;
	if (!by_udp || (with_tcp && (!by_tcp || stream_listen(by_tcp, 8) != SOCKETS_OK))
	    || host_resolve(&client, thread, q, &address) != SOCKETS_LATER)
		return false;
	netif_poll_all();
	if (sock_receive(by_udp, &r) != SOCKETS_OK)
		return false;
	from = r.from;
	question_bytes = r.got;
	return true;
}

static void add_record(unsigned kind, const void *data, unsigned bytes)
{
	unsigned char *to = whole + whole_bytes;

	put16(to, 0xc000 | HEAD);
	put16(to + 2, kind);
	put16(to + 4, 1);
	put32(to + 6, 0);		/* s: lwIP does not keep it */
	put16(to + 10, bytes);
	memcpy(to + 12, data, bytes);
	whole_bytes += 12 + bytes;
	put16(whole + RECORDS - 1, get16(whole + RECORDS - 1) + 1);
}

static void add_address(struct socket_address a)
{
	unsigned char data[16];

	put32(data, (uint32_t)(a.high >> 32));
	put32(data + 4, (uint32_t)a.high);
	put32(data + 8, (uint32_t)(a.low >> 32));
	put32(data + 12, (uint32_t)a.low);
	if (socket_is_ipv4(a))
		add_record(A, data + 12, 4);
	else
		add_record(AAAA, data, 16);
}

static void begin_answer(unsigned flags)
{
	memcpy(whole, question, question_bytes);
	whole_bytes = question_bytes;
	whole[FLAGS] |= (unsigned char)(IS_ANSWER | flags);
}

/* With an address that is not the host's. */
static bool cut_off(bool six)
{
	static const struct socket_address wrong4 = SOCKET_IPV4(0x0b0b0b0b), wrong6 = { 0xfd00000000000000, 8 };

	begin_answer(IS_CUT_OFF);
	add_address(six ? wrong6 : wrong4);
	return sock_send(by_udp, whole, &whole_bytes, from) == SOCKETS_OK && (netif_poll_all(), true);
}

/* The same question comes by TCP. */
static bool is_asked(void)
{
	unsigned char got[BYTES];
	struct reception r = { .to = got, .bytes = sizeof got };

	return by_tcp && stream_accept(by_tcp, &asker) == SOCKETS_OK && sock_receive(asker, &r) == SOCKETS_OK
	       && sock_set(asker, SOCKETS_NODELAY, 1) == SOCKETS_OK	/* each part is sent at once */
	       && r.got == 2 + question_bytes && get16(got) == question_bytes
	       && memcmp(got + 2, question, question_bytes) == 0;
}

static bool say(const void *bytes, size_t n)
{
	bool is_sent = sock_send(asker, bytes, &n, (struct socket_name){ 0 }) == SOCKETS_OK;

	netif_poll_all();
	return is_sent;
}

/* In parts: the first byte of its length, what is up to the middle, the rest. */
static bool answer_whole(void)
{
	unsigned char length[2];
	size_t half = whole_bytes / 2;

	put16(length, (unsigned)whole_bytes);
	return say(length, 1) && say(length + 1, 1) && say(whole, half) && hosts_answered == 0
	       && say(whole + half, whole_bytes - half);
}

static bool is_found(bool six)
{
	return hosts_answered == 1 && hosts_status == SOCKETS_OK
	       && socket_same_address(hosts_address, six ? host6 : host4);
}

/* At the end of a case; the name servers are those of the card again. */
static bool done(bool is_well)
{
	sock_close_all(&owners[0], true);
	netif_poll_all();
	pass_time(1000);
	given_list_names();
	return is_well;
}

/* Whatever else is before it; flags: of the answer by TCP. */
static bool large(bool six, unsigned flags)
{
	bool is_well = ask(six, true) && cut_off(six) && is_asked();
	char other[OTHER] = { 0 };

	begin_answer(flags);
	for (unsigned i = 0; i < OTHERS; i++)
		add_record(TXT, other, sizeof other);
	add_address(six ? host6 : host4);
	return done(is_well && answer_whole() && is_found(six));
}

bool truncated_large(void)
{
	return large(false, 0) && large(true, 0) && large(false, IS_CUT_OFF) && large(true, IS_CUT_OFF);
}

static bool fails(void)
{
	return hosts_answered == 1 && hosts_status == SOCKETS_E_NAMES;
}

/* At once, with an error that no absent name has. */
bool truncated_refused(void)
{
	bool is_well = true;

	for (unsigned six = 0; six < 2; six++)
		is_well = done(ask(six, false) && cut_off(six) && fails()) && is_well;
	return is_well;
}

/* It says so much, and ends the connection, with a reset or without. */
static bool ended(bool six, const void *bytes, size_t n, bool abort)
{
	bool is_well = ask(six, true) && cut_off(six) && is_asked() && (n == 0 || say(bytes, n));

	if (is_well)
		sock_close(asker, abort);
	netif_poll_all();
	return done(is_well && fails());
}

/* Before its answer, within it, and after an answer of no bytes. */
bool truncated_ended(void)
{
	static const unsigned char part[] = { 1, 0, 5, 5 }, none[] = { 0, 0 };
	bool is_well = true;

	for (unsigned i = 0; i < 4; i++)
		is_well = ended(i & 1, part, 0, i & 2) && ended(i & 1, part, sizeof part, i & 2)
			  && ended(i & 1, none, sizeof none, i & 2) && is_well;
	return is_well;
}

/* By steps that no timer of TCP is longer than, so none is missed. */
static void wait_for(unsigned seconds)
{
	for (unsigned i = 0; i < seconds * 1000 / TCP_TMR_INTERVAL; i++)
		pass_time(TCP_TMR_INTERVAL);
}

/* Not by UDP again meanwhile; a second answer that is cut off begins no second connection. */
bool truncated_silent(void)
{
	struct reception r = { .to = whole, .bytes = sizeof whole };
	struct sock *other;
	bool is_well = ask(false, true) && cut_off(false) && is_asked() && cut_off(false);

	wait_for(SOON_S - 1);
	is_well = is_well && hosts_answered == 0 && stream_accept(by_tcp, &other) == SOCKETS_E_AGAIN
		  && sock_receive(by_udp, &r) == SOCKETS_E_AGAIN;
	wait_for(TOO_LATE_S - SOON_S + 1);
	return done(is_well && fails());
}

/* It refuses the connection; the next one has the answer. */
bool truncated_next(void)
{
	ip_addr_t next = address_ip(server4);
	struct reception r = { .to = question, .bytes = sizeof question };
	bool is_well;

	is_well = ask(true, false);
	dns_setserver(1, &next);
	is_well = is_well && cut_off(true) && hosts_answered == 0 && sock_receive(by_udp, &r) == SOCKETS_OK;
	question_bytes = r.got;
	begin_answer(0);
	add_address(host6);
	is_well = is_well && sock_send(by_udp, whole, &whole_bytes, r.from) == SOCKETS_OK;
	netif_poll_all();
	return done(is_well && is_found(true));
}

/* The first question by UDP is lost, and the first segment of the connection: its listener takes none. */
bool truncated_lost(void)
{
	struct reception r = { .to = question, .bytes = sizeof question };
	bool is_well = ask(false, true);

	wait_for(2);
	is_well = is_well && sock_receive(by_udp, &r) == SOCKETS_OK;
	begin_answer(IS_CUT_OFF);
	is_well = is_well && sock_send(by_udp, whole, &whole_bytes, from) == SOCKETS_OK;
	if (is_well)
		by_tcp->backlog = 0;
	netif_poll_all();
	is_well = is_well && !is_asked();
	if (is_well)
		by_tcp->backlog = 1;
	wait_for(LOST_S);
	is_well = is_well && is_asked();
	begin_answer(0);
	add_address(host4);
	return done(is_well && answer_whole() && is_found(false));
}
