/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot_load.c - physical memory while booting, and the loading of sigma0 and the root server.
 *
 * Both are linked for the physical addresses that they run at (protocols 7.4). If the boot loader has put
 * modules there, those are first moved to the top of free memory.
 */
#include <x2/elf.h>
#include <core/arch.h>
#include <boot/boot_load.h>
#include <lib/bits.h>
#include <lib/print.h>
#include <lib/str.h>

enum { LOW_MEGABYTE = 1 << 20 };

void boot_refuse(const char *format, ...)
{
	char text[200];
	va_list args;

	va_start(args, format);
	fmt_vprint(text, sizeof(text), format, args);
	va_end(args);
	printk("boot: %s\nboot: stopped.\n", text);
	arch_stop();
}

/* ---- which regions are in use ---- */

static bool overlap(struct boot_range r, uint64_t base, uint64_t size)
{
	return base < r.base + r.size && r.base < base + size;
}

/* Returns a used range that overlaps the region, or 0. */
static const struct boot_range *used_range(const struct boot_layout *l, uint64_t base, uint64_t size)
{
	for (unsigned i = 0; i < l->nused; i++)
		if (overlap(l->used[i], base, size))
			return &l->used[i];
	return 0;
}

static void mark_used(struct boot_layout *l, uint64_t base, uint64_t size)
{
	if (size == 0)
		return;
	if (l->nused == BOOT_RANGES)
		boot_refuse("more than %d memory ranges in use: start with fewer modules", BOOT_RANGES);
	l->used[l->nused++] = (struct boot_range){ base, size };
}

bool boot_is_ram(const struct boot_info *bi, uint64_t base, uint64_t size)
{
	for (unsigned i = 0; i < bi->nmemory; i++) {
		const struct boot_memory *m = &bi->memory[i];

		if (m->type == 1 && base >= m->base && size <= m->size && base - m->base <= m->size - size)
			return true;
	}
	return false;
}

/* Returns true if the kernel uses part of the region, even if only while booting. */
static bool is_reserved(const struct boot_info *bi, uint64_t base, uint64_t size)
{
	for (unsigned i = 0; i < bi->nreserved; i++)
		if (overlap((struct boot_range){ bi->reserved[i].base, bi->reserved[i].size }, base, size))
			return true;
	return false;
}

/* Returns the highest free region in [m.base, min(m.end, limit)), or 0. */
static uint64_t place_in(const struct boot_layout *l, const struct boot_memory *m, uint64_t size,
			 unsigned log2, uint64_t limit)
{
	uint64_t end = m->base + m->size < limit ? m->base + m->size : limit;
	uint64_t low = m->base > LOW_MEGABYTE ? m->base : LOW_MEGABYTE;

	while (end > low && end - low >= size) {
		uint64_t at = align_down(end - size, log2);
		const struct boot_range *in_use = used_range(l, at, size);

		if (at < low)
			return 0;
		if (!in_use)
			return at;
		end = in_use->base;
	}
	return 0;
}

uint64_t boot_take(struct boot_layout *l, uint64_t size, unsigned log2, uint64_t limit)
{
	uint64_t best = 0;

	for (unsigned i = 0; i < l->bi->nmemory; i++) {
		uint64_t at = l->bi->memory[i].type == 1
			    ? place_in(l, &l->bi->memory[i], size, log2, limit) : 0;

		best = at > best ? at : best;
	}
	if (best)
		mark_used(l, best, size);
	return best;
}

/* ---- servers ---- */

struct server_image {
	const char *name, *cmdline;
	unsigned module;
	const struct elf_header *elf;
	uint64_t size;
	struct boot_server *out;
};

/* Returns segment i, or 0 if nothing of it is to be loaded. */
static const struct elf_phdr *segment(const struct server_image *s, unsigned i)
{
	const struct elf_phdr *p = (const void *)((const char *)s->elf + s->elf->phoff);

	return p[i].type == ELF_LOAD && p[i].memsz ? &p[i] : 0;
}

static _Noreturn void refuse_server(const struct server_image *s, const char *why)
{
	boot_refuse("module %u (%s, \"%s\") is %s", s->module, s->name, s->cmdline, why);
}

static void check_header(const struct server_image *s)
{
	const struct elf_header *e = s->elf;

	if (s->size < sizeof(*e))
		refuse_server(s, "shorter than an ELF header");
	if (!elf_has_magic(e))
		refuse_server(s, "no ELF file");
	if (!elf_is_native(e))
		boot_refuse("module %u (%s, \"%s\") is " ELF_FOREIGN, s->module, s->name, s->cmdline, elf_bits(e),
			    elf_order(e), elf_machine(e));
	if (e->type != ELF_TYPE_EXECUTABLE)
		refuse_server(s, "not a statically linked executable");
	if (e->phentsize != sizeof(struct elf_phdr) || e->phoff > s->size || e->phoff % sizeof(e->phoff)
	    || (uint64_t)e->phnum * e->phentsize > s->size - e->phoff)
		refuse_server(s, "damaged: its program headers lie outside of the file");
}

