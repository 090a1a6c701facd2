/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * table.h - the names, and the clients that wait for one. No function sends a message.
 *
 *   N1  a used entry's name has 1 to 31 characters, printable ones of ASCII without blanks; no two are equal
 *   N2  a task has at most NAMES_PER_TASK names and WAITS_PER_TASK waiting threads
 *   N3  a section is at most PLACES_SECTIONS
 */
#ifndef NAMES_TABLE_H
#define NAMES_TABLE_H

#include <pecan/places.h>
#include <proto/names.h>
#include <x2/word.h>

/* OF_SECTION: places reserved for each section of the system description (<pecan/places.h>). */
enum {
	NAMES_MAX = 128, NAMES_PER_TASK = 16, NAMES_OF_SECTION = 2,
	WAITS_MAX = 128, WAITS_PER_TASK = 8, WAITS_OF_SECTION = 1,
};

/* task 0: free. section: of the task, as holder of places. stand_in: another task may take the name. */
struct name { char text[NAMES_NAME_BYTES]; l4_word_t thread, task, section, stand_in; };
struct wait { char text[NAMES_NAME_BYTES]; l4_word_t thread, task, section; };

struct table { struct name name[NAMES_MAX]; struct wait wait[WAITS_MAX]; };

/*
 * Repair a table that is all zeroes, or whose server ended during any of these functions: N1 to N3 hold.
 * Removes all waits.
 */
void table_restore(struct table *t);

struct name *table_find(struct table *t, const char *text);

/* Add a name, which is no stand-in, or change the thread of one of the same task. */
enum names_error table_register(struct table *t, const char *text, l4_word_t thread, struct holder who);
enum names_error table_unregister(struct table *t, const char *text, l4_word_t task);

/* Returns the first used entry at or after *position, or 0. *position becomes the place after it. */
struct name *table_next(struct table *t, l4_word_t *position);

/* Add a wait. A thread waits for one name at a time: an older wait of it is removed. */
enum names_error table_wait(struct table *t, const char *text, l4_word_t thread, struct holder who);

/*
 * Remove and return the first thread, from *position on, that waits for the name, or 0. Advances *position.
 */
l4_word_t table_take_waiting(struct table *t, const char *text, unsigned *position);

#endif
