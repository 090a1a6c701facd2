/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot_describe.c - the description of the machine for the servers: memory descriptors and server regions in
 * the KIP (protocols 7.4), a generic boot info (7.5), and a Multiboot information structure for older root
 * servers, with command line, memory map and framebuffer.
 */
#include <core/arch.h>
#include <boot/boot_load.h>
#include <core/kernel.h>
#include <boot/kip.h>
#include <lib/bits.h>
#include <lib/str.h>

#define BELOW_4G ((uint64_t)1 << 32)

/* ---- memory descriptors ---- */

static void describe(unsigned type, uint64_t base, uint64_t size)
{
	if (size && !kip_memory(kernel.kip, type, false, (l4_word_t)base, (l4_word_t)(base + size - 1)))
		boot_refuse("more than %d memory regions: the kernel interface page is full", CFG_MEMDESCS);
}

static void describe_firmware(const struct boot_info *bi)
{
	for (unsigned i = 0; i < bi->nmemory; i++) {
		const struct boot_memory *m = &bi->memory[i];

		if (m->type == 1)
			describe(L4_MEM_CONVENTIONAL, m->base, m->size);
		else
			describe(kip_memory_type(L4_MEM_ARCH, m->type & 0xf), m->base, m->size);
	}
}

/* A later descriptor overrides earlier ones: all memory, the firmware's map, then modules and the kernel. */
static void describe_memory(const struct boot_layout *l, uint64_t info, uint64_t info_size)
{
	const struct boot_info *bi = l->bi;

	kip_memory(kernel.kip, L4_MEM_SHARED, false, 0, ~(l4_word_t)0);
	describe_firmware(bi);
	describe(L4_MEM_SHARED, bi->window.base, bi->window.size);
	describe(kip_memory_type(L4_MEM_BOOTLOADER, L4_MEM_T_SERVER), l->sigma0.low,
		 l->sigma0.high - l->sigma0.low);
	describe(kip_memory_type(L4_MEM_BOOTLOADER, L4_MEM_T_SERVER), l->root.low,
		 l->root.high - l->root.low);
	for (unsigned i = 2; i < bi->nmodules; i++)
		describe(kip_memory_type(L4_MEM_BOOTLOADER, L4_MEM_T_MODULE), l->module[i],
			 bi->modules[i].size);
	describe(kip_memory_type(L4_MEM_BOOTLOADER, L4_MEM_T_BOOTINFO), info, info_size);
	for (unsigned i = 0; i < mem.nreserved; i++)
		describe(L4_MEM_RESERVED, mem.reserved[i].base, mem.reserved[i].size);
	kip_memory(kernel.kip, L4_MEM_CONVENTIONAL, true, 0, L4_USER_END - 1);
}

static void describe_server(struct l4_kip_server *k, const struct boot_server *s)
{
	k->ip = (l4_word_t)s->entry;
	k->low = (l4_word_t)s->low;
	k->high = (l4_word_t)s->high;
}

/* ---- boot info ---- */

/* A region of physical memory from which zeroed blocks are allocated in ascending order. */
struct bump { char *at, *end; };

static void *bump_alloc(struct bump *p, size_t bytes)
{
	void *at = p->at;

	bytes = align_up(bytes, 3);
	if ((size_t)(p->end - p->at) < bytes)
		boot_refuse("too many or too long module command lines for the boot info");
	memset(at, 0, bytes);
	p->at += bytes;
	return at;
}

static l4_word_t bump_string(struct bump *p, const char *s)
{
	char *at = bump_alloc(p, strlen(s) + 1);

	memcpy(at, s, strlen(s) + 1);
	return (l4_word_t)arch_frame_pa(at);
}

static void write_module(struct bump *p, const struct boot_layout *l, unsigned i)
{
	struct l4_bootrec_module *r = bump_alloc(p, sizeof(*r));

	r->h = (struct l4_bootrec){ .type = L4_BOOTREC_MODULE, .version = 1 };
	r->start = (l4_word_t)l->module[i];
	r->size = (l4_word_t)l->bi->modules[i].size;
	bump_string(p, l->bi->modules[i].cmdline);
	r->cmdline = sizeof(*r);
	r->h.next = (l4_word_t)(p->at - (char *)r);
}

/* Older root servers expect records for sigma0 and the root server, although both are loaded already. */
static void write_server(struct bump *p, const struct boot_server *s, const char *cmdline)
{
	struct l4_bootrec_simple_exec *r = bump_alloc(p, sizeof(*r));

	r->h = (struct l4_bootrec){ .type = L4_BOOTREC_SIMPLE_EXEC, .version = 1 };
	r->text.physical = r->text.virtual = (l4_word_t)s->low;
	r->text.size = (l4_word_t)(s->high - s->low);
	r->ip = (l4_word_t)s->entry;
	r->flags = sizeof(l4_word_t) == 8 ? 2 : 1;
	bump_string(p, cmdline);
	r->cmdline = sizeof(*r);
	r->h.next = (l4_word_t)(p->at - (char *)r);
}

