/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * handover.c - see handover.h.
 */
#include <l4/pecan.h>
#include <pecan/places.h>
#include <proto/promise.h>
#include <root/job/job.h>
#include <root/memory/image.h>
#include <root/memory/sigma.h>
#include <root/report/log.h>
#include <root/task/task.h>
#include <string.h>
#include "handover.h"
#include "starts.h"

enum {
	KMEM_SPARE_KIB = 512,		/* of kernel memory: for root, and what is not promised */
	KMEM_OTHERS = 8,		/* one part of so many of it is the kernel's and sigma0's */
};

/* ---- the copy ---- */

/* The supervisor may write to its memory meanwhile: what is checked later is the copy. */
static bool copy(const struct task *t, l4_word_t from, void *to, l4_word_t bytes)
{
	while (bytes > 0) {
		l4_word_t word = from < L4_USER_END ? vtab_get(&t->vtab, from) : 0;
		l4_word_t n = PAGE_BYTES - (from & PAGE_MASK);

		if ((word & VTAB_PRESENT) == 0)
			return false;
		n = n < bytes ? n : bytes;
		memcpy(to, (const char *)direct(word & ~PAGE_MASK) + (from & PAGE_MASK), n);
		from += n;
		to = (char *)to + n;
		bytes -= n;
	}
	return true;
}

/* ---- the check of each field ---- */

static bool is_text(const char *text) { return memchr(text, 0, ROOT_NAME_BYTES) != 0; }

static bool are_ranges(const struct ranges *r, l4_word_t last)
{
	if (r->count > GRANTS_RANGES)
		return false;
	for (unsigned i = 0; i < r->count; i++)
		if (r->at[i].first > r->at[i].last || r->at[i].last > last)
			return false;
	return true;
}

static bool are_names(const struct name_list *l)
{
	if (l->count > GRANTS_NAMES)
		return false;
	for (unsigned i = 0; i < l->count; i++)
		if (!is_text(l->at[i]))
			return false;
	return true;
}

/* Texts of `r` or `w` and a path, each with its NUL. */
static bool are_paths(const struct grants *g, const struct grant *p)
{
	const char *at, *end;

	if (p->paths > g->paths_bytes || p->paths_bytes > g->paths_bytes - p->paths
	    || p->paths_bytes > ROOT_TEXT_BYTES)
		return false;
	at = g->paths + p->paths;
	end = at + p->paths_bytes;
	if (at < end && end[-1] != 0)
		return false;
	for (; at < end; at += strlen(at) + 1)
		if (*at != 'r' && *at != 'w')
			return false;
	return true;
}

static bool is_small(unsigned mib)
{
	return mib == SMALL_DEFAULT || mib == 0
	    || (mib >= GRANTS_SMALL_MIN && mib <= GRANTS_SMALL_MAX && (mib & (mib - 1)) == 0);
}

static bool is_kernel_memory(const struct grant *p)
{
	return p->kmem_reserve_kib <= p->kmem_kib && p->kmem_kib >= promise_kmem_kib(p->memory)
	    && p->kmem_kib <= GRANTS_MEMORY >> 10;
}

