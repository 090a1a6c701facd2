// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel_memory.c - memory of Linux's own: what it takes for physical memory, the addresses of vmalloc, and
 * the initramfs. In the place of arch/um/kernel/physmem.c and initrd.c.
 */
#include <linux/init.h>
#include <linux/extable.h>
#include <linux/initrd.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <asm/mmu_context.h>
#include <asm/tlbflush.h>
#include <as-layout.h>
#include <init.h>
#include <mem_user.h>
#include <os.h>
#include "pecan.h"

unsigned long high_physmem;
int iomem_size;
extern unsigned long long physmem_size;
extern char _end[];

static char initramfs[64] __initdata;
static bool has_root __initdata;

static int __init uml_mem_setup(char *line, int *add)
{
	char *end;

	physmem_size = memparse(line, &end);
	return 0;
}
__uml_setup("mem=", uml_mem_setup, "mem=<size of the memory that Linux has, with K, M or G>\n\n");

static int __init uml_initrd_setup(char *line, int *add)
{
	strscpy(initramfs, line, sizeof(initramfs));
	return 0;
}
__uml_setup("initrd=", uml_initrd_setup, "initrd=<file of the boot image with the initramfs>\n\n");

/* Beside um's own handler of it. */
static int __init pecan_root_setup(char *line, int *add)
{
	has_root = true;
	return 0;
}
__uml_setup("root=", pecan_root_setup,
	    "root=<device with the root>: no initramfs but one that initrd= names\n\n");

void map_memory(unsigned long virt, unsigned long phys, unsigned long len, int r, int w, int x)
{
	if (virt != (unsigned long)__va(phys) || edge_memory(virt, len))
		panic("no %lu bytes of memory at %lx", len, virt);
}

void __init setup_physmem(unsigned long start, unsigned long reserve_end, unsigned long len,
			  unsigned long long highmem)
{
	unsigned long reserve = reserve_end - start;

	if (len <= reserve || edge_memory(reserve_end, len - reserve)) {
		os_warn("linux: %lu KiB of memory are not there, or too few: mem=\n", len >> 10);
		edge_exit(1);
	}
	memblock_add(__pa(start), len);
	memblock_reserve(__pa(start), reserve);
	min_low_pfn = PFN_UP(__pa(reserve_end));
	max_low_pfn = min_low_pfn + ((len - reserve) >> PAGE_SHIFT);
}

void __init mem_total_pages(unsigned long physmem, unsigned long iomem, unsigned long highmem)
{
	max_mapnr = (physmem + iomem + highmem) >> PAGE_SHIFT;
}

void *sbrk(long bytes) { return (void *)PAGE_ALIGN((unsigned long)_end); }

int __init read_initrd(void)
{
	const char *file = *initramfs ? initramfs : "lib/linux.cpio";
	long size;
	void *at;

	if (has_root && !*initramfs)
		return 0;
	size = edge_file_size(file);
	if (size <= 0) {
		os_warn("linux: the boot image has no %s\n", file);
		return 0;
	}
	at = memblock_alloc(size, PAGE_SIZE);
	if (!at || edge_file_read(file, at, size)) {
		os_warn("linux: no memory for %s, or it can not be read\n", file);
		return 0;
	}
	initrd_start = (unsigned long)at;
	initrd_end = initrd_start + size;
	return 0;
}

/* ---- vmalloc: pages appear by faults, which the helper serves ---- */

unsigned long edge_vmalloc_page(unsigned long at)
{
	pte_t *pte = at >= VMALLOC_START && at < TASK_SIZE ? virt_to_pte(&init_mm, at) : NULL;

	return pte && pte_present(*pte) ? (unsigned long)__va(pte_val(*pte) & PAGE_MASK) : 0;
}

unsigned long edge_fixup(unsigned long ip)
{
	const struct exception_table_entry *fixup = search_exception_tables(ip);

	return fixup ? fixup->fixup : 0;
}

void flush_tlb_kernel_range(unsigned long start, unsigned long end)
{
	edge_forget(start & PAGE_MASK, PAGE_ALIGN(end) - (start & PAGE_MASK));
}

void flush_tlb_kernel_vm(void) { flush_tlb_kernel_range(start_vm, end_vm); }
void __flush_tlb_one(unsigned long at) { flush_tlb_kernel_range(at, at + PAGE_SIZE); }
