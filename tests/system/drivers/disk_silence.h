/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk_silence.h - a client of a disk's driver that waits for an answer which does not come.
 */
#ifndef TESTS_DRIVERS_DISK_SILENCE_H
#define TESTS_DRIVERS_DISK_SILENCE_H

#include <pecan/disk.h>
#include <stdbool.h>

/* What the client's thread does: waits for the answer, 40 s at the most. disk: a struct disk. */
void disk_wait_long(void *disk);

/* Returns true if the driver ends for this reason while a client waits for so many seconds. */
bool disk_ends_in(struct disk *d, unsigned seconds, const char *why);

#endif
