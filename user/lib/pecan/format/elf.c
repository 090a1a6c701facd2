/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * elf.c - see <pecan/elf.h>. Fields are copied out before use: the file may lie at any alignment.
 */
#include <pecan/elf.h>
#include <x2/elf.h>
#include <stdio.h>
#include <string.h>

enum {
	PAGE = 4096,
	ELF_PF_X = 1, ELF_PF_W = 2, ELF_PF_R = 4,
	ELF_SHT_SYMTAB = 2, ELF_SHN_UNDEF = 0,
	ELF_STT_NOTYPE = 0, ELF_STT_OBJECT = 1, ELF_STT_FUNC = 2,
	ELF_PIE_BIAS = 0x40000000,
};

static bool inside(l4_word_t offset, l4_word_t bytes, l4_word_t size)
{
	return offset <= size && bytes <= size - offset;
}

static const char *check_header(struct elf *e, const struct elf_header *h)
{
	if (!elf_has_magic(h))
		return "it is no ELF file (wrong magic)";
	if (!elf_is_native(h)) {
		snprintf(e->foreign, sizeof(e->foreign), "it is " ELF_FOREIGN, elf_bits(h), elf_order(h),
			 elf_machine(h));
		return e->foreign;
	}
	if (h->ident[ELF_IDENT_VERSION] != ELF_VERSION)
		return "it has another ELF version";
	if (h->type != ELF_TYPE_EXECUTABLE && h->type != ELF_TYPE_DYNAMIC)
		return "it is no executable (link it)";
	if (h->phentsize != sizeof(struct elf_phdr) || h->phnum == 0)
		return "its program header table has a wrong format";
	return 0;
}

static const char *check_segment(const struct elf_segment *s, l4_word_t size, l4_word_t user_end)
{
	if (s->file_bytes > s->bytes)
		return "a segment has more bytes in the file than in memory";
	if (s->file_bytes != 0 && !inside(s->offset, s->file_bytes, size))
		return "a segment reaches beyond the end of the file (truncated)";
	if (!inside(s->base, s->bytes, user_end))
		return "a segment lies outside the user area";
	return 0;
}

/* Insert by ascending base. */
static const char *add_segment(struct elf *e, const struct elf_segment *s)
{
	unsigned i = e->segments;

	if (i == ELF_SEGMENTS_MAX)
		return "it has too many segments";
	for (; i > 0 && e->segment[i - 1].base > s->base; i--)
		e->segment[i] = e->segment[i - 1];
	e->segment[i] = *s;
	e->segments++;
	return 0;
}

static unsigned rights_of(uint32_t flags)
{
	return (flags & ELF_PF_R ? L4_R : 0) | (flags & ELF_PF_W ? L4_W : 0) | (flags & ELF_PF_X ? L4_X : 0);
}

static const char *read_segments(struct elf *e, const struct elf_header *h, l4_word_t user_end)
{
	for (unsigned i = 0; i < h->phnum; i++) {
		const char *wrong;
		struct elf_segment s;
		struct elf_phdr p;

		memcpy(&p, e->file + h->phoff + i * sizeof(p), sizeof(p));
		if (p.type == ELF_INTERPRETER)
			return "it needs a program interpreter (link it with -static)";
		if (p.type != ELF_LOAD || p.memsz == 0)
			continue;
		s = (struct elf_segment){ p.vaddr + e->bias, p.memsz, p.filesz, p.offset,
					  rights_of(p.flags) };
		if (p.vaddr > s.base)
			return "a segment lies outside the user area";
		wrong = check_segment(&s, e->size, user_end);
		if (!wrong)
			wrong = add_segment(e, &s);
		if (wrong)
			return wrong;
		if (inside(h->phoff, h->phnum * sizeof(p), p.offset + p.filesz) && h->phoff >= p.offset)
			e->headers = s.base + (h->phoff - p.offset);
	}
	return e->segments == 0 ? "it has no loadable segment" : 0;
}

static const char *check_overlap(const struct elf *e)
{
	for (unsigned i = 1; i < e->segments; i++)
		if (e->segment[i].base - e->segment[i - 1].base < e->segment[i - 1].bytes)
			return "two of its segments overlap";
	return 0;
}

