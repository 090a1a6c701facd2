/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world.c - booting a small system on the host, following the upcall protocol, copies of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <x2/elf.h>
#include <boot/boot.h>
#include <core/arch.h>
#include <core/check.h>
#include <core/sched.h>
#include <lib/bits.h>
#include <lib/print.h>
#include "world.h"

/* Where the boot modules lie, and where their one segment goes; below all that ram() gives away. */
enum {
	MODULE_SIGMA0 = 0x300000, MODULE_ROOT = 0x310000,
	LOAD_SIGMA0 = 0x100000, LOAD_ROOT = 0x200000, SEGMENT = 0x1000, MODULE_BYTES = 0x2000,
	RAM_FREE = 0x400000,
};

struct thread *sigma0, *root;
struct world_hook world_hook;
static struct thread *stepping;		/* whose long operation the hook was called for */

/* ---- boot ---- */

static void make_elf(unsigned char *at, l4_word_t load)
{
	struct elf_header *e = (struct elf_header *)(void *)at;
	struct elf_phdr *p = (struct elf_phdr *)(void *)(at + sizeof(*e));

	memset(at, 0, MODULE_BYTES);
	*e = (struct elf_header){
		.ident = { 0x7f, 'E', 'L', 'F', ELF_CLASS, ELF_DATA, ELF_VERSION },
		.type = ELF_TYPE_EXECUTABLE, .machine = ELF_MACHINE, .version = ELF_VERSION, .entry = load,
		.phoff = sizeof(*e), .ehsize = sizeof(*e), .phentsize = sizeof(*p), .phnum = 1,
	};
	*p = (struct elf_phdr){
		.type = ELF_LOAD, .flags = 7, .offset = SEGMENT, .vaddr = load, .paddr = load,
		.filesz = SEGMENT, .memsz = 2 * SEGMENT, .align = SEGMENT,
	};
	memset(at + SEGMENT, 0x90, SEGMENT);
}

const char *world_options = "kmem=4M";

void world_boot_info(struct boot_info *b)
{
	memset(b, 0, sizeof(*b));
	strcpy(b->cmdline, world_options);
	b->nmemory = 1;
	b->memory[0] = (struct boot_memory){ 0, HOST_MEMORY, 1 };
	b->nmodules = 2;
	b->modules[0] = (struct boot_module){ MODULE_SIGMA0, MODULE_BYTES, "sigma0" };
	b->modules[1] = (struct boot_module){ MODULE_ROOT, MODULE_BYTES, "root" };
	b->irq_lines = HOST_IRQS;
	make_elf(host_memory + MODULE_SIGMA0, LOAD_SIGMA0);
	make_elf(host_memory + MODULE_ROOT, LOAD_ROOT);
}

void world_boot_from(const struct boot_info *boot)
{
	memset(&kernel, 0, sizeof(kernel));
	memset(&mem, 0, sizeof(mem));
	host_reset();
	host_tlb_reset();
	new_space_areas = 0;
	world_settle(kernel_main(boot));
	sigma0 = kernel.sigma0;
	root = kernel.root;
	world_run(sigma0);
	ipc(sigma0, L4_NILTHREAD, L4_ANYTHREAD, timeouts(TIME_NEVER, TIME_NEVER));
	CHECK(blocked(sigma0));
	set_prio(root, CFG_PRIO_DEFAULT);
}

void world_boot(void)
{
	struct boot_info boot;

	world_boot_info(&boot);
	world_boot_from(&boot);
}

/* ---- the machine ---- */

struct thread *world_current(void)
{
	return cpu_self()->current;
}

/*
 * Looking at everything takes far longer than a step. So it is done after each entry, and at the end of an
 * operation; of its steps after one of so many, each time others: of another operation, another.
 */
enum { CHECK_EVERY = 17 };

/*
 * As the exit of a machine: a thread leaves if it has no work, or if the hook was called between its steps.
 */
static bool leave_to(struct thread *next, bool direct)
{
	static unsigned steps;

	if (!direct)
		host.behind = 0;	/* C has mended the record of the running thread */
	if (next->work == WORK_NONE || ++steps % CHECK_EVERY == 0)
		kernel_check(next);
	if (next->work != WORK_NONE && next != stepping)
		return false;
	if (next->kind == THREAD_USER && next->work == WORK_NONE)
		tlb_switch(next->space);		/* it runs user code now */
	return true;
}

