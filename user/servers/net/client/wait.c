/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wait.c - see client.h: the threads that wait for sockets. An answer that is not received is lost, with the
 * wait: the thread has ended, or another one of its program has ended its call.
 */
#include <lwip/sys.h>
#include <proto/sockets.h>
#include <string.h>

#include "client.h"
#include "answer.h"

static struct wait {
	struct client *client;
	L4_ThreadId_t thread;
	L4_Word_t wakes;
	uint32_t begun, milliseconds;
	struct wait_part part;
	struct wait_bell bell;
	unsigned entries;
	struct sockets_entry entry[SOCKETS_WAIT_MOST];
} entries[WAITS];

static struct places places = { WAITS, WAITS_OF_ONE, WAITS_OF_SECTION, 0, 0, { 0 } };

/* Those that wait come first; the others are free. */
static struct wait *waits[WAITS];
static unsigned waiting, timed;		/* timed: of those, with a timeout */
static unsigned seen;			/* value of sock_changes up to which waits were answered */

/* One is the most common number, and memcpy is a call. */
static void copy(struct sockets_entry *to, const struct sockets_entry *from, unsigned n)
{
	if (n == 1)
		*to = *from;
	else
		memcpy(to, from, n * sizeof *to);
}

/* Returns true if any is ready. */
static bool look(const struct client *c, struct sockets_entry *entry, unsigned n)
{
	bool any = false;

	for (unsigned i = 0; i < n; i++) {
		const struct sock *s = sock_of(&c->owner, entry[i].handle);
		unsigned events = entry[i].events | SOCKETS_ERROR | SOCKETS_HANGUP;

		entry[i].ready = (uint16_t)(s ? sock_events(s) & events : SOCKETS_INVALID);
		any |= entry[i].ready != 0;
	}
	return any;
}

static void end(unsigned i)
{
	struct wait *w = waits[i];

	places_give(&places, w->client->owner.section);
	timed -= w->milliseconds != SOCKETS_FOREVER;
	waits[i] = waits[--waiting];
	waits[waiting] = w;
}

void wait_forget_thread(L4_ThreadId_t thread)
{
	for (unsigned i = waiting; i-- > 0;)
		if (L4_IsThreadEqual(waits[i]->thread, thread))
			end(i);
}

void wait_forget_client(struct client *c)
{
	for (unsigned i = waiting; i-- > 0;)
		if (waits[i]->client == c)
			end(i);
}

static struct wait *place(const struct client *c)
{
	unsigned section = c->owner.section, own = 0;

	for (unsigned i = 0; i < waiting; i++)
		own += waits[i]->client == c;
	if (!places_has(&places, section, own))
		return NULL;
	places_take(&places, section);
	if (!waits[waiting])
		waits[waiting] = &entries[waiting];
	return waits[waiting++];
}

/* Of a request to receive sock_receive has just said that there is nothing. */
static bool is_over(struct client *c, const struct wait_list *list, struct sockets_entry *ready)
{
	if (list->bell.rings)
		return ring_serve(c, list->bell.taken);
	return list->part.bytes == 0 && look(c, ready, list->entries);
}

bool wait_begin(struct client *c, L4_ThreadId_t thread, const struct wait_list *list, enum sockets_status *s,
		struct sockets_entry *ready)
{
	struct wait *w;

	*s = SOCKETS_OK;
	copy(ready, list->entry, list->entries);
	if (is_over(c, list, ready) || c->wakes > list->wakes || list->milliseconds == 0)
		return true;
	w = place(c);
	*s = w ? SOCKETS_LATER : SOCKETS_E_LIMIT;
	if (!w)
		return false;
	w->client = c;
	w->thread = thread;
	w->wakes = list->wakes;
	w->begun = sys_now();
	w->milliseconds = (uint32_t)list->milliseconds;
	timed += w->milliseconds != SOCKETS_FOREVER;
	w->part = list->part;
	w->bell = list->bell;
	w->entries = list->entries;
	copy(w->entry, list->entry, list->entries);
	return false;
}

static bool is_ready(struct wait *w)
{
	return w->bell.rings ? ring_look(w->client, w->bell.taken) : look(w->client, w->entry, w->entries);
}

static bool is_late(const struct wait *w)
{
	return w->milliseconds != SOCKETS_FOREVER && sys_now() - w->begun >= w->milliseconds;
}

static void answer(const struct wait *w)
{
	if (w->bell.rings)
		answer_bell(w->client, w->thread, w->bell.taken);
	else if (w->part.bytes)
		answer_receive(w->client, w->thread, w->entry[0].handle, w->part);
	else
		answer_wait(w->thread, w->client->wakes, w->entry, w->entries);
}

bool wait_is_due(void)
{
	return waiting > 0 && seen != sock_changes;
}

void wait_answer(void)
{
	bool changed = seen != sock_changes;

	seen = sock_changes;
	for (unsigned i = waiting; i-- > 0;) {
		struct wait *w = waits[i];

		answer_now_to(w->client);	/* else its datagram would be there for another wait */
		if (!((changed && is_ready(w)) || w->client->wakes > w->wakes
		      || is_late(w)))
			continue;
		answer(w);
		end(i);
	}
}

uint32_t wait_next(uint32_t most)
{
	for (unsigned i = 0; timed > 0 && i < waiting; i++) {
		const struct wait *w = waits[i];
		uint32_t passed = sys_now() - w->begun;

		if (w->milliseconds == SOCKETS_FOREVER)
			continue;
		if (passed >= w->milliseconds)
			return 0;
		if (w->milliseconds - passed < most)
			most = w->milliseconds - passed;
	}
	return most;
}
