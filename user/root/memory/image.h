/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * image.h - programs of the boot image, and the pages that their tasks share.
 */
#ifndef ROOT_IMAGE_H
#define ROOT_IMAGE_H

#include <pecan/elf.h>
#include <proto/root.h>
#include "vtab.h"

struct grant;

struct image {
	char name[ROOT_NAME_BYTES];
	struct elf elf;
	struct vtab shared;		/* pages that are never written, for all tasks */
	struct account account;
	l4_word_t private_pages;	/* pages that a task may get a copy of */
	const char *wrong;		/* why the file is no program; 0: it is one */
	const struct grant *program;	/* its section; 0: not looked up yet */
};

/* Read the programs of the boot image, once, at boot. Returns false if there is no memory. */
bool image_boot(void);

/* Returns the program of that name; 0 and *error if there is none, it is damaged, or memory is lacking. */
struct image *image_get(const char *name, enum root_error *error);

/*
 * Returns the pages, tables included, that its tasks share, and its first task reserves; 0: no such program.
 */
l4_word_t image_shared_pages(const char *name);

/* Returns false if tables for the shared page had to be allocated: the caller continues in another step. */
bool image_ready(struct image *i, l4_word_t page);

/* Returns the frame of a page that all tasks share; 0 if there is no memory. */
l4_word_t image_shared(struct image *i, l4_word_t page);

/*
 * Returns the frame of the first page from *page on that all tasks share, and sets *page to it. Returns 0 if
 * there is none below the new *page, where the next call continues; the search has ended if that is
 * L4_USER_END or above.
 */
l4_word_t image_next_shared(const struct image *i, l4_word_t *page);

#endif
