/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scope.c - a QEMU TCG plugin: what does one operation of the guest kernel cost?
 *
 * Counts everything that the one CPU does between two marks (marks.h) in the guest, in all programs,
 * the kernel and interrupts. It changes nothing in the guest and reads only addresses and opcodes.
 *
 *	-plugin scope.so,out=FILE[,OPTION...]	with -accel tcg,thread=single -smp 1 -icount shift=0,sleep=off
 *
 *	out=FILE	append a line of JSON for each closed window (default: standard error)
 *	klo=A,khi=B	[A, B) is kernel too; by itself only addresses from KERNEL_BASE on are
 *	real=A:B	code in [A, B) is the kernel's, with physical addresses, also of its data. Up to 4 times
 *	gateway=A	the 4 KiB at A are user though they may lie above (a page that the kernel gives to user
 *			code); what is executed there is also counted alone ("gateway"). Up to 4 times
 *	warm=N		the first N operations of a window are warm-up for the steady-state figures (16)
 *	light=1	count instructions only, and nothing else: some ten times as fast, for windows of long work.
 *			An instruction that faults and is run again counts twice
 *	entry=A	count how often the instruction at A is executed: for example the kernel's entry of interrupts
 *	turns=PATH	wait before each HLT for a turn, which comes by this socket (turns.c)
 *	from=A		the only window, of the id 0, begins at the instruction at A and ends with the machine
 *	trace=FILE,traceop=N	write the instructions and accesses of operation N (20) of each window,
 *			or, with traceid=N, of the windows with that id
 *
 * Order of events: QEMU calls on_insn before an instruction, on_access after each of its accesses.
 * An instruction that faults was counted already; transition() takes it back when it is run again.
 */
#include <dlfcn.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "qplugin.h"
#include "real.h"
#include "turns.h"
#include "window.h"

QP_EXPORT int qemu_plugin_version = 1;

struct window window = { .warm_ops = 16 };

enum { GATEWAYS = 4, PAGE = 4096 };

static struct { uint64_t low, high; } kernel_range;
static uint64_t gateways[GATEWAYS];
static unsigned gateway_count;
static FILE *out, *trace;
static uint64_t trace_op = 20, trace_id = UINT64_MAX;
static uint64_t light, from = UINT64_MAX, entry = UINT64_MAX;
static uint64_t entries, entries_before;		/* executions of `entry`: so far, until the window began */
static uint64_t executed[2], executed_before[2];	/* light: since the start, and until the window began */

static bool is_gateway(uint64_t va)
{
	for (unsigned i = 0; i < gateway_count; i++)
		if (va - gateways[i] < PAGE)
			return true;
	return false;
}

static bool is_kernel(uint64_t va)
{
	if (is_gateway(va))
		return false;
	return va >= KERNEL_BASE || (va >= kernel_range.low && va < kernel_range.high);
}

/* ---- instructions, each known once ---- */

enum { TABLE_SIZE = 1 << 18, POOL_SIZE = 4096 };

static struct insn *table[TABLE_SIZE];

/* QEMU's own, if it is exported: then fetches and accesses name lines alike. */
static uint64_t (*ram_address)(void *host);

static struct insn *insn_new(void)
{
	static struct insn *pool;
	static int left;

	if (!left) {
		pool = calloc(POOL_SIZE, sizeof *pool);
		left = POOL_SIZE;
		if (!pool)
			abort();
	}
	left--;
	return pool++;
}

static struct insn *insn_find(uint64_t va, uint64_t pa, const uint8_t *bytes, size_t len)
{
	struct insn **head = &table[hash64(va * 3 + pa) % TABLE_SIZE], *q;

	for (q = *head; q; q = q->next)
		if (q->va == va && q->pa == pa && q->len == len && !memcmp(q->bytes, bytes, len))
			return q;
	q = insn_new();
	q->va = va;
	q->pa = pa;
	q->len = len;
	q->real = real_has(va);
	q->kernel = q->real || is_kernel(va);
	memcpy(q->bytes, bytes, len);
	insn_classify(q);
	q->next = *head;
	*head = q;
	return q;
}

/* ---- from one instruction to the next ---- */

static struct insn *last;		/* instruction before this one, marks included */
static uint64_t last_line;		/* line of the last fetch, not looked up again */

enum { PENDING_MAX = 64, NO_LINE = -1 };

static struct insn *pending[PENDING_MAX];	/* last user instructions before an exception or interrupt */
static unsigned pendings;

