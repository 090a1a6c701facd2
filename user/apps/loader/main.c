/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - loader: becomes the program that a file of the disk has: loader PATH [ARGUMENTS]
 * (docs/decisions/programs-on-disk.md). The path is one of <pecan/files.h>, below FILES_ROOT or not.
 *
 * It is linked at an address of its own. The file is read, its segments are put where they belong and sealed,
 * and the program begins on this thread and stack, with what it would find there if root had started it.
 */
#include <pecan/code.h>
#include <pecan/elf.h>
#include <pecan/files.h>
#include <pecan/memory.h>
#include <pecan/print.h>
#include <string.h>
#include <x2/arch.h>

enum { PAGE = 4096, BAD_PROGRAM = 126, NO_PROGRAM = 127, FILE_MAX = 64 << 20 };
enum { AUX_END = 0, AUX_PHDR = 3, AUX_PHNUM = 5, AUX_BASE = 7, AUX_ENTRY = 9 };

/* enter.S: the program begins, with this stack and all registers zero. */
void loader_enter(L4_Word_t *sp, L4_Word_t entry) __attribute__((noreturn));

static int refuse(const char *path, const char *why, int status)
{
	printf("%s: %s\n", path, why);
	return status;
}

/* Bytes of the open file at `to`. */
static enum files_status read_all(struct files_file *f, char *to, size_t size)
{
	for (size_t done = 0; done < size; ) {
		long n = files_get(f, done, to + done, size - done);

		if (n <= 0)
			return n ? (enum files_status)-n : FILES_E_DEVICE;
		done += (size_t)n;
	}
	return FILES_OK;
}

/* Returns the file in memory of its own; NULL: *why says why not. */
static void *read_file(const char *path, uint64_t *size, const char **why)
{
	const char *below = files_below(path);
	struct files_file f;
	enum files_status s = files_use(&f, below ? below : path, 0);
	void *at = NULL;

	if (s == FILES_OK && (f.mode & FILES_MODE_DIRECTORY))
		s = FILES_E_DIRECTORY;
	if (s == FILES_OK)
		s = files_size(&f, size);
	*why = "it is too large for the memory of a program (`memory` in the section of loader)";
	if (s == FILES_OK && *size <= FILE_MAX)
		at = pecan_map((L4_Word_t)*size + 1);		/* which also an empty file has */
	if (at)
		s = read_all(&f, at, (size_t)*size);
	files_done(&f);
	if (s != FILES_OK)
		*why = files_error_text(s);
	return s == FILES_OK ? at : NULL;
}

/* The pages of a run, with their contents. Returns NULL, or what is wrong. */
static const char *map_run(const struct elf *e, const struct elf_run *r)
{
	void *at;

	if ((r->rights & L4_W) && (r->rights & L4_X))
		return "a page of it can be written and executed";
	if (pecan_map_at(r->last - r->base + 1, r->base, &at) != ROOT_OK)
		return "there is no memory for it, or it is linked to where something else is";
	for (L4_Word_t page = r->base; page <= r->last; page += PAGE)
		elf_fill(e, page, (uint8_t *)page);
	pecan_code_written((void *)r->base, r->last - r->base + 1);
	if (!(r->rights & L4_W) && pecan_seal(at, r->rights & L4_X) != ROOT_OK)
		return "root does not seal its pages";
	return NULL;
}

/* argv without the loader's own name, and the auxiliary vector of the program. Returns the stack pointer. */
static L4_Word_t *make_stack(char **argv, const struct elf *e)
{
	L4_Word_t *argc = (L4_Word_t *)argv - 1, *from = (L4_Word_t *)argv + 1, *to = (L4_Word_t *)argv;

	--*argc;
	for (unsigned vectors = 0; vectors < 2; vectors += to[-1] == 0)	/* argv, environment */
		*to++ = *from++;
	for (L4_Word_t kind = AUX_BASE; kind != AUX_END; to += 2, from += 2) {
		kind = to[0] = from[0];
		to[1] = kind == AUX_PHDR ? e->headers : kind == AUX_PHNUM ? e->header_count
		      : kind == AUX_BASE ? e->bias : kind == AUX_ENTRY ? e->entry : from[1];
	}
	return argc;
}

int main(int argc, char **argv)
{
	static struct elf elf;
	uint64_t size = 0;
	const char *why;
	void *file;

	if (argc < 2)
		return refuse("loader", "the usage is: loader PATH [ARGUMENTS]", NO_PROGRAM);
	file = read_file(argv[1], &size, &why);
	if (!file)
		return refuse(argv[1], why, NO_PROGRAM);
	why = elf_parse(&elf, file, (l4_word_t)size, L4_USER_END);
	for (unsigned i = 0; i < elf.runs && !why; i++)
		why = map_run(&elf, &elf.run[i]);
	if (why)
		return refuse(argv[1], why, BAD_PROGRAM);
	pecan_unmap(file);
	files_leave();
	loader_enter(make_stack(argv, &elf), elf.entry);
}
