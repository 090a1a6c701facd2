/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * write_out.c - see cache.h: what is committed goes to the disk.
 */
#include <ext2fs/ext2fs.h>

#include "buffers.h"
#include "cache.h"
#include "keep.h"
#include "transfer.h"

static bool unflushed;			/* bytes of files were written since the last flush */

/* A failed flush or write: what was written since the last good flush may be lost. */
static long lose(void)
{
	keep_count_loss();
	return EXT2_ET_SHORT_WRITE;
}

static long flush(void)
{
	if (transfer_flush() != 0)
		return lose();
	unflushed = false;
	return 0;
}

static bool is_of(const struct buffer *b, enum cache_class class)
{
	return b->dirty && b->class == class;
}

/* Returns true if the buffer before this one belongs to the same request. */
static bool has_neighbour_before(const struct buffer *b, enum cache_class class)
{
	return b > buffers && is_of(b - 1, class) && b[-1].block + 1 == b->block;
}

/* The dirty buffers of a class, with their bytes, neighbours one after the other. Returns their number. */
static unsigned list_class(enum cache_class class, struct buffer **b)
{
	unsigned n = 0;

	for (unsigned i = 0; i < buffers_dirty.n; i++) {
		struct buffer *next = buffers_dirty.at[i];

		if (!is_of(next, class) || has_neighbour_before(next, class))
			continue;
		do {
			buffer_bring(next);
			b[n++] = next++;
		} while (buffer_is_there(next) && is_of(next, class) && has_neighbour_before(next, class));
	}
	return n;
}

/*
 * Blocks of a class to the disk, where they are when it is flushed. If that fails each block is tried by
 * itself; one of a file that the disk refuses then is given up. *any: there were some.
 */
static long write_class(enum cache_class class, bool *any)
{
	static struct buffer *b[BUFFERS];
	unsigned n = list_class(class, b);

	*any |= n > 0;
	if (transfer_all(b, n, DISK_WRITE, false) == 0 || transfer_all(b, n, DISK_WRITE, true) == 0)
		return 0;
	for (unsigned i = 0; i < n && class == CLASS_DATA; i++)
		if (b[i]->refused) {
			buffer_clean(b[i]);
			buffer_forget(b[i]);
		}
	return lose();
}

/* Those of a class are on the disk, and those of the classes before it. */
static void drop_up_to(enum cache_class class)
{
	for (unsigned i = buffers_dirty.n; i-- > 0; )	/* backwards: the last one takes the place of this one */
		if (buffers_dirty.at[i]->class <= class)
			buffer_clean(buffers_dirty.at[i]);
}

long cache_write_data(void)
{
	long e = write_class(CLASS_DATA, &unflushed);

	if (!e)
		drop_up_to(CLASS_DATA);
	return e;
}

long cache_write_out(bool always)
{
	bool super = false;
	long e = write_class(CLASS_SUPER, &super);

	if (!e && super)
		e = flush();
	if (!e)
		e = write_class(CLASS_DATA, &unflushed);
	for (enum cache_class class = CLASS_FIRST; class < CLASSES && !e; class++) {
		bool any = false;

		e = write_class(class, &any);
		if (!e && (any || (always && class == CLASS_FIRST) || unflushed))
			e = flush();
		if (!e)
			drop_up_to(class);
	}
	return e;
}
