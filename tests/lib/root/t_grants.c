/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_grants.c - root and the grants that a supervisor hands over: wrong ones, damaged ones, and those of the
 * descriptions that there are. The test is the supervisor.
 */
#include <pecan/memory.h>
#include <proto/promise.h>
#include <root/root.h>
#include <root/supervised/handover.h>
#include <root/supervised/starts.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <supervisor/config.h>
#include <sys/wait.h>
#include <unistd.h>
#include "supervisor.h"
#include "system.h"

static struct grants *grants;		/* where root reads them */

/* Boots, with what this description grants in the supervisor's memory. */
static void begin(const char *text, L4_Word_t bytes)
{
	const char *wrong_text;
	struct config *c;
	struct place at;

	supervisor_host.absent = true;
	machine_boot(text);
	c = pecan_map(sizeof(*c));
	wrong_text = config_parse(c, text, bytes, &at);
	if (wrong_text)
		test_fail(__FILE__, __LINE__, "line %u, column %u: %s", at.line, at.column, wrong_text);
	grants = &c->grants;
	machine_be((L4_ThreadId_t){ .raw = root.task[starts[SUPERVISOR].slot]->thread[0].id });
}

static enum root_error hand_over(void) { return root_grants(ROOT, (L4_Word_t)grants, sizeof(*grants)); }

/* ---- one wrong field ---- */

#define IN(field)	offsetof(struct grants, program[1].field), sizeof(((struct grant *)0)->field)
#define AT(field)	offsetof(struct grants, field), sizeof(((struct grants *)0)->field)

static const struct wrong {
	unsigned offset, bytes;
	uint64_t value;
	const char *name;
} wrong[] = {
	{ AT(programs), GRANTS_MAX + 1, "sections" },
	{ AT(programs), ~0u, "sections" },
	{ AT(starts), 0, "start" },
	{ AT(starts), GRANTS_STARTS + 1, "start" },
	{ AT(start[1]), 4, "start" },
	{ AT(paths_bytes), GRANTS_PATHS_BYTES + 1, "paths" },
	{ AT(others.priority), 255, "priority" },
	{ IN(name[0]), 0, "name" },
	{ IN(rights), ROOT_RIGHT_SUPERVISE, "rights" },
	{ IN(rights), ROOT_RIGHT_OTHERS, "rights" },
	{ IN(rights), 1u << 31, "rights" },
	{ IN(confined), 2, "rights" },		/* it may start others */
	{ IN(priority), 151, "priority" },
	{ IN(max_priority), 99, "priority" },
	{ IN(max_priority), 255, "priority" },
	{ IN(kmem_kib), 1, "kernel-memory" },
	{ IN(kmem_kib), ~0ul, "kernel-memory" },
	{ IN(kmem_reserve_kib), ~0ul, "kernel-memory" },
	{ IN(memory), 0, "reserve" },
	{ IN(memory), ~0ul, "memory" },
	{ IN(memory), 1ull << 32, "kernel-memory" },
	{ IN(reserve), 4096, "reserve" },
	{ IN(reserve), ~0ul, "reserve" },
	{ IN(keep), GRANTS_KEEP + 1, "keep" },
	{ IN(small_mib), 1, "small" },
	{ IN(small_mib), 128, "small" },
	{ IN(small_mib), 12, "small" },
	{ IN(irqs.count), GRANTS_RANGES + 1, "irq" },
	{ IN(irqs.at[0].first), 6, "irq" },
	{ IN(ports.count), ~0u, "ports" },
	{ IN(ports.at[1].first), 0x400, "ports" },
	{ IN(physical.count), 9, "physical" },
	{ IN(physical.at[0].last), 0, "physical" },
	{ IN(pci.count), 9, "pci" },
	{ IN(pci.at[0].last), 1ull << 32, "pci" },
	{ IN(uses.count), GRANTS_NAMES + 1, "uses" },
	{ IN(provides.count), ~0u, "provides" },
	{ IN(files.count), 13, "files" },
	{ IN(paths), ~0u, "paths" },
	{ IN(paths), GRANTS_PATHS_BYTES, "paths" },
	{ IN(paths_bytes), ~0u, "paths" },
	{ IN(paths_bytes), ROOT_TEXT_BYTES + 1, "paths" },
	{ IN(paths_bytes), 5, "paths" },
	{ AT(paths[0]), 'x', "paths" },
	{ IN(disk.partition), GRANTS_PARTITION + 1, "disk" },
	{ IN(disk.first), ~0ull, "disk" },
	{ IN(tasks), GRANTS_TASKS + 1, "tasks" },
};

