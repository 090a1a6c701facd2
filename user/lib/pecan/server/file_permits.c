/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file_permits.c - see <pecan/file_permits.h>.
 */
#include <pecan/file_permits.h>
#include <pecan/files.h>
#include <pecan/server.h>
#include <string.h>

enum { TASKS = 32 };

/* What root said of a task; its number is of no other one. The place of a task follows from that. */
static struct paths { L4_Word_t task; size_t bytes; char list[ROOT_TEXT_BYTES]; } paths[TASKS];
static const struct paths *client;

bool permit_has(const char *list, size_t bytes, const char *path, enum permit wanted)
{
	const char *end = list + bytes;

	for (const char *at = list; at < end && memchr(at, 0, (size_t)(end - at)); at += strlen(at) + 1) {
		const char *folder = *at ? files_below(at + 1) : NULL;

		if (!folder)
			continue;
		if (files_path_in(path, folder) && (*at == 'w' || wanted != PERMIT_WRITE))
			return true;
		if (wanted == PERMIT_PASS && files_path_in(folder, path))
			return true;
	}
	return false;
}

void permit_client(L4_ThreadId_t thread, L4_Word_t task)
{
	struct paths *p = &paths[task % TASKS];

	if (p->task != task) {
		p->bytes = pecan_client_paths(thread, p->list);
		p->task = task;
	}
	client = p;
}

bool permit_path(const char *path, enum permit wanted)
{
	return client && permit_has(client->list, client->bytes, path, wanted);
}
