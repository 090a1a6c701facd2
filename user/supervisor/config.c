/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * config.c - see config.h. The text is a list of statements, which end at the end of a line or at `;`. The
 * first word of a statement is looked up in a table, whose function reads the rest.
 */
#include <string.h>
#include "conflict.h"
#include "sizes.h"
#include "word.h"

/* The section that is being read, besides the configuration that it is part of. */
struct reader {
	struct config *config;
	struct grant *section;
	struct rules *rules;
	struct marks *marks;
	struct cursor text;
};

#define DISK		"/disk"
#define TMP		"/tmp"

/* The paths of a section without `paths`: the first ones of all. */
static const char read_only[] = "r" DISK;

static const struct grant defaults = {
	.priority = CONFIG_PRIORITY, .max_priority = CONFIG_PRIORITY,
	.memory = DEFAULT_MEMORY, .reserve = RESERVE_DEFAULT, .small_mib = SMALL_DEFAULT, .tasks = CONFIG_TASKS,
	.paths_bytes = sizeof(read_only), .disk.name = DISK_NAME,
};

static const struct { const char *name; unsigned right; } right_names[] = {
	{ "spawn", ROOT_RIGHT_SPAWN }, { "kill", ROOT_RIGHT_KILL }, { "inspect", ROOT_RIGHT_INSPECT },
	{ "power", ROOT_RIGHT_POWER }, { "log", ROOT_RIGHT_LOG }, { "names", ROOT_RIGHT_NAMES },
	{ "framebuffer", ROOT_RIGHT_FRAMEBUFFER }, { "terminal", ROOT_RIGHT_TERMINAL },
	{ "devices", ROOT_RIGHT_DEVICES }, { "spaces", ROOT_RIGHT_SPACES },
	{ "clock", ROOT_RIGHT_CLOCK }, { "cache", ROOT_RIGHT_CACHE },
};

/* N or N-N. */
static bool read_range(struct word w, unsigned radix, struct range *r)
{
	if (!word_number(&w, radix, &r->first))
		return false;
	r->last = r->first;
	if (w.length == 0)
		return true;
	if (*w.at != '-')
		return false;
	w = (struct word){ w.at + 1, w.length - 1 };
	return word_number(&w, radix, &r->last) && w.length == 0 && r->last >= r->first;
}

static bool read_decimal(struct word w, struct range *r) { return read_range(w, 10, r); }
static bool read_hex(struct word w, struct range *r) { return read_range(w, 16, r); }

/* ---- statements: each returns 0, or what is wrong at text.last ---- */

static const char *read_section(struct reader *r)
{
	struct grants *g = &r->config->grants;
	unsigned i = GRANTS_MAX;
	struct word w;

	if (!word_next(&r->text, &w))
		return "a name of a program, or *, is missing";
	if (word_is(&w, SUPERVISOR_NAME))
		return "the supervisor has no section: what it may do is fixed";
	if (word_is(&w, "*")) {
		r->section = &g->others;
		if (r->config->has_others)
			return "there is a section `task *` already";
		r->config->has_others = true;
	} else {
		for (i = 0; i < g->programs; i++)
			if (word_is(&w, g->program[i].name))
				return "this program has a section already";
		if (i == GRANTS_MAX)
			return "there are too many sections";
		r->section = &g->program[g->programs++];
	}
	r->rules = &r->config->rules[i];
	r->marks = &r->config->marks[i];
	*r->section = defaults;
	return word_copy(r->section->name, ROOT_NAME_BYTES, &w) ? 0 : "a name has at most 31 characters";
}

/* The arguments are the rest of the statement, quotation marks included. */
static const char *read_start(struct reader *r)
{
	struct grants *g = &r->config->grants;
	struct word w, args;

	if (r->section == &g->others)
		return "`start` needs a section of one program";
	if (g->starts == GRANTS_STARTS)
		return "there are too many `start` statements";
	word_ends(&r->text);
	args = (struct word){ r->text.at, 0 };
	while (word_next(&r->text, &w))
		args.length = (unsigned)(r->text.at - args.at);
	r->text.last = args.at;
	if (!word_copy(g->start[g->starts].args, GRANTS_ARGS_BYTES, &args))
		return "the arguments are longer than 255 characters";
	g->start[g->starts++].program = (unsigned)(r->section - g->program);
	return 0;
}

static const char starts_others[] = "a confined task cannot start others: leave out `spawn` or `confined`";

static const char *read_when_found(struct reader *r)
{
	r->rules->when_found = true;
	return r->section->pci.count > 0 ? 0 : "a device is missing: `when-found` stands behind `pci`";
}

