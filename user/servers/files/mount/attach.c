/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attach.c - see attach.h.
 */
#include <stdio.h>
#include <servers/files/cache/cache.h>
#include <servers/files/cache/keep.h>
#include <servers/files/cache/marks.h>
#include <servers/files/file/operation.h>
#include <servers/files/names/names.h>
#include <servers/files/repair/repair.h>
#include <servers/files/volume/partition.h>
#include <servers/files/volume/verdict.h>
#include <servers/files/volume/volume.h>

#include "attach.h"
#include "keep_check.h"

enum { TEXT_BYTES = 80 };

static const char *unwritable;		/* why the file system is read only */

/* What this server cannot change without harm, NULL: it can. */
static const char *must_not_write(struct ext2_super_block *s)
{
	static char text[TEXT_BYTES];
	const char *name;

	if (cache_read_only())
		return "it can be read only, as the device";
	if (s->s_state & EXT2_ERROR_FS)
		return "it is marked as having errors, and can be read only: e2fsck -p /dev/disk mends it";
	if (ext2fs_has_feature_journal_needs_recovery(s) || ext2fs_has_feature_orphan_present(s))
		return "its journal was not replayed, it can be read only: e2fsck -p /dev/disk mends it";
	if (verdict_of(s, &name) == VERDICT_HONOURED)
		return NULL;
	snprintf(text, sizeof text, "it can be read only, as it has %s", name);
	return text;
}

/* The kept versions may be right: the disk has failed, or memory is short. */
static bool may_be_right(errcode_t e)
{
	return e == EXT2_ET_NO_MEMORY || cache_has_failed();
}

/*
 * What a faulty predecessor has kept may be damaged. Then it is dropped: the disk alone is what it would be
 * after a loss of power. That can be a file system that e2fsck has to mend first, as the predecessor ended
 * while it wrote; then the kept versions stay. *e: what volume_open returned last; *why: what was done.
 */
static void drop_damaged(errcode_t *e, const char **why)
{
	errcode_t damage = *e ? *e : keep_check_blocks();

	if (!damage || may_be_right(damage))
		return;
	volume_close();
	keep_hide(true);
	*e = volume_open(unwritable != NULL, names_forget_all);
	if (!*e)
		*e = keep_check_hidden();
	keep_hide(false);
	if (!*e) {
		keep_drop();
		*why = "what was not written to it yet is damaged, and was dropped; see e2fsck -p /dev/disk";
		return;
	}
	keep_set_unclean(true);
	*e = volume_open(unwritable != NULL, names_forget_all);
	*why = "an inode that was not written to it yet is damaged; see e2fsck -p /dev/disk";
}

/* Entries of its list of what is to be freed that cannot be right are left out. */
static void keep_in_use(const char **why)
{
	if (keep_check_pending() == 0)
		return;
	keep_set_unclean(true);
	volume_keep();
	*why = "a part of what was to be freed is in use, and stays so; see e2fsck -p /dev/disk";
}

/* It was in use when the power was cut, or a server ended whose changes are all on the disk. */
static void mend(const struct ext2_super_block *s, bool repairs, const char **why)
{
	switch (unwritable || !repairs ? REPAIR_UNFIT : repair_volume(s)) {
	case REPAIR_DONE:
		keep_set_unclean(false);
		*why = repair_text();
		return;
	case REPAIR_UNFIT:
		*why = "it is not marked as clean, and stays so: e2fsck -p /dev/disk checks and mends it";
		break;
	case REPAIR_DAMAGED:
		unwritable = "it is damaged, and can be read only: e2fsck -y /dev/disk mends it";
		break;
	}
	keep_set_unclean(true);
}

/* A disk with a file system of which all is known that must be. */
static struct outcome find(struct ext2_super_block *super)
{
	struct outcome o = partition_find(super);
	const char *name;

	if (o.kind == OUTCOME_GOOD && verdict_of(super, &name) == VERDICT_REFUSED)
		o = (struct outcome){ OUTCOME_UNSUPPORTED, name };
	return o;
}

bool attach_volume(const char **why, bool repairs)
{
	struct ext2_super_block super;
	struct outcome o;
	errcode_t e;
	bool kept;

	marks_clear_all();
	volume_set_read_only(true);
	unwritable = *why = NULL;
	o = find(&super);
	if (o.kind != OUTCOME_GOOD) {
		*why = verdict_text(o);
		return false;
	}
	kept = keep_begin(super.s_uuid, partition.block_bytes);
	unwritable = must_not_write(&super);
	if (!kept && !(super.s_state & EXT2_VALID_FS))
		mend(&super, repairs, why);
	e = volume_open(unwritable != NULL, names_forget_all);
	if (kept)
		drop_damaged(&e, why);
	if (kept && !e)
		keep_in_use(why);
	operation_begin();
	if (e)
		*why = verdict_text(verdict_error(e));
	return !e;
}

const char *attach_why_read_only(void)
{
	return volume ? unwritable : NULL;
}

errcode_t attach_leave(void)
{
	bool writes = volume && !volume_is_read_only();
	errcode_t e = writes ? operation_finish() : 0;

	if (e)
		return e;
	if (!writes && keep_free_places() < keep_places())
		keep_drop();
	keep_forget();
	volume_close();
	return 0;
}