/* User code continues at q: if it was the last before an entry, it faulted and counted already. */
static void take_back_restarted(const struct insn *q)
{
	struct counts *n = &window.n;

	for (unsigned i = 0; i < pendings; i++) {
		if (pending[i] != q)
			continue;
		pending[i] = pending[--pendings];
		n->restart++;
		n->insn[0] -= n->insn[0] > 0;
		n->class[q->cls][0] -= n->class[q->cls][0] > 0;
		return;
	}
}

static void transition(struct insn *from, const struct insn *to)
{
	struct counts *n = &window.n;

	n->discontinuity += to->va != from->va + from->len;
	if (from->kernel == to->kernel)
		return;
	if (!to->kernel) {
		*(from->flags & F_LEAVES ? &n->exit : &n->exit_other) += 1;
		take_back_restarted(to);
	} else if (from->flags & F_ENTERS) {
		n->entry_syscall++;
	} else {
		n->entry_async++;
		if (pendings < PENDING_MAX)
			pending[pendings++] = from;
	}
}

/* Key of a page: virtual and physical number. */
static uint64_t page_key(uint64_t va, uint64_t pa)
{
	return va >> 12 ^ pa >> 12 << 40 ^ pa >> 36;
}

static void fetch(uint64_t va, uint64_t pa, bool kernel)
{
	uint64_t line = pa >> 6, page = page_key(va, pa);

	cache_touch(&window.icache, line);
	if (line == last_line)
		return;
	last_line = line;
	tlb_touch(va, true, kernel);
	footprint_fetch(&window.all, line, page, kernel);
	footprint_fetch(&window.op, line, page, kernel);
}

static bool tracing(void)
{
	return trace && window.n.ops == trace_op && (trace_id == UINT64_MAX || trace_id == window.id);
}

static void trace_insn(const struct insn *q)
{
	fprintf(trace, "%" PRIu64 " %c %016" PRIx64 " %-12s", window.number, q->kernel ? 'k' : 'u', q->va,
		class_name[q->cls]);
	for (int i = 0; i < q->len; i++)
		fprintf(trace, " %02x", q->bytes[i]);
	fputc('\n', trace);
}

/* The kernel counted has interrupts off but behind STI; user code has them on. */
static void count_closed(const struct insn *q)
{
	struct counts *n = &window.n;

	n->closed = q->kernel ? n->closed + 1 : 0;
	if (n->closed > n->closed_max)
		n->closed_max = n->closed;
	if (q->flags & F_OPENS)
		n->closed = 0;
}

static void on_insn(unsigned vcpu, void *data)
{
	struct counts *n = &window.n;
	struct insn *q = data, *before = last;
	bool k = q->kernel;

	(void)vcpu;
	if (!window.active)
		return;
	last = q;
	n->insn[k]++;
	n->gateway += is_gateway(q->va);
	count_closed(q);
	if (before == q && q->flags & F_REP) {		/* the next iteration of the same instruction */
		n->rep_extra[k]++;
		if (tracing())
			trace_insn(q);
		return;
	}
	if (before)
		transition(before, q);
	n->class[q->cls][k]++;
	n->lock[k] += !!(q->flags & F_LOCK);
	n->xchg_mem[k] += !!(q->flags & F_XCHG_MEM);
	n->rep[k] += !!(q->flags & F_REP);
	fetch(q->va, q->pa, k);
	if ((q->pa & 63) + q->len > 64)		/* across pages the physical neighbour is assumed */
		fetch(q->va + q->len - 1, q->pa + q->len - 1, k);
	if (q->flags & F_SPACE) {
		tlb_space_loaded();
		last_line = NO_LINE;
	}
	if (tracing())
		trace_insn(q);
}

/* ---- data ---- */

static void access_line(uint64_t va, uint64_t pa, bool kernel, uint8_t touch)
{
	uint64_t line = pa >> 6, page = page_key(va, pa);

	cache_touch(&window.dcache, line);
	tlb_touch(va, false, kernel);
	footprint_access(&window.all, line, page, kernel, touch);
	footprint_access(&window.op, line, page, kernel, touch);
}

static uint8_t touch_of(qemu_plugin_meminfo_t info)
{
	if (!qemu_plugin_mem_is_store(info))
		return TOUCH_READ;
	return (info >> 16 & QP_MEM_RW) == QP_MEM_RW ? TOUCH_READ | TOUCH_WRITE : TOUCH_WRITE;
}

