/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot.c - kernel_main: from the board's boot information to sigma0 and the root server (protocols 7.3).
 */
#include <core/arch.h>
#include <core/control.h>
#include <boot/boot_load.h>
#include <core/ipc.h>
#include <core/irq.h>
#include <core/kernel.h>
#include <kdb/kdb.h>
#include <boot/kip.h>
#include <core/sched.h>
#include <core/upcall.h>
#include <core/utcb.h>
#include <lib/bits.h>
#include <lib/panic.h>
#include <lib/print.h>

enum {
	SYSTEM_THREADS	= 32,		/* thread numbers of the kernel after the interrupts, up to UserBase */
	KMEM_SMALLEST	= 2 << 20,
	KMEM_LARGEST	= 256 << 20,	/* without the option kmem= */
	KMEM_SHARE	= 8,		/* the pool is 1/8 of RAM */
	KERNEL_SHARE	= 16,		/* 1/16 of the pool is kept for the kernel itself: thread table */
	SIGMA0_SHARE	= 16,		/* 1/16 of the pool is sigma0's limit */
};

static void reserve(uint64_t base, uint64_t size)
{
	ASSERT(mem.nreserved < ARRAY_LEN(mem.reserved));
	mem.reserved[mem.nreserved].base = base;
	mem.reserved[mem.nreserved++].size = size;
}

static uint64_t ram_bytes(const struct boot_info *bi)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < bi->nmemory; i++)
		if (bi->memory[i].type == 1)
			sum += bi->memory[i].size;
	return sum;
}

static uint64_t pool_size(const struct boot_info *bi)
{
	const char *given = boot_option(bi->cmdline, "kmem");
	uint64_t size = given ? boot_parse_size(given) : ram_bytes(bi) / KMEM_SHARE;

	if (given && size == 0)
		boot_refuse("kmem= is no size: write for instance kmem=16M");
	if (!given && size > KMEM_LARGEST)
		size = KMEM_LARGEST;
	if (!given && size < KMEM_SMALLEST)
		size = KMEM_SMALLEST;
	if (size < KMEM_SMALLEST)
		boot_refuse("kmem= is too small: the kernel wants %u KiB at least", KMEM_SMALLEST >> 10);
	return align_down(size, KMEM_FRAME_LOG2);
}

/* The pool is aligned to the bytes that a page table maps: few TLB entries of the direct map cover it. */
static void make_pool(struct boot_layout *l)
{
	uint64_t size = pool_size(l->bi), base = boot_take(l, size, ARCH_TABLE_LOG2, UINT64_MAX);

	if (!base)
		boot_refuse("too little memory: %lu KiB of RAM, of which the kernel wants %lu KiB for its pool; "
			    "start with more memory or a smaller kmem=",
			    (l4_word_t)(ram_bytes(l->bi) >> 10), (l4_word_t)(size >> 10));
	reserve(base, size);
	kmem_init(arch_frame_ptr(base), size);
	arch_kept_init();
}

static void make_kip(void)
{
	kernel.kip = kmem_frame(&mem.kmem.pool);
	mem.kip_frame = arch_frame_pa(kernel.kip);
	kip_init(kernel.kip);
}

/* The idle thread has the id that X.2 gives to a thread that never communicates (api 5.1). */
static void make_idle(struct cpu *cpu)
{
	cpu->idle = thread_create(l4_tid_global(kernel.irq_lines, 1), 0, L4_NILTHREAD);
	cpu->idle->kind = THREAD_IDLE;
	cpu->idle->prio = 0;
	cpu->current = cpu->slice_owner = cpu->idle;
	sched_set_slice(cpu->idle, 0);
}

/*
 * fastpath=off forces the general path wherever there is a shorter one. Each shorter way tests a word that it
 * needs anyway, in which the option has a value of its own: cpu.special, and mem.walks
 * (docs/decisions/fast-path.md). The machine, for its part, makes no thread RECV_READY.
 */
static void apply_fastpath(bool off)
{
	cpu_self()->special = off ? SLOW_ALWAYS : 0;
	mem.general = off;
	mem.walks = off;
}

