/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.c - the ring of reports, and its output. See report.h.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <core/upcall.h>
#include <lib/bits.h>
#include <lib/print.h>

void report_stop(struct thread *t, bool exception, const char *why)
{
	struct arch_user u = arch_user_get(t);
	struct reports *r = &kernel.reports;

	t->halted = true;
	if (t->space->reports == REPORTS_OF_SPACE)
		return;
	t->space->reports++;
	if (r->count == REPORTS_KEPT) {
		r->lost++;
		return;
	}
	r->kept[(r->first + r->count++) % REPORTS_KEPT] = (struct report){
		.thread = t->id, .cause = t->rest->fault_address, .ip = u.ip, .sp = u.sp, .why = why,
		.exception = exception, .last = t->space->reports == REPORTS_OF_SPACE,
	};
}

/* Format one of the REPORT_PARTS parts of a report: in parts, so that each step is short. */
static void put_part(const struct report *p, unsigned part, char *line)
{
	if (part == 0)
		fmt_print(line, REPORT_LINE, p->exception ? "kernel: exception %lu\r\n"
			  : "kernel: page or I/O fault at %lx\r\n", p->cause);
	else if (part == 1)
		fmt_print(line, REPORT_LINE, "kernel: %s %lx.%lx",
			  l4_tid_number(p->thread) == kernel.user_base + 2 ? "root task, thread" : "thread",
			  l4_tid_number(p->thread), l4_tid_version(p->thread));
	else if (part == 2)
		fmt_print(line, REPORT_LINE, " stopped: %s", p->why);
	else if (part == 3)
		fmt_print(line, REPORT_LINE, " (ip %lx sp %lx)", p->ip, p->sp);
	else
		fmt_print(line, REPORT_LINE, "%s\r\n",
			  p->last ? "; further reports of this space are left out" : "");
}

/* Put the next part into r->line. False: there is none. */
static bool next_line(struct reports *r)
{
	r->at = 0;
	r->line[0] = 0;
	if (r->count == 0) {
		if (r->lost > 0)
			fmt_print(r->line, REPORT_LINE, "kernel: %lu reports lost\r\n", r->lost);
		r->lost = 0;
		return r->line[0];
	}
	put_part(&r->kept[r->first], r->part++, r->line);
	if (r->part == REPORT_PARTS) {
		r->part = 0;
		r->first = (r->first + 1) % REPORTS_KEPT;
		r->count--;
	}
	return true;
}

bool kernel_idle(void)
{
	struct reports *r = &kernel.reports;

	if (!r->line[r->at] && !next_line(r))
		return false;
	r->at += arch_put_now(r->line[r->at]);
	return true;
}

void report_flush(void)
{
	struct reports *r = &kernel.reports;

	while (r->line[r->at] || next_line(r))
		if (r->line[r->at++] != '\r')
			arch_putc(r->line[r->at - 1]);
}
