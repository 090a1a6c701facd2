/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cases.c - see net.h: pairs of sockets that are connected by the loopback, in states that packets at random
 * do not reach.
 */
#include <lwip/netif.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "net.h"

enum { FIRST = 5000, TIME_WAIT_S = 200, HANG_S = 20, MORE = 100000, DATAGRAM = 65507 };

static struct owner owners[3];
static char bytes_of[MORE];

static bool open_pair(struct sock **a, struct sock **b)
{
	static uint16_t port = FIRST;
	struct socket_name at = { INADDR_LOOPBACK, ++port };
	struct sock *listener;
	bool is_open;

	if (sock_open(&owners[0], SOCKETS_TCP, &listener) != SOCKETS_OK || sock_bind(listener, at) != SOCKETS_OK
	    || sock_listen(listener, 1) != SOCKETS_OK || sock_open(&owners[1], SOCKETS_TCP, a) != SOCKETS_OK
	    || sock_connect(*a, at) != SOCKETS_E_IN_PROGRESS)
		return false;
	netif_poll_all();
	is_open = sock_accept(listener, b) == SOCKETS_OK;
	sock_close(listener, false);
	return is_open;
}

static enum sockets_status send_all(struct sock *s, size_t bytes)
{
	enum sockets_status e = SOCKETS_OK;
	size_t n;

	for (; bytes > 0 && e == SOCKETS_OK; bytes -= n) {
		n = bytes;
		e = sock_send(s, bytes_of, &n, (struct socket_name){ 0, 0 });
		netif_poll_all();
	}
	return e;
}

static enum sockets_status receive(struct sock *s, size_t *got)
{
	struct reception r = { .to = bytes_of, .bytes = sizeof bytes_of };
	enum sockets_status e = sock_receive(s, &r);

	*got = r.got;
	netif_poll_all();
	return e;
}

static bool arrives(struct sock *from, struct sock *to)
{
	size_t got;

	return send_all(from, 10) == SOCKETS_OK && receive(to, &got) == SOCKETS_OK && got == 10;
}

static void wait_seconds(unsigned s)
{
	for (unsigned i = 0; i < s * 10; i++)
		pass_time(100);
}

/* A connection that ended by both sides, and is closed long after: its pcb is that of another one now. */
static bool late_close(void)
{
	struct sock *a, *b, *c, *d;
	size_t got;
	bool is_well = open_pair(&a, &b) && sock_shutdown(a, SOCKETS_SHUT_OUT) == SOCKETS_OK;

	netif_poll_all();
	sock_close(b, false);
	netif_poll_all();
	wait_seconds(TIME_WAIT_S);
	is_well = is_well && open_pair(&c, &d) && receive(a, &got) == SOCKETS_OK && got == 0;
	sock_close(a, false);
	netif_poll_all();
	is_well = is_well && arrives(c, d) && arrives(d, c);
	sock_close(c, false);
	sock_close(d, false);
	return is_well;
}

/* The other side ends first: its end is the last thing, not an error. */
static bool orderly_end(void)
{
	struct sock *a, *b;
	size_t got;
	bool is_well = open_pair(&a, &b) && arrives(a, b) && sock_shutdown(b, SOCKETS_SHUT_OUT) == SOCKETS_OK;

	netif_poll_all();
	is_well = is_well && sock_shutdown(a, SOCKETS_SHUT_OUT) == SOCKETS_OK;
	netif_poll_all();
	return is_well && !(sock_events(a) & SOCKETS_ERROR) && receive(a, &got) == SOCKETS_OK && got == 0;
}

/* Both send until both windows are closed. */
static bool closed_windows(void)
{
	struct sock *a, *b;
	bool is_well = open_pair(&a, &b);

	for (unsigned i = 0; i < 2; i++) {
		is_well = is_well && send_all(a, MORE) == SOCKETS_E_AGAIN && send_all(b, MORE) == SOCKETS_E_AGAIN;
		wait_seconds(60);
	}
	return is_well;
}