static void count_access(const struct insn *q, uint64_t va, unsigned size, uint8_t touch)
{
	struct counts *n = &window.n;

	if (touch & TOUCH_READ) {
		n->load[q->kernel]++;
		n->load_bytes[q->kernel] += size;
	}
	if (touch & TOUCH_WRITE) {
		n->store[q->kernel]++;
		n->store_bytes[q->kernel] += size;
	}
	n->kernel_to_user_address += q->kernel && !q->real && !is_kernel(va);
	if (tracing())
		fprintf(trace, "%" PRIu64 " d %016" PRIx64 " %s%s %u\n", window.number, va,
			touch & TOUCH_READ ? "R" : "", touch & TOUCH_WRITE ? "W" : "", size);
}

static void on_access(unsigned vcpu, qemu_plugin_meminfo_t info, uint64_t va, void *data)
{
	unsigned size = 1u << qemu_plugin_mem_size_shift(info);
	uint8_t touch = touch_of(info);
	struct qemu_plugin_hwaddr *hw;
	struct insn *q = data;
	bool kernel = q->real || is_kernel(va);
	uint64_t pa = va;

	(void)vcpu;
	if (!window.active)
		return;
	count_access(q, va, size, touch);
	hw = qemu_plugin_get_hwaddr(info, va);
	if (hw && qemu_plugin_hwaddr_is_io(hw)) {
		window.n.io++;
		return;
	}
	if (hw)
		pa = qemu_plugin_hwaddr_phys_addr(hw);
	else
		window.n.no_address++;
	access_line(va, pa, kernel, touch);
	if ((va & 63) + size > 64)
		access_line(va + size - 1, pa + size - 1, kernel, touch);
}

/* ---- marks ---- */

static void window_begin(uint16_t id)
{
	memset(&window.n, 0, sizeof window.n);
	memset(&window.warm, 0, sizeof window.warm);
	memset(&window.icache, 0, sizeof window.icache);
	memset(&window.dcache, 0, sizeof window.dcache);
	memset(&window.sum, 0, sizeof window.sum);
	memset(&window.max, 0, sizeof window.max);
	memset(&window.min, 0xff, sizeof window.min);
	window.measured = 0;
	tlb_reset();
	footprint_clear(&window.all);
	footprint_clear(&window.op);
	last = NULL;
	last_line = NO_LINE;
	pendings = 0;
	memcpy(executed_before, executed, sizeof executed);
	entries_before = entries;
	window.id = id;
	window.number++;
	window.active = true;
}

static void add_op_footprint(void)
{
	struct footprint_size op = footprint_measure(&window.op);
	const uint64_t *v = (const uint64_t *)&op;
	uint64_t *sum = (uint64_t *)&window.sum;
	uint64_t *min = (uint64_t *)&window.min, *max = (uint64_t *)&window.max;

	for (int i = 0; i < FOOTPRINT_WORDS; i++) {
		sum[i] += v[i];
		min[i] = v[i] < min[i] ? v[i] : min[i];
		max[i] = v[i] > max[i] ? v[i] : max[i];
	}
	window.measured++;
}

static void warm_up_ends(void)
{
	window.warm.at = window.n.ops;
	window.warm.insn = window.n.insn[0] + window.n.insn[1];
	window.warm.imiss = window.icache.misses;
	window.warm.dmiss = window.dcache.misses;
	memcpy(window.warm.tlb, tlb_misses, sizeof tlb_misses);
}

static void window_op(struct insn *mark)
{
	window.n.ops++;
	if (light)
		return;
	if (last)
		transition(last, mark);
	last = mark;
	last_line = NO_LINE;
	if (window.n.ops > window.warm_ops)
		add_op_footprint();
	else if (window.n.ops == window.warm_ops)
		warm_up_ends();
	footprint_clear(&window.op);
}

static void window_end(void)
{
	for (int k = 0; k < 2 && light; k++)
		window.n.insn[k] = executed[k] - executed_before[k];
	window.n.entries = entries - entries_before;
	window.active = false;
	window_report(out);
}

static void on_mark(unsigned vcpu, void *data)
{
	struct insn *q = data;

	(void)vcpu;
	if (from != UINT64_MAX)
		return;
	if (q->mark == MARK_SPACE) {
		tlb_space_is(q->id);
	} else if (q->mark == MARK_BEGIN) {
		window_begin(q->id);
	} else if (window.active && q->mark == MARK_OP) {
		window_op(q);
	} else if (window.active) {
		if (last)
			transition(last, q);
		window_end();
	}
}

static void on_from(unsigned vcpu, void *data)
{
	(void)vcpu;
	(void)data;
	if (!window.active)
		window_begin(0);
}

/* ---- QEMU's side ---- */

