/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * image.c - programs of the boot image: checked when first started, then kept.
 *
 * Pages that no segment may write exist once, made when the first task touches them, and are never
 * freed; memory for all of them is reserved when the program is first started.
 */
#include <string.h>
#include "root.h"

enum { IMAGES_MAX = 64, LEVEL_TABLES = 4 };	/* page tables that one run may need at its ends */

static struct image *images[IMAGES_MAX];
static const char folder[] = "bin/";

/* Pages with (or without) write right. */
static l4_word_t count_pages(const struct elf *e, bool writable)
{
	l4_word_t pages = 0;

	for (unsigned i = 0; i < e->runs; i++)
		if (((e->run[i].rights & L4_W) != 0) == writable)
			pages += (e->run[i].last - e->run[i].base + 1) >> PAGE_LOG2;
	return pages;
}

/* Check the file and reserve the memory for its shared pages. */
static enum root_error load(struct image *i, const struct tar_member *m)
{
	const char *wrong = elf_parse(&i->elf, m->data, m->size, L4_USER_END);
	l4_word_t pages;

	if (wrong != 0) {
		report("cannot start %s: %s", m->name, wrong);
		return ROOT_E_IMAGE;
	}
	pages = count_pages(&i->elf, false);
	pages += pages / 512 + (i->elf.runs + 1) * LEVEL_TABLES;
	i->account = (struct account){ .pool = &root.pool, .limit = pages };
	if (!account_reserve(&i->account, pages)) {
		report("cannot start %s: its code needs %lu KiB and there is not so much free", m->name,
		       pages << PAGE_LOG2 >> 10);
		return ROOT_E_POOL;
	}
	i->private_pages = count_pages(&i->elf, true);
	return ROOT_OK;
}

static struct image *image_new(const char *name, unsigned slot, enum root_error *error)
{
	char path[sizeof(folder) + ROOT_NAME_BYTES];
	struct tar_member m;
	struct image *i;
	l4_word_t page;

	memcpy(path, folder, sizeof(folder));
	strncpy(path + sizeof(folder) - 1, name, ROOT_NAME_BYTES);
	path[sizeof(path) - 1] = 0;
	*error = ROOT_E_NAME;
	if (name[0] == 0 || !tar_find(&root.boot_image, path, &m))
		return 0;
	*error = ROOT_E_POOL;
	page = account_page(&root.own);
	if (page == 0)
		return 0;
	i = direct(page);
	strncpy(i->name, name, ROOT_NAME_BYTES - 1);
	*error = load(i, &m);
	if (*error != ROOT_OK) {
		account_free(&root.own, page);
		return 0;
	}
	images[slot] = i;
	return i;
}

struct image *image_get(const char *name, enum root_error *error)
{
	_Static_assert(sizeof(struct image) <= 4096, "an image's record is one page");
	unsigned slot = 0;

	for (; slot < IMAGES_MAX && images[slot] != 0; slot++)
		if (strcmp(images[slot]->name, name) == 0)
			return images[slot];
	*error = ROOT_E_LIMIT;
	return slot == IMAGES_MAX ? 0 : image_new(name, slot, error);
}

l4_word_t image_shared(struct image *i, l4_word_t page)
{
	l4_word_t *slot = vtab_slot(&i->shared, &i->account, page, true);
	l4_word_t frame;

	if (slot == 0)
		return 0;
	if (*slot == 0) {
		frame = account_page(&i->account);
		if (frame == 0)
			return 0;
		elf_fill(&i->elf, page, direct(frame));
		*slot = frame;
	}
	return *slot;
}

void image_renew(const struct image *i)
{
	l4_word_t *slot;

	for (unsigned n = 0; n < i->elf.runs; n++)
		for (l4_word_t at = i->elf.run[n].base; vtab_next(&i->shared, &at, i->elf.run[n].last, &slot);
		     at += PAGE_BYTES) {
			memset(direct(*slot), 0, PAGE_BYTES);
			elf_fill(&i->elf, at, direct(*slot));
		}
}
