/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * handover.c - takes the machine over from the firmware: copies what it says, and then reads that and the
 * boot archive. Nothing in them is believed.
 */
#include <core/arch.h>
#include <boot/boot.h>
#include <arch/board.h>
#include <arch/layout.h>
#include <lib/print.h>
#include "pmac.h"

static struct properties said;
static struct { uint32_t base, size; } archive;

volatile uint8_t *macio;

void plat_handover(uint32_t base, uint32_t size, uint32_t client)
{
	const char *wrong;
	uint32_t at = 0;

	archive.base = base;
	archive.size = size;
	firmware_read(client, &said);
	wrong = properties_macio(&said.macio, &at);
	if (wrong)
		firmware_refuse(said.macio.name, wrong);
	macio = (volatile uint8_t *)(uintptr_t)(KMAP_PCI + (at - KMAP_PCI_PA));
}

/* Returns why the machine cannot start: what is wrong with a part of its information. */
static const char *because(const char *part, const char *wrong)
{
	static char text[120];

	fmt_print(text, sizeof(text), "%s %s", part, wrong);
	return text;
}

static const char *read_archive(struct boot_info *boot)
{
	const char *wrong;

	if (archive.size == 0)
		return "there is no boot archive: give it as initial RAM disk";
	if (!boot_is_ram(boot, archive.base, archive.size))
		return "the boot archive is not in memory that the kernel uses";
	wrong = archive_read(arch_frame_ptr(archive.base), archive.base, archive.size, boot);
	return wrong ? because("the boot archive", wrong) : 0;
}

const char *plat_boot_info(struct boot_info *boot, struct board_info *board)
{
	const char *wrong;
	uint64_t left_out;

	if ((wrong = properties_memory(&said.memory, boot, &left_out)))
		return because(said.memory.name, wrong);
	if (left_out)
		printk("boot: %llu MiB of RAM, above %llu MiB or behind a hole, are not used\n", left_out >> 20,
		       KMAP_DIRECT_BYTES >> 20);
	if ((wrong = properties_arguments(&said.arguments, boot)))
		return because(said.arguments.name, wrong);
	if ((wrong = properties_hertz(&said.time_base, &board->tb_hz)))
		return because(said.time_base.name, wrong);
	if ((wrong = properties_hertz(&said.cpu_clock, &board->cpu_hz)))
		return because(said.cpu_clock.name, wrong);
	return read_archive(boot);
}