static const char full[] =
	"task names; start; rights names; provides disk; memory 1M\n"
	"task shell; start; rights spawn kill inspect; uses names; provides what; memory 2M; "
	"priority 100 150; irq 5; ports 60 3f8-3ff; physical a0000-bffff; pci 8086:10d3; "
	"files a b; disk disk 1M 3G\n"
	"task server; memory 1M\n"
	"task tool; memory 1M\n";

static void set(const struct wrong *w)
{
	memcpy((char *)grants + w->offset, &w->value, w->bytes);
}

TEST(grants_wrong, "of grants with one wrong field root names the field, and takes nothing of them")
{
	static struct grants right;

	begin(full, sizeof(full) - 1);
	right = *grants;
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		char text[64];
		struct root_begin_out out;

		*grants = right;
		set(&wrong[i]);
		snprintf(text, sizeof(text), "the grants of the supervisor: `%s` of ", wrong[i].name);
		if (hand_over() != ROOT_E_ARGUMENT || !machine_said(text))
			test_fail(__FILE__, __LINE__, "row %u: %s", i, wrong[i].name);
		CHECK(root.grants.starts == 0 && root_begin(ROOT, 0, 0, &out) == ROOT_E_ARGUMENT);
	}
	*grants = right;
	CHECK(hand_over() == ROOT_OK && hand_over() == ROOT_E_BUSY);
}

TEST(grants_text, "a name without an end is wrong")
{
	static struct grants right;
	const unsigned at[] = {
		offsetof(struct grants, program[1].name), offsetof(struct grants, program[1].uses.at[0]),
		offsetof(struct grants, program[1].provides.at[0]), offsetof(struct grants, program[1].files.at[1]),
		offsetof(struct grants, program[1].disk.name), offsetof(struct grants, others.disk.name),
	};

	begin(full, sizeof(full) - 1);
	right = *grants;
	for (unsigned i = 0; i < sizeof(at) / sizeof(*at); i++) {
		*grants = right;
		memset((char *)grants + at[i], 'a', ROOT_NAME_BYTES);
		CHECK(hand_over() == ROOT_E_ARGUMENT);
	}
}

TEST(grants_names, "two grants of one name, or one of the supervisor, are wrong")
{
	static struct grants right;

	begin(full, sizeof(full) - 1);
	right = *grants;
	strcpy(grants->program[2].name, "names");
	CHECK(hand_over() == ROOT_E_ARGUMENT && machine_said("`name` of names is wrong"));
	*grants = right;
	strcpy(grants->program[2].name, "supervisor");
	CHECK(hand_over() == ROOT_E_ARGUMENT && machine_said("`name` of supervisor is wrong"));
}

TEST(grants_where, "grants in memory that the supervisor has not touched, or cannot have, are refused")
{
	begin(full, sizeof(full) - 1);
	CHECK(root_grants(ROOT, 0, sizeof(struct grants)) == ROOT_E_ARGUMENT);
	CHECK(root_grants(ROOT, (L4_Word_t)grants, sizeof(struct grants) - 1) == ROOT_E_ARGUMENT);
	CHECK(root_grants(ROOT, ~(L4_Word_t)0, sizeof(struct grants)) == ROOT_E_ARGUMENT);
	CHECK(root_grants(ROOT, ~(L4_Word_t)0 - sizeof(struct grants) / 2, sizeof(struct grants))
	      == ROOT_E_ARGUMENT);
	CHECK(root_grants(ROOT, (L4_Word_t)(grants + 4), sizeof(struct grants)) == ROOT_E_ARGUMENT);
	CHECK(hand_over() == ROOT_OK);
}