static void write_bootinfo(struct bump *p, const struct boot_layout *l, uint64_t mbi)
{
	struct l4_bootinfo *info = bump_alloc(p, sizeof(*info));
	struct l4_bootrec_multiboot *m;

	info->magic = L4_BOOTINFO_MAGIC;
	info->version = 1;
	info->first = sizeof(*info);
	write_server(p, &l->sigma0, l->bi->modules[0].cmdline);
	write_server(p, &l->root, l->bi->modules[1].cmdline);
	info->count = 2;
	for (unsigned i = 2; i < l->bi->nmodules; i++, info->count++)
		write_module(p, l, i);
	m = bump_alloc(p, sizeof(*m));
	m->h = (struct l4_bootrec){ L4_BOOTREC_MULTIBOOT, 1, sizeof(*m) };
	m->address = (l4_word_t)mbi;
	info->count++;
	info->size = (l4_word_t)(p->at - (char *)info);
}

static void write_mmap(struct bump *p, struct multiboot_info *mbi, const struct boot_info *bi)
{
	struct multiboot_mmap *map = bump_alloc(p, bi->nmemory * sizeof(*map));

	for (unsigned i = 0; i < bi->nmemory; i++)
		map[i] = (struct multiboot_mmap){ sizeof(*map) - 4, bi->memory[i].base, bi->memory[i].size,
						  bi->memory[i].type };
	mbi->mmap_addr = (uint32_t)arch_frame_pa(map);
	mbi->mmap_length = bi->nmemory * (uint32_t)sizeof(*map);
	mbi->flags |= MULTIBOOT_MMAP;
}

static void write_modules(struct bump *p, struct multiboot_info *mbi, const struct boot_layout *l)
{
	struct multiboot_module *m = bump_alloc(p, l->bi->nmodules * sizeof(*m));

	for (unsigned i = 0; i < l->bi->nmodules; i++) {
		m[i].start = (uint32_t)l->module[i];
		m[i].end = (uint32_t)(l->module[i] + l->bi->modules[i].size);
		m[i].cmdline = (uint32_t)bump_string(p, l->bi->modules[i].cmdline);
	}
	mbi->mods_addr = (uint32_t)arch_frame_pa(m);
	mbi->mods_count = l->bi->nmodules;
	mbi->flags |= MULTIBOOT_MODULES;
}

/* Its command line is that of the root server's module (protocols 7.4). Returns the physical address. */
static uint64_t write_multiboot(struct bump *p, const struct boot_layout *l)
{
	struct multiboot_info *mbi = bump_alloc(p, sizeof(*mbi));

	mbi->cmdline = (uint32_t)bump_string(p, l->bi->modules[1].cmdline);
	mbi->flags = MULTIBOOT_CMDLINE | (l->bi->fb.base ? MULTIBOOT_FRAMEBUFFER : 0);
	mbi->fb = l->bi->fb;
	write_mmap(p, mbi, l->bi);
	write_modules(p, mbi, l);
	return arch_frame_pa(mbi);
}

void boot_describe(struct boot_layout *l)
{
	enum { INFO_BYTES = 4 * KMEM_FRAME };
	uint64_t info = boot_take(l, INFO_BYTES, KMEM_FRAME_LOG2, BELOW_4G);
	uint64_t mbi = boot_take(l, INFO_BYTES, KMEM_FRAME_LOG2, BELOW_4G);
	struct bump p, q;

	if (!info || !mbi)
		boot_refuse("too little memory below 4 GiB for the boot info");
	p = (struct bump){ arch_frame_ptr(mbi), (char *)arch_frame_ptr(mbi) + INFO_BYTES };
	q = (struct bump){ arch_frame_ptr(info), (char *)arch_frame_ptr(info) + INFO_BYTES };
	write_bootinfo(&q, l, write_multiboot(&p, l));
	describe_server(&kernel.kip->sigma0, &l->sigma0);
	describe_server(&kernel.kip->root, &l->root);
	describe_memory(l, info, INFO_BYTES);
	kip_memory(kernel.kip, kip_memory_type(L4_MEM_BOOTLOADER, L4_MEM_T_BOOTINFO), false, (l4_word_t)mbi,
		   (l4_word_t)(mbi + INFO_BYTES - 1));
	kernel.kip->boot_info = (l4_word_t)info;
}