/* The interrupt window: afterwards the thread that the last entry of the hook returned runs. */
static struct thread *let_interrupts_in(struct thread *self)
{
	world_hook.steps++;
	if (world_hook.watch)
		world_hook.watch();
	if (world_current() != self || !world_hook.call || world_hook.inside)
		return world_current();
	world_hook.inside = true;
	stepping = self;
	world_hook.call(world_hook.arg);
	stepping = 0;
	world_hook.inside = false;
	return world_current();
}

void world_settle(struct thread *next)
{
	host_leave = (struct host_leave){ leave_to, let_interrupts_in };
	kernel_leave(next);
}

struct thread *world_call(struct thread *self, unsigned nr)
{
	struct thread *next = host_fast(self, nr);

	if (next) {
		CHECK(next == world_current());
		return 0;
	}
	if (nr == L4_CALL_IPC) {
		struct l4_ipc_args a = arch_args_ipc(thread_regs(self));

		return ipc_start(self, a.to, a.from, a.timeouts);
	}
	next = kernel_syscall(self, nr);
	CHECK(next || (self == world_current() && tlb_here()->pending == 0));	/* it continues at once */
	return next;
}

unsigned world_walks(void)
{
	unsigned walks = 0;

	for (struct tree_node *n = tree_first(&mem.space_tree); n; n = tree_next(n))
		for (unsigned w = 0; w < RESOURCES; w++) {
			const struct mapspace *m = &container_of(n, struct space, link)->map[w];

			walks += m->walk.active + m->clear.active;
		}
	return walks;
}

bool world_try_run(struct thread *t)
{
	l4_tid_t id = t->id;

	/* A thread that ran meanwhile may have deleted it. */
	if (cpu_self()->current == t)
		return true;
	for (unsigned tries = 0; tries < 2 && world_current() != t && thread_find(id) == t; tries++) {
		struct thread *self = world_current(), *next;
		struct arch_regs regs = *thread_regs(self);

		if (self->kind == THREAD_IDLE || !thread_runnable(t) || t->work != WORK_NONE)
			return false;
		if (self->quantum_state != QUANTUM_RUNS)	/* it has no slice to give away (S6) */
			return false;
		thread_regs(self)->in[0] = t->id.raw;
		next = kernel_syscall(self, L4_CALL_THREAD_SWITCH);
		*thread_regs(self) = regs;
		world_settle(next);
	}
	return world_current() == t;
}

void world_run(struct thread *t)
{
	if (!world_try_run(t))
		test_fail(__FILE__, __LINE__, "thread %lu cannot run: life %d send %d recv %d halted %d work %d,"
			  " prio %d while %lu of prio %d runs", l4_tid_number(t->id), t->life, t->send,
			  t->recv, t->halted, t->work, t->prio, l4_tid_number(world_current()->id),
			  world_current()->prio);
}

void world_pass(uint64_t us)
{
	uint64_t end = host.now + us;

	while (host.timer <= end) {
		if (host.timer > host.now)
			host.now = host.timer;
		host.timer = L4_FOREVER;	/* one shot */
		world_settle(preempt_timer(world_current()));
	}
	host.now = end;
}

void world_irq(unsigned line)
{
	if (!host.irq_open[line]) {
		host.irq_edge[line] = true;
		return;
	}
	host.irq_open[line] = false;
	world_settle(irq_arrived(world_current(), line));
}

/* ---- copies: by bcopy, since memcpy is the core's, which the sanitizers make slow ---- */

struct world_copy {
	struct kernel kernel;
	struct mem mem;
	struct host host;
	unsigned char pool[];
};

static size_t pool_bytes(void)
{
	return mem.kmem.end - mem.kmem.base;
}

struct world_copy *world_save(void)
{
	struct world_copy *c = malloc(sizeof(*c) + pool_bytes());

	CHECK(c);
	bcopy(&kernel, &c->kernel, sizeof(kernel));
	bcopy(&mem, &c->mem, sizeof(mem));
	bcopy(&host, &c->host, sizeof(host));
	bcopy((void *)mem.kmem.base, c->pool, pool_bytes());
	return c;
}

/* Cached translations are dropped: they belong to the previous world. */
void world_restore(const struct world_copy *c)
{
	bcopy(&c->kernel, &kernel, sizeof(kernel));
	bcopy(&c->mem, &mem, sizeof(mem));
	bcopy(&c->host, &host, sizeof(host));
	bcopy(c->pool, (void *)mem.kmem.base, pool_bytes());
	host_tlb_reset();
}

void world_drop(struct world_copy *c)
{
	free(c);
}
