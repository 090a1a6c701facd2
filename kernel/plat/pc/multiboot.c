/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * multiboot.c - copies the boot information of GRUB (Multiboot 2) or QEMU (Multiboot 1) into boot_info.
 *
 * The information may be anywhere below 4 GiB, in memory that is free later: so everything that is
 * needed is copied. Command lines are copied unchanged; QEMU, and the usual configuration of GRUB, put the
 * file's name in front.
 *
 * Nothing in it is believed: what does not fit, is not mapped or cannot be is left out, with a message.
 */
#include <core/arch.h>
#include <boot/boot.h>
#include <arch/board.h>
#include <arch/layout.h>
#include <lib/bits.h>
#include <lib/print.h>
#include "pc.h"

#define MAGIC1	0x2badb002u
#define MAGIC2	0x36d76289u

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

/* Memory of VGA, and programs of cards. */
enum { VGA_WINDOW = 0xa0000, VGA_WINDOW_END = 0xf0000 };

/* The type of a screen whose tag describes colours; for text GRUB ends the tag before them. */
enum { FB_DIRECT = 1 };

/* More than any boot loader gives: a damaged length does not stop the boot for long. */
enum { MAP_BYTES_MAX = 1 << 16, INFO2_BYTES_MAX = 1 << 20 };

/* What was left out: damaged, or more than there is room for. */
static struct left_out { unsigned ranges, modules; bool damaged; } without;

/* Returns [pa, pa + size), which is not empty, or 0 if it is not mapped. */
static const void *mapped(uint64_t pa, uint64_t size)
{
	if (arch_frame_reachable(pa) && arch_frame_reachable(pa + size - 1))
		return arch_frame_ptr(pa);
	without.damaged = true;
	return 0;
}

static void copy_text(char *to, uint64_t from, uint64_t end)
{
	const char *c;

	for (unsigned n = 0; n + 1 < BOOT_CMDLINE_MAX && from < end && (c = mapped(from++, 1)) && *c; n++)
		*to++ = *c;
	*to = 0;
}

/* Merges adjacent ranges of one type: UEFI describes memory in many small pieces. */
static void add_memory(struct boot_info *boot, uint64_t base, uint64_t size, uint32_t type)
{
	struct boot_memory *last = boot->nmemory ? &boot->memory[boot->nmemory - 1] : 0;

	if (size == 0)
		return;
	if (size > KMAP_PA_BYTES || base > KMAP_PA_BYTES - size)
		without.ranges++;
	else if (last && last->type == type && last->base + last->size == base)
		last->size += size;
	else if (boot->nmemory == BOOT_MEMORY_MAX)
		without.ranges++;
	else
		boot->memory[boot->nmemory++] = (struct boot_memory){ base, size, type };
}

/* The text is at [text, text_end), if it has no NUL before. */
static void add_module(struct boot_info *boot, uint32_t start, uint32_t end, uint64_t text, uint64_t text_end)
{
	struct boot_module *m;

	if (boot->nmodules == BOOT_MODULES_MAX) {
		without.modules++;
		return;
	}
	m = &boot->modules[boot->nmodules++];
	m->base = start;
	m->size = end > start ? end - start : 0;
	copy_text(m->cmdline, text, text_end);
}

/* ---- Multiboot 1 ---- */

/* Without a framebuffer field the screen has the BIOS's mode: 80 by 25 characters of text. */
static void screen1(const struct multiboot_info *i, struct boot_info *boot)
{
	boot->fb = (struct multiboot_framebuffer){ .base = 0xb8000, .pitch = 160, .width = 80, .height = 25,
						   .bpp = 16, .type = 2 };
	if (i->flags & MULTIBOOT_FRAMEBUFFER)
		boot->fb = i->fb;
}

static void memory1(const struct multiboot_info *i, struct boot_info *boot)
{
	const struct multiboot_mmap *m;

	if (i->flags & MULTIBOOT_MMAP) {
		uint64_t at = i->mmap_addr, end = at + i->mmap_length;

		if (i->mmap_length > MAP_BYTES_MAX)
			end = at + MAP_BYTES_MAX;
		while (at + sizeof(*m) <= end && (m = mapped(at, sizeof(*m)))) {
			add_memory(boot, m->base, m->length, m->type);
			at += (uint64_t)m->size + sizeof(m->size);
		}
	} else if (i->flags & MULTIBOOT_MEMORY) {
		add_memory(boot, 0, (uint64_t)i->mem_lower << 10, 1);
		add_memory(boot, 1 << 20, (uint64_t)i->mem_upper << 10, 1);
	}
}

static void modules1(const struct multiboot_info *i, struct boot_info *boot)
{
	const struct multiboot_module *m;

	for (uint32_t n = 0; n < i->mods_count && !without.modules; n++) {
		m = mapped(i->mods_addr + (uint64_t)n * sizeof(*m), sizeof(*m));
		if (!m)
			return;
		add_module(boot, m->start, m->end, m->cmdline, m->cmdline ? UINT64_MAX : 0);
	}
}