static const char *segment_fault(const struct boot_layout *l, const struct server_image *s,
				 const struct elf_phdr *p)
{
	if (p->offset > s->size || p->filesz > s->size - p->offset || p->filesz > p->memsz)
		return "damaged: a segment lies outside of the file";
	if (p->paddr != p->vaddr)
		return "linked for different physical and virtual addresses: sigma0 maps 1:1";
	if (!boot_is_ram(l->bi, p->paddr, p->memsz))
		return "linked for addresses where there is no memory";
	if (is_reserved(l->bi, p->paddr, p->memsz))
		return "linked for addresses that the kernel needs";
	return 0;
}

/* Check a segment, and record its addresses. Returns true if the entry is in it. */
static bool plan_segment(const struct boot_layout *l, struct server_image *s, const struct elf_phdr *p)
{
	const char *fault = segment_fault(l, s, p);
	uint64_t end = (uint64_t)p->paddr + p->memsz;

	if (fault)
		boot_refuse("module %u (%s, \"%s\") is %s (for this part, up to %lu KiB)", s->module, s->name,
			    s->cmdline, fault, (l4_word_t)(end >> 10));
	s->out->low = p->paddr < s->out->low ? p->paddr : s->out->low;
	s->out->high = end > s->out->high ? end : s->out->high;
	return s->elf->entry - p->paddr < p->memsz;
}

/* Check the server's file, and record the addresses of its segments and its entry. */
static void plan_server(struct boot_layout *l, struct server_image *s)
{
	bool starts = false;

	check_header(s);
	*s->out = (struct boot_server){ .entry = s->elf->entry, .low = UINT64_MAX };
	for (unsigned i = 0; i < s->elf->phnum; i++) {
		const struct elf_phdr *p = segment(s, i);

		starts |= p && plan_segment(l, s, p);
	}
	if (s->out->high == 0)
		refuse_server(s, "without anything to load");
	if (!starts)
		refuse_server(s, "damaged: it starts outside of its segments");
}

static void load_server(const struct server_image *s)
{
	for (unsigned i = 0; i < s->elf->phnum; i++) {
		const struct elf_phdr *p = segment(s, i);
		if (!p)
			continue;
		memcpy(arch_frame_ptr(p->paddr), (const char *)s->elf + p->offset, p->filesz);
		memset((char *)arch_frame_ptr(p->paddr) + p->filesz, 0, p->memsz - p->filesz);
	}
}

static struct boot_range server_range(const struct boot_server *s)
{
	uint64_t low = align_down(s->low, KMEM_FRAME_LOG2);

	return (struct boot_range){ low, align_up(s->high, KMEM_FRAME_LOG2) - low };
}

/* ---- modules ---- */

static void move_module(struct boot_layout *l, unsigned i)
{
	uint64_t size = l->bi->modules[i].size;
	uint64_t to = boot_take(l, align_up(size, KMEM_FRAME_LOG2), KMEM_FRAME_LOG2, UINT64_MAX);

	if (!to)
		boot_refuse("too little memory to move module %u (%lu KiB) out of the servers' way",
			    i, (l4_word_t)(size >> 10));
	memcpy(arch_frame_ptr(to), arch_frame_ptr(l->module[i]), size);
	l->module[i] = to;
}

/* Move every module that overlaps r. */
static void move_modules(struct boot_layout *l, struct boot_range r)
{
	for (unsigned i = 0; i < l->bi->nmodules; i++)
		if (l->bi->modules[i].size && overlap(r, l->module[i], l->bi->modules[i].size))
			move_module(l, i);
}

static struct server_image image(struct boot_layout *l, unsigned module, const char *name,
				 struct boot_server *out)
{
	return (struct server_image){ name, l->bi->modules[module].cmdline, module,
				      arch_frame_ptr(l->module[module]), l->bi->modules[module].size, out };
}

void boot_load(struct boot_layout *l, const struct boot_info *bi)
{
	struct server_image sigma0, root;
	struct boot_range s, r;

	*l = (struct boot_layout){ .bi = bi };
	if (bi->nmodules < 1)
		boot_refuse("no sigma0: the first boot module must be sigma0, the second the root task");
	if (bi->nmodules < 2)
		boot_refuse("no root task: give it as the second boot module, behind sigma0");
	for (unsigned i = 0; i < bi->nreserved; i++)
		mark_used(l, bi->reserved[i].base, bi->reserved[i].size);
	for (unsigned i = 0; i < bi->nmodules; i++) {
		l->module[i] = bi->modules[i].base;
		if (!boot_is_ram(bi, l->module[i], bi->modules[i].size)
		    || !is_aligned(l->module[i], KMEM_FRAME_LOG2))
			boot_refuse("module %u (\"%s\") is not on pages of memory, at %lx", i,
				    bi->modules[i].cmdline, (l4_word_t)l->module[i]);
		mark_used(l, bi->modules[i].base, bi->modules[i].size);
	}
	sigma0 = image(l, 0, "sigma0", &l->sigma0);
	root = image(l, 1, "root task", &l->root);
	plan_server(l, &sigma0);
	plan_server(l, &root);
	s = server_range(&l->sigma0);
	r = server_range(&l->root);
	if (overlap(s, r.base, r.size))
		boot_refuse("sigma0 and the root task are linked for the same addresses");
	mark_used(l, s.base, s.size);
	mark_used(l, r.base, r.size);
	move_modules(l, s);
	move_modules(l, r);
	sigma0 = image(l, 0, "sigma0", &l->sigma0);
	root = image(l, 1, "root task", &l->root);
	load_server(&sigma0);
	load_server(&root);
}
