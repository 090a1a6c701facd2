/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk_silence.c - see disk_silence.h.
 */
#include <proto/disk_client.h>

#include "disk_silence.h"
#include "machine.h"

enum { SECOND = 1000000, SILENCE = 40 };	/* SILENCE: bells, each of which returns after a second */

void disk_wait_long(void *disk)
{
	const struct disk *d = disk;
	enum disk_status waited = DISK_OK;

	for (unsigned i = 0; i < SILENCE && waited == DISK_OK; i++)
		waited = disk_bell(d->driver, 1, d->end.taken);
}

bool disk_ends_in(struct disk *d, unsigned seconds, const char *why)
{
	machine_thread(CLIENT_TASK, 1, disk_wait_long, d);
	machine_wait(seconds * SECOND);
	return machine_failed(DRIVER_TASK, why);
}