/* Two owners that take all that they can of their own datagrams; then a third one. */
static bool large_datagrams(void)
{
	static const struct socket_name at = { INADDR_LOOPBACK, FIRST };
	bool is_well = true;

	for (unsigned o = 0; o < sizeof owners / sizeof *owners; o++) {
		struct socket_name to = { at.address, (uint16_t)(at.port - o) };
		struct sock *s;
		size_t bytes, got;

		is_well = is_well && sock_open(&owners[o], SOCKETS_UDP, &s) == SOCKETS_OK
			  && sock_bind(s, to) == SOCKETS_OK;
		for (bytes = o < 2 ? DATAGRAM : 0; is_well && bytes > 0; bytes /= 2)
			for (unsigned before = ~0u; before != s->pieces;) {
				before = s->pieces;
				sock_send(s, bytes_of, &bytes, to);
				netif_poll_all();
			}
		bytes = DATAGRAM;
		if (o == 2)
			is_well = is_well && sock_send(s, bytes_of, &bytes, to) == SOCKETS_OK
				  && (netif_poll_all(), receive(s, &got) == SOCKETS_OK) && got == bytes;
	}
	return is_well;
}

/* Connections that are read by none, until the owner's share of the heap is used up. */
static bool ready_takes(void)
{
	struct sock *a, *b;
	size_t n = 0;

	if (!open_pair(&a, &b) || send_all(a, 44000) != SOCKETS_OK)	/* then a part of a window is left */
		return false;
	for (unsigned i = 0; i < SOCKETS_MOST / 2; i++) {
		if (!open_pair(&a, &b))
			return false;
		for (unsigned seconds = 0; seconds < 3; seconds++) {
			for (; sock_events(a) & SOCKETS_OUT; netif_poll_all()) {
				n = MORE;
				if (sock_send(a, bytes_of, &n, (struct socket_name){ 0, 0 }) != SOCKETS_OK)
					return false;
			}
			wait_seconds(1);
		}
	}
	return n > 0;
}

/* Connections of one owner with as many segments of a byte as they take; then one of another owner. */
static bool small_segments(void)
{
	struct socket_name at = { INADDR_LOOPBACK, FIRST };
	struct sock *a, *b, *other;

	for (unsigned i = 0; i < SOCKETS_MOST - 2; i++) {
		if (!open_pair(&a, &b) || sock_set(a, SOCKETS_NODELAY, 1) != SOCKETS_OK)
			return false;
		while (send_all(a, 1) == SOCKETS_OK)
			;
	}
	return sock_open(&owners[0], SOCKETS_TCP, &b) == SOCKETS_OK && sock_bind(b, at) == SOCKETS_OK
	       && sock_listen(b, 1) == SOCKETS_OK && sock_open(&owners[2], SOCKETS_TCP, &other) == SOCKETS_OK
	       && sock_connect(other, at) == SOCKETS_E_IN_PROGRESS
	       && (netif_poll_all(), sock_accept(b, &a) == SOCKETS_OK)
	       && send_all(other, 10) == SOCKETS_OK;
}

/* Not even with the option of both, and an address of its own. */
static bool one_listener(void)
{
	static const struct socket_name at[] = { { 0, FIRST }, { INADDR_LOOPBACK, FIRST } };
	struct sock *s[2];

	for (unsigned i = 0; i < 2; i++)
		if (sock_open(&owners[i], SOCKETS_TCP, &s[i]) != SOCKETS_OK
		    || sock_set(s[i], SOCKETS_REUSE, 1) != SOCKETS_OK || sock_bind(s[i], at[i]) != SOCKETS_OK)
			return false;
	return sock_listen(s[0], 1) == SOCKETS_OK && sock_listen(s[1], 1) == SOCKETS_E_IN_USE;
}

static const struct { const char *name; bool (*run)(void); } cases[CASES] = {
	{ "a socket that is closed long after its connection has ended touches no other one", late_close },
	{ "an end that both sides have sent is no error", orderly_end },
	{ "a connection of the loopback with both windows closed is silent", closed_windows },
	{ "datagrams of 64 KiB that no program takes leave room for those of others", large_datagrams },
	{ "a connection that is ready for bytes takes some", ready_takes },
	{ "segments of a byte that are not acknowledged leave some for another program", small_segments },
	{ "a port has one listening socket", one_listener },
};

unsigned cases_run(void)
{
	unsigned failed = 0;

	for (unsigned i = 0; i < CASES; i++) {
		bool is_well;

		alarm(HANG_S);
		is_well = cases[i].run();
		alarm(0);
		for (unsigned o = 0; o < sizeof owners / sizeof *owners; o++)
			sock_close_all(&owners[o]);
		wait_seconds(2);
		printf("%s - %s\n", is_well ? "ok" : "not ok", cases[i].name);
		fflush(stdout);
		failed += !is_well;
	}
	return failed;
}
