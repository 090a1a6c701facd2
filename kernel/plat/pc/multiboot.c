/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * multiboot.c - copies the boot information of GRUB (Multiboot 2) or QEMU (Multiboot 1) into boot_info.
 *
 * The information may be anywhere below 4 GiB, in memory that is free later: so everything that is
 * needed is copied. Command lines are copied unchanged; QEMU, and the usual configuration of GRUB, put the
 * file's name in front.
 */
#include <core/arch.h>
#include <boot/boot.h>
#include <arch/board.h>
#include <lib/print.h>
#include <lib/str.h>

#define MAGIC1	0x2badb002u
#define MAGIC2	0x36d76289u

/* Multiboot 0.6.96, 3.3 */
struct info1 {
	uint32_t flags, mem_lower, mem_upper, boot_device, cmdline, mods_count, mods;
	uint32_t syms[4], mmap_length, mmap, drives[2], config, loader, apm, vbe[4];
	uint64_t fb_base;
	uint32_t fb_pitch, fb_width, fb_height;
	uint8_t fb_bpp, fb_type, fb_color[6];
} __attribute__((packed));

enum { HAS_MEMORY = 1 << 0, HAS_CMDLINE = 1 << 2, HAS_MODS = 1 << 3, HAS_MMAP = 1 << 6, HAS_FB = 1 << 12 };

struct mod1 { uint32_t start, end, cmdline, reserved; };
struct mmap1 { uint32_t size; uint64_t base, length; uint32_t type; } __attribute__((packed));

/* Multiboot 2.0, 3.6 */
struct tag { uint32_t type, size; };
struct tag_module { struct tag tag; uint32_t start, end; char cmdline[]; };
struct tag_mmap { struct tag tag; uint32_t entry_size, version; };
struct mmap2 { uint64_t base, length; uint32_t type, reserved; };
struct tag_fb {
	struct tag tag;
	uint64_t base;
	uint32_t pitch, width, height;
	uint8_t bpp, type, reserved[2], color[6];
} __attribute__((packed));

enum {
	TAG_END = 0, TAG_CMDLINE = 1, TAG_MODULE = 3, TAG_MMAP = 6, TAG_FB = 8,
	TAG_RSDP_OLD = 14, TAG_RSDP_NEW = 15,
};

_Static_assert(offsetof(struct info1, fb_base) == 88, "Multiboot 3.3");

static void copy_text(char *to, const char *from, size_t max)
{
	size_t n = 0;

	while (n < max && n + 1 < BOOT_CMDLINE_MAX && from[n])
		n++;
	memcpy(to, from, n);
	to[n] = 0;
}

/* Merges adjacent ranges of one type: UEFI describes memory in many small pieces. */
static void add_memory(struct boot_info *boot, uint64_t base, uint64_t size, uint32_t type)
{
	struct boot_memory *last = boot->nmemory ? &boot->memory[boot->nmemory - 1] : 0;

	if (size == 0)
		return;
	if (last && last->type == type && last->base + last->size == base) {
		last->size += size;
		return;
	}
	if (boot->nmemory == BOOT_MEMORY_MAX) {
		printk("boot: more than %d memory ranges; [%llx, %llx) is not used\n", BOOT_MEMORY_MAX,
		       (unsigned long long)base, (unsigned long long)(base + size));
		return;
	}
	boot->memory[boot->nmemory++] = (struct boot_memory){ base, size, type };
}

static void add_module(struct boot_info *boot, uint32_t start, uint32_t end, const char *cmdline, size_t max)
{
	struct boot_module *m;

	if (boot->nmodules == BOOT_MODULES_MAX) {
		printk("boot: more than %d modules; one at %x is not used\n", BOOT_MODULES_MAX, start);
		return;
	}
	m = &boot->modules[boot->nmodules++];
	m->base = start;
	m->size = end > start ? end - start : 0;
	copy_text(m->cmdline, cmdline, max);
}

static void set_framebuffer(struct boot_info *boot, const struct boot_framebuffer *fb, const uint8_t *color)
{
	boot->fb = *fb;
	if (fb->type != 1)
		return;
	boot->fb.red_pos = color[0];
	boot->fb.red_size = color[1];
	boot->fb.green_pos = color[2];
	boot->fb.green_size = color[3];
	boot->fb.blue_pos = color[4];
	boot->fb.blue_size = color[5];
}

/* ---- Multiboot 1 ---- */