TEST(grants_sums, "sums of what is reserved that have no room in a word are more than there is")
{
	static struct grants g = { .programs = 2, .starts = 2, .start = { { .program = 0 }, { .program = 1 } } };

	for (unsigned i = 0; i < 2; i++)
		g.program[i].reserve = g.program[i].kmem_kib = ~(l4_word_t)0 / 2 + 1;
	CHECK(promise_sums(&g).memory == ~(l4_word_t)0 && promise_sums(&g).kmem_kib == ~(l4_word_t)0);
}

/* ---- damaged ones ---- */

/* All that uses grants. */
static void use_grants(void)
{
	struct root_begin_out out;
	struct root_look_out look;
	struct root_next_out event = { 0 };

	for (unsigned i = 0; i < root.grants.starts; i++)
		root_begin(ROOT, i, 0, &out);
	machine_wait(1000000);
	for (unsigned i = 0; i < root.grants.starts; i++)
		CHECK(root_next(ROOT, event.event, event.start, event.task, 0, 1, 0, &event) == ROOT_OK
		      && event.event != ROOT_EVENT_NONE);
	CHECK(root_look(ROOT, ~(L4_Word_t)0, ~(L4_Word_t)0, 1, &look) == ROOT_OK);
	for (unsigned i = 0; i < root.grants.starts; i++) {
		struct root_spawn_out child;
		struct root_may_drive_out drive;
		struct root_keep_out keep;

		if (starts[i].task == 0)
			continue;
		machine_be((L4_ThreadId_t){ .raw = starts[i].thread });
		root_spawn(ROOT, 0, L4_nilthread, "tool", "", &child);
		root_may_drive(ROOT, L4_nilthread, 0x808610d3, &drive);
		root_device_found(ROOT, 0x808610d3);
		root_keep(ROOT, &keep);
	}
	machine_wait(1000000);
}

/* Grants that root has taken cannot be taken back. */
static void use_in_child(unsigned at)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		enum root_error e = hand_over();

		if (e == ROOT_OK)
			use_grants();
		_exit(e == ROOT_OK || e == ROOT_E_MEMORY ? 0 : 2);
	}
	CHECK(waitpid(child, &status, 0) == child);
	if (status != 0)
		test_fail(__FILE__, __LINE__, "byte %u is %u", at, ((const unsigned char *)grants)[at]);
}

/* Of so many grants with a changed byte that root does not refuse one is used. */
enum { USED = 53 };

TEST(grants_damaged, "grants of which any byte is another one are refused, or root works with them")
{
	const struct grant *of;
	unsigned char *bytes;
	unsigned taken = 0, refused = 0, random = 1;

	begin(full, sizeof(full) - 1);
	bytes = (unsigned char *)grants;
	for (unsigned i = 0; i < sizeof(struct grants); i++) {
		bool used = i < offsetof(struct grants, program[4]) || i >= offsetof(struct grants, start);
		unsigned char before = bytes[i];

		random = random * 1103515245 + 12345;
		bytes[i] ^= (unsigned char)(random >> 16 | 1);
		if (handover_check(grants, &of))
			refused++;
		else if (used && ++taken % USED == 0)
			use_in_child(i);
		bytes[i] = before;
	}
	CHECK(taken > 10000 && refused > 400);
}

/* What root does with grants that it has taken, but for tasks. */
static void read_grants(struct grants *g)
{
	grants_number(g);
	promise_sums(g);
	for (unsigned i = 0; i < g->programs; i++) {
		const struct grant *p = &g->program[i];

		CHECK(grants_of(g, p->name) == p && p->number != 0);
		grants_narrower(g, p, &g->others);
		grants_may_read(p, "etc/hosts");
		grants_hold_range(&p->pci, 1, 2);
	}
}

