/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * parsers.c - row image-parsers of make attack: a boot image with a system description and a program, the
 * memory descriptors of the KIP and the MP table, changed at random, are read by the code of root, sigma0 and
 * the PCI server. Sums are made right again in most rounds, so that what is behind them is reached. Each
 * image stands in memory of exactly its size.
 */
#include "harness.h"
#include <drivers/pci/arch/x86/mptable.h>
#include <elf.h>
#include <pecan/elf.h>
#include <supervisor/config.h>
#include <root/memory/tar.h>
#include <sigma0/regions.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../parsers/campaign.h"

#define USER_END 0x7ffffffff000ul

enum {
	BLOCK = 512, AT_SIZE = 124, AT_SUM = 148, AT_TYPE = 156, AT_MAGIC = 257,
	LINES_BYTES = 64,		/* of MANIFEST */
	MANIFEST = 0, INIT = 2 * BLOCK, INIT_BYTES = 1024, PROGRAM = INIT + BLOCK + INIT_BYTES,
	PROGRAM_BYTES = 2048, END = PROGRAM + BLOCK + PROGRAM_BYTES, BYTES = END + 2 * BLOCK,
	DESCRIPTORS = 24, TABLE = 16, TABLE_BYTES = 44 + 20 + 8 * 4, PARTS = 128, ROUNDS = 2000,
};

struct program_file { Elf64_Ehdr h; Elf64_Phdr p[3]; Elf64_Shdr s[3]; Elf64_Sym sym[3]; char strings[32]; };
struct descriptors { struct l4_kip kip; struct l4_memdesc at[DESCRIPTORS]; };

/* What is changed, in one piece. */
static struct {
	unsigned char tar[BYTES];
	struct descriptors memory;
	unsigned char firmware[TABLE + TABLE_BYTES];
} first, image;
static struct part parts[PARTS];
static unsigned nparts;

static const char init_text[] =
	"# What is started\n"
	"task names; start; provides names; memory 4M; reserve 1M; kernel-memory 512K; priority 120\n"
	"task console; start 80 25; rights terminal log framebuffer; irq 4 1 ; ports 3f8-3ff; uses names\n"
	"	physical b8000-bffff; restart 3 60; heartbeat 10; provides console tty*; keep 64K\n"
	"task virtio-blk; start; pci 1af4:1001 1af4:1042; uses names pci; restart 5 60; memory 1M; small 16\n"
	"task guest; confined; uses console; files lib/* readme; priority 50 60\n"
	"	paths r /disk/a /disk/b/c; paths w /disk/d; disk 64M 1G\n"
	"task name-of-thirty-one-characters-x; uses name-of-thirty-one-characters-x ;priority 9\n"
	"task *; memory 2M; uses names console\n";

static void part(void *at, const char *fields)
{
	size_t offset = (size_t)((unsigned char *)at - (unsigned char *)&first);

	parts[nparts++] = (struct part){ (unsigned char *)&image + offset, fields };
}

/* ---- the image without a change ---- */

static void sign_header(unsigned char *h)
{
	unsigned sum = 0;

	memset(h + AT_SUM, ' ', 8);
	for (unsigned i = 0; i < BLOCK; i++)
		sum += h[i];
	snprintf((char *)h + AT_SUM, 8, "%06o", sum & 0777777);
}

static void put_member(unsigned at, const char *name, unsigned size)
{
	unsigned char *h = first.tar + at;

	strcpy((char *)h, name);
	snprintf((char *)h + AT_SIZE, 12, "%011o", size);
	h[AT_TYPE] = '0';
	memcpy(h + AT_MAGIC, "ustar\00000", 8);
	part(h, "8848888");
	part(h + AT_SIZE, "88888881");
	part(h + AT_MAGIC, "88");
}

