/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fault.c - root as pager and exception handler of its programs (protocols 3, 5, 6).
 *
 * A fault that can be served is answered with one page, or the block of dma.c around it. Any other ends the
 * program, with a report of program, thread, kind, address, instruction and nearest symbol. A forged message
 * of this kind affects only its sender: the faulting thread is the sender id that the kernel delivers.
 */
#include <l4/pecan.h>
#include <stdio.h>
#include <string.h>
#include "root.h"

enum { WHERE_BYTES = 200, TAG_N_SHIFT = 20, NIBBLE = 0xf };

struct victim { struct task *task; unsigned thread; l4_word_t ip; };

static const char *const exception_names[] = {
	[0] = "division error", [1] = "debug exception", [3] = "breakpoint", [4] = "overflow",
	[5] = "bound range exceeded", [6] = "invalid instruction", [7] = "no floating-point unit",
	[8] = "double fault", [10] = "invalid task state", [11] = "segment not present",
	[12] = "stack fault", [13] = "general protection fault", [16] = "floating-point error",
	[17] = "unaligned access", [18] = "machine check", [19] = "SIMD floating-point error",
	[21] = "control protection exception",
};

static const char *exception_name(l4_word_t number)
{
	const char *name = 0;

	if (number == L4_EXC_FOREIGN_SYSCALL)
		return "system call of another operating system";
	if (number < sizeof(exception_names) / sizeof(exception_names[0]))
		name = exception_names[number];
	return name != 0 ? name : "exception";
}

/* " at ip 0x401234 (main+0x12)" */
static void describe_ip(const struct victim *v, char where[WHERE_BYTES])
{
	l4_word_t offset = 0;
	const char *name = elf_symbol(&v->task->image->elf, v->ip, &offset);

	if (v->ip == ~(l4_word_t)0)
		snprintf(where, WHERE_BYTES, "in a message transfer");
	else if (name == 0)
		snprintf(where, WHERE_BYTES, "at ip %#lx (no symbol)", v->ip);
	else
		snprintf(where, WHERE_BYTES, "at ip %#lx (%.100s+%#lx)", v->ip, name, offset);
}

/* Report why the program cannot continue, and end it. */
static void stop(const struct victim *v, enum root_end how, const char *what)
{
	l4_tid_t id = { v->task->thread[v->thread].id };
	char where[WHERE_BYTES];

	describe_ip(v, where);
	report("%s (task %lu, thread %lu.%lu) was stopped: %s, %s", v->task->image->name, v->task->id,
	       l4_tid_number(id), l4_tid_version(id), what, where);
	dump_thread(v->task, id);
	task_end(v->task, how, 0);
}

/* Is a page there that root has not mapped? The kernel says so, if it has its inspection. */
static bool has_foreign_page(const struct victim *v, l4_word_t address)
{
	l4_word_t number = l4_tid_number((l4_tid_t){ v->task->thread[v->thread].id });
	struct l4_inspect_thread t;
	struct l4_inspect_mapping m;

	return L4_InspectRecord(L4_INSPECT_THREAD, 0, number, &t, sizeof(t) / sizeof(l4_word_t)) != 0
	       && L4_InspectRecord(L4_INSPECT_MAPPING, t.space, address, &m, sizeof(m) / sizeof(l4_word_t)) != 0
	       && m.base <= address && address - m.base < (l4_word_t)1 << m.log2 && m.pages > 0;
}

static const char *why_refused(const struct victim *v, l4_word_t address, unsigned access)
{
	const struct area *a = address < L4_USER_END ? area_at(v->task, address) : 0;

	if (a == 0 && has_foreign_page(v, address))
		return "the page came from another task or thread, without that right";
	if (a == 0)
		return "nothing is mapped there";
	if (a->kind == AREA_GUARD)
		return "the stack has overflowed";
	if (a->kind == AREA_KERNEL)
		return "the place belongs to the kernel";
	return access & L4_W ? "the page is read-only" : "the page holds no code";
}

