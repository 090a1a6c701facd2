/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * absent.c - what e2fsck calls and is not built for this system: names of devices by label (libblkid),
 * guesses at what is on a device (libmagic), undo files.
 */
#include <stdlib.h>
#include <string.h>
#include <ext2fs/ext2fs.h>
#include <blkid/blkid.h>
#include <support/devname.h>
#include <support/plausible.h>

char *get_devname(blkid_cache cache, const char *token, const char *value)
{
	(void)cache;
	return token && !value ? strdup(token) : NULL;
}

int check_plausibility(const char *device, int flags, int *is_device)
{
	(void)device;
	(void)flags;
	(void)is_device;
	return 1;
}

int blkid_get_cache(blkid_cache *cache, const char *file)
{
	(void)file;
	*cache = NULL;
	return 0;
}

void blkid_put_cache(blkid_cache cache)
{
	(void)cache;
}

char *blkid_get_devname(blkid_cache cache, const char *token, const char *value)
{
	(void)cache;
	(void)token;
	(void)value;
	return NULL;
}

char *blkid_devno_to_devname(dev_t device)
{
	(void)device;
	return NULL;
}

/* Option -z. */
io_manager undo_io_manager;

errcode_t set_undo_io_backing_manager(io_manager manager)
{
	(void)manager;
	return EXT2_ET_UNIMPLEMENTED;
}

errcode_t set_undo_io_backup_file(char *name)
{
	(void)name;
	return EXT2_ET_UNIMPLEMENTED;
}