/* All sums as they must be for what the image holds, but for names and sizes that were changed. */
static void sign(unsigned char *tar)
{
	char text[LINES_BYTES];

	snprintf(text, sizeof(text), "%010u %010u init\n%010u %010u bin/a\n",
		 tar_cksum(tar + INIT + BLOCK, INIT_BYTES), INIT_BYTES,
		 tar_cksum(tar + PROGRAM + BLOCK, PROGRAM_BYTES), PROGRAM_BYTES);
	memcpy(tar + MANIFEST + BLOCK, text, strlen(text));
	sign_header(tar + MANIFEST);
	sign_header(tar + INIT);
	sign_header(tar + PROGRAM);
}

static void make_tar(void)
{
	unsigned char *tar = first.tar;

	strcpy((char *)tar + INIT + BLOCK, init_text);
	memset(tar + INIT + BLOCK + strlen(init_text), '\n', INIT_BYTES - strlen(init_text));
	put_member(MANIFEST, "MANIFEST", sizeof("0123456789 0123456789 init\n0123456789 0123456789 bin/a\n") - 1);
	put_member(INIT, "init", INIT_BYTES);
	put_member(PROGRAM, "bin/a", PROGRAM_BYTES);
	for (unsigned at = 0; at < LINES_BYTES; at += 8)
		part(tar + BLOCK + at, "11111111");
	for (unsigned at = 0; at < INIT_BYTES; at += 64)
		part(tar + INIT + BLOCK + at, "1111");
}

static void make_program(void)
{
	struct program_file *f = (struct program_file *)(first.tar + PROGRAM + BLOCK);

	_Static_assert(sizeof(*f) < PROGRAM_BYTES && (PROGRAM + BLOCK) % 8 == 0, "");
	f->h = (Elf64_Ehdr){ .e_ident = ELFMAG, .e_type = ET_EXEC, .e_machine = EM_X86_64, .e_entry = 0x400010,
			     .e_phoff = offsetof(struct program_file, p), .e_shoff = offsetof(struct program_file, s),
			     .e_phentsize = sizeof(f->p[0]), .e_phnum = 3, .e_shentsize = sizeof(f->s[0]),
			     .e_shnum = 3 };
	f->h.e_ident[EI_CLASS] = ELFCLASS64;
	f->h.e_ident[EI_DATA] = ELFDATA2LSB;
	f->h.e_ident[EI_VERSION] = EV_CURRENT;
	f->p[0] = (Elf64_Phdr){ PT_LOAD, PF_R | PF_X, 0, 0x400000, 0, 0x500, 0x500, 4096 };
	f->p[1] = (Elf64_Phdr){ PT_LOAD, PF_R | PF_W, 0x500, 0x401500, 0, 0x100, 0x3000, 4096 };
	f->p[2] = (Elf64_Phdr){ PT_NOTE, PF_R, 0, 0, 0, 0, 0, 8 };
	f->s[1] = (Elf64_Shdr){ .sh_type = SHT_SYMTAB, .sh_link = 2, .sh_size = sizeof(f->sym),
				.sh_offset = offsetof(struct program_file, sym) };
	f->s[2] = (Elf64_Shdr){ .sh_type = SHT_STRTAB, .sh_size = sizeof(f->strings),
				.sh_offset = offsetof(struct program_file, strings) };
	memcpy(f->strings, "\0start\0main", 12);
	f->sym[1] = (Elf64_Sym){ 1, STT_FUNC, 0, 1, 0x400010, 0 };
	f->sym[2] = (Elf64_Sym){ 7, STT_FUNC, 0, 1, 0x400100, 0 };
	part(&f->h, "11111111" "8" "2248884222222");
	for (unsigned i = 0; i < 3; i++)
		part(&f->p[i], "44888888");
	for (unsigned i = 1; i < 3; i++)
		part(&f->s[i], "4488884488");
	for (unsigned i = 1; i < 3; i++)
		part(&f->sym[i], "411288");
}