static void refuse(const struct victim *v, l4_word_t address, unsigned access, const char *why)
{
	char what[WHERE_BYTES];

	snprintf(what, sizeof(what), "page fault %s %#lx: %s",
		 access & L4_W ? "writing" : access & L4_X ? "executing" : "reading", address, why);
	stop(v, ROOT_END_FAULT, what);
}

static void out_of_memory(const struct victim *v, l4_word_t address)
{
	const struct account *a = &v->task->account;
	char what[WHERE_BYTES];

	if (a->used < a->limit)
		snprintf(what, sizeof(what), "out of memory at %#lx: the machine has no more that is free", address);
	else
		snprintf(what, sizeof(what), "out of memory at %#lx: its limit is %lu KiB (`memory` in its section)",
			 address, a->limit << PAGE_LOG2 >> 10);
	stop(v, ROOT_END_MEMORY, what);
}

static bool page_fault(const struct victim *v, unsigned access, l4_word_t address, L4_MapItem_t *answer)
{
	struct area *area = address < L4_USER_END ? area_at(v->task, address) : 0;
	l4_word_t page = address & ~PAGE_MASK, entry, within;
	unsigned rights = area != 0 ? area_rights(v->task, area, page) : 0;

	if ((access & ~rights & (L4_W | L4_X)) != 0 || rights == 0) {
		refuse(v, address, access, why_refused(v, address, access));
		return false;
	}
	entry = area_page(v->task, area, page);
	if (entry == 0) {
		out_of_memory(v, address);
		return false;
	}
	within = ((l4_word_t)1 << area_unit(area)) - 1;
	answer->raw[0] = l4_map_item(page & ~within);
	answer->raw[1] = l4_fpage((l4_word_t)direct(entry & ~within), area_unit(area), rights).raw;
	return true;
}

/* A driver without a request before: served as if it had made one, if it has the right. */
static bool port_fault(const struct victim *v, l4_fpage_t ports, L4_MapItem_t *answer)
{
	char what[WHERE_BYTES];
	enum root_error e = ROOT_E_ARGUMENT;

	if (l4_fpage_is_io(ports))
		e = device_ports(v->task, l4_io_port(ports), l4_io_log2(ports), answer);
	if (e == ROOT_OK)
		return true;
	snprintf(what, sizeof(what), "it used I/O port %#lx: %s", l4_io_port(ports),
		 e == ROOT_E_BUSY ? "another program has it" : "it has no right to it");
	stop(v, ROOT_END_FAULT, what);
	return false;
}

static void exception(const struct victim *v, unsigned words, const l4_word_t *word)
{
	l4_word_t number = words >= L4_EXC_NUMBER ? word[L4_EXC_NUMBER - 1] : ~(l4_word_t)0;
	l4_word_t error = words >= L4_EXC_ERROR ? word[L4_EXC_ERROR - 1] : 0;
	char what[WHERE_BYTES];

	snprintf(what, sizeof(what), "%s (exception %ld, error code %#lx)", exception_name(number),
		 (long)number, error);
	stop(v, ROOT_END_FAULT, what);
}

static void exhausted(const struct victim *v)
{
	char what[WHERE_BYTES];

	snprintf(what, sizeof(what),
		 "out of kernel memory: its limit is %lu KiB (`kernel-memory` in its section)", v->task->kmem_kib);
	stop(v, ROOT_END_MEMORY, what);
}

bool fault_message(const struct root_caller *c, l4_tag_t tag, const l4_word_t *word, L4_MapItem_t *answer)
{
	unsigned words = l4_tag_untyped(tag);
	struct victim v = { c->task, c->thread, words > 1 ? word[1] : 0 };

	switch ((long)tag.raw >> TAG_N_SHIFT) {
	case L4_PROTO_PAGEFAULT:
		return page_fault(&v, l4_tag_label(tag) & NIBBLE, word[0], answer);
	case L4_PROTO_IO_FAULT:
		return port_fault(&v, (l4_fpage_t){ word[0] }, answer);
	case L4_PROTO_EXCEPTION:
		v.ip = word[0];
		exception(&v, words, word);
		return false;
	case L4_PROTO_MEM_EXHAUSTED:
		exhausted(&v);
		return false;
	}
	return false;
}
