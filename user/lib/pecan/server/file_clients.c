/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file_clients.c - see <pecan/file_clients.h>.
 */
#include <pecan/file_clients.h>
#include <pecan/file_locks.h>
#include <pecan/handle.h>
#include <pecan/task.h>

static struct client clients[CLIENTS];
static struct open_file files[OPEN_FILES];
static struct places client_places = { CLIENTS, 1, CLIENTS_OF_SECTION, 0, 0, { 0 } };
static struct places file_places = { OPEN_FILES, OPEN_OF_ONE, OPEN_OF_SECTION, 0, 0, { 0 } };
static unsigned first_free;		/* a place that may be free: the search begins there */

_Static_assert((int)OPEN_FILES <= (int)HANDLE_PLACES, "a place has no handle");

void client_begin(unsigned clock)
{
	for (struct open_file *f = files; f < files + OPEN_FILES; f++)
		f->generation = clock;
}

struct client *client_of(L4_Word_t task)
{
	for (struct client *c = clients; c < clients + CLIENTS; c++)
		if (c->task == task)
			return c;
	return NULL;
}

static void drop(struct client *c)
{
	for (struct open_file *f = files; f < files + OPEN_FILES; f++)
		if (f->client == c)
			client_close(f);
	pecan_dma_free(&c->block);
	c->task = 0;
	places_give(&client_places, c->section);
}

void client_drop_ended(void)
{
	struct pecan_task t;

	for (struct client *c = clients; c < clients + CLIENTS; c++)
		if (c->task && pecan_task_by_number(c->task, &t) == ROOT_E_TASK)
			drop(c);
	lock_drop_ended();
}

enum files_status client_attach(struct holder who, L4_Word_t block)
{
	struct client *c = client_of(who.task);

	if (c)
		drop(c);
	else if (!places_has(&client_places, who.section, 0))
		client_drop_ended();
	if (!places_has(&client_places, who.section, 0))
		return FILES_E_LIMIT;
	c = client_of(0);
	if (pecan_dma_open(block, who.task, &c->block) != ROOT_OK)
		return FILES_E_ARGUMENT;
	c->task = who.task;
	c->section = who.section;
	places_take(&client_places, c->section);
	return FILES_OK;
}

static struct open_file *free_place(void)
{
	for (unsigned i = 0; i < OPEN_FILES; i++) {
		struct open_file *f = &files[(first_free + i) % OPEN_FILES];

		if (!f->client)
			return f;
	}
	return NULL;
}

bool client_has_place(const struct client *c)
{
	if (c->files < OPEN_OF_ONE && !places_has(&file_places, c->section, c->files))
		client_drop_ended();		/* perhaps also c */
	return c->task != 0 && places_has(&file_places, c->section, c->files);
}

static L4_Word_t handle_of(const struct open_file *f)
{
	return handle_make((unsigned)(f - files), f->generation);
}

L4_Word_t client_open(const struct open_file *like)
{
	struct open_file *place = free_place();
	unsigned generation = handle_next(place->generation);

	*place = *like;
	place->generation = generation;
	place->client->files++;
	places_take(&file_places, place->client->section);
	return handle_of(place);
}

struct open_file *client_file(const struct client *c, L4_Word_t handle)
{
	struct open_file *f = &files[handle_place(handle) % OPEN_FILES];

	return f->client == c && handle_of(f) == handle ? f : NULL;
}

void client_close(struct open_file *f)
{
	f->client->files--;
	places_give(&file_places, f->client->section);
	lock_drop(f->client->task, f->inode);
	*f = (struct open_file){ .generation = f->generation };
	first_free = (unsigned)(f - files);
}

bool client_any_open(void)
{
	for (const struct open_file *f = files; f < files + OPEN_FILES; f++)
		if (f->client)
			return true;
	return false;
}

bool inode_is_open(uint32_t inode)
{
	for (const struct open_file *f = files; f < files + OPEN_FILES; f++)
		if (f->client && f->inode == inode)
			return true;
	return false;
}