static void watch(struct qemu_plugin_insn *insn, struct insn *q)
{
	if (turns_is_end(q->bytes, q->len))
		qemu_plugin_register_vcpu_insn_exec_cb(insn, turns_end, QP_CB_NO_REGS, q);
	if (q->va == entry)
		qemu_plugin_register_vcpu_insn_exec_inline(insn, QP_INLINE_ADD_U64, &entries, 1);
	if (q->va == from)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_from, QP_CB_NO_REGS, q);
	if (q->mark != MARK_NONE) {
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_mark, QP_CB_NO_REGS, q);
	} else if (light) {
		qemu_plugin_register_vcpu_insn_exec_inline(insn, QP_INLINE_ADD_U64, &executed[q->kernel], 1);
	} else {
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_insn, QP_CB_NO_REGS, q);
		qemu_plugin_register_vcpu_mem_cb(insn, on_access, QP_CB_NO_REGS, QP_MEM_RW, q);
	}
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t count = qemu_plugin_tb_n_insns(tb);

	(void)id;
	for (size_t i = 0; i < count; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		void *host = qemu_plugin_insn_haddr(insn);
		uint64_t ram = host && ram_address ? ram_address(host) : UINT64_MAX;
		uint64_t pa = ram == UINT64_MAX ? (uintptr_t)host : ram;
		size_t size = qemu_plugin_insn_size(insn), len = size < INSN_MAX ? size : INSN_MAX;
		uint64_t va = qemu_plugin_insn_vaddr(insn);

		watch(insn, insn_find(va, pa, qemu_plugin_insn_data(insn), len));
	}
}

static void on_exit_qemu(qemu_plugin_id_t id, void *data)
{
	(void)id;
	(void)data;
	if (window.active && from != UINT64_MAX) {
		window_end();
	} else if (window.active) {
		fprintf(out, "{\"tool\":\"scope\",\"warning\":\"window %u still open at exit\"}\n",
			window.id);
		fflush(out);
	}
	if (trace)
		fclose(trace);
}

static FILE *open_file(const char *name, const char *mode)
{
	FILE *f = fopen(name, mode);

	if (!f)
		fprintf(stderr, "scope: cannot open %s\n", name);
	return f;
}

/* One name=value of the command line; false if it is wrong. */
static bool option(const char *name, const char *value)
{
	static const struct { const char *name; uint64_t *to; } numbers[] = {
		{ "klo", &kernel_range.low }, { "khi", &kernel_range.high },
		{ "warm", &window.warm_ops }, { "traceop", &trace_op }, { "traceid", &trace_id },
		{ "light", &light }, { "from", &from }, { "entry", &entry },
	};

	if (!strcmp(name, "out"))
		return (out = open_file(value, "a"));
	if (!strcmp(name, "trace"))
		return (trace = open_file(value, "w"));
	if (!strcmp(name, "turns"))
		return turns_connect(value);
	if (!strcmp(name, "gateway") && gateway_count < GATEWAYS) {
		gateways[gateway_count++] = strtoull(value, NULL, 0);
		return true;
	}
	if (!strcmp(name, "real"))
		return real_add(value);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		if (!strcmp(name, numbers[i].name)) {
			*numbers[i].to = strtoull(value, NULL, 0);
			return true;
		}
	fprintf(stderr, "scope: unknown option %s (see bench/scope/scope.c)\n", name);
	return false;
}

QP_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
	out = stderr;
	if (info->version.cur < 1 || info->version.min > 1) {
		fprintf(stderr, "scope: QEMU has plugin interface %d to %d, version 1 is needed\n",
			info->version.min, info->version.cur);
		return -1;
	}
	if (strcmp(info->target_name, QEMU_TARGET)) {
		fprintf(stderr, "scope: this is QEMU for %s; " QEMU_TARGET " is needed\n", info->target_name);
		return -1;
	}
	for (int i = 0; i < argc; i++) {
		char *equals = strchr(argv[i], '=');

		if (equals)
			*equals = 0;
		if (!option(argv[i], equals ? equals + 1 : ""))
			return -1;
	}
	footprint_init(&window.all);
	footprint_init(&window.op);
	tlb_init();
	ram_address = (uint64_t (*)(void *))dlsym(RTLD_DEFAULT, "qemu_ram_addr_from_host");
	if (!ram_address)
		fprintf(stderr, "scope: QEMU exports no qemu_ram_addr_from_host: lines of code are named by "
			"host address, and joint counts of code and data may count a line twice\n");
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
	qemu_plugin_register_atexit_cb(id, on_exit_qemu, NULL);
	return 0;
}
