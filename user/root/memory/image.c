/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * image.c - programs of the boot image: all are read and checked at boot, so to start one takes no
 * more than to find its name in the index.
 *
 * Pages that no segment may write exist once, made when the first task touches them, and are never
 * freed; memory for all of them is reserved when the program is first started.
 */
#include <proto/root_server.h>
#include <root/report/log.h>
#include <root/root.h>
#include <string.h>
#include <x2/arch.h>
#include <x2/fpage.h>
#include "frame.h"
#include "image.h"
#include "layout.h"
#include "pool.h"
#include "tar.h"

enum {
	IMAGES_MAX = 512,
	LEVEL_TABLES = 4,		/* page tables that one run may need at its ends */
	LOOKS = 256,
};

static struct image *images[IMAGES_MAX];	/* in the order of the index, from first_program on */
static unsigned first_program, programs;
static const char folder[] = "bin/", behind[] = "bin0";	/* 0 is the character after / */

/* Pages with (or without) write right. */
static l4_word_t count_pages(const struct elf *e, bool writable)
{
	l4_word_t pages = 0;

	for (unsigned i = 0; i < e->runs; i++)
		if (((e->run[i].rights & L4_W) != 0) == writable)
			pages += (e->run[i].last - e->run[i].base + 1) >> PAGE_LOG2;
	return pages;
}

static struct image *read_image(const struct tar_entry *e)
{
	_Static_assert(sizeof(struct image) <= 4096, "an image's record is one page");
	l4_word_t page = account_page(&root.own);
	struct image *i = direct(page);

	if (page == 0)
		return 0;
	strlcpy(i->name, e->name + sizeof(folder) - 1, sizeof(i->name));
	i->wrong = elf_parse(&i->elf, e->data, e->size, L4_USER_END);
	if (i->wrong)
		return i;
	if (layout_large(&i->elf).system == 0)
		i->wrong = "its segments leave no room for a stack";
	i->private_pages = count_pages(&i->elf, true);
	i->account = (struct account){ .pool = &root.pool };
	i->account.limit = count_pages(&i->elf, false);
	i->account.limit += i->account.limit / 512 + (i->elf.runs + 1) * LEVEL_TABLES;
	return i;
}

bool image_boot(void)
{
	first_program = tar_from(&root.index, folder);
	programs = tar_from(&root.index, behind) - first_program;
	if (programs > IMAGES_MAX) {
		report("only the first %u programs of the boot image can be started", IMAGES_MAX);
		programs = IMAGES_MAX;
	}
	for (unsigned i = 0; i < programs; i++) {
		images[i] = read_image(&root.index.entry[first_program + i]);
		if (!images[i])
			return false;
	}
	return true;
}

/* Reserve the memory for the pages that all tasks share, with the first task. */
static enum root_error reserve(struct image *i)
{
	if (i->account.reserved != 0 || account_reserve(&i->account, i->account.limit))
		return ROOT_OK;
	report("cannot start %s: its code needs %lu KiB and there is not so much free", i->name,
	       i->account.limit << PAGE_LOG2 >> 10);
	return ROOT_E_POOL;
}

struct image *image_get(const char *name, enum root_error *error)
{
	char path[sizeof(folder) + ROOT_NAME_BYTES];
	const struct tar_entry *e;
	struct image *i;

	memcpy(path, folder, sizeof(folder));
	strlcpy(path + sizeof(folder) - 1, name, ROOT_NAME_BYTES);
	e = tar_entry(&root.index, path);
	*error = ROOT_E_NAME;
	if (!e || name[0] == 0 || e - root.index.entry - first_program >= programs)
		return 0;
	i = images[e - root.index.entry - first_program];
	*error = ROOT_E_IMAGE;
	if (i->wrong)
		report("cannot start %s: %s", path, i->wrong);
	else
		*error = reserve(i);
	return *error == ROOT_OK ? i : 0;
}

l4_word_t image_shared_pages(const char *name)
{
	for (unsigned i = 0; i < programs; i++)
		if (strcmp(images[i]->name, name) == 0)
			return images[i]->account.limit;
	return 0;
}

enum root_error serve_root_programs(struct root_caller *c, const struct root_programs_in *in,
				    struct root_programs_out *out)
{
	(void)c;
	if (in->position > programs)
		return ROOT_E_ARGUMENT;
	if (in->position == programs)
		return ROOT_OK;
	out->next = in->position + 1;
	out->size = root.index.entry[first_program + in->position].size;
	strlcpy(out->name, images[in->position]->name, sizeof(out->name));
	return ROOT_OK;
}

bool image_ready(struct image *i, l4_word_t page)
{
	return vtab_missing(&i->shared, page) == 0 || !vtab_put(&i->shared, &i->account, page, VTAB_RESERVED);
}

l4_word_t image_shared(struct image *i, l4_word_t page)
{
	const struct elf_run *run = elf_run_at(&i->elf, page);
	l4_word_t word = vtab_get(&i->shared, page);

	if ((word & VTAB_PRESENT) == 0) {
		word = frame_new(&i->shared, &i->account, page, run->base, run->last);
		if (word != 0)
			elf_fill(&i->elf, page, direct(word & ~PAGE_MASK));
	}
	return word & ~PAGE_MASK;
}

l4_word_t image_next_shared(const struct image *i, l4_word_t *page)
{
	unsigned looks = LOOKS;
	l4_word_t word;

	while ((word = vtab_next(&i->shared, page, L4_USER_END - 1, &looks)) != 0 && (word & VTAB_PRESENT) == 0)
		*page += PAGE_BYTES;
	return word & ~PAGE_MASK;
}
