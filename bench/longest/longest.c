/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * longest.c - a QEMU TCG plugin: for how many instructions does the guest kernel keep interrupts off?
 *
 * A run begins with a kernel entry, or behind a preemption point's instruction that lets interrupts in (STI,
 * MTMSR), and ends with an exit to user code (SYSRET, IRET, RFI) or with that instruction of the next
 * preemption point. Its length is counted exactly, an iteration of a REP string as one instruction; where in
 * the kernel it was spent is known by translation blocks, so that an I/O access in the middle of one can
 * count what follows it in the block twice. What comes before the first exit to user code is the boot, and
 * left out.
 *
 *	-plugin longest.so,syms=FILE,out=FILE[,OPTION...]	with -accel tcg,thread=single -smp 1 -icount ...
 *
 *	syms=FILE	lines "ADDRESS NAME" in hexadecimal, rising: the functions of the kernel's text
 *	out=FILE	where to write, at the end of QEMU, a line of JSON for each kind of run
 *	least=N		runs of less than N instructions (1000) are counted only, not described
 *	real=LOW:HIGH	the kernel executes code there, at physical addresses; each entry begins with it
 *			(tools/machine, REAL_CODE). User code at these addresses counts as the kernel's
 *	steps=FILE	of each window between two marks (bench/scope/marks.h): a line "begin", one
 *			"BEGIN LENGTH" for each run in it, and "end INSTRUCTIONS LENGTH HANDLER FUNCTION",
 *			with the longest of these runs. BEGIN counts all instructions, of user code too,
 *			since the mark, which is one
 *	windows=FILE	the same, but only the "end" lines, and without INSTRUCTIONS: that is faster
 *
 * Kernel code is what lies between the first and the last symbol at the kernel's addresses, and `real`: there
 * the symbols are those of the same physical address. Where entries begin in real code, an RFI leads to other
 * code of the kernel too, so what is executed next shows if it was an exit. Two runs are of one kind if they
 * begin in the same function, are in the same handler and have most of their instructions in the same
 * function; the longest of a kind is kept.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../scope/insn.h"
#include "../scope/qplugin.h"
#include "../scope/real.h"

enum { SYMBOLS = 8192, LOG = 1 << 20, KINDS = 4096, ORDER = 64, HOT = 12, BLOCKS = 24 };

QP_EXPORT int qemu_plugin_version = 1;

struct symbol { uint64_t va; char name[56]; };
struct block { uint64_t va; unsigned symbol, insns; bool real; };
struct spent { uint64_t insns, times; struct block *block; };

/* The longest run of a kind. */
struct kind {
	unsigned entry, handler, hot;
	uint64_t length, seen;
	bool window;				/* it ended at a preemption point */
	unsigned order[ORDER], orders;		/* functions, in the order of their first execution */
	struct spent symbols[HOT], blocks[BLOCKS];
};

static struct symbol symbols[SYMBOLS];
static unsigned nsymbols;
static uint64_t image;			/* the first at the kernel's addresses */

static struct kind kinds[KINDS], found;	/* found: the last that was described */
static unsigned nkinds;

static uint64_t executed, began;		/* kernel instructions so far; when this run began */
static struct block *run_log[LOG];
static unsigned logged;
static bool booted, running;
static const struct block *leaves;	/* the last that was executed ends with an RFI, and this is it */
static uint64_t runs, least = 1000;
static FILE *out;

static FILE *steps;
static uint64_t all, all_began, window_began;	/* all instructions so far; when this run, the window began */
static bool in_window, only_windows;
static struct kind window_longest;		/* not filled in if it is below `least` */

/* ---- symbols ---- */

static bool read_symbols(const char *name)
{
	FILE *f = fopen(name, "r");

	if (!f)
		return false;
	while (nsymbols < SYMBOLS
	       && fscanf(f, "%" SCNx64 " %55s", &symbols[nsymbols].va, symbols[nsymbols].name) == 2)
		nsymbols++;
	fclose(f);
	for (unsigned i = nsymbols; i > 0 && symbols[i - 1].va >= KERNEL_BASE; i--)
		image = symbols[i - 1].va;
	return image;
}

static bool is_kernel(uint64_t va)
{
	return real_has(va) || (va >= image && va < symbols[nsymbols - 1].va);
}

/* The address at which the kernel's code at va is linked: its physical one, or at the kernel's addresses. */
static uint64_t linked(uint64_t va)
{
	return va < image && va + KERNEL_BASE >= image ? va + KERNEL_BASE : va;
}

