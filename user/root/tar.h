/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tar.h - the boot image: a ustar archive in memory whose first member, MANIFEST, names all others.
 *
 * A line of MANIFEST is what POSIX `cksum NAME` prints: CRC, size, name. Everything is checked once;
 * after tar_check members may be believed.
 */
#ifndef ROOT_TAR_H
#define ROOT_TAR_H

#include <x2/word.h>

enum { TAR_NAME_BYTES = 101 };		/* the name field and a NUL */

struct tar { const uint8_t *at; l4_word_t size; };
struct tar_member { char name[TAR_NAME_BYTES]; const uint8_t *data; l4_word_t size; };

enum tar_next { TAR_MEMBER, TAR_END, TAR_DAMAGED };

/* The member at *position (first: 0), which then is the position of the next one. */
enum tar_next tar_next(const struct tar *t, l4_word_t *position, struct tar_member *m);

/* By the headers of all members before it: for an archive that is read once. */
bool tar_find(const struct tar *t, const char *name, struct tar_member *m);

/* How many members there are. */
unsigned tar_count(const struct tar *t);

/* The members of an archive that has been checked, sorted by their names; those lie in the archive. */
struct tar_entry { const char *name; const uint8_t *data; l4_word_t size; };
struct tar_index { unsigned count; struct tar_entry *entry; };

/* Fill the index: `entry` has room for `count` members. Takes the square of their number. */
void tar_index(struct tar_index *x, const struct tar *t);

/* The first entry whose name is not below `name`: its number, or the count. */
unsigned tar_from(const struct tar_index *x, const char *name);

/* The entry of that name, 0: none. */
const struct tar_entry *tar_entry(const struct tar_index *x, const char *name);

/*
 * Check headers, order and checksums: 0, or what is wrong, in words; name gets the member concerned
 * ("" if none).
 */
const char *tar_check(const struct tar *t, char name[TAR_NAME_BYTES]);

/* The POSIX cksum of bytes. */
uint32_t tar_cksum(const uint8_t *data, l4_word_t size);

#endif