static const char *read_confined(struct reader *r)
{
	r->section->confined = true;
	return r->section->rights & ROOT_RIGHT_SPAWN ? starts_others : 0;
}

static const char *read_rights(struct reader *r)
{
	struct word w;

	while (word_next(&r->text, &w)) {
		unsigned i = 0;

		while (i < sizeof(right_names) / sizeof(right_names[0]) && !word_is(&w, right_names[i].name))
			i++;
		if (i == sizeof(right_names) / sizeof(right_names[0]))
			return "this is no right";
		r->section->rights |= right_names[i].right;
		if (r->section->confined && right_names[i].right == ROOT_RIGHT_SPAWN)
			return starts_others;
	}
	return 0;
}

static const char *read_names(struct reader *r, struct name_list *l)
{
	struct word w;

	while (word_next(&r->text, &w)) {
		if (l->count == GRANTS_NAMES)
			return "there are too many names in this section";
		if (!word_copy(l->at[l->count], ROOT_NAME_BYTES, &w))
			return "a name has at most 31 characters";
		l->count++;
	}
	return 0;
}

static const char *read_uses(struct reader *r) { return read_names(r, &r->section->uses); }
static const char *read_provides(struct reader *r) { return read_names(r, &r->section->provides); }

static const char *read_files(struct reader *r)
{
	r->section->has_files = true;
	return read_names(r, &r->section->files);
}

/* Is it all of /tmp, or of the disk, and has neither an empty part nor `.` nor `..`? */
static bool is_path(const struct word *w)
{
	const char *end = w->at + w->length;
	struct word part;

	if (word_is(w, TMP))
		return true;
	if (w->length < sizeof(DISK) - 1 || memcmp(w->at, DISK, sizeof(DISK) - 1) != 0)
		return false;
	for (part.at = w->at + sizeof(DISK) - 1; part.at < end; part.at += part.length) {
		if (*part.at++ != '/')
			return false;
		part.length = 0;
		while (part.at + part.length < end && part.at[part.length] != '/')
			part.length++;
		if (part.length == 0 || word_is(&part, ".") || word_is(&part, ".."))
			return false;
	}
	return true;
}

static const char *add_path(struct grants *g, struct grant *p, char kind, const struct word *w)
{
	unsigned bytes = w->length + 2;

	if (!is_path(w))
		return "a path is " DISK ", " DISK "/NAME/... without . and .., and without / at its end, or " TMP;
	if (p->paths_bytes + bytes > ROOT_TEXT_BYTES)
		return "the paths of this section are too long";
	if (g->paths_bytes + bytes > GRANTS_PATHS_BYTES)
		return "the paths of all sections are too long";
	g->paths[g->paths_bytes] = kind;
	word_copy(g->paths + g->paths_bytes + 1, bytes - 1, w);
	g->paths_bytes += bytes;
	p->paths_bytes += bytes;
	return 0;
}

/* The first statement takes the place of what is permitted without one. */
static const char *read_paths(struct reader *r)
{
	struct grants *g = &r->config->grants;
	struct grant *p = r->section;
	struct word kind, w;
	const char *wrong = "a path is missing";

	if (!word_next(&r->text, &kind) || (!word_is(&kind, "r") && !word_is(&kind, "w")))
		return "`r` or `w` is missing: paths r PATH ...";
	if (p->paths == 0) {
		p->paths = g->paths_bytes;
		p->paths_bytes = 0;
	}
	while (word_next(&r->text, &w)) {
		wrong = add_path(g, p, *kind.at, &w);
		if (wrong)
			return wrong;
	}
	return wrong;
}

/* A word of so many bytes, as sectors. */
static const char *read_sectors(struct reader *r, uint64_t *sectors)
{
	uint64_t n;
	struct word w;

	if (!word_next(&r->text, &w))
		return "a part of the disk is missing: disk NAME FROM SIZE";
	if (!word_bytes(w, "KMG", DISK_MAX, &n))
		return "this is no part of a disk: bytes, or K, M or G behind the number, up to 2^60 bytes";
	*sectors = n / CONFIG_SECTOR;
	return n % CONFIG_SECTOR == 0 ? 0 : "a disk has sectors of 512 bytes, and this is no multiple of that";
}

static const char *read_partition(struct reader *r, unsigned *number)
{
	struct word w;

	return word_next(&r->text, &w) && word_whole(w, GRANTS_PARTITION, number) && *number > 0
	       ? 0 : "the number of a partition is missing: disk NAME partition N, from 1 to 1024";
}

static bool is_letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