static unsigned symbol_of(uint64_t va)
{
	unsigned low = 0, high = nsymbols;

	while (high - low > 1) {
		unsigned middle = (low + high) / 2;

		if (symbols[middle].va <= va)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static bool starts_with(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

/* ---- a run that is over ---- */

static int by_insns(const void *a, const void *b)
{
	const struct spent *x = a, *y = b;

	return x->insns < y->insns ? 1 : x->insns > y->insns ? -1 : 0;
}

/* The system call's handler, or whatever C was entered first; else the entry itself. */
static unsigned find_handler(const struct kind *k)
{
	for (unsigned i = 0; i < k->orders; i++)
		if (starts_with(symbols[k->order[i]].name, "sys_"))
			return k->order[i];
	for (unsigned i = 0; i < k->orders; i++)
		if (starts_with(symbols[k->order[i]].name, "trap_"))
			return k->order[i];
	return k->entry;
}

static void add_order(struct kind *k, unsigned symbol)
{
	for (unsigned i = 0; i < k->orders; i++)
		if (k->order[i] == symbol)
			return;
	if (k->orders < ORDER)
		k->order[k->orders++] = symbol;
}

/* Sort n items by their instructions and keep the first `most` of them. */
static void keep_most(struct spent *to, unsigned most, struct spent *from, unsigned n)
{
	qsort(from, n, sizeof *from, by_insns);
	memcpy(to, from, sizeof *from * (n < most ? n : most));
}

static int by_block(const void *a, const void *b)
{
	const struct block *x = *(struct block *const *)a, *y = *(struct block *const *)b;

	return x < y ? -1 : x > y;
}

/* Fill in all of k but its length. The log is sorted by it, so it is used up. */
static void describe(struct kind *k)
{
	static struct spent by_symbol[SYMBOLS], by_address[LOG];
	unsigned n = 0;

	memset(by_symbol, 0, sizeof by_symbol);
	k->entry = run_log[0]->symbol;
	for (unsigned i = 0; i < logged; i++) {
		struct spent *s = &by_symbol[run_log[i]->symbol];

		add_order(k, run_log[i]->symbol);
		s->insns += run_log[i]->insns;
		s->times++;
		s->block = run_log[i];
	}
	qsort(run_log, logged, sizeof run_log[0], by_block);
	for (unsigned i = 0; i < logged; i++) {
		if (i == 0 || run_log[i] != run_log[i - 1])
			by_address[n++] = (struct spent){ .block = run_log[i] };
		by_address[n - 1].insns += run_log[i]->insns;
		by_address[n - 1].times++;
	}
	keep_most(k->symbols, HOT, by_symbol, SYMBOLS);
	keep_most(k->blocks, BLOCKS, by_address, n);
	k->hot = k->symbols[0].block->symbol;
	k->handler = find_handler(k);
}

static void note(uint64_t length, bool window)
{
	struct kind *k = kinds;

	memset(&found, 0, sizeof found);
	describe(&found);
	found.length = length;
	found.window = window;
	while (k < kinds + nkinds
	       && (k->entry != found.entry || k->handler != found.handler || k->hot != found.hot))
		k++;
	if (k == kinds + KINDS)
		return;
	nkinds += k == kinds + nkinds;
	found.seen = k->seen + 1;
	if (length <= k->length)
		k->seen++;
	else
		*k = found;
}

static void note_step(uint64_t length)
{
	if (!in_window || !length || all_began < window_began)
		return;
	if (!only_windows)
		fprintf(steps, "%" PRIu64 " %" PRIu64 "\n", all_began - window_began, length);
	if (length >= least && length > window_longest.length)
		window_longest = found;
}

static void finish(bool window)
{
	uint64_t length = executed - began;

	runs++;
	if (running && booted && logged && length >= least)
		note(length, window);
	if (running && booted)
		note_step(length);
	logged = 0;
	began = executed;
	all_began = all;
}

/*
 * An exit to user code, by b. The first one is that of entry.S: before it the boot loads CS by a far return,
 * or changes the mode by an RFI while the firmware's vectors are in place.
 */
static void leave(const struct block *b)
{
	const char *name = symbols[b->symbol].name;

	finish(false);
	booted |= starts_with(name, "leave_") || starts_with(name, "iret_");
	running = false;
}

/* What is executed next is code of the kernel (0: of a program): was the last RFI an exit? */
static void settle(const struct block *next)
{
	if (leaves && (!next || next->real))
		leave(leaves);
	leaves = NULL;
}

/* ---- what QEMU calls ---- */

static void on_block(unsigned vcpu, void *data)
{
	(void)vcpu;
	settle(data);
	if (!running) {
		running = true;
		began = executed;
		all_began = all;
		logged = 0;
	}
	if (logged < LOG)
		run_log[logged++] = data;
}

static void on_exit_to_user(unsigned vcpu, void *data)
{
	(void)vcpu;
	if (real_any())
		leaves = data;
	else
		leave(data);
}

static void on_window(unsigned vcpu, void *data)
{
	(void)vcpu;
	(void)data;
	finish(true);
}

static void on_mark(unsigned vcpu, void *begins)
{
	(void)vcpu;
	settle(NULL);
	in_window = begins;
	if (in_window && !only_windows)
		fprintf(steps, "begin\n");
	else if (!in_window)
		fprintf(steps, "end %" PRIu64 " %" PRIu64 " %s %s\n", all - window_began, window_longest.length,
			symbols[window_longest.handler].name, symbols[window_longest.hot].name);
	window_longest.length = 0;
	window_began = all;
}

/* Before the instructions of the block are watched for anything else: `all` is up to date then. */
static void watch_all(struct qemu_plugin_tb *tb)
{
	for (size_t i = 0; steps && i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		struct insn q = { .len = (uint8_t)qemu_plugin_insn_size(insn) };

		memcpy(q.bytes, qemu_plugin_insn_data(insn), q.len);
		insn_classify(&q);
		if (!only_windows)
			qemu_plugin_register_vcpu_insn_exec_inline(insn, QP_INLINE_ADD_U64, &all, 1);
		if (q.mark == MARK_BEGIN || q.mark == MARK_END)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, on_mark, QP_CB_NO_REGS,
							       q.mark == MARK_BEGIN ? &in_window : NULL);
	}
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t count = qemu_plugin_tb_n_insns(tb);
	uint64_t va = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, 0));
	struct block *b;

	(void)id;
	watch_all(tb);
	if (!is_kernel(va))
		return;
	b = calloc(1, sizeof *b);
	if (!b)
		abort();
	*b = (struct block){ .va = va, .symbol = symbol_of(linked(va)), .insns = (unsigned)count };
	b->real = real_has(va);
	qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block, QP_CB_NO_REGS, b);
	for (size_t i = 0; i < count; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		struct insn q = { .len = (uint8_t)qemu_plugin_insn_size(insn) };

		memcpy(q.bytes, qemu_plugin_insn_data(insn), q.len);
		insn_classify(&q);
		qemu_plugin_register_vcpu_insn_exec_inline(insn, QP_INLINE_ADD_U64, &executed, 1);
		if (q.flags & F_LEAVES)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, on_exit_to_user, QP_CB_NO_REGS, b);
		else if (q.flags & F_OPENS && !starts_with(symbols[b->symbol].name, "fpu_"))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, on_window, QP_CB_NO_REGS, NULL);
	}
}