/* ROUNDS in the environment: how often. */
TEST(grants_random, "grants with up to eight random bytes are refused, or can be read without a fault")
{
	static struct grants right;
	unsigned long rounds = getenv("ROUNDS") ? strtoul(getenv("ROUNDS"), NULL, 0) : 20000;
	const struct grant *of;
	unsigned long taken = 0;
	unsigned random = 77;

	begin(full, sizeof(full) - 1);
	right = *grants;
	for (unsigned long n = 0; n < rounds; n++) {
		unsigned at[8], changes = n % 8 + 1;

		for (unsigned i = 0; i < changes; i++) {
			random = random * 1103515245 + 12345;
			at[i] = random % (n & 1 ? sizeof(right) : offsetof(struct grants, program[4]));
			((unsigned char *)grants)[at[i]] ^= (unsigned char)(random >> 16 | 1);
		}
		if (!handover_check(grants, &of)) {
			read_grants(grants);
			taken++;
			*grants = right;
		}
		for (unsigned i = 0; i < changes; i++)
			((unsigned char *)grants)[at[i]] = ((unsigned char *)&right)[at[i]];
	}
	CHECK(taken > rounds / 10 && taken < rounds);
}

/* ---- those that there are ---- */

/* Adds a file without the lines of other machines, and without the mark of this one, as tools/mkboot does. */
static unsigned add_file(char *text, unsigned bytes, const char *path)
{
	static const char mark[] = "@x86";
	char line[256];
	FILE *f = fopen(path, "r");

	if (!f)
		test_fail(__FILE__, __LINE__, "%s: the tests run in the folder of the sources", path);
	while (fgets(line, sizeof(line), f)) {
		char *at = line + strspn(line, " \t");

		if (*at == '@' && strncmp(at, mark, sizeof(mark) - 1) != 0)
			continue;
		at += *at == '@' ? sizeof(mark) - 1 : 0;
		bytes += (unsigned)sprintf(text + bytes, "%s", at);
	}
	fclose(f);
	return bytes;
}

#define SAME(field)	CHECK(memcmp(&got->field, &want->field, sizeof(want->field)) == 0)

static void compare(const struct grant *got, const struct grant *want)
{
	SAME(name); SAME(rights); SAME(priority); SAME(max_priority); SAME(kmem_kib); SAME(kmem_reserve_kib);
	SAME(memory); SAME(reserve); SAME(keep); SAME(small_mib); SAME(irqs); SAME(ports); SAME(physical);
	SAME(pci); SAME(uses); SAME(provides); SAME(confined); SAME(has_files); SAME(files);
	SAME(paths); SAME(paths_bytes);
	SAME(disk.name); SAME(disk.first); SAME(disk.sectors); SAME(disk.partition); SAME(tasks); SAME(started);
	SAME(number); SAME(users);
}

/* The supervisor reads these files, one behind the other, and hands them over. */
static void compare_files(const char *const *paths)
{
	static char text[32768];
	static struct config want;
	struct place at;
	unsigned bytes = 0;

	for (; *paths; paths++)
		bytes = add_file(text, bytes, *paths);
	machine_boot(text);
	CHECK(!config_parse(&want, text, bytes, &at));
	CHECK(root.grants.programs == want.grants.programs && root.grants.starts == want.grants.starts);
	CHECK(root.grants.starts > 5 && root.grants.paths_bytes == want.grants.paths_bytes);
	compare(&root.grants.others, &want.grants.others);
	for (unsigned i = 0; i < want.grants.programs; i++)
		compare(&root.grants.program[i], &want.grants.program[i]);
	CHECK(memcmp(root.grants.start, want.grants.start, sizeof(want.grants.start)) == 0);
	CHECK(memcmp(root.grants.paths, want.grants.paths, sizeof(want.grants.paths)) == 0);
}

TEST(grants_init, "root has each field of each section of user/init and of the tests' programs as read")
{
	compare_files((const char *const[]){ "user/init", "tests/system/apps/init", 0 });
}

TEST(grants_ports, "and those of user/init.ports")
{
	compare_files((const char *const[]){ "user/init", "user/init.ports", "tests/system/apps/init", 0 });
}

TEST(no_section, "a section of the supervisor is wrong, at its place")
{
	machine_boot("task names; start\ntask supervisor; start\n");
	CHECK(machine_said("system description (init), line 2, column 6: the supervisor has no section"));
}

TEST(wrong_once, "a wrong description is reported once, and the supervisor is not taken for one that hangs")
{
	machine_boot("task names\nwhatever\n");
	CHECK(machine_said("system description (init), line 2, column 1: this is no statement"));
	machine_wait(200 * 1000000);
	CHECK(!machine_said("supervisor") && starts[SUPERVISOR].task == SUPERVISOR_TASK);
}
