/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page.c - the page: HTML that needs nothing besides, no script and no other file.
 */
#include "model.h"

enum { KIB = 1024, US_PER_S = 1000000, BUSIEST = 24 };

static const char style[] =
	":root{--ink:#1c2430;--dim:#667085;--line:#d5dae1;--paper:#fff;--box:#eef3fb;--edge:#3569b5;"
	"--shared:#b5473c;--bar:#7aa5e0}\n"
	"@media(prefers-color-scheme:dark){:root{--ink:#e4e8ee;--dim:#98a2b3;--line:#39424f;--paper:#151a21;"
	"--box:#222c3a;--edge:#7aa5e0;--shared:#e58a7f;--bar:#3569b5}}\n"
	"body{margin:0 auto;padding:1rem 1.5rem 3rem;max-width:76rem;background:var(--paper);color:var(--ink);"
	"font:15px/1.45 system-ui,sans-serif}\n"
	"h1{font-size:1.5rem;margin:.2rem 0}h2{font-size:1.1rem;margin:2rem 0 .4rem}\n"
	"p{margin:.3rem 0;max-width:60rem}.dim{color:var(--dim)}a{color:var(--edge)}\n"
	"dl{display:flex;flex-wrap:wrap;gap:.6rem 2.2rem;margin:.8rem 0}dt{color:var(--dim);font-size:.85rem}"
	"dd{margin:0;font-size:1.15rem;font-variant-numeric:tabular-nums}\n"
	".wide{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}"
	"th,td{padding:.18rem .7rem;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}"
	"th{font-weight:600;color:var(--dim)}.t{text-align:left}\n"
	"meter{width:5.5rem;height:.8rem;vertical-align:middle}\n"
	"svg{max-width:100%;height:auto}svg rect{fill:var(--box);stroke:var(--edge)}"
	"svg text{fill:var(--ink);font-size:12px}svg .name{font-weight:600;font-size:13px}"
	"svg .has,svg .size{fill:var(--dim);font-size:11px}svg .size{text-anchor:end;"
	"paint-order:stroke;stroke:var(--paper);stroke-width:3px}"
	"svg path{fill:none}.gift{stroke:var(--edge);opacity:.55}"
	".shared{stroke:var(--shared);stroke-dasharray:5 4;opacity:.8}\n";

static unsigned long kib(unsigned long bytes)
{
	return (bytes + KIB - 1) / KIB;
}

/* A cell with text that is to be escaped. */
static void cell(struct text *t, const char *text)
{
	text_add(t, "<td class=\"t\">");
	text_add_escaped(t, text);
	text_add(t, "</td>");
}

/* Cells: KiB used, of how many, a bar. */
static void usage(struct text *t, unsigned long used, unsigned long limit)
{
	text_add(t, "<td>%lu</td>", kib(used));
	if (limit)
		text_add(t, "<td>%lu</td><td><meter min=\"0\" max=\"%lu\" value=\"%lu\"></meter></td>", kib(limit),
			 kib(limit), kib(used));
	else
		text_add(t, "<td>-</td><td></td>");
}

/* ---- the parts ---- */

static void head(struct text *t, const struct model *m, unsigned refresh)
{
	text_add(t, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
		 "<meta name=\"viewport\" content=\"width=device-width\">\n<title>Pecan: the running system</title>\n"
		 "<link rel=\"icon\" href=\"data:,\">\n");
	if (refresh)
		text_add(t, "<meta http-equiv=\"refresh\" content=\"%u\">\n", refresh);
	text_add(t, "<style>\n%s</style></head>\n<body>\n<h1>Pecan: the running system</h1>\n", style);
	text_add(t, "<p class=\"dim\">%s</p>\n", refresh ? "Loaded again by itself. <a href=\"/\">Stop</a>"
		 : "As it was when the page was loaded. <a href=\"/live\">Load it again by itself</a>");
	text_add(t, "<dl id=\"system\">\n<div><dt>up</dt><dd>%lu.%lu s</dd></div>\n", m->uptime / US_PER_S,
		 m->uptime / (US_PER_S / 10) % 10);
	text_add(t, "<div><dt>memory used</dt><dd>%lu of %lu KiB</dd></div>\n", kib(m->memory - m->memory_free),
		 kib(m->memory));
	text_add(t, "<div><dt>kernel memory used</dt><dd>%lu of %lu KiB</dd></div>\n", kib(m->kernel_used),
		 kib(m->kernel));
	text_add(t, "<div><dt>processor idle since boot</dt><dd>%lu.%lu %%</dd></div>\n", m->idle_permille / 10,
		 m->idle_permille % 10);
	text_add(t, "<div><dt>tasks, threads</dt><dd>%u, %u</dd></div>\n</dl>\n", m->spaces, m->threads);
}