/* ---- output ---- */

static int by_length(const void *a, const void *b)
{
	const struct kind *x = a, *y = b;

	return x->length < y->length ? 1 : x->length > y->length ? -1 : 0;
}

static void put_spent(const char *name, const struct spent *s, unsigned n)
{
	fprintf(out, ",\"%s\":[", name);
	for (unsigned i = 0; i < n && s[i].insns; i++)
		fprintf(out, "%s[\"%s\",\"%" PRIx64 "\",%" PRIu64 ",%" PRIu64 "]", i ? "," : "",
			symbols[s[i].block->symbol].name, s[i].block->va, s[i].insns, s[i].times);
	fprintf(out, "]");
}

static void put_kind(const struct kind *k)
{
	fprintf(out, "{\"length\":%" PRIu64 ",\"seen\":%" PRIu64 ",\"window\":%s,\"entry\":\"%s\","
		"\"handler\":\"%s\",\"order\":[", k->length, k->seen, k->window ? "true" : "false",
		symbols[k->entry].name, symbols[k->handler].name);
	for (unsigned i = 0; i < k->orders; i++)
		fprintf(out, "%s\"%s\"", i ? "," : "", symbols[k->order[i]].name);
	fprintf(out, "]");
	put_spent("functions", k->symbols, HOT);
	put_spent("blocks", k->blocks, BLOCKS);
	fprintf(out, "}\n");
}

static void on_exit_qemu(qemu_plugin_id_t id, void *data)
{
	(void)id;
	(void)data;
	settle(NULL);
	qsort(kinds, nkinds, sizeof kinds[0], by_length);
	for (unsigned i = 0; i < nkinds; i++)
		put_kind(&kinds[i]);
	fprintf(out, "{\"runs\":%" PRIu64 ",\"instructions\":%" PRIu64 "}\n", runs, executed);
	fclose(out);
	if (steps)
		fclose(steps);
}

static bool option(const char *name, const char *value)
{
	if (!strcmp(name, "syms"))
		return read_symbols(value);
	if (!strcmp(name, "out"))
		return (out = fopen(value, "w"));
	if (!strcmp(name, "real"))
		return real_add(value);
	if (!strcmp(name, "least"))
		return (least = strtoull(value, NULL, 0));
	only_windows |= !strcmp(name, "windows");
	if (!strcmp(name, "steps") || !strcmp(name, "windows"))
		return (steps = fopen(value, "w"));
	return false;
}

QP_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++) {
		char *equals = strchr(argv[i], '=');

		if (equals)
			*equals = 0;
		if (!option(argv[i], equals ? equals + 1 : "")) {
			fprintf(stderr, "longest: wrong option %s (see bench/longest/longest.c)\n", argv[i]);
			return -1;
		}
	}
	if (!out || !nsymbols) {
		fprintf(stderr, "longest: out and syms are needed\n");
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
	qemu_plugin_register_atexit_cb(id, on_exit_qemu, NULL);
	return 0;
}