static void read_info1(const struct multiboot_info *i, struct boot_info *boot)
{
	if (i->flags & MULTIBOOT_CMDLINE)
		copy_text(boot->cmdline, i->cmdline, UINT64_MAX);
	if (i->flags & MULTIBOOT_MODULES)
		modules1(i, boot);
	memory1(i, boot);
	screen1(i, boot);
}

/* ---- Multiboot 2 ---- */

static const uint8_t tag_bytes[] = {
	[TAG_MODULE] = sizeof(struct tag_module), [TAG_MMAP] = sizeof(struct tag_mmap),
	[TAG_FB] = offsetof(struct tag_fb, color), [TAG_RSDP_OLD] = sizeof(struct tag) + 20,
	[TAG_RSDP_NEW] = sizeof(struct tag) + 36,
};

static void memory2(const struct tag_mmap *t, struct boot_info *boot)
{
	if (t->entry_size < sizeof(struct mmap2) || !is_aligned(t->entry_size, 3)) {
		without.damaged = true;
		return;
	}
	for (uint64_t at = sizeof(*t); at + t->entry_size <= t->tag.size; at += t->entry_size) {
		const struct mmap2 *m = (const void *)((const char *)t + at);

		add_memory(boot, m->base, m->length, m->type);
	}
}

static void screen2(const struct tag_fb *t, struct boot_info *boot)
{
	static const uint8_t none[sizeof(t->color)];
	const uint8_t *color = t->type == FB_DIRECT ? t->color : none;

	if (t->type == FB_DIRECT && t->tag.size < sizeof(*t)) {
		without.damaged = true;
		return;
	}
	boot->fb = (struct multiboot_framebuffer){ t->base, t->pitch, t->width, t->height, t->bpp, t->type,
						   color[0], color[1], color[2], color[3], color[4], color[5] };
}

static void read_tag(const struct tag *tag, struct boot_info *boot)
{
	uint64_t body = arch_frame_pa(tag + 1), end = arch_frame_pa(tag) + tag->size;
	const struct tag_module *module = (const void *)tag;

	switch (tag->type) {
	case TAG_CMDLINE:
		copy_text(boot->cmdline, body, end);
		break;
	case TAG_MODULE:
		add_module(boot, module->start, module->end, arch_frame_pa(module->cmdline), end);
		break;
	case TAG_MMAP:
		memory2((const void *)tag, boot);
		break;
	case TAG_FB:
		screen2((const void *)tag, boot);
		break;
	case TAG_RSDP_OLD:
		if (!boot->rsdp)
			boot->rsdp = body;
		break;
	case TAG_RSDP_NEW:
		boot->rsdp = body;
		break;
	}
}

static void read_info2(uint64_t info, uint32_t bytes, struct boot_info *boot)
{
	uint64_t at = info + 8, end = info + (bytes < INFO2_BYTES_MAX ? bytes : INFO2_BYTES_MAX);
	const struct tag *tag;

	while (at + sizeof(*tag) <= end && (tag = mapped(at, sizeof(*tag))) && tag->type != TAG_END) {
		uint32_t least = tag->type < ARRAY_LEN(tag_bytes) && tag_bytes[tag->type] ? tag_bytes[tag->type]
			       : sizeof(*tag);

		if (tag->size < least || tag->size > end - at || !mapped(at, tag->size)) {
			without.damaged = true;
			return;
		}
		read_tag(tag, boot);
		at = align_up(at + tag->size, 3);
	}
}

static void report(void)
{
	if (without.damaged)
		printk("boot: the boot loader's information is damaged; a part of it is not used\n");
	if (without.ranges)
		printk("boot: %u memory ranges are not used: they cannot be, or are more than %d\n",
		       without.ranges, BOOT_MEMORY_MAX);
	if (without.modules)
		printk("boot: more than %d modules; the others are not used\n", BOOT_MODULES_MAX);
}

const char *plat_handover(uint32_t magic, uint64_t info, struct boot_info *boot)
{
	const struct multiboot_info *i = mapped(info, sizeof(*i));

	without = (struct left_out){ 0 };
	if (magic != MAGIC1 && magic != MAGIC2)
		return "not started by a Multiboot boot loader (bad magic number)";
	if (!i)
		return "the boot loader's information is not in memory";
	if (magic == MAGIC1)
		read_info1(i, boot);
	else
		read_info2(info, i->flags, boot);
	pc_check_memory(boot, 0, KMAP_BOOT_BYTES);
	boot->window = (struct boot_memory){ VGA_WINDOW, VGA_WINDOW_END - VGA_WINDOW, 0 };
	report();
	return boot->nmemory ? 0 : "the boot loader reports no memory";
}
