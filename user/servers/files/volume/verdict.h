/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verdict.h - what keeps a file system from being mounted, or from being changed, and what to do: by the
 * features of its superblock, and by errors of libext2fs.
 */
#ifndef FILES_VERDICT_H
#define FILES_VERDICT_H

#include <stdint.h>
#include <ext2fs/ext2fs.h>
#include <pecan/outcome.h>

/* What the server does with a file system that has a feature. */
enum verdict_how { VERDICT_HONOURED, VERDICT_READ_ONLY, VERDICT_REFUSED };

/*
 * A feature: the number of its word in the superblock (0 compatible, 1 compatible for reading, 2 others), its
 * bit, and the name that mke2fs and debugfs have for it.
 */
struct verdict_feature { unsigned word; uint32_t bit; const char *name; enum verdict_how how; };

/* All features that e2fsprogs 1.47.0 has a name for; the last one has none. */
extern const struct verdict_feature verdict_features[];

/*
 * How a file system with these features is used. *name: of the feature that decides it, valid until the next
 * call; one without a name is called FEATURE_ and its word and bit, as mke2fs does.
 */
enum verdict_how verdict_of(const struct ext2_super_block *s, const char **name);

/* What an error means that was returned when the file system was opened. */
struct outcome verdict_error(errcode_t e);

/* The sentence, with advice. Valid until the next call. */
const char *verdict_text(struct outcome o);

#endif
