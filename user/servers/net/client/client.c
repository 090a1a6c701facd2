/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client.c - see client.h.
 */
#include <pecan/task.h>
#include <string.h>

#include "client.h"

static struct client clients[CLIENTS];
static struct places places = { CLIENTS, 1, CLIENTS_OF_SECTION, 0, 0, { 0 } };
static client_gone *const *when_gone;

void client_when_gone(client_gone *const what[])
{
	when_gone = what;
}

struct client *client_of(L4_Word_t task)
{
	static struct client *last = clients;	/* most requests are of the client of the one before */

	if (last->task == task)
		return last;
	for (struct client *c = clients; c < clients + CLIENTS; c++)
		if (c->task == task)
			return last = c;
	return NULL;
}

static void drop(struct client *c, bool ended)
{
	for (client_gone *const *gone = when_gone; *gone; gone++)
		(*gone)(c);
	places_give(&places, c->owner.section);
	sock_close_all(&c->owner, !ended);
	pecan_dma_free(&c->block);
	c->task = 0;
	c->wakes = 0;
}

void client_drop_ended(void)
{
	struct pecan_task t;

	for (struct client *c = clients; c < clients + CLIENTS; c++)
		if (c->task && pecan_task_by_number(c->task, &t) == ROOT_E_TASK)
			drop(c, true);
}

enum sockets_status client_attach(struct holder who, L4_Word_t block)
{
	struct client *c = client_of(who.task);

	if (c)
		drop(c, false);
	else if (!places_has(&places, who.section, 0))
		client_drop_ended();
	if (!places_has(&places, who.section, 0))
		return SOCKETS_E_LIMIT;
	c = client_of(0);
	if (pecan_dma_open(block, who.task, &c->block) != ROOT_OK)
		return SOCKETS_E_ARGUMENT;
	c->task = who.task;
	c->owner.section = who.section;
	places_take(&places, who.section);
	return SOCKETS_OK;
}

void *client_part(const struct client *c, size_t offset, size_t bytes)
{
	if (offset > c->block.bytes || bytes > c->block.bytes - offset)
		return NULL;
	return (char *)c->block.at + offset;
}
