/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host.c - see client.h: addresses of hosts by their names, from lwIP's client of DNS.
 */
#include <lwip/dns.h>
#include <string.h>

#include "client.h"
#include "answer.h"

/*
 * query: lwIP calls back for each once, also when the client is gone meanwhile: thread is nilthread then. Up
 * to the call it is one of the task's places, whether that has attached again or not.
 */
static struct host { struct holder who; L4_ThreadId_t thread; bool query; } hosts[HOSTS];

_Bool net_no_host;

static void on_found(const char *name, const ip_addr_t *address, void *arg)
{
	struct host *h = arg;

	(void)name;
	h->query = false;
	if (L4_IsNilThread(h->thread))
		return;
	if (address)
		answer_resolve(h->thread, SOCKETS_OK, address_name(address, 0).address);
	else
		answer_resolve(h->thread, net_no_host ? SOCKETS_E_HOST : SOCKETS_E_NAMES,
			       (struct socket_address){ 0 });
}

static struct host *place(const struct client *c)
{
	struct places p = places_of(HOSTS, HOSTS_OF_ONE, HOSTS_OF_SECTION);
	struct host *spare = NULL;
	unsigned own = 0;

	for (struct host *h = hosts; h < hosts + HOSTS; h++)
		if (h->query) {
			own += h->who.task == c->task;
			places_take(&p, h->who.section);
		} else {
			spare = h;
		}
	return places_has(&p, c->owner.section, own) ? spare : NULL;
}

enum sockets_status host_resolve(const struct client *c, L4_ThreadId_t thread, struct host_query q,
				 struct socket_address *address)
{
	static const u8_t types[] = {
		LWIP_DNS_ADDRTYPE_IPV4_IPV6, LWIP_DNS_ADDRTYPE_IPV4, LWIP_DNS_ADDRTYPE_IPV6,
	};
	static const struct socket_address local4 = SOCKET_IPV4(INADDR_LOOPBACK), local6 = SOCKET_LOOPBACK6;
	struct host *h = place(c);
	ip_addr_t found;

	*address = q.family == SOCKETS_IPV6 ? local6 : local4;
	if (strcmp(q.name, "localhost") == 0)
		return SOCKETS_OK;
	if (!h)
		return SOCKETS_E_LIMIT;
	switch (dns_gethostbyname_addrtype(q.name, &found, on_found, h, types[q.family])) {
	case ERR_OK:
		*address = address_name(&found, 0).address;
		return SOCKETS_OK;
	case ERR_INPROGRESS:
		*h = (struct host){ { c->task, c->owner.section }, thread, true };
		return SOCKETS_LATER;
	case ERR_MEM:
		return SOCKETS_E_LIMIT;
	case ERR_VAL:				/* no name server is known */
		return SOCKETS_E_NAMES;
	default:
		return SOCKETS_E_HOST;
	}
}

void host_forget_client(struct client *c)
{
	for (struct host *h = hosts; h < hosts + HOSTS; h++)
		if (h->who.task == c->task)
			h->thread = L4_nilthread;
}

bool host_any_waits(void)
{
	for (const struct host *h = hosts; h < hosts + HOSTS; h++)
		if (h->query)
			return true;
	return false;
}