/* Pages [base, last] with these rights are the last so far, or share their first page with the last run. */
static void add_run(struct elf *e, l4_word_t base, l4_word_t last, unsigned rights)
{
	struct elf_run *r = e->runs > 0 ? &e->run[e->runs - 1] : 0;

	if (r && base <= r->last) {
		unsigned both = r->rights | rights;
		l4_word_t shared_last = base + PAGE - 1;

		if (both != r->rights && r->base < base) {
			r->last = base - 1;
			e->run[e->runs++] = (struct elf_run){ base, shared_last, both };
		} else {
			r->rights = both;
		}
		base = shared_last + 1;
		if (base > last)
			return;
	}
	e->run[e->runs++] = (struct elf_run){ base, last, rights };
}

static void make_runs(struct elf *e)
{
	for (unsigned i = 0; i < e->segments; i++) {
		const struct elf_segment *s = &e->segment[i];

		add_run(e, s->base & ~(l4_word_t)(PAGE - 1), (s->base + s->bytes - 1) | (PAGE - 1),
			s->rights);
	}
}

const struct elf_run *elf_run_at(const struct elf *e, l4_word_t address)
{
	for (unsigned i = 0; i < e->runs; i++)
		if (address >= e->run[i].base && address <= e->run[i].last)
			return &e->run[i];
	return 0;
}

const char *elf_parse(struct elf *e, const void *file, l4_word_t size, l4_word_t user_end)
{
	struct elf_header h;
	const struct elf_run *r;
	const char *wrong;

	*e = (struct elf){ .file = file, .size = size };
	if (size < sizeof(h))
		return "it is shorter than an ELF header (truncated)";
	memcpy(&h, file, sizeof(h));
	wrong = check_header(e, &h);
	if (wrong)
		return wrong;
	if (!inside(h.phoff, h.phnum * sizeof(struct elf_phdr), size))
		return "its program headers reach beyond the end of the file (truncated)";
	e->bias = h.type == ELF_TYPE_DYNAMIC ? ELF_PIE_BIAS : 0;
	e->entry = h.entry + e->bias;
	e->header_count = h.phnum;
	wrong = read_segments(e, &h, user_end);
	if (!wrong)
		wrong = check_overlap(e);
	if (wrong)
		return wrong;
	make_runs(e);
	r = elf_run_at(e, e->entry);
	return !r || (r->rights & L4_X) == 0 ? "its entry point is in no executable segment" : 0;
}

void elf_fill(const struct elf *e, l4_word_t page, uint8_t *to)
{
	for (unsigned i = 0; i < e->segments; i++) {
		const struct elf_segment *s = &e->segment[i];
		l4_word_t first = s->base > page ? s->base : page;
		l4_word_t end = s->base + s->file_bytes;

		if (end > page + PAGE)
			end = page + PAGE;
		if (first < end)
			memcpy(to + (first - page), e->file + s->offset + (first - s->base), end - first);
	}
}

/* The symbol table and its strings, checked to lie in the file. */
static bool find_symbols(const struct elf *e, struct elf_shdr *symbols, struct elf_shdr *strings)
{
	struct elf_header h;

	memcpy(&h, e->file, sizeof(h));
	if (h.shentsize != sizeof(struct elf_shdr)
	    || !inside(h.shoff, h.shnum * sizeof(struct elf_shdr), e->size))
		return false;
	for (unsigned i = 0; i < h.shnum; i++) {
		memcpy(symbols, e->file + h.shoff + i * sizeof(*symbols), sizeof(*symbols));
		if (symbols->type != ELF_SHT_SYMTAB || symbols->link >= h.shnum)
			continue;
		memcpy(strings, e->file + h.shoff + symbols->link * sizeof(*strings), sizeof(*strings));
		return inside(symbols->offset, symbols->size, e->size)
		       && inside(strings->offset, strings->size, e->size)
		       && strings->size > 0 && e->file[strings->offset + strings->size - 1] == 0;
	}
	return false;
}

const char *elf_symbol(const struct elf *e, l4_word_t address, l4_word_t *offset)
{
	struct elf_shdr symbols, strings;
	const char *best = 0;
	l4_word_t distance = ~(l4_word_t)0;
	struct elf_sym s;

	if (!elf_run_at(e, address) || !find_symbols(e, &symbols, &strings))
		return 0;
	for (l4_word_t at = 0; at + sizeof(s) <= symbols.size; at += sizeof(s)) {
		memcpy(&s, e->file + symbols.offset + at, sizeof(s));
		s.value += e->bias;
		if ((s.info & 0xf) > ELF_STT_FUNC || s.shndx == ELF_SHN_UNDEF || s.name == 0
		    || s.name >= strings.size || s.value > address || address - s.value >= distance)
			continue;
		best = (const char *)e->file + strings.offset + s.name;
		distance = address - s.value;
	}
	*offset = distance;
	return best;
}