static void tasks(struct text *t, const struct model *m)
{
	text_add(t, "<h2>Tasks</h2>\n<div class=\"wide\"><table id=\"tasks\"><thead><tr><th>task</th>"
		 "<th class=\"t\">program</th><th>space</th><th>memory, KiB</th><th>limit</th><th></th>"
		 "<th>kernel memory, KiB</th><th>limit</th><th></th><th>threads</th><th>pages mapped</th>"
		 "</tr></thead><tbody>\n");
	for (unsigned i = 0; i < m->spaces; i++) {
		const struct model_space *s = &m->space[i];

		if (s->task)
			text_add(t, "<tr><td>%lu</td>", s->task);
		else
			text_add(t, "<tr><td>-</td>");
		cell(t, s->name);
		text_add(t, "<td>%lu</td>", s->number);
		if (s->task)
			usage(t, s->memory, s->memory_limit);
		else
			text_add(t, "<td>-</td><td>-</td><td></td>");
		usage(t, s->kernel, s->kernel_limit);
		text_add(t, "<td>%lu</td><td>%lu</td></tr>\n", s->threads, s->pages);
	}
	text_add(t, "</tbody></table></div>\n<p class=\"dim\">Sigma0 and root are no tasks of root. Memory is "
		 "what root counts against a task's limit, kernel memory what the kernel counts: threads, page "
		 "tables, mappings.</p>\n");
}

static void memory(struct text *t, const struct model *m)
{
	text_add(t, "<h2>Who has memory from whom</h2>\n<p class=\"dim\">A line leads from a space to one that "
		 "has pages of it; the number says how many KiB. A broken line joins two spaces that have pages "
		 "of one piece of memory, which one of them at least can write. Read from the kernel's mapping "
		 "database, %u extents%s. They tell how many pages of an extent are present, not which, so two "
		 "spaces may share more than is said.</p>\n"
		 "<div class=\"wide\">\n", m->extents, m->left_out ? ", some are left out" : "");
	drawing_write(t, m);
	text_add(t, "</div>\n<div class=\"wide\"><table id=\"shared\"><thead><tr><th class=\"t\">space</th>"
		 "<th class=\"t\">and</th><th>share at least, KiB</th></tr></thead><tbody>\n");
	for (unsigned i = 0; i < m->shares; i++) {
		text_add(t, "<tr>");
		cell(t, model_name(m, m->shared[i].a));
		cell(t, model_name(m, m->shared[i].b));
		text_add(t, "<td>%lu</td></tr>\n", m->shared[i].pages * (MODEL_PAGE / KIB));
	}
	text_add(t, "</tbody></table></div>\n");
}

static void partner(struct text *t, const struct model *m, const struct model_thread *thread)
{
	const struct model_thread *p = model_thread(m, thread->partner);

	if (p)
		cell(t, model_name(m, p->space));
	else
		text_add(t, "<td></td>");
}

static void threads(struct text *t, const struct model *m)
{
	text_add(t, "<h2>Threads</h2>\n<div class=\"wide\"><table id=\"threads\"><thead><tr><th>thread</th>"
		 "<th class=\"t\">program</th><th class=\"t\">state</th><th class=\"t\">waits for</th>"
		 "<th>priority</th><th>seconds used</th><th>now, %%</th></tr></thead><tbody>\n");
	for (unsigned i = 0; i < m->threads; i++) {
		const struct model_thread *thread = &m->thread[i];

		text_add(t, "<tr><td>%lu.%lu</td>", thread->number, thread->version);
		cell(t, model_name(m, thread->space));
		cell(t, thread->state);
		partner(t, m, thread);
		text_add(t, "<td>%lu</td><td>%lu.%03lu</td><td>%lu.%lu</td></tr>\n", thread->priority,
			 thread->used / US_PER_S, thread->used / (US_PER_S / 1000) % 1000, thread->permille / 10,
			 thread->permille % 10);
	}
	text_add(t, "</tbody></table></div>\n");
}

