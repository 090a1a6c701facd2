/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * times.c - see times.h.
 */
#include <pecan/file_time.h>
#include <stddef.h>
#include <string.h>

#include "inode.h"
#include "times.h"
#include "volume.h"

enum { EPOCH_BITS = 2, EPOCH_MASK = 3, EPOCH_SHIFT = 32 };

#define PLACE(time)	\
	{ offsetof(struct ext2_inode_large, time), offsetof(struct ext2_inode_large, time ## _extra) }

/* Where an inode has a time, and the field with the bits of the seconds above it and the nanoseconds. */
static const struct place { unsigned at, extra; } places[] = {
	[TIMES_ACCESSED] = PLACE(i_atime), [TIMES_MODIFIED] = PLACE(i_mtime),
	[TIMES_CHANGED] = PLACE(i_ctime), [TIMES_CREATED] = PLACE(i_crtime),
};

/* Where the fields of an inode end. */
static unsigned end_of(const struct ext2_inode_large *inode)
{
	return EXT2_GOOD_OLD_INODE_SIZE + inode_extra_bytes(inode);
}

static uint32_t field(const struct ext2_inode_large *inode, unsigned at, unsigned end)
{
	uint32_t value = 0;

	if (at + sizeof value <= end)
		memcpy(&value, (const char *)inode + at, sizeof value);
	return value;
}

static void set_field(struct ext2_inode_large *inode, unsigned at, uint32_t value)
{
	if (at + sizeof value <= end_of(inode))
		memcpy((char *)inode + at, &value, sizeof value);
}

uint64_t times_get(const struct ext2_inode_large *inode, enum times_of which)
{
	unsigned end = end_of(inode);
	uint32_t extra = field(inode, places[which].extra, end), ns = extra >> EPOCH_BITS;
	int64_t seconds = (int32_t)field(inode, places[which].at, end);

	seconds += (int64_t)(extra & EPOCH_MASK) << EPOCH_SHIFT;
	return file_time(seconds, ns < FILE_TIME_NS_PER_S ? ns : 0);
}

/* The nearest time that the inode can have. */
static uint64_t nearest(const struct ext2_inode_large *inode, enum times_of which, uint64_t time)
{
	int64_t seconds = file_time_seconds(time);

	return places[which].extra + sizeof(uint32_t) <= end_of(inode) ? time
	       : file_time(seconds > INT32_MAX ? INT32_MAX : seconds, 0);
}

void times_set(struct ext2_inode_large *inode, enum times_of which, uint64_t time)
{
	int64_t seconds = file_time_seconds(nearest(inode, which, time));
	uint32_t epoch = (uint32_t)((seconds - (int32_t)seconds) >> EPOCH_SHIFT) & EPOCH_MASK;

	set_field(inode, places[which].at, (uint32_t)seconds);
	set_field(inode, places[which].extra, epoch | file_time_ns(time) << EPOCH_BITS);
}

uint64_t times_now(void)
{
	return file_time(volume->now, 0);
}

void times_touch(struct ext2_inode_large *inode)
{
	times_set(inode, TIMES_MODIFIED, times_now());
	times_set(inode, TIMES_CHANGED, times_now());
}

static bool is_now(const struct ext2_inode_large *inode, enum times_of which)
{
	return times_get(inode, which) == nearest(inode, which, times_now());
}

bool times_are_touched(const struct ext2_inode_large *inode)
{
	return is_now(inode, TIMES_MODIFIED) && is_now(inode, TIMES_CHANGED);
}

void times_begin(struct ext2_inode_large *inode)
{
	for (unsigned i = TIMES_ACCESSED; i <= TIMES_CREATED; i++)
		times_set(inode, (enum times_of)i, times_now());
}

bool times_are_long(void)
{
	return volume->now > INT32_MAX;
}

uint32_t times_deleted(void)
{
	return volume->now > UINT32_MAX ? UINT32_MAX : (uint32_t)volume->now;
}
