/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stopped.c - the report of a thread that cannot continue: program, thread, kind, address, instruction and
 * nearest symbol. A worker writes it, at the priority of the task that it ends.
 */
#include <l4/pecan.h>
#include <pecan/elf.h>
#include <root/device/machine.h>
#include <root/memory/image.h>
#include <stdio.h>
#include <x2/arch.h>
#include <x2/fpage.h>
#include "dump.h"
#include "log.h"
#include "stopped.h"

enum { WHERE_BYTES = 200 };

static const char *exception_name(l4_word_t number)
{
	const char *name = machine_exception_name(number);

	if (number == L4_EXC_FOREIGN_SYSCALL)
		return "system call of another operating system";
	return name ? name : "exception";
}

/* " at ip 0x401234 (main+0x12)" */
static void describe_ip(const struct elf *e, l4_word_t ip, char where[WHERE_BYTES])
{
	l4_word_t offset = 0;
	const char *name = elf_symbol(e, ip, &offset);

	if (ip == ~(l4_word_t)0)
		snprintf(where, WHERE_BYTES, "in a message transfer");
	else if (!name)
		snprintf(where, WHERE_BYTES, "at ip %#lx (no symbol)", ip);
	else
		snprintf(where, WHERE_BYTES, "at ip %#lx (%.100s+%#lx)", ip, name, offset);
}

/* Is a page there that root has not mapped? The kernel says so, if it has its inspection. */
static bool has_foreign_page(l4_word_t thread, l4_word_t address)
{
	l4_word_t number = l4_tid_number((l4_tid_t){ thread });
	struct l4_inspect_thread t;
	struct l4_inspect_mapping m;

	return L4_InspectRecord(L4_INSPECT_THREAD, 0, number, &t, sizeof(t) / sizeof(l4_word_t)) != 0
	       && L4_InspectRecord(L4_INSPECT_MAPPING, t.space, address, &m, sizeof(m) / sizeof(l4_word_t)) != 0
	       && m.base <= address && address - m.base < (l4_word_t)1 << m.log2 && m.pages > 0;
}

static void describe_page(const l4_word_t *word, char what[WHERE_BYTES])
{
	l4_word_t access = word[STOPPED_NUMBER], address = word[STOPPED_ADDRESS];
	const char *why = (const char *)word[STOPPED_WHY];

	if (!why)
		why = has_foreign_page(word[STOPPED_THREAD], address)
		      ? "the page came from another task or thread, without that right" : "nothing is mapped there";
	snprintf(what, WHERE_BYTES, "page fault %s %#lx: %s",
		 access & L4_W ? "writing" : access & L4_X ? "executing" : "reading", address, why);
}

static void describe(const l4_word_t *word, char what[WHERE_BYTES])
{
	l4_word_t address = word[STOPPED_ADDRESS], number = word[STOPPED_NUMBER];

	switch ((enum death)word[STOPPED_KIND]) {
	case DEATH_PAGE:
		describe_page(word, what);
		return;
	case DEATH_PORT:
		snprintf(what, WHERE_BYTES, "it used I/O port %#lx: %s", address, (const char *)word[STOPPED_WHY]);
		return;
	case DEATH_EXCEPTION:
		snprintf(what, WHERE_BYTES, "%s (exception %ld, error code %#lx)", exception_name(number),
			 (long)number, address);
		return;
	case DEATH_POOL:
		snprintf(what, WHERE_BYTES, "out of memory at %#lx: the machine has no more that is free", address);
		return;
	case DEATH_LIMIT:
		snprintf(what, WHERE_BYTES, "out of memory at %#lx: its limit is %lu KiB (`memory` in its section)",
			 address, number);
		return;
	case DEATH_KMEM:
		snprintf(what, WHERE_BYTES,
			 "out of kernel memory: its limit is %lu KiB (`kernel-memory` in its section)", number);
		return;
	}
}

void stopped_report(const l4_word_t word[STOPPED_WORDS])
{
	const struct image *image = (const struct image *)word[STOPPED_IMAGE];
	l4_tid_t id = { word[STOPPED_THREAD] };
	char where[WHERE_BYTES], what[WHERE_BYTES];

	describe_ip(&image->elf, word[STOPPED_IP], where);
	describe(word, what);
	log_from_worker("%s (task %lu, thread %lu.%lu) was stopped: %s, %s", image->name, word[STOPPED_TASK],
		      l4_tid_number(id), l4_tid_version(id), what, where);
	dump_thread(&image->elf, word[STOPPED_THREAD], word + STOPPED_FRAMES);
}
