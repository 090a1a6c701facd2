/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cold.c - see net.h: the first packets to a neighbor whose address is being asked for.
 */
#include <lwip/etharp.h>
#include <lwip/nd6.h>
#include <lwip/netif.h>

#include "ipv6.h"

enum { WAITING = 8, ABSENT = 2 * ARP_TABLE_SIZE, UDP_BYTES4 = 42, UDP_BYTES6 = 62, LENGTH_AT = 4 };

static const struct socket_address link4 = SOCKET_IPV4(PEER + 20), link6 = { 0xfe80000000000000, 0x2020 };

static struct socket_address neighbor(bool six, unsigned n)
{
	struct socket_address a = six ? link6 : link4;

	a.low += n;
	return a;
}

static void answers(struct socket_address a)
{
	if (socket_is_ipv4(a))
		answer_arp((uint32_t)a.low);
	else
		speak(ANSWERS, a, a);
}

/* Datagrams of 1, 2, 3 ... bytes. */
static void send_some(struct sock *s, struct socket_address to, unsigned count)
{
	for (size_t i = 1, n; n = i, i <= count; i++)
		sock_send(s, "0123456789", &n, (struct socket_name){ to, FIRST_PORT });
}

/* The last frames that the card has sent are those datagrams from `first` to `count`, in their order. */
static bool were_sent(bool six, unsigned first, unsigned count)
{
	unsigned head = six ? UDP_BYTES6 : UDP_BYTES4;

	for (unsigned i = first; i <= count; i++)
		if (get16(packet_last(count - i) + head - 8 + LENGTH_AT) != 8 + i)
			return false;
	return true;
}

/* The neighbor is silent for a second. Of one datagram more than wait the first one is lost. */
static bool all_come(bool six)
{
	struct socket_address a = neighbor(six, 0), b = neighbor(six, 1);
	unsigned long before;
	struct sock *s;

	etharp_cleanup_netif(netif_default);
	nd6_cleanup_netif(netif_default);
	if (sock_open(&owners[0], SOCKETS_UDP, SOCKETS_BOTH, &s) != SOCKETS_OK)
		return false;
	send_some(s, a, WAITING);
	wait_seconds(1);
	before = card_sent;
	answers(a);
	if (card_sent != before + WAITING || !were_sent(six, 1, WAITING))
		return false;
	send_some(s, b, WAITING + 1);
	before = card_sent;
	answers(b);
	return card_sent == before + WAITING && were_sent(six, 2, WAITING + 1);
}

bool cold_first(void)
{
	return all_come(false);
}

bool cold_first6(void)
{
	return all_come(true);
}

/* Those that wait for many absent neighbors take no place of those for one that answers. */
bool cold_beside_absent(void)
{
	bool all = true;

	for (unsigned six = 0; six < 2; six++) {
		unsigned long before;
		struct sock *s;

		if (sock_open(&owners[0], SOCKETS_UDP, SOCKETS_BOTH, &s) != SOCKETS_OK)
			return false;
		for (unsigned i = 0; i < ABSENT; i++)
			send_some(s, neighbor(six, 100 + i), WAITING + 1);
		send_some(s, neighbor(six, 50), WAITING);
		before = card_sent;
		answers(neighbor(six, 50));
		all = all && card_sent == before + WAITING && were_sent(six, 1, WAITING);
	}
	etharp_cleanup_netif(netif_default);
	nd6_cleanup_netif(netif_default);
	return all;
}
