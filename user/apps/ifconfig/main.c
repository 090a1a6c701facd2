/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - `ifconfig`: shows the network interfaces, en0, en1, ... Their addresses come from DHCP, from
 * routers and from the description of the system; nothing is set here.
 */
#include <pecan/print.h>
#include <pecan/sockets.h>
#include <proto/sockets_client.h>
#include <stdio.h>

enum { TEXT = 20 };

static const char *text_of(L4_Word_t address, char text[TEXT])
{
	snprintf(text, TEXT, "%lu.%lu.%lu.%lu", address >> 24 & 0xff, address >> 16 & 0xff, address >> 8 & 0xff,
		 address & 0xff);
	return text;
}

static void show_mac(L4_Word64_t mac)
{
	for (int i = 5; i >= 0; i--)
		printf("%02x%c", (unsigned)(mac >> 8 * i & 0xff), i ? ':' : '\n');
}

/* Of IPv6, and all name servers. */
static void show_parts(unsigned card)
{
	static const char *const names[] = {
		[SOCKETS_PART_TENTATIVE] = "address   %s, is being checked\n",
		[SOCKETS_PART_DUPLICATE] = "address   %s, is another host's\n",
		[SOCKETS_PART_PREFERRED] = "address   %s\n", [SOCKETS_PART_DEPRECATED] = "address   %s, deprecated\n",
		[SOCKETS_PART_ROUTER] = "router    %s\n", [SOCKETS_PART_NAMES] = "dns       %s\n",
	};
	char text[SOCKET_ADDRESS_TEXT];
	enum sockets_part_kind kind;
	struct socket_address a;

	for (unsigned i = 0; (kind = socket_part(card, i, &a)) != SOCKETS_PART_NONE; i++)
		if ((size_t)kind < sizeof names / sizeof *names)
			printf(names[kind], socket_address_text(a, text));
}

static void show(unsigned card, const struct sockets_interface_out *i)
{
	static const char *const links[] = { "no network card, or no driver for it", "no cable", "up" };
	char a[TEXT], b[TEXT];

	printf("%scard      en%u%s\n", card ? "\n" : "", card, i->is_default ? ", default" : "");
	printf("link      %s\n", links[i->link % 3]);
	if (i->link == 0)
		return;
	printf("mac       ");
	show_mac(i->mac);
	if (i->address == 0)
		printf("address   none yet\n");
	else
		printf("address   %s, mask %s\n", text_of(i->address, a), text_of(i->mask, b));
	printf("gateway   %s\n", text_of(i->gateway, a));
	show_parts(card);
	printf("received  %llu packets, %llu bytes\n", (unsigned long long)i->received,
	       (unsigned long long)i->received_bytes);
	printf("sent      %llu packets, %llu bytes\n", (unsigned long long)i->sent,
	       (unsigned long long)i->sent_bytes);
	printf("dropped   %llu packets\n", (unsigned long long)i->dropped);
	if (i->offloads)
		printf("offloads  %llu packets sent for several segments, %llu received\n",
		       (unsigned long long)i->divided, (unsigned long long)i->merged);
	printf("driver    started again %lu times\n", i->restarts);
}

int main(int argc, char **argv)
{
	struct sockets_interface_out i;
	enum sockets_status s = SOCKETS_OK;

	(void)argv;
	if (argc > 1) {
		printf("usage: ifconfig\n");
		return 2;
	}
	for (unsigned card = 0; card < SOCKETS_CARDS && s == SOCKETS_OK; card++) {
		s = socket_interface(card, &i);
		if (s == SOCKETS_OK)
			show(card, &i);
	}
	if (s == SOCKETS_OK || s == SOCKETS_E_ADDRESS)
		return 0;
	printf("ifconfig: %s\n", socket_error_text(s));
	return 1;
}