/* ---- messages ---- */

static const char *const not_counted[] = {
	[MODEL_NO_TRACE] = "This kernel has no trace (KDB=no), so messages cannot be counted.",
	[MODEL_IN_USE] = "A trace is being recorded or was not freed, so messages were not counted: trace free.",
	[MODEL_NO_MEMORY] = "The kernel had no memory for a trace, so messages were not counted.",
};

static unsigned long rate(const struct model *m, unsigned long count)
{
	return m->window ? count * US_PER_S / m->window : 0;
}

/* The next flow in the order of their messages after `last`, which is NULL for the first. */
static const struct model_flow *next_flow(const struct model *m, const struct model_flow *last)
{
	const struct model_flow *best = NULL;

	for (const struct model_flow *f = m->flow; f < m->flow + m->flows; f++)
		if ((!last || f->messages < last->messages || (f->messages == last->messages && f > last))
		    && (!best || f->messages > best->messages))
			best = f;
	return best;
}

static void flows(struct text *t, const struct model *m)
{
	unsigned rows = 0;

	text_add(t, "<div class=\"wide\"><table id=\"messages\"><thead><tr><th class=\"t\">from</th>"
		 "<th class=\"t\">to</th><th>messages</th><th>in a second</th></tr></thead><tbody>\n");
	for (const struct model_flow *f = NULL; rows < BUSIEST && (f = next_flow(m, f)); rows++) {
		text_add(t, "<tr>");
		cell(t, model_name(m, f->from));
		cell(t, f->to ? model_name(m, f->to) : "an interrupt, or a thread that has ended");
		text_add(t, "<td>%lu</td><td>%lu</td></tr>\n", f->messages, rate(m, f->messages));
	}
	text_add(t, "</tbody></table></div>\n");
}

static void messages(struct text *t, const struct model *m)
{
	text_add(t, "<h2>Messages</h2>\n");
	if (m->counted != MODEL_COUNTED) {
		text_add(t, "<p id=\"rates\">%s</p>\n", not_counted[m->counted]);
		return;
	}
	text_add(t, "<dl id=\"rates\"><div><dt>messages in a second</dt><dd>%lu</dd></div>"
		 "<div><dt>page faults</dt><dd>%lu</dd></div><div><dt>interrupts</dt><dd>%lu</dd></div>"
		 "<div><dt>switches of threads</dt><dd>%lu</dd></div></dl>\n", rate(m, m->messages),
		 rate(m, m->faults), rate(m, m->interrupts), rate(m, m->switches));
	flows(t, m);
	text_add(t, "<p class=\"dim\">The kernel counts no messages. So these were taken from its trace, which "
		 "was on for the %lu.%lu ms before the page was made: %lu messages that threads sent, none of the "
		 "kernel's own. While the trace is on a short message takes the longer way through the kernel.</p>\n",
		 m->window / 1000, m->window / 100 % 10, m->messages);
}

static void irqs(struct text *t, const struct model *m)
{
	text_add(t, "<h2>Interrupts</h2>\n<div class=\"wide\"><table id=\"interrupts\"><thead><tr><th>id</th>"
		 "<th class=\"t\">handled by</th><th>since boot</th></tr></thead><tbody>\n");
	for (unsigned i = 0; i < m->irqs; i++) {
		text_add(t, "<tr><td>%lu</td>", m->irq[i].number);
		cell(t, m->irq[i].name);
		text_add(t, "<td>%lu</td></tr>\n", m->irq[i].count);
	}
	text_add(t, "</tbody></table></div>\n");
}

void page_write(struct text *t, const struct model *m, unsigned refresh)
{
	head(t, m, refresh);
	tasks(t, m);
	memory(t, m);
	threads(t, m);
	messages(t, m);
	irqs(t, m);
	text_add(t, "</body></html>\n");
}
