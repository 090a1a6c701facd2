/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dump.c - registers and calls of a thread that was stopped, for root's report.
 *
 * Programs are compiled without frame pointers, and root does not read unwind tables: the calls are the words
 * on the stack that point behind a call instruction of the program, the innermost first. A word that is left
 * over from an earlier call may be among them.
 */
#include <l4/pecan.h>
#include <pecan/elf.h>
#include <root/device/machine.h>
#include <root/memory/pool.h>
#include <stdio.h>
#include <x2/arch.h>
#include <x2/fpage.h>
#include <x2/inspect.h>
#include "dump.h"
#include "log.h"

enum {
	REGISTERS = L4_EXC_REPLY_WORDS, REGISTERS_OF_LINE = 6, LINE_BYTES = 400,
	CALLS_SHOWN = 6, STACK_BYTES = 4096,
};

static void dump_registers(const struct l4_inspect_registers *r)
{
	for (unsigned i = 0; i < REGISTERS; i += REGISTERS_OF_LINE) {
		char line[LINE_BYTES] = "";
		unsigned n = 0;

		for (unsigned j = i; j < i + REGISTERS_OF_LINE && j < REGISTERS; j++)
			n += (unsigned)snprintf(line + n, sizeof(line) - n, " %s %#lx", machine_registers[j + 1],
						r->word[j]);
		log_from_worker(" %s", line);
	}
}

/* The word at a stack address, on one of the two pages from that of sp on; false if the page is not there. */
static bool user_word(const l4_word_t frame[2], l4_word_t sp, l4_word_t address, l4_word_t *word)
{
	l4_word_t at = frame[(address >> PAGE_LOG2) - (sp >> PAGE_LOG2)];

	if (address % sizeof(*word) != 0 || at == 0)
		return false;
	*word = *(const l4_word_t *)direct(at + (address & PAGE_MASK));
	return true;
}

/* The program's file at a code address, `before` bytes of which precede it; 0 if there is no code. */
static const uint8_t *code_at(const struct elf *e, l4_word_t address, unsigned before)
{
	for (unsigned i = 0; i < e->segments; i++) {
		const struct elf_segment *s = &e->segment[i];

		if ((s->rights & L4_X) != 0 && address >= s->base + before && address - s->base <= s->file_bytes)
			return e->file + s->offset + (address - s->base);
	}
	return 0;
}

/* Does the instruction before this address call? */
static bool follows_call(const struct elf *e, l4_word_t address)
{
	const uint8_t *p = code_at(e, address, MACHINE_CALL_BYTES);

	return p && machine_calls(p);
}

static void dump_calls(const struct elf *e, l4_word_t sp, const l4_word_t frame[2])
{
	char line[LINE_BYTES] = "";
	unsigned n = 0, shown = 0;
	l4_word_t word;

	for (l4_word_t at = sp; at < sp + STACK_BYTES && shown < CALLS_SHOWN; at += sizeof(word)) {
		l4_word_t offset = 0;
		const char *name;

		if (!user_word(frame, sp, at, &word))
			break;
		if (!follows_call(e, word))
			continue;
		name = elf_symbol(e, word, &offset);
		if (offset == 0)		/* the entry point on the stack: no call returns there */
			continue;
		n += (unsigned)snprintf(line + n, sizeof(line) - n, " %#lx (%.40s+%#lx)", word,
					name ? name : "?", offset);
		shown++;
	}
	if (shown > 0)
		log_from_worker("  called from%s", line);
}

void dump_thread(const struct elf *e, l4_word_t thread, const l4_word_t frame[2])
{
	struct l4_inspect_registers r;

	if (!L4_HasInspect()
	    || L4_InspectRecord(L4_INSPECT_REGISTERS, 0, l4_tid_number((l4_tid_t){ thread }), &r, REGISTERS) == 0)
		return;
	dump_registers(&r);
	dump_calls(e, r.word[L4_EXC_SP - 1], frame);
}