/* NAME; FROM SIZE or `partition` N, with NAME in front or without. */
static const char *read_disk(struct reader *r)
{
	struct disk_range *d = &r->section->disk;
	struct cursor ahead = r->text;
	const char *wrong;
	struct word w;

	if (r->marks->disk)
		return "this section has a disk already";
	word_next(&ahead, &w);
	r->marks->disk = w.at;
	if (w.length > 0 && is_letter(*w.at) && !word_is(&w, "partition")) {
		r->text = ahead;
		if (!word_copy(d->name, ROOT_NAME_BYTES, &w))
			return "a name has at most 31 characters";
		if (!word_next(&ahead, &w))
			return 0;
	}
	if (word_is(&w, "partition")) {
		r->text = ahead;
		return read_partition(r, &d->partition);
	}
	wrong = read_sectors(r, &d->first);
	if (!wrong)
		wrong = read_sectors(r, &d->sectors);
	return wrong || d->sectors > 0 ? wrong : "a part of the disk has one sector at least";
}

static const char not_hex[] = "this is neither a hexadecimal number nor HEX-HEX";

/* So many hexadecimal numbers below 2^bits with this character between them, as one. */
static bool read_numbers(struct word w, char between, unsigned count, unsigned bits, l4_word_t *value)
{
	l4_word_t n;

	for (*value = 0; count > 0; count--) {
		if (!word_number(&w, 16, &n) || n >> bits != 0)
			return false;
		*value = *value << bits | n;
		if (count > 1 && (w.length == 0 || *w.at != between))
			return false;
		if (count > 1)
			w = (struct word){ w.at + 1, w.length - 1 };
	}
	return w.length == 0;
}

/* VENDOR:DEVICE or CLASS.SUBCLASS.INTERFACE, hexadecimal: the words of root.idl. */
static bool read_device(struct word w, struct range *r)
{
	l4_word_t device;
	bool is_class = read_numbers(w, '.', 3, 8, &device);

	if (is_class)
		device |= ROOT_PCI_CLASS;
	else if (!read_numbers(w, ':', 2, 16, &device) || device >= ROOT_PCI_CLASS)
		return false;
	r->first = r->last = device;
	return true;
}

/*
 * The words up to the end of the line, and their places; wrong: what is said of one that is not what `read`
 * takes.
 */
static const char *read_ranges(struct reader *r, struct ranges *l, const char **places,
			       bool (*read)(struct word, struct range *), const char *wrong)
{
	struct word w;

	while (word_next(&r->text, &w)) {
		if (l->count == GRANTS_RANGES)
			return "there are too many of these in this section";
		places[l->count] = w.at;
		if (!read(w, &l->at[l->count]))
			return wrong;
		l->count++;
	}
	return 0;
}

static const char *read_irq(struct reader *r)
{
	return read_ranges(r, &r->section->irqs, r->marks->irqs, read_decimal,
			   "this is neither a number nor N-N");
}

static const char *read_ports(struct reader *r)
{
	return read_ranges(r, &r->section->ports, r->marks->ports, read_hex, not_hex);
}

static const char *read_physical(struct reader *r)
{
	return read_ranges(r, &r->section->physical, r->marks->physical, read_hex, not_hex);
}

static const char *read_pci(struct reader *r)
{
	return read_ranges(r, &r->section->pci, r->marks->pci, read_device,
			   "this is no hexadecimal VENDOR:DEVICE, VENDOR below ff00, or CLASS.SUBCLASS.INTERFACE");
}

static const char *read_size(struct reader *r, l4_word_t *value)
{
	struct word w;

	return word_next(&r->text, &w) && word_size(w, value)
	       ? 0 : "a size is bytes, or has K or M behind the number";
}

/* A size that must agree with the others of its section. */
static const char *read_limit(struct reader *r, l4_word_t *value)
{
	const char *wrong = read_size(r, value);

	r->marks->sizes = r->text.last;
	return wrong;
}

static const char *read_memory(struct reader *r) { return read_limit(r, &r->section->memory); }
static const char *read_reserve(struct reader *r) { return read_limit(r, &r->section->reserve); }

static const char *read_keep(struct reader *r)
{
	const char *wrong = read_size(r, &r->section->keep);

	return !wrong && r->section->keep > GRANTS_KEEP ? "this is more than 1 MiB" : wrong;
}

static const char *read_kernel_memory(struct reader *r)
{
	l4_word_t bytes = 0;
	const char *wrong = read_limit(r, &bytes);

	if (!wrong && bytes > GRANTS_MEMORY)
		return "this is more than any machine has";
	r->section->kmem_kib = bytes < 1024 ? 1 : bytes >> 10;
	return wrong;
}

