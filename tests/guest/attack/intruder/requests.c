/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * requests.c - what the requests of an intruder are made of: see requests.h.
 */
#include <pecan/addresses.h>
#include <proto/console.h>
#include <proto/files.h>
#include <proto/names.h>
#include <proto/root.h>
#include <proto/shell.h>
#include <proto/stream.h>
#include <string.h>

#include "requests.h"

enum { POOL = 64, WORD = sizeof(L4_Word_t) };
#define TOP_BIT	(1ul << (8 * WORD - 1))

/* Numbers that mean something: tasks, lines, sizes, ports, device memory; later what servers answered. */
static L4_Word_t pool[POOL] = {
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 64, 512, 4096, 65536, 0x60, 0x70, 0x3f8, 0xcf8,
	0xb8000, 0xa0000, 0xfee00000, 0xfec00000, 0xfd000000, 0x1af41042, 0x1af41041, ~0ul, TOP_BIT,
};
static unsigned pool_count = 34;

static const char *const texts[] = {
	"console", "disk", "link", "pci", "files", "sockets", "random", "shell", "init", "bin/console", ".", "..",
	"/", "//", "/../x", "a", "10.0.2.2",
};

static L4_Word_t below(struct breaker *b, L4_Word_t n) { return breaker_random(b) % n; }

void requests_learn(struct breaker *b, L4_Word_t word)
{
	if (pool_count < POOL)
		pool[pool_count++] = word;
	else
		pool[below(b, POOL)] = word;
}

static void set_text(struct breaker *b, const struct stub_field *f)
{
	const char *text = texts[below(b, sizeof texts / sizeof texts[0])];
	char *to = (char *)&b->word[f->at - 1];

	if (strlen(text) >= f->bytes)
		return;
	memset(to, 0, f->bytes);
	strcpy(to, text);
}

static void set_word(struct breaker *b, const struct stub_field *f)
{
	L4_Word_t value = below(b, 4) ? pool[below(b, pool_count)] : (L4_Word_t)f->max;

	if (!f->limited || value <= f->max)
		b->word[f->at - 1] = value;
}

void requests_choose(struct breaker *b, const L4_ThreadId_t *threads, unsigned count)
{
	for (const struct stub_field *f = b->request->fields; f->kind != STUB_END; f++) {
		if (below(b, 2))
			continue;
		if (f->kind == STUB_WORD)
			set_word(b, f);
		if (f->kind == STUB_THREAD)
			b->word[f->at - 1] = below(b, 4) ? threads[below(b, count)].raw : 0;
		if (f->kind == STUB_TEXT)
			set_text(b, f);
	}
}

/* A text of seven letters. */
static void shorten(struct breaker *b)
{
	for (unsigned i = 0; i < WORD - 1; i++)
		((char *)b->word)[i] = (char)('a' + below(b, 26));
	((char *)b->word)[WORD - 1] = 0;
	b->untyped = 1;
}

/* Memory of this task may be there: where root places areas, in a large space or in a small one. */
static bool may_be_own(L4_Word_t at)
{
	return (at >= PECAN_MAP_BASE && at < PECAN_MAP_END) || at < (L4_Word_t)1 << PECAN_SMALL_LOG2;
}

bool requests_tame(struct breaker *b, const struct requests_caller *c)
{
	L4_Word_t *w = b->word;

	switch (b->label) {
	case ROOT_EXIT: case CONSOLE_WRITE: return false;
	case ROOT_KILL: w[0] = w[0] == c->task ? 1 : w[0]; break;
	case ROOT_THREAD_NEW: w[0] |= TOP_BIT; break;
	case ROOT_THREAD_END: case ROOT_THREAD_PRIORITY: w[0] = c->other.raw; break;
	case ROOT_UNMAP: case ROOT_SEAL: w[0] = may_be_own(w[0]) ? 0 : w[0]; break;
	case ROOT_LOG_WRITE: shorten(b); break;
	case FILES_PUT: w[2] &= 0xfffff; w[3] &= 0xfff; break;
	case FILES_RESIZE: w[1] &= 0xfffff; break;
	case FILES_RESIZE_PATH: w[0] &= 0xfffff; break;
	}
	return true;
}

bool requests_forbidden(const struct breaker *b, const struct requests_caller *c)
{
	switch (b->label) {
	case ROOT_KILL: case ROOT_WAIT: case ROOT_IRQ_ATTACH: case ROOT_IRQ_DETACH: case ROOT_PORTS:
	case ROOT_PHYS: case ROOT_KEEP: case ROOT_THREAD_NEW: case ROOT_THREAD_END: case ROOT_THREAD_PRIORITY:
	case NAMES_REGISTER: case NAMES_UNREGISTER:
	case CONSOLE_READ_LINE: case CONSOLE_READ_KEY: case CONSOLE_EDIT_LINE: case CONSOLE_WATCH:
	case CONSOLE_HISTORY: case CONSOLE_FOREGROUND:
	case STREAM_READ: case STREAM_WRITE: case SHELL_CALL:
		return true;
	case ROOT_FILE:
		return c->confined;
	case ROOT_DMA_OPEN:
		return b->word[1] != c->task;
	}
	return false;
}

bool requests_needs(const struct breaker *b, const struct requests_caller *c)
{
	if (b->label == ROOT_PROGRAMS || b->label == ROOT_LOG_WRITE)	/* ROOT_RIGHT_OTHERS */
		return c->confined;
	return b->request->modes & STUB_NEEDS;
}
