/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.c - a closed window as one line of JSON.
 */
#include <inttypes.h>

#include "window.h"

static const char unseen[] =
	"[\"page-table walks and TLB misses\","
	"\"memory accesses of exception and interrupt delivery (IDT, TSS, pushed frame)\","
	"\"value written to CR3 (bit 63)\","
	"\"faults taken in kernel mode (the instruction then counts once more than it retires)\","
	"\"page sizes\",\"speculation and hardware prefetch\","
	"\"kernel-to-kernel interrupt entries (only user-to-kernel entries are told apart)\","
	"\"lds and les in 32-bit code (same first byte as VEX)\"]";

static void put(FILE *f, const char *name, uint64_t value)
{
	fprintf(f, "\"%s\":%" PRIu64 ",", name, value);
}

static void put_real(FILE *f, const char *name, double value)
{
	fprintf(f, "\"%s\":%.6g,", name, value);
}

static void put_pair(FILE *f, const char *name, const uint64_t v[2])
{
	fprintf(f, "\"%s\":{\"user\":%" PRIu64 ",\"kernel\":%" PRIu64 ",\"total\":%" PRIu64 "},",
		name, v[0], v[1], v[0] + v[1]);
}

static void put_counts(FILE *f, const struct counts *n)
{
	put_pair(f, "insn", n->insn);
	put(f, "gateway", n->gateway);
	put_pair(f, "rep_extra_iter", n->rep_extra);
	put_pair(f, "load", n->load);
	put_pair(f, "store", n->store);
	put_pair(f, "load_bytes", n->load_bytes);
	put_pair(f, "store_bytes", n->store_bytes);
	put_pair(f, "lock_prefixed", n->lock);
	put_pair(f, "xchg_mem", n->xchg_mem);
	put_pair(f, "rep_string", n->rep);
	put(f, "kernel_access_to_user_addr", n->kernel_to_user_address);
	put(f, "io_access", n->io);
	put(f, "no_hwaddr", n->no_address);
	put(f, "discontinuity", n->discontinuity);
	put(f, "u2k_syscall", n->entry_syscall);
	put(f, "u2k_exception_or_irq", n->entry_async);
	put(f, "fault_restart", n->restart);
	put(f, "k2u", n->exit);
	put(f, "k2u_other", n->exit_other);
	put(f, "entries", n->entries);
	put(f, "interrupts_off_max", n->closed_max);
}

static void put_classes(FILE *f, const struct counts *n)
{
	const char *separator = "";

	fprintf(f, "\"class\":{");
	for (int i = 1; i < CLASS_COUNT; i++) {
		if (!n->class[i][0] && !n->class[i][1])
			continue;
		fprintf(f, "%s\"%s\":[%" PRIu64 ",%" PRIu64 "]", separator, class_name[i], n->class[i][0],
			n->class[i][1]);
		separator = ",";
	}
	fprintf(f, "},\"cr3_bit63\":\"unknown\"");
}

static void put_size_pair(FILE *f, const char *name, const uint64_t v[2], double n)
{
	fprintf(f, "\"%s\":{\"user\":%.6g,\"kernel\":%.6g},", name, v[0] / n, v[1] / n);
}

static void put_footprint(FILE *f, const char *name, const struct footprint_size *s, double n)
{
	fprintf(f, ",\"%s\":{", name);
	put_size_pair(f, "iline", s->iline, n);
	put_size_pair(f, "dline", s->dline, n);
	put_size_pair(f, "dline_written", s->dline_written, n);
	put_size_pair(f, "ipage", s->ipage, n);
	put_size_pair(f, "dpage", s->dpage, n);
	put_real(f, "line_kernel", s->line_kernel / n);
	put_real(f, "page_kernel", s->page_kernel / n);
	fprintf(f, "\"line_unified\":%.6g,\"page_unified\":%.6g}", s->line / n, s->page / n);
}

static void put_cache(FILE *f, const struct window *w, double steady)
{
	const struct warm *warm = &w->warm;

	fprintf(f, ",\"l1_model\":{");
	put(f, "i_fetches", w->icache.accesses);
	put(f, "i_miss", w->icache.misses);
	put(f, "d_access", w->dcache.accesses);
	put(f, "d_miss", w->dcache.misses);
	fprintf(f, "\"geometry\":\"32KiB 8-way 64B LRU, cold at window begin\"");
	if (steady > 0)
		fprintf(f, ",\"ss_after_op\":%" PRIu64 ",\"ss_i_miss_per_op\":%.6g,"
			"\"ss_d_miss_per_op\":%.6g,\"ss_insn_per_op\":%.8g", warm->at,
			(w->icache.misses - warm->imiss) / steady, (w->dcache.misses - warm->dmiss) / steady,
			(w->n.insn[0] + w->n.insn[1] - warm->insn) / steady);
	fprintf(f, "}");
}

static void put_tlb(FILE *f, const struct window *w, double steady)
{
	fprintf(f, ",\"tlb_model\":{\"note\":\"%s\",\"miss\":{", tlb_note);
	for (int i = 0; i < TLB_KINDS; i++)
		fprintf(f, "%s\"%s\":%" PRIu64, i ? "," : "", tlb_name[i], tlb_misses[i]);
	fprintf(f, "}");
	if (steady > 0) {
		fprintf(f, ",\"ss_miss_per_op\":{");
		for (int i = 0; i < TLB_KINDS; i++)
			fprintf(f, "%s\"%s\":%.6g", i ? "," : "", tlb_name[i],
				(tlb_misses[i] - w->warm.tlb[i]) / steady);
		fprintf(f, "}");
	}
	fprintf(f, "}");
}

void window_report(FILE *f)
{
	const struct window *w = &window;
	struct footprint_size all = footprint_measure(&w->all);
	double steady = w->warm.at ? (double)(w->n.ops - w->warm.at) : 0;

	fprintf(f, "{\"tool\":\"scope\",\"ver\":1,\"window\":%" PRIu64 ",\"id\":%u,\"ops\":%" PRIu64 ",",
		w->number, w->id, w->n.ops);
	put_counts(f, &w->n);
	put_classes(f, &w->n);
	put_footprint(f, "footprint_window", &all, 1);
	if (w->measured) {
		put_footprint(f, "footprint_op_avg", &w->sum, (double)w->measured);
		put_footprint(f, "footprint_op_min", &w->min, 1);
		put_footprint(f, "footprint_op_max", &w->max, 1);
	}
	put_cache(f, w, steady);
	put_tlb(f, w, steady);
	fprintf(f, ",\"unseen\":%s}\n", unseen);
	fflush(f);
}