static const char *read_small(struct reader *r)
{
	unsigned *mib = &r->section->small_mib;
	struct word w;

	return word_next(&r->text, &w) && word_whole(w, GRANTS_SMALL_MAX, mib)
	       && (*mib == 0 || (*mib >= GRANTS_SMALL_MIN && (*mib & (*mib - 1)) == 0))
	       ? 0 : "the MiB of a small space are 4, 8, 16, 32 or 64; or 0, for a large space";
}

static const char *read_priority(struct reader *r)
{
	struct grant *p = r->section;
	struct word w;

	if (!word_next(&r->text, &w) || !word_whole(w, GRANTS_PRIORITY, &p->priority))
		return "a priority is a number from 0 to 254";
	p->max_priority = p->priority;
	if (!word_next(&r->text, &w))
		return 0;
	if (!word_whole(w, GRANTS_PRIORITY, &p->max_priority) || p->max_priority < p->priority)
		return "the highest priority is a number from the first one to 254";
	return 0;
}

static const char *read_restart(struct reader *r)
{
	struct word w;

	if (!word_next(&r->text, &w) || !word_whole(w, CONFIG_RESTARTS, &r->rules->restarts))
		return "a number of restarts, from 0 to 16, is missing";
	if (!word_next(&r->text, &w) || !word_whole(w, 1000000, &r->rules->within)
	    || r->rules->within == 0)
		return "a number of seconds is missing: restart TIMES SECONDS";
	return 0;
}

static const char *read_heartbeat(struct reader *r)
{
	struct word w;

	return word_next(&r->text, &w) && word_whole(w, CONFIG_HEARTBEAT, &r->rules->heartbeat)
	       && r->rules->heartbeat >= 2 ? 0 : "a number of seconds, from 2 to 2000, is missing";
}

static const char *read_tasks(struct reader *r)
{
	struct word w;

	return word_next(&r->text, &w) && word_whole(w, GRANTS_TASKS, &r->section->tasks)
	       ? 0 : "a number of tasks, from 0 to 512, is missing";
}

static const struct { const char *name; const char *(*read)(struct reader *r); } statements[] = {
	{ "start", read_start }, { "rights", read_rights }, { "uses", read_uses },
	{ "provides", read_provides }, { "irq", read_irq }, { "ports", read_ports }, { "pci", read_pci },
	{ "when-found", read_when_found },
	{ "physical", read_physical }, { "memory", read_memory }, { "reserve", read_reserve },
	{ "keep", read_keep }, { "small", read_small },
	{ "kernel-memory", read_kernel_memory }, { "priority", read_priority },
	{ "restart", read_restart }, { "heartbeat", read_heartbeat }, { "tasks", read_tasks },
	{ "confined", read_confined }, { "files", read_files }, { "paths", read_paths },
	{ "disk", read_disk },
};

static const char *read_statement(struct reader *r)
{
	const char *wrong = "this is no statement of a system description";
	struct word w;

	if (!word_next(&r->text, &w))
		return 0;
	if (word_is(&w, "task"))
		wrong = read_section(r);
	else if (!r->section)
		return "a statement stands before the first `task`";
	else
		for (unsigned i = 0; i < sizeof(statements) / sizeof(statements[0]); i++)
			if (word_is(&w, statements[i].name))
				wrong = statements[i].read(r);
	if (!wrong && word_next(&r->text, &w))
		return "this word is too much";
	return wrong;
}

/* The place of `at` in the text that begins at `from`. */
static struct place place_of(const char *from, const char *at)
{
	struct place p = { 1, 1 };

	for (; from < at; from++) {
		p.column++;
		if (*from == '\n')
			p = (struct place){ p.line + 1, 1 };
	}
	return p;
}

const char *config_parse(struct config *c, const char *text, l4_word_t size_of_text, struct place *at)
{
	struct reader r = { .config = c, .text = { text, text + size_of_text, text } };
	struct grants *g = &c->grants;
	const char *wrong = 0;

	memset(c, 0, sizeof(*c));
	g->others = defaults;
	memcpy(g->paths, read_only, sizeof(read_only));
	g->paths_bytes = sizeof(read_only);
	while (!wrong && r.text.at < r.text.end) {
		wrong = read_statement(&r);
		if (!wrong && r.text.at < r.text.end)
			r.text.at++;			/* the end of the line, or `;` */
	}
	if (!wrong && g->starts == 0)
		wrong = "there is no `start` statement";
	grants_number(g);
	if (!wrong)
		wrong = conflict_find(c, &r.text.last);
	if (!wrong)
		wrong = sizes_complete(c, &r.text.last);
	*at = place_of(text, r.text.last);
	return wrong;
}