/* Without a framebuffer field the screen has the BIOS's mode: 80 by 25 characters of text. */
static void screen1(const struct info1 *i, struct boot_info *boot)
{
	struct boot_framebuffer text = { .base = 0xb8000, .pitch = 160, .width = 80, .height = 25,
					 .bpp = 16, .type = 2 };

	if (i->flags & HAS_FB)
		text = (struct boot_framebuffer){ .base = i->fb_base, .pitch = i->fb_pitch,
			.width = i->fb_width, .height = i->fb_height, .bpp = i->fb_bpp, .type = i->fb_type };
	set_framebuffer(boot, &text, i->fb_color);
}

static void memory1(const struct info1 *i, struct boot_info *boot)
{
	if (i->flags & HAS_MMAP) {
		for (uint32_t at = 0; at + sizeof(struct mmap1) <= i->mmap_length; ) {
			const struct mmap1 *m = arch_frame_ptr((uint64_t)i->mmap + at);

			add_memory(boot, m->base, m->length, m->type);
			at += m->size + (uint32_t)sizeof(m->size);
		}
	} else if (i->flags & HAS_MEMORY) {
		add_memory(boot, 0, (uint64_t)i->mem_lower << 10, 1);
		add_memory(boot, 1 << 20, (uint64_t)i->mem_upper << 10, 1);
	}
}

static void read_info1(const struct info1 *i, struct boot_info *boot)
{
	const struct mod1 *mods = arch_frame_ptr(i->mods);

	if (i->flags & HAS_CMDLINE)
		copy_text(boot->cmdline, arch_frame_ptr(i->cmdline), BOOT_CMDLINE_MAX);
	for (uint32_t n = 0; i->flags & HAS_MODS && n < i->mods_count; n++)
		add_module(boot, mods[n].start, mods[n].end,
			   mods[n].cmdline ? arch_frame_ptr(mods[n].cmdline) : "", BOOT_CMDLINE_MAX);
	memory1(i, boot);
	screen1(i, boot);
}

/* ---- Multiboot 2 ---- */

static void memory2(const struct tag_mmap *t, struct boot_info *boot)
{
	if (t->entry_size < sizeof(struct mmap2))
		return;
	for (uint32_t at = sizeof(*t); at + t->entry_size <= t->tag.size; at += t->entry_size) {
		const struct mmap2 *m = (const void *)((const char *)t + at);

		add_memory(boot, m->base, m->length, m->type);
	}
}

static void read_tag(const struct tag *tag, struct boot_info *boot)
{
	const void *body = tag + 1;
	const struct tag_module *module = (const void *)tag;
	const struct tag_fb *fb = (const void *)tag;

	switch (tag->type) {
	case TAG_CMDLINE:
		copy_text(boot->cmdline, body, tag->size - sizeof(*tag));
		break;
	case TAG_MODULE:
		add_module(boot, module->start, module->end, module->cmdline, tag->size - sizeof(*module));
		break;
	case TAG_MMAP:
		memory2((const void *)tag, boot);
		break;
	case TAG_FB:
		set_framebuffer(boot, &(struct boot_framebuffer){ .base = fb->base, .pitch = fb->pitch,
			.width = fb->width, .height = fb->height, .bpp = fb->bpp, .type = fb->type },
			fb->color);
		break;
	case TAG_RSDP_OLD:
		if (!boot->rsdp)
			boot->rsdp = arch_frame_pa(body);
		break;
	case TAG_RSDP_NEW:
		boot->rsdp = arch_frame_pa(body);
		break;
	}
}

static void read_info2(const uint32_t *info, struct boot_info *boot)
{
	const char *at = (const char *)(info + 2), *end = (const char *)info + info[0];

	while (at + sizeof(struct tag) <= end) {
		const struct tag *tag = (const void *)at;

		if (tag->type == TAG_END || tag->size < sizeof(*tag) || at + tag->size > end)
			break;
		read_tag(tag, boot);
		at += (tag->size + 7) & ~7u;
	}
}

const char *plat_handover(uint32_t magic, uint64_t info, struct boot_info *boot)
{
	if (magic == MAGIC1)
		read_info1(arch_frame_ptr(info), boot);
	else if (magic == MAGIC2)
		read_info2(arch_frame_ptr(info), boot);
	else
		return "not started by a Multiboot boot loader (bad magic number)";
	return boot->nmemory ? 0 : "the boot loader reports no memory";
}
