/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * packets.c - work at the network server: datagrams that another host sends back. Each says its number in all
 * of its words. One that does not come back is sent again, as networks lose packets. The sockets of a server
 * that has ended are closed, and new ones opened.
 */
#include <l4/ipc.h>
#include <pecan/sockets.h>
#include <string.h>

#include "worker.h"

enum { WORDS = 64, BYTES = WORDS * WORD, ANSWER_MS = 200, ADDRESS = 0x0a090002, PORT = 7 };

static struct socket s;
static bool open;
static L4_Word_t number, data[WORDS];

/* An error of any kind: a server that gives no other is found by the watchdog. */
static bool reopen(void)
{
	if (open)
		socket_close(&s, true);
	open = socket_open(SOCKETS_UDP, SOCKETS_BOTH, &s) == SOCKETS_OK;
	return open && socket_connect(&s, (struct socket_name){ SOCKET_IPV4(ADDRESS), PORT }) == SOCKETS_OK;
}

enum reply { NONE, OLD, RIGHT, WRONG };

static enum reply receive(void)
{
	L4_Word_t got[WORDS + 1];
	long n = socket_receive(&s, got, sizeof got, 0, NULL);

	if (n < 0)
		return NONE;
	if (n != BYTES)
		return WRONG;
	for (unsigned i = 0; i < WORDS; i++)
		if (got[i] != got[0] + i)
			return WRONG;
	return got[0] == data[0] ? RIGHT : OLD;
}

static void packets_round(void)
{
	enum reply r = NONE;

	number++;
	for (unsigned i = 0; i < WORDS; i++)
		data[i] = work_word(number, i);
	while (r != RIGHT && r != WRONG) {
		if (r == NONE && (!open || socket_send(&s, data, BYTES, NULL) != BYTES) && !reopen())
			L4_Sleep(L4_TimePeriod(ANSWER_MS * 1000));
		if (open && socket_until(&s, SOCKETS_IN, ANSWER_MS))
			r = receive();
		else
			r = NONE;
	}
	work_result(r == RIGHT);
}

const struct work packets_work = { "net", 0, packets_round };
