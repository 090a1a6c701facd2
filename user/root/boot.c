/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot.c - from an empty root task to running programs.
 *
 * The order matters: root's output first, so that any failure can be reported; memory; the boot image,
 * checked as a whole before anything in it is used; then sigma0 is closed to all others, before the first
 * program runs.
 */
#include <l4/kip.h>
#include <l4/pecan.h>
#include <pecan/addresses.h>
#include <pecan/code.h>
#include <pecan/cpu.h>
#include <proto/grants.h>
#include <root/device/device.h>
#include <root/device/dma.h>
#include <root/device/machine.h>
#include <root/job/backlog.h>
#include <root/job/job.h>
#include <root/memory/area.h>
#include <root/memory/image.h>
#include <root/memory/pool.h>
#include <root/memory/sigma.h>
#include <root/memory/tar.h>
#include <root/report/log.h>
#include <root/report/output.h>
#include <root/supervised/starts.h>
#include <root/supervised/watch.h>
#include <root/task/area_work.h>
#include <root/task/end.h>
#include <root/task/space_work.h>
#include <string.h>
#include <x2/kip.h>
#include "boot.h"
#include "fault.h"
#include "main.h"
#include "request_log.h"
#include "root.h"

enum {
	LARGEST_LOG2 = 30,
	OWN_PAGES = 1 + 32,		/* the start code; two for each worker (job.c) */
	BOOT_INFO_BYTES = 4096,		/* at first; the header has the length */
};

extern const char enter_code[], enter_code_end[];
extern const char __program_start[], __program_end[];

/* ---- memory ---- */

/* Frames up to the end of conventional memory. */
static l4_word_t frames_described(const struct l4_kip *kip)
{
	const char *first = (const char *)kip + (kip->memory_info >> L4_WORD_BITS / 2);
	const struct l4_memdesc *d = (const struct l4_memdesc *)first;
	l4_word_t n = kip->memory_info & (((l4_word_t)1 << L4_WORD_BITS / 2) - 1), high = 0;

	for (l4_word_t i = 0; i < n; i++)
		if (!l4_memdesc_virtual(&d[i]) && l4_memdesc_type(&d[i]) == L4_MEM_CONVENTIONAL
		    && l4_memdesc_high(&d[i]) > high)
			high = l4_memdesc_high(&d[i]);
	return (high + 1) >> PAGE_LOG2;
}

/* The states of frames for the pool, then all conventional memory in the largest pieces there are. */
static bool take_memory(void)
{
	l4_word_t frames = frames_described(root.kip), at;
	unsigned log2 = PAGE_LOG2;

	while ((l4_word_t)1 << log2 < pool_state_bytes(frames))
		log2++;
	at = sigma_any(log2);
	if (at == 0)
		return false;
	memset(direct(at), 0, (l4_word_t)1 << log2);
	pool_init(&root.pool, direct(at), frames);
	for (log2 = LARGEST_LOG2; log2 >= PAGE_LOG2; log2--)
		while ((at = sigma_any(log2)) != 0)
			pool_add(&root.pool, at, (l4_word_t)1 << (log2 - PAGE_LOG2));
	root.own = (struct account){ .pool = &root.pool, .limit = OWN_PAGES };
	return account_reserve(&root.own, OWN_PAGES);
}

static bool make_enter_page(void)
{
	root.enter_page = account_page(&root.own);
	if (root.enter_page == 0)
		return false;
	memcpy(direct(root.enter_page), enter_code, (l4_word_t)(enter_code_end - enter_code));
	pecan_code_written(direct(root.enter_page), PAGE_BYTES);
	return true;
}

/* ---- the boot info and the boot image ---- */

/* The boot info (protocols 7.5), made visible as far as it is long; 0 if there is none. */
static const struct l4_bootinfo *boot_info(void)
{
	l4_word_t at = root.kip->boot_info;
	const struct l4_bootinfo *b = direct(at);

	if (at == 0 || !sigma_range(at, sizeof(*b)) || b->magic != L4_BOOTINFO_MAGIC
	    || !sigma_range(at, b->size))
		return 0;
	return b;
}

/* The first record of a type, or 0. The kernel wrote them; bounds are checked all the same. */
static const struct l4_bootrec *record(const struct l4_bootinfo *b, l4_word_t type)
{
	l4_word_t at = b->first;

	for (l4_word_t i = 0; i < b->count && at <= b->size - sizeof(struct l4_bootrec); i++) {
		const struct l4_bootrec *r = (const struct l4_bootrec *)((const char *)b + at);

		if (r->type == type)
			return r;
		at += r->next;
	}
	return 0;
}

static void find_multiboot(const struct l4_bootinfo *b)
{
	const struct l4_bootrec *r = record(b, L4_BOOTREC_MULTIBOOT);
	l4_word_t at = r ? ((const struct l4_bootrec_multiboot *)r)->address : 0;

	if (at != 0 && sigma_range(at, BOOT_INFO_BYTES))
		root.multiboot = at;
}

