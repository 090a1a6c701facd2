/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file_rings.c - the ring of the client of files.c: its requests are answered in reverse order. Tests say
 * which answers are wrong.
 */
#include <string.h>
#include <pecan/file_ring.h>
#include <proto/files_server.h>
#include "disk_fake.h"
#include "servers.h"

struct disk_ring disk_ring;
static struct files_rings *shared;
static struct ring_end end;

void disk_rings_begin(void)
{
	shared = NULL;
}

enum files_status serve_files_ring(struct files_caller *c, const struct files_ring_in *in)
{
	size_t bytes;

	(void)c;
	if (disk_ring.refuses)
		return FILES_E_LIMIT;
	disk_ring.attached += in->block != 0;
	shared = (struct files_rings *)block_at(in->block, &bytes);
	end = (struct ring_end){ 0 };
	return in->block == 0 || shared ? FILES_OK : FILES_E_ARGUMENT;
}

static enum files_status execute(const struct files_ring_request *r, uint32_t *bytes)
{
	struct node *n = disk_open_node((L4_Word_t)r->handle);
	char *at = (char *)shared + r->at;

	if (!n)
		return FILES_E_HANDLE;
	if (r->offset + r->bytes > DISK_TEXT)
		kernel_stop("a request of a ring is beyond the file of the test");
	*bytes = r->kind == FILES_RING_SYNC ? (uint32_t)disk.losses : r->bytes + disk_ring.lies;
	if (r->kind == FILES_RING_WRITE)
		memcpy(n->text + r->offset, at, r->bytes);
	if (r->kind == FILES_RING_READ)
		memcpy(at, n->text + r->offset, r->bytes);
	return FILES_OK;
}

static void answer(const struct files_ring_request *r)
{
	struct files_ring_answer a = { r->tag + disk_ring.wrong_tag, FILES_OK, 0 };

	disk_ring.served++;
	if (disk_ring.spoils > 0) {
		disk_ring.spoils--;
		a.status = disk_ring.spoiled;
	} else {
		a.status = execute(r, &a.bytes);
	}
	ring_answer(&end, &shared->answers, &a);
}

enum files_status serve_files_bell(struct files_caller *c, const struct files_bell_in *in)
{
	struct files_ring_request taken[FILES_RING_PLACES];
	unsigned n = 0;

	(void)c;
	(void)in;
	disk_ring.bells++;
	if (!shared)
		return FILES_E_HANDLE;
	while (ring_next(&end, &shared->requests, &taken[n]))
		n++;
	while (n-- > 0) {
		answer(&taken[n]);
		if (disk_ring.ends_after > 0 && --disk_ring.ends_after == 0) {
			kernel_end_server(FILES_THREAD);
			break;
		}
	}
	return FILES_OK;
}
