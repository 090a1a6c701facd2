/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * executed.c - a QEMU TCG plugin: which instructions does the guest execute, in which program?
 *
 * Programs are linked at the same addresses, and a plugin cannot see which address space is used. So a page
 * of code is known by its address and its bytes: the reader of the file looks for the program with this page.
 *
 *	-plugin executed.so,folder=PATH		with -accel tcg and one CPU
 *
 * PATH/PID.executed has a struct page for each page, in the order of their first translation. It is mapped
 * memory, so it is complete however QEMU ends. The first MiB (the firmware) is left out.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../../bench/scope/qplugin.h"

enum { PAGE = 4096, PAGES = 8192, HEADS = 1024, FIRMWARE = 1 << 20 };

QP_EXPORT int qemu_plugin_version = 1;

/* used: 1, or 2 if a page after this one, the last, had no place. */
struct page { uint64_t used, va; uint8_t bytes[PAGE]; uint64_t count[PAGE]; };

static struct page *pages;
static unsigned npages;
static struct { unsigned head[HEADS], next[PAGES]; } known;	/* by address; numbers from 1 on, 0: none */

static struct page *page_new(uint64_t va, const uint8_t *bytes)
{
	unsigned *head = &known.head[va / PAGE % HEADS];
	struct page *p = pages + npages;

	if (npages == PAGES) {
		pages[PAGES - 1].used = 2;
		return NULL;
	}
	known.next[npages] = *head;
	*head = ++npages;
	p->used = 1;
	p->va = va;
	memcpy(p->bytes, bytes, PAGE);
	return p;
}

static struct page *page_find(uint64_t va, const uint8_t *bytes)
{
	for (unsigned n = known.head[va / PAGE % HEADS]; n; n = known.next[n - 1])
		if (pages[n - 1].va == va && memcmp(pages[n - 1].bytes, bytes, PAGE) == 0)
			return &pages[n - 1];
	return page_new(va, bytes);
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	const uint8_t *bytes = NULL;
	struct page *p = NULL;

	(void)id;
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t va = qemu_plugin_insn_vaddr(insn), offset = va % PAGE;
		const uint8_t *host = qemu_plugin_insn_haddr(insn);

		if (!host || va < FIRMWARE)
			continue;
		if (bytes != host - offset) {
			bytes = host - offset;
			p = page_find(va - offset, bytes);
		}
		if (p)
			qemu_plugin_register_vcpu_insn_exec_inline(insn, QP_INLINE_ADD_U64, &p->count[offset], 1);
	}
}

QP_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
	const size_t bytes = PAGES * sizeof(struct page);
	char name[1024];
	int fd;

	(void)info;
	if (argc != 1 || strncmp(argv[0], "folder=", 7) != 0)
		return 1;
	snprintf(name, sizeof name, "%s/%d.executed", argv[0] + 7, (int)getpid());
	fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0666);
	if (fd < 0 || ftruncate(fd, bytes) != 0)
		return 1;
	pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (pages == MAP_FAILED)
		return 1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
	return 0;
}