/* The first module is the boot image. */
static bool find_image(void)
{
	const struct l4_bootinfo *b = boot_info();
	const struct l4_bootrec_module *m;
	char member[TAR_NAME_BYTES];
	const char *name, *wrong;

	if (!b) {
		report("no boot information from the kernel: the boot image cannot be found");
		return false;
	}
	find_multiboot(b);
	m = (const struct l4_bootrec_module *)record(b, L4_BOOTREC_MODULE);
	if (!m) {
		report("no boot image: give boot.tar as the module after the root task");
		return false;
	}
	name = m->cmdline != 0 ? (const char *)m + m->cmdline : "boot image";
	if (!sigma_range(m->start, m->size)) {
		report("%s: sigma0 refused the memory of the boot image", name);
		return false;
	}
	root.boot_image = (struct tar){ direct(m->start), m->size };
	wrong = tar_check(&root.boot_image, member);
	if (wrong)
		report("boot image %s: %s%s%s; make it again with tools/mkboot", name, member,
		       member[0] != 0 ? " " : "it ", wrong);
	return !wrong;
}

/* The index of the boot image and the programs in it, on root's own account. */
static bool read_image(void)
{
	unsigned members = tar_count(&root.boot_image), order = 0;
	l4_word_t at;

	while (PAGE_BYTES << order < members * sizeof(struct tar_entry))
		order++;
	root.own.limit += members + (1ul << order);
	if (account_reserve(&root.own, root.own.limit) && (at = account_block(&root.own, order)) != 0) {
		root.index = (struct tar_index){ members, direct(at) };
		tar_index(&root.index, &root.boot_image);
		if (image_boot())
			return true;
	}
	report("there is too little memory for the names of the boot image");
	return false;
}

/* Meltdown lets programs read all of the memory, so it is named. */
static void report_cpu(void)
{
	struct cpu_model m = cpu_model();
	unsigned open = 0;

	if (cpu_issues_count == 0)		/* of this kind of CPU none are listed */
		return;
	for (unsigned i = 0; i < cpu_issues_count; i++)
		open += cpu_issue_state(&cpu_issues[i], &m) == CPU_NOT_MITIGATED;
	report("%u known issues of this CPU are not mitigated%s: cpu lists them", open,
	       cpu_issue_state(&cpu_issues[CPU_MELTDOWN], &m) == CPU_NOT_MITIGATED
	       ? ", among them Meltdown" : "");
	if (cpu_is_tcg())
		report("this is QEMU's TCG: a program can stop it by virtual-8086 mode (docs/caveats.md)");
}

/*
 * So that no page fault of root's own takes the time of the message loop later. After take_memory: sigma0 has
 * nothing to give then for a page that was not loaded.
 */
static void touch_own_pages(void)
{
	for (const volatile char *at = __program_start; at < __program_end; at += PAGE_BYTES)
		*at;
}

/* What tasks have that can have work: it is done in this order (job.h). */
static const struct job_kind *const kinds[JOB_KINDS] = {
	[JOB_THREADS] = &task_dying, [JOB_AREAS] = &area_work, [JOB_SPACES] = &spaces_work,
	[JOB_PORTS] = &device_work, [JOB_PAGE] = &fault_pages,
};

static end_fn *const of_threads[] = { spaces_end, end_threads, request_log_end, device_end, 0 };
static end_fn *const of_memory[] = { area_work_end, device_blocks_end, 0 };

/* What the floors below call, and is above them (root.h). */
static void join(void)
{
	static const struct end_parts parts = { of_threads, of_memory };

	root.policy = &starts_policy;
	end_boot(&parts);
	area_when_gone(AREA_DEVICE, device_memory_gone);
	area_when_gone(AREA_DMA, dma_closed);
	area_work_when_cleared(dma_cleared);
	backlog_boot(serve_client);
}

void boot(void)
{
	root.kip = L4_GetKernelInterface();
	root.has_kmem_limit = L4_HasKmemLimit();
	root.user_base = root.kip->thread_info >> 20 & 0xfff;
	root.small_log2 = PECAN_SMALL_LOG2;
	root.log_priority = GRANTS_PRIORITY + 1;	/* no section is known yet */
	join();
	sigma_init();
	output_init();
	machine_begin();
	if (!take_memory() || !make_enter_page()) {
		report("sigma0 gave too little memory to work with");
		return;
	}
	touch_own_pages();
	report("%lu KiB of memory for programs", root.pool.total << PAGE_LOG2 >> 10);
	report_cpu();
	if (!find_image() || !read_image())
		return;
	if (!job_boot(kinds)) {
		report("there is too little memory for the workers of the root task");
		return;
	}
	sigma_close();
	request_log_boot();
	watch_boot();
}