static void make_memory(void)
{
	struct descriptors *d = &first.memory;

	d->kip.memory_info = offsetof(struct descriptors, at) << L4_WORD_BITS / 2 | DESCRIPTORS;
	for (unsigned i = 0; i < DESCRIPTORS; i++) {
		l4_word_t low = (l4_word_t)i * 0x5000000 % 0x40000000;

		d->at[i] = (struct l4_memdesc){ low | (1 + i % 5), low + 0x7ffffff };
		part(&d->at[i], "88");
	}
}

static void sign_sum(unsigned char *at, unsigned bytes, unsigned where)
{
	unsigned char sum = 0;

	for (unsigned i = 0; i < bytes; i++)
		sum = (unsigned char)(sum + at[i]);
	at[where] = (unsigned char)(at[where] - sum);
}

static void sign_firmware(unsigned char *f)
{
	sign_sum(f, TABLE, 10);
	sign_sum(f + TABLE, TABLE_BYTES, 7);
}

static void make_firmware(void)
{
	static const unsigned char entries[] = {
		1, 0, 'P', 'C', 'I', ' ', ' ', ' ', 2, 2, 0x20, 1, 0, 0, 0xc0, 0xfe,
		3, 0, 15, 0, 0, 3 << 2, 2, 11, 4, 3, 0, 0, 1, 0, 0xff, 0,
	};
	unsigned char *t = first.firmware + TABLE;

	memcpy(first.firmware, "_MP_", 4);
	first.firmware[4] = TABLE;
	memcpy(t, "PCMP", 4);
	t[4] = TABLE_BYTES;
	t[34] = 5;
	memcpy(t + 44 + 20, entries, sizeof(entries));
	sign_firmware(first.firmware);
	part(first.firmware, "4411111111");
	part(t, "4211" "88" "422411");
	part(t + 44, "11118");
	for (unsigned i = 0; i < sizeof(entries); i += 8)
		part(t + 44 + 20 + i, "1121111");
}

/* ---- a round ---- */

static void require(bool good, const char *what)
{
	if (!good)
		campaign_fail("%s", what);
}

/* [from, from + size), in memory of its own. */
static void *alone(const void *from, size_t size)
{
	void *copy = malloc(size + !size);

	memcpy(copy, from, size);
	return copy;
}

static void read_description(const struct tar_member *m)
{
	static struct config c;
	char *text = alone(m->data, m->size);
	struct place at = { 0, 0 };
	const char *wrong = config_parse(&c, text, m->size, &at);

	require(wrong ? *wrong != 0 && at.line >= 1 && at.column >= 1 : c.grants.starts > 0,
		"a fault without a place");
	require(c.grants.programs <= GRANTS_MAX && c.grants.starts <= GRANTS_STARTS, "too many sections");
	for (unsigned i = 0; i < c.grants.programs; i++) {
		const struct grant *p = &c.grants.program[i];

		require(memchr(p->name, 0, sizeof(p->name)), "a name without end");
		for (unsigned n = 0; n < p->uses.count; n++)
			require(memchr(p->uses.at[n], 0, ROOT_NAME_BYTES), "a name without end");
		require(wrong || grants_of(&c.grants, p->name) == p, "two sections of one name");
		require(p->irqs.count <= GRANTS_RANGES && p->ports.count <= GRANTS_RANGES
			&& p->uses.count <= GRANTS_NAMES && p->files.count <= GRANTS_NAMES, "too many words");
		require(p->paths_bytes <= ROOT_TEXT_BYTES, "too many paths");
		require(p->paths_bytes == 0 || c.grants.paths[p->paths + p->paths_bytes - 1] == 0,
			"a path without end");
		require(wrong || p->disk.sectors <= DISK_MAX / CONFIG_SECTOR, "more than a disk");
		grants_may_read(p, "lib/readme");
	}
	free(text);
}

static void read_program(const struct tar_member *m)
{
	uint8_t *file = alone(m->data, m->size), page[4096];
	l4_word_t offset;
	struct elf e;
	const char *wrong = elf_parse(&e, file, m->size, USER_END);

	require(!wrong || *wrong, "an empty text");
	for (unsigned i = 0; !wrong && i < e.runs; i++) {
		require(e.run[i].base <= e.run[i].last && e.run[i].last < USER_END, "a run that is not the user's");
		require(i == 0 || e.run[i].base > e.run[i - 1].last, "runs overlap");
		elf_fill(&e, e.run[i].base, page);
		elf_fill(&e, e.run[i].last - sizeof(page) + 1, page);
		elf_symbol(&e, e.run[i].base + 0x105, &offset);
	}
	free(file);
}