static const char *check(const struct grants *g, const struct grant *p)
{
	const unsigned rights = 2 * ROOT_RIGHT_CACHE - 1 - ROOT_RIGHT_OTHERS;
	const struct { const char *name; bool right; } fields[] = {
		{ "name", is_text(p->name) },
		{ "rights", (p->rights & ~rights) == 0 && !(p->confined && p->rights & ROOT_RIGHT_SPAWN) },
		{ "priority", p->priority <= p->max_priority && p->max_priority <= GRANTS_PRIORITY },
		{ "memory", p->memory <= GRANTS_MEMORY },
		{ "kernel-memory", is_kernel_memory(p) },
		{ "reserve", p->reserve >= PROMISE_LEAST && p->reserve <= p->memory },
		{ "keep", p->keep <= GRANTS_KEEP },
		{ "small", is_small(p->small_mib) },
		{ "irq", are_ranges(&p->irqs, ~(l4_word_t)0) },
		{ "ports", are_ranges(&p->ports, ~(l4_word_t)0) },
		{ "physical", are_ranges(&p->physical, ~(l4_word_t)0) },
		{ "pci", are_ranges(&p->pci, 0xffffffff) },
		{ "uses", are_names(&p->uses) },
		{ "provides", are_names(&p->provides) },
		{ "files", are_names(&p->files) },
		{ "paths", are_paths(g, p) },
		{ "disk", is_text(p->disk.name) && p->disk.partition <= GRANTS_PARTITION
			  && p->disk.first + p->disk.sectors >= p->disk.first },
		{ "tasks", p->tasks <= GRANTS_TASKS },
	};

	for (unsigned i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (!fields[i].right)
			return fields[i].name;
	return 0;
}

/* The second grant of one name would never be found. The supervisor's own is root's. */
static bool has_name(const struct grants *g, const struct grant *p)
{
	return p->name[0] != 0 && grants_of(g, p->name) == p && strcmp(p->name, SUPERVISOR_NAME) != 0;
}

const char *handover_check(const struct grants *g, const struct grant **of)
{
	const char *wrong = 0;

	*of = 0;
	if (g->programs > GRANTS_MAX)
		return "sections";
	if (g->paths_bytes > GRANTS_PATHS_BYTES)
		return "paths";
	if (g->starts == 0 || g->starts > GRANTS_STARTS)
		return "start";
	for (unsigned i = 0; i < g->starts; i++)
		if (g->start[i].program >= g->programs || !memchr(g->start[i].args, 0, GRANTS_ARGS_BYTES))
			return "start";
	*of = &g->others;
	wrong = check(g, &g->others);
	for (const struct grant *p = g->program; p < g->program + g->programs && !wrong; p++) {
		*of = p;
		wrong = check(g, p);
		if (!wrong && !has_name(g, p))
			wrong = "name";
	}
	return wrong;
}

static void clear_derived(struct grant *p)
{
	p->started = false;
	p->number = 0;
	p->users = 0;
}

/* ---- what they promise ---- */

/* Memory for the shared pages of the programs that are started, each once. */
static l4_word_t shared_pages(const struct grants *g)
{
	l4_word_t n = 0;

	for (const struct grant *p = g->program; p < g->program + g->programs; p++)
		n += p->started ? image_shared_pages(p->name) : 0;
	return n;
}

/* KiB of kernel memory that root's tasks can get; without the kernel's inspection nothing is known. */
static l4_word_t kmem_free(void)
{
	struct l4_inspect_system s;

	if (L4_InspectRecord(L4_INSPECT_SYSTEM, 0, 0, &s, sizeof(s) / sizeof(l4_word_t)) == 0)
		return ~(l4_word_t)0;
	return (s.kmem_total - s.kmem_total / KMEM_OTHERS - s.kmem_used) >> 10;
}

/* Is there what the grants promise? */
static bool has_promised(void)
{
	struct promise_sums s = promise_sums(&root.grants);
	l4_word_t kib = (s.memory >> 10) + ((shared_pages(&root.grants) + root.grants.starts) << PAGE_LOG2 >> 10);
	l4_word_t have = (root.pool.free - root.pool.kept) << PAGE_LOG2 >> 10;

	if (kib > have)
		report("the tasks that are started reserve %lu KiB of memory, and %lu KiB are free: lower `memory` "
		       "or `reserve` of their sections", kib, have);
	if (s.kmem_kib > kmem_free())
		report("the tasks that are started have %lu KiB of `kernel-memory`, and %lu KiB are free: lower "
		       "`memory` of their sections, or boot with kmem=%luK", s.kmem_kib, kmem_free(),
		       (s.kmem_kib + KMEM_SPARE_KIB) * KMEM_OTHERS / (KMEM_OTHERS - 1));
	return kib <= have && s.kmem_kib <= kmem_free();
}

static bool take_ports_of(const struct grant *p)
{
	for (unsigned i = 0; i < p->ports.count; i++)
		if (!sigma_ports(p->ports.at[i].first, p->ports.at[i].last))
			return false;
	return true;
}

/* Now, so that no request waits for sigma0; not all ports: the kernel maps each by 500 instructions. */
static bool take_ports(void)
{
	bool all = take_ports_of(&root.grants.others);

	for (unsigned i = 0; i < root.grants.programs; i++)
		all &= take_ports_of(&root.grants.program[i]);
	return all;
}

/* ---- all of it ---- */

/*
 * Above the section with the right to read the log, or all that are started: what was reported before that
 * program runs is written before it uses the serial line.
 */
static unsigned log_priority(const struct grants *c)
{
	unsigned reads = 0, started = 0;

	for (const struct grant *p = c->program; p < c->program + c->programs; p++) {
		if (p->rights & ROOT_RIGHT_LOG && p->priority > reads)
			reads = p->priority;
		if (p->started && p->priority > started)
			started = p->priority;
	}
	return (reads != 0 ? reads : started) + 1;
}

static enum root_error take(const struct task *t, l4_word_t address, l4_word_t size)
{
	const struct grant *of;
	const char *wrong;

	if (size != sizeof(root.grants) || !copy(t, address, &root.grants, size)) {
		report("the grants of the supervisor have another size, or are not all there");
		return ROOT_E_ARGUMENT;
	}
	wrong = handover_check(&root.grants, &of);
	if (wrong) {
		report("the grants of the supervisor: `%s` of %.*s is wrong", wrong, ROOT_NAME_BYTES - 1,
		       of && of != &root.grants.others ? of->name : "all sections");
		return ROOT_E_ARGUMENT;
	}
	clear_derived(&root.grants.others);
	for (unsigned i = 0; i < root.grants.programs; i++)
		clear_derived(&root.grants.program[i]);
	grants_number(&root.grants);
	if (root.grants.programs > 0)		/* all sections use root */
		places_know(~(uint64_t)0 >> (PLACES_SECTIONS - root.grants.programs));
	return has_promised() && job_reserve(root.grants.starts) ? ROOT_OK : ROOT_E_MEMORY;
}

enum root_error handover_take(const struct task *t, l4_word_t address, l4_word_t size)
{
	enum root_error e = take(t, address, size);

	if (e != ROOT_OK) {
		memset(&root.grants, 0, sizeof(root.grants));
		return e;
	}
	root.has_ports = take_ports();
	root.log_priority = log_priority(&root.grants);
	for (unsigned i = 0; i < root.grants.starts; i++)
		starts_reserve(&starts[i]);
	return ROOT_OK;
}