static void init_objects(const struct boot_info *bi)
{
	tree_init(&mem.space_tree);
	slab_init(&kernel.threads, 0, align_up(sizeof(struct arch_regs) + sizeof(struct thread), 6));
	slab_init(&kernel.rests, 0, align_up(sizeof(struct thread_rest), 6));
	kernel.threads.clear = sizeof(struct arch_regs);
	kernel.threads.other = &kernel.rests;
	kernel.threads.other_at = sizeof(struct arch_regs) + offsetof(struct thread, rest);
	kernel.rests.clear = offsetof(struct thread_rest, utcb_location);
	kernel.threads.price += slab_price(&kernel.rests);
	slab_init(&mem.spaces, 0, align_up(sizeof(struct space), 6));
	mem.spaces.clear = sizeof(void *);		/* P4: zero only the free list's link, in tlb.enter */
	kernel.irq_lines = bi->irq_lines;
	kernel.user_base = bi->irq_lines + SYSTEM_THREADS;
	sched_init(cpu_self());
	apply_fastpath(boot_option_is(bi->cmdline, "fastpath", "off", false));
	make_idle(cpu_self());
	irq_init(bi->irq_lines);
	make_kip();
}

/* Create an initial server: it is runnable without a start message, at its entry, with SP 0. */
static struct thread *make_server(unsigned offset, uint64_t share, const struct boot_server *server)
{
	l4_tid_t id = l4_tid_global(kernel.user_base + offset, 1);
	l4_tid_t root = l4_tid_global(kernel.user_base + 2, 1);
	struct space *s = space_create(&mem.kmem.pool);
	struct thread *t = s ? thread_create(id, s, root) : 0;

	if (!t || !account_set_limit(&s->account, align_down(share, KMEM_FRAME_LOG2))
	    || space_configure(s, l4_fpage(L4_INITIAL_KIP, L4_KIP_AREA_LOG2, 0),
			       l4_fpage(L4_INITIAL_UTCB, L4_INITIAL_UTCB_LOG2, 0)) != L4_OK
	    || utcb_alloc(s, t, L4_INITIAL_UTCB) != L4_OK)
		boot_refuse("too little kernel memory for the first servers: give kmem= a larger size");
	s->privileged = true;
	t->prio = CFG_PRIO_SERVERS;
	arch_regs_start(t, server->entry, 0);
	control_activate(t, L4_NILTHREAD);
	if (offset)
		*thread_tcr(t, L4_TCR_PAGER) = l4_tid_global(kernel.user_base, 1).raw;
	return t;
}

static void make_servers(const struct boot_layout *l)
{
	uint64_t pool = mem.kmem.pool.limit;
	uint64_t sigma0_share = pool / SIGMA0_SHARE;

	kernel.sigma0 = make_server(0, sigma0_share, &l->sigma0);
	kernel.sigma0_space = kernel.sigma0->space;
	kernel.sigma0_space->sigma0 = true;
	for (unsigned w = 0; w < RESOURCES; w++)
		if (mapdb_root(&kernel.sigma0_space->map[w]) != L4_OK)
			boot_refuse("too little kernel memory for sigma0: give kmem= a larger size");
	kernel.root = make_server(2, pool - pool / KERNEL_SHARE - sigma0_share, &l->root);
}

static uint8_t parse_kdb(const char *cmdline)
{
	for (uint8_t i = 0; kdb_options[i]; i++)
		if (boot_option_is(cmdline, "kdb", kdb_options[i], i == KDB_OFF))
			return i;
	boot_refuse("kdb= is one of off, on, key and debug; only off for a kernel made with KDB=no");
}

struct thread *kernel_main(const struct boot_info *bi)
{
	struct boot_layout l;

	printk("Pecan: L4 X.2 microkernel, %lu MiB of RAM, %u interrupts\n",
	       (l4_word_t)(ram_bytes(bi) >> 20), bi->irq_lines);
	kernel.kdb = parse_kdb(bi->cmdline);
	for (; mem.nports < bi->nports; mem.nports++)
		mem.ports[mem.nports] = bi->ports[mem.nports];
	for (unsigned i = 0; i < bi->nreserved; i++)
		if (bi->reserved[i].type != BOOT_UNTIL_STARTED)
			reserve(bi->reserved[i].base, bi->reserved[i].size);
	tlb_init();
	boot_load(&l, bi);
	make_pool(&l);
	init_objects(bi);
	make_servers(&l);
	boot_describe(&l);
	printk("Pecan: starting sigma0 and the root task, %lu KiB of kernel memory\n",
	       (l4_word_t)(mem.kmem.pool.limit >> 10));
	return sched_pick(cpu_self());
}