static void read_tar(const unsigned char *bytes, size_t size)
{
	struct tar t = { alone(bytes, size), size };
	struct tar_member m;
	char name[TAR_NAME_BYTES];
	const char *wrong = tar_check(&t, name);
	l4_word_t at = 0;

	require(!wrong || *wrong, "an empty text");
	require(memchr(name, 0, sizeof(name)), "a name without end");
	for (unsigned n = 0; tar_next(&t, &at, &m) == TAR_MEMBER; n++) {
		require(n < BYTES / BLOCK, "members without end");
		read_description(&m);
		read_program(&m);
	}
	free((void *)t.at);
}

static void read_memory(void)
{
	static struct regions r;

	regions_init(&r);
	regions_from_kip(&r, &image.memory.kip);
	require(r.count <= REGIONS_MAX, "too many regions");
	for (unsigned i = 0; i < r.count; i++)
		require(r.at[i].base <= r.at[i].last && (i == 0 || r.at[i].base > r.at[i - 1].last),
			"regions overlap");
}

static void read_firmware(void)
{
	struct mptable_line lines[MPTABLE_LINES];
	unsigned char *memory = alone(image.firmware, sizeof(image.firmware));
	size_t at = mptable_find(memory, sizeof(image.firmware)), bytes;

	if (at <= sizeof(image.firmware) - MPTABLE_HEADER) {
		bytes = mptable_bytes(memory + at);
		if (bytes <= sizeof(image.firmware) - at)
			require(mptable_read(memory + at, bytes, lines) <= MPTABLE_LINES, "too many lines");
	}
	free(memory);
}

static void play(void)
{
	size_t size = BYTES;

	image = first;
	campaign_field(parts, nparts, (unsigned char *)&image);
	require(memcmp(&image, &first, sizeof(image)) != 0, "nothing was changed");
	for (unsigned n = campaign_below(3); n > 0; n--)
		campaign_any_field(parts, nparts, (unsigned char *)&image);
	if (campaign_below(4) == 0)
		campaign_bytes(image.tar, BYTES);
	if (campaign_below(8) == 0)
		size = campaign_below(BYTES);
	if (campaign_below(4))
		sign(image.tar);
	if (campaign_below(4))
		sign_firmware(image.firmware);
	read_tar(image.tar, size);
	read_memory();
	read_firmware();
}

/* An image without a change is read without a complaint. */
static bool is_good(void)
{
	struct tar t = { first.tar, BYTES };
	static struct config c;
	struct tar_member m;
	char name[TAR_NAME_BYTES];
	struct mptable_line lines[MPTABLE_LINES];
	struct place at;
	struct elf e;

	return !tar_check(&t, name) && tar_find(&t, "init", &m)
	       && !config_parse(&c, (const char *)m.data, m.size, &at) && c.grants.starts == 3
	       && tar_find(&t, "bin/a", &m) && !elf_parse(&e, m.data, m.size, USER_END) && e.runs == 2
	       && mptable_read(first.firmware + TABLE, TABLE_BYTES, lines) == 1;
}

TEST(HATP0001, "root, sigma0 and the PCI server read a boot image and tables of any content without a fault")
{
	const char *asked = getenv("ROUNDS");
	unsigned long rounds = asked ? strtoul(asked, 0, 10) : ROUNDS, failed;

	make_tar();
	make_program();
	make_memory();
	make_firmware();
	sign(first.tar);
	CHECK(nparts <= PARTS && is_good());
	failed = campaign(rounds, play);
	printf("attack image-parsers %lu %lu\n", rounds, failed);
	CHECK(failed == 0);
}
