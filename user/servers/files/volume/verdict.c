/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verdict.c - see verdict.h, and docs/user/files.md, which has the table of features.
 */
#include <stdio.h>
#include <servers/files/cache/cache.h>

#include "verdict.h"

enum { WORDS = 3, BITS = 32, TEXT_BYTES = 240 };

/* Honoured are also those that only concern what this server does not use, or lets be as it is. */
const struct verdict_feature verdict_features[] = {
	{ 0, 0x1, "dir_prealloc", VERDICT_HONOURED }, { 0, 0x2, "imagic_inodes", VERDICT_HONOURED },
	{ 0, 0x4, "has_journal", VERDICT_HONOURED }, { 0, 0x8, "ext_attr", VERDICT_HONOURED },
	{ 0, 0x10, "resize_inode", VERDICT_HONOURED }, { 0, 0x20, "dir_index", VERDICT_HONOURED },
	{ 0, 0x40, "lazy_bg", VERDICT_HONOURED }, { 0, 0x100, "snapshot_bitmap", VERDICT_READ_ONLY },
	{ 0, 0x200, "sparse_super2", VERDICT_HONOURED }, { 0, 0x400, "fast_commit", VERDICT_HONOURED },
	{ 0, 0x800, "stable_inodes", VERDICT_HONOURED }, { 0, 0x1000, "orphan_file", VERDICT_HONOURED },
	{ 1, 0x1, "sparse_super", VERDICT_HONOURED }, { 1, 0x2, "large_file", VERDICT_HONOURED },
	{ 1, 0x8, "huge_file", VERDICT_HONOURED }, { 1, 0x10, "uninit_bg", VERDICT_HONOURED },
	{ 1, 0x20, "dir_nlink", VERDICT_HONOURED }, { 1, 0x40, "extra_isize", VERDICT_HONOURED },
	{ 1, 0x80, "snapshot", VERDICT_READ_ONLY }, { 1, 0x100, "quota", VERDICT_READ_ONLY },
	{ 1, 0x200, "bigalloc", VERDICT_READ_ONLY }, { 1, 0x400, "metadata_csum", VERDICT_HONOURED },
	{ 1, 0x800, "replica", VERDICT_READ_ONLY }, { 1, 0x1000, "read-only", VERDICT_READ_ONLY },
	{ 1, 0x2000, "project", VERDICT_READ_ONLY }, { 1, 0x4000, "shared_blocks", VERDICT_READ_ONLY },
	{ 1, 0x8000, "verity", VERDICT_HONOURED }, { 1, 0x10000, "orphan_present", VERDICT_READ_ONLY },
	{ 2, 0x1, "compression", VERDICT_REFUSED }, { 2, 0x2, "filetype", VERDICT_HONOURED },
	{ 2, 0x4, "needs_recovery", VERDICT_READ_ONLY }, { 2, 0x8, "journal_dev", VERDICT_REFUSED },
	{ 2, 0x10, "meta_bg", VERDICT_HONOURED }, { 2, 0x40, "extent", VERDICT_HONOURED },
	{ 2, 0x80, "64bit", VERDICT_HONOURED }, { 2, 0x100, "mmp", VERDICT_READ_ONLY },
	{ 2, 0x200, "flex_bg", VERDICT_HONOURED }, { 2, 0x400, "ea_inode", VERDICT_READ_ONLY },
	{ 2, 0x1000, "dirdata", VERDICT_REFUSED }, { 2, 0x2000, "metadata_csum_seed", VERDICT_HONOURED },
	{ 2, 0x4000, "large_dir", VERDICT_HONOURED }, { 2, 0x8000, "inline_data", VERDICT_HONOURED },
	{ 2, 0x10000, "encrypt", VERDICT_HONOURED }, { 2, 0x20000, "casefold", VERDICT_READ_ONLY },
	{ 0, 0, NULL, VERDICT_HONOURED },
};

/* Of features without a name, by their word: a compatible one need not be known to change the disk. */
static const enum verdict_how of_unknown[WORDS] = { VERDICT_HONOURED, VERDICT_READ_ONLY, VERDICT_REFUSED };

static const struct verdict_feature *named(unsigned word, uint32_t bit)
{
	const struct verdict_feature *f = verdict_features;

	while (f->name && (f->word != word || f->bit != bit))
		f++;
	return f->name ? f : NULL;
}

static const char *name_of(unsigned word, unsigned n)
{
	static char text[TEXT_BYTES];
	const struct verdict_feature *f = named(word, 1u << n);

	if (f)
		return f->name;
	snprintf(text, sizeof text, "FEATURE_%c%u", "CRI"[word], n);
	return text;
}

enum verdict_how verdict_of(const struct ext2_super_block *s, const char **name)
{
	const uint32_t has[WORDS] = { s->s_feature_compat, s->s_feature_ro_compat, s->s_feature_incompat };
	enum verdict_how worst = VERDICT_HONOURED;

	*name = "";
	for (unsigned i = 0; i < WORDS * BITS; i++) {
		unsigned word = i / BITS, n = i % BITS;
		const struct verdict_feature *f = named(word, 1u << n);
		enum verdict_how how = f ? f->how : of_unknown[word];

		if (!(has[word] >> n & 1) || how <= worst)
			continue;
		worst = how;
		*name = name_of(word, n);
	}
	return worst;
}

/* Where the file system is damaged, by what libext2fs says. */
static const char *place_of(errcode_t e)
{
	switch (e) {
	case EXT2_ET_SB_CSUM_INVALID:
		return "the superblock, its checksum";
	case EXT2_ET_CORRUPT_SUPERBLOCK:
	case EXT2_ET_BAD_MAGIC:
	case EXT2_ET_BAD_DESC_SIZE:
		return "the superblock";
	case EXT2_ET_BLOCK_BITMAP_CSUM_INVALID:
	case EXT2_ET_BLOCK_BITMAP_READ:
		return "a bitmap of blocks";
	case EXT2_ET_INODE_BITMAP_CSUM_INVALID:
	case EXT2_ET_INODE_BITMAP_READ:
		return "a bitmap of inodes";
	default:
		return "the descriptors of groups";
	}
}

struct outcome verdict_error(errcode_t e)
{
	switch (e) {
	case EXT2_ET_NO_MEMORY:
		return (struct outcome){ OUTCOME_NO_MEMORY, "a disk of this size" };
	case EXT2_ET_SHORT_READ:
		return (struct outcome){ OUTCOME_UNREAD, "the descriptors of groups" };
	case EXT2_ET_REV_TOO_HIGH:
		return (struct outcome){ OUTCOME_UNSUPPORTED, "its revision" };
	case EXT2_ET_UNKNOWN_CSUM:
		return (struct outcome){ OUTCOME_UNSUPPORTED, "its kind of checksums" };
	default:
		return (struct outcome){ cache_has_failed() ? OUTCOME_UNREAD : OUTCOME_DAMAGED, place_of(e) };
	}
}

const char *verdict_text(struct outcome o)
{
	static const char *const advice[OUTCOMES] = {
		[OUTCOME_UNREAD] = "the disk or its driver has failed, see its lines in the log; no data were judged",
		[OUTCOME_NO_MEMORY] = "give `files` more `memory` in the system description",
		[OUTCOME_UNSUPPORTED] = "use it with a system that supports that; nothing was changed",
		[OUTCOME_DAMAGED] = "e2fsck -y /dev/disk mends it",
		[OUTCOME_ABSENT] = "mke2fs, on another system, makes one",
	};
	static char text[TEXT_BYTES];

	return outcome_text(text, sizeof text, o, advice);
}
