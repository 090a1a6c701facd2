/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hosts.c - see net.h: names that are looked up (user/servers/net/client/host.c), and a name server that is
 * silent.
 */
#include <servers/net/client/client.h>
#include <servers/net/client/answer.h>
#include <stdio.h>

#include "net.h"

enum { SILENCE_S = 60, ROUNDS = 8 };

unsigned hosts_answered;
enum sockets_status hosts_status;
struct socket_address hosts_address;

void answer_resolve(L4_ThreadId_t thread, enum sockets_status s, struct socket_address address)
{
	(void)thread;
	hosts_status = s;
	hosts_address = address;
	hosts_answered++;
}

/* How many of its names are looked up now; each is another one. */
static unsigned look_up_all(struct client *c)
{
	static unsigned number;
	static const L4_ThreadId_t thread = { 1 };
	char name[32];
	struct socket_address address;
	unsigned n = 0;

	do
		snprintf(name, sizeof name, "name%u.example", number++);
	while (host_resolve(c, thread, (struct host_query){ name, SOCKETS_BOTH }, &address) == SOCKETS_LATER
	       && ++n <= HOSTS);
	return n;
}

/* Its answers are dropped then, and its share is used until the name server's time is over. */
bool hosts_attached_again(void)
{
	struct client a = { .task = 1 }, b = { .task = 2 };
	bool is_well = look_up_all(&a) == HOSTS_OF_ONE;

	hosts_answered = 0;
	for (unsigned i = 0; i < ROUNDS; i++) {
		host_forget_client(&a);
		is_well = is_well && look_up_all(&a) == 0;
	}
	is_well = is_well && look_up_all(&b) == HOSTS_OF_ONE;
	for (unsigned i = 0; i < SILENCE_S; i++)
		pass_time(1000);
	is_well = is_well && hosts_answered == HOSTS_OF_ONE && look_up_all(&a) == HOSTS_OF_ONE;
	host_forget_client(&a);
	for (unsigned i = 0; i < SILENCE_S; i++)
		pass_time(1000);
	return is_well && hosts_answered == HOSTS_OF_ONE;
}

bool hosts_reserved(void)
{
	struct client c[HOSTS], named = { .task = HOSTS + 1, .owner.section = 1 };
	unsigned shared = 0;
	bool is_well;

	places_know(1);
	for (unsigned i = 0; i < HOSTS; i++) {
		c[i] = (struct client){ .task = i + 1 };
		shared += look_up_all(&c[i]);
	}
	is_well = shared == HOSTS - HOSTS_OF_SECTION && look_up_all(&named) == HOSTS_OF_SECTION;
	for (unsigned i = 0; i < SILENCE_S; i++)
		pass_time(1000);
	places_know(0);
	return is_well;
}
