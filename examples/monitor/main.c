/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - monitor: runs a program of Debian, busybox's echo, in a child space, and shows each of its system
 * calls; then stops a loop eight times, and looks at all of its registers.
 *
 * The program is lib/busybox of the boot image, as it is in Debian's package busybox-static.
 */
#include <string.h>
#include <pecan/elf.h>
#include <pecan/memory.h>
#include <pecan/print.h>
#include <pecan/system.h>
#include "monitor.h"

enum {
	STACK_BYTES = 64 * 1024, HEAP_BYTES = 1024 * 1024, RANDOM_BYTES = 16,
	AT_NULL = 0, AT_PHDR = 3, AT_PHENT = 4, AT_PHNUM = 5, AT_PAGESZ = 6, AT_ENTRY = 9, AT_RANDOM = 25,
	HEADER_BYTES = 56, FLAGS = 0x202, STOPS = 8, RUN_US = 1000, INSTRUCTION_BYTES = 3,
};

#define STACK_TOP	(SYSTEM - PAGE)

/* ---- the program ---- */

static char *read_file(const char *name, L4_Word_t *size)
{
	L4_Word_t got;
	char *file;

	if (pecan_file_read(name, 0, 0, 0, &got, size) != ROOT_OK || *size == 0)
		return 0;
	file = pecan_map(*size);
	for (L4_Word_t at = 0; file && at < *size; at += got)
		if (pecan_file_read(name, at, file + at, *size - at, &got, 0) != ROOT_OK || got == 0)
			return 0;
	return file;
}

/* A run of pages with the same rights: this program's memory with the bytes of the file. */
static bool load_run(const struct elf *e, const struct elf_run *run, unsigned pages)
{
	L4_Word_t bytes = (L4_Word_t)pages * PAGE;
	char *own = pecan_map(bytes);

	if (!own)
		return false;
	for (L4_Word_t i = 0; i < bytes; i += PAGE)
		elf_fill(e, run->base + i, (unsigned char *)own + i);
	if ((run->rights & WRITE) == 0 && pecan_seal(own, run->rights & EXECUTE) != ROOT_OK)
		return false;
	child_give(run->base, own, bytes, run->rights);
	return true;
}

static bool load(const struct elf *e)
{
	for (unsigned i = 0; i < e->runs; i++) {
		const struct elf_run *run = &e->run[i];

		if (!load_run(e, run, (unsigned)((run->last - run->base + 1) / PAGE)))
			return false;
	}
	return true;
}

/* The stack of a Linux program: strings, then from SP on argc, argv, environment, auxiliary vector. */
static L4_Word_t build_stack(const struct elf *e, char *own, const char *const *args, unsigned count)
{
	L4_Word_t base = STACK_TOP - STACK_BYTES, at = STACK_BYTES - RANDOM_BYTES, n = 0;
	L4_Word_t word[32] = { 0 };

	word[n++] = count;
	for (unsigned i = 0; i < count; i++) {
		at -= strlen(args[i]) + 1;
		memcpy(own + at, args[i], strlen(args[i]) + 1);
		word[n++] = base + at;
	}
	n += 2;					/* the ends of arguments and environment */
	const L4_Word_t vector[] = {
		AT_PHDR, e->headers, AT_PHENT, HEADER_BYTES, AT_PHNUM, e->header_count, AT_PAGESZ, PAGE,
		AT_ENTRY, e->entry, AT_RANDOM, STACK_TOP - RANDOM_BYTES, AT_NULL, 0,
	};
	memcpy(&word[n], vector, sizeof(vector));
	at = (at - sizeof(word)) & ~(L4_Word_t)15;
	memcpy(own + at, word, sizeof(word));
	return base + at;
}

/* The registers with which the program begins. */
static bool prepare(struct registers *r, const char *const *args, unsigned count)
{
	char *stack = pecan_map(STACK_BYTES), *heap = pecan_map(HEAP_BYTES), *file;
	const char *wrong;
	struct elf e;
	L4_Word_t size, last;

	file = read_file("lib/busybox", &size);
	wrong = file ? elf_parse(&e, file, size, SYSTEM) : "there is no lib/busybox, or too little memory";
	if (!wrong && (!stack || !heap || !load(&e)))
		wrong = "too little memory";
	if (wrong) {
		printf("monitor: %s\n", wrong);
		return false;
	}
	last = e.run[e.runs - 1].last + 1;
	child_give(STACK_TOP - STACK_BYTES, stack, STACK_BYTES, READ | WRITE);
	child_give(last, heap, HEAP_BYTES, READ | WRITE);
	call_begin(last, HEAP_BYTES);
	*r = (struct registers){ .r = { [L4_EXC_RIP] = e.entry, [L4_EXC_RFLAGS] = FLAGS } };
	r->r[L4_EXC_RSP] = build_stack(&e, stack, args, count);
	return true;
}

static bool run_program(const char *const *args, unsigned count)
{
	struct registers r, begin;
	enum event e;
	int status = 0;

	if (!child_begin() || !prepare(&begin, args, count) || child_start(&r) != EVENT_STUB)
		return false;
	e = child_run(&begin, 0);
	while (e == EVENT_CALL && call_answer(&begin, &status))
		e = child_run(&begin, 0);
	child_end();
	if (e == EVENT_FAULT)
		printf("monitor: a fault at 0x%lx, instruction at 0x%lx\n", begin.r[L4_EXC_RAX],
		       begin.r[L4_EXC_RIP]);
	printf("monitor: %s made %u kinds of system calls, status %d, event %d\n", args[0], call_kinds(), status,
	       (int)e);
	return e == EVENT_CALL && status == 0;
}

/* ---- the loop ---- */

/* The child's vector registers become a pattern, are cleared, and are the pattern again. */
static bool move_vectors(unsigned char first)
{
	unsigned char *v = child_vectors(), kept[256];
	bool same = child_save_vectors();

	for (unsigned i = 0; i < sizeof(kept); i++)
		kept[i] = v[i] = (unsigned char)(first + i);
	same = same && child_load_vectors();
	memset(v, 0, sizeof(kept));
	return same && child_save_vectors() && memcmp(v, kept, sizeof(kept)) == 0;
}

static bool run_loop(void)
{
	struct registers r = { { 0 } };
	L4_Word_t loop = child_loop(), before = 0;
	unsigned exact = 0, vectors = 0;

	if (!child_begin() || child_start(&r) != EVENT_STUB)
		return false;
	r.r[L4_EXC_RIP] = loop;
	r.r[L4_EXC_RAX] = 0;
	r.r[L4_EXC_RBX] = 0x1234;
	for (unsigned i = 0; i < STOPS; i++) {
		if (child_run(&r, RUN_US) != EVENT_TIME || child_stop(&r) != EVENT_STUB)
			return false;
		exact += (r.r[L4_EXC_RIP] == loop || r.r[L4_EXC_RIP] == loop + INSTRUCTION_BYTES)
		       && r.r[L4_EXC_RAX] >= before && r.r[L4_EXC_RBX] == 0x1234;
		before = r.r[L4_EXC_RAX];
		vectors += move_vectors((unsigned char)(i + 1));
	}
	child_end();
	printf("monitor: a loop was stopped %u times, %u times exactly; vector registers kept %u times\n", STOPS,
	       exact, vectors);
	return exact == STOPS && vectors == STOPS && before > 0;
}

int main(void)
{
	static const char *const args[] = { "busybox", "echo", "hello", "from", "Debian" };

	return run_program(args, sizeof(args) / sizeof(args[0])) && run_loop() ? 0 : 1;
}
