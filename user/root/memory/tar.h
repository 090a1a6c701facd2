/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tar.h - the boot image: a ustar archive in memory whose first member, MANIFEST, names all others.
 *
 * A line of MANIFEST is what POSIX `cksum NAME` prints: CRC, size, name. After tar_check the archive is known
 * to be whole: the other functions do not check it again.
 */
#ifndef ROOT_TAR_H
#define ROOT_TAR_H

#include <x2/word.h>

enum { TAR_NAME_BYTES = 101 };		/* the name field and a NUL */

struct tar { const uint8_t *at; l4_word_t size; };
struct tar_member { char name[TAR_NAME_BYTES]; const uint8_t *data; l4_word_t size; };

enum tar_next { TAR_MEMBER, TAR_END, TAR_DAMAGED };

/* Get the member at *position, 0 for the first, and set *position to the next one. */
enum tar_next tar_next(const struct tar *t, l4_word_t *position, struct tar_member *m);

/* Returns false if there is no such member. Linear in the members: for an archive that is read once. */
bool tar_find(const struct tar *t, const char *name, struct tar_member *m);

/* Returns the number of members. */
unsigned tar_count(const struct tar *t);

/* The members of a checked archive, sorted by name. Names and data are in the archive. */
struct tar_entry { const char *name; const uint8_t *data; l4_word_t size; };
struct tar_index { unsigned count; struct tar_entry *entry; };

/* Fill the index: `entry` has room for `count` members. Takes time quadratic in their number. */
void tar_index(struct tar_index *x, const struct tar *t);

/* Returns the number of the first entry whose name is not below `name`, or the count if there is none. */
unsigned tar_from(const struct tar_index *x, const char *name);

/* Returns the entry of that name, or 0 if there is none. */
const struct tar_entry *tar_entry(const struct tar_index *x, const char *name);

/*
 * Check headers, order and checksums. Returns 0, or a sentence on the first error; name is its member, or ""
 * if it concerns none.
 */
const char *tar_check(const struct tar *t, char name[TAR_NAME_BYTES]);

/* Returns the CRC that POSIX cksum computes. */
uint32_t tar_cksum(const uint8_t *data, l4_word_t size);

#endif
