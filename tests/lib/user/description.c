/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * description.c - tests of disks and parts of them in system descriptions (user/supervisor/config.c,
 * conflict.c). Those of the other statements are in root.c.
 */
#include "harness.h"
#include <supervisor/config.h>
#include <stdio.h>
#include <string.h>

static struct config config;

static const char *parse(const char *text, struct place *at)
{
	return config_parse(&config, text, strlen(text), at);
}

static const struct grant *of(const char *name) { return grants_of(&config.grants, name); }

static bool has_disk(const char *program, uint64_t first, uint64_t sectors)
{
	const struct disk_range *d = &of(program)->disk;

	return d->first == first && d->sectors == sectors;
}

static bool is_on(const char *name, const char *disk)
{
	return strcmp(of(name)->disk.name, disk) == 0;
}

TEST(HCFG0016, "a section can have a part of the disk, in bytes or units; without it the task has all of it")
{
	struct place at;

	CHECK(parse("task a; start; disk 0 512\ntask b; disk 64M 1G # of many\ntask c; disk 512 1K\n"
		    "task d; disk 2G 1048575G\ntask e; uses virtio-blk\ntask *; disk 1M 2M", &at) == 0);
	CHECK(has_disk("a", 0, 1) && has_disk("b", 131072, 2097152) && has_disk("c", 1, 2));
	CHECK(has_disk("d", 1ull << 22, 1048575ull << 21) && has_disk("e", 0, 0) && has_disk("f", 2048, 4096));
	CHECK(parse("task a; start; disk 1073741823G 1073741824G", &at) == 0);
	CHECK(has_disk("a", (1ull << 51) - (1 << 21), 1ull << 51));
}

TEST(HCFG0017, "parts of the disk are the same or apart, also in sections that are not started")
{
	static const struct { const char *text; unsigned line, column; } wrong[] = {
		{ "task a; start; disk 0 1M\ntask b; disk 1048064 1M\n", 2, 14 },
		{ "task a; disk 1M 1M\ntask b; start; disk 0 1048576\ntask c; disk 0 1049088\n", 3, 14 },
		{ "task a; start; disk 0 4M\ntask b; disk 1M 1M\n", 2, 14 },
		{ "task a; start; disk 1M 1M\ntask b; disk 0 4M\n", 2, 14 },
		{ "task a; start; disk 1M 1M\ntask b; disk 1M 2M\n", 2, 14 },
		{ "task *; disk 1M 2M\ntask a; start; disk 2M 2M\n", 1, 14 },
	};
	struct place at;

	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const char *why = parse(wrong[i].text, &at);

		CHECK(why != 0 && strstr(why, "different parts of the disk") != 0);
		CHECK(at.line == wrong[i].line && at.column == wrong[i].column);
	}
	CHECK(parse("task a; start; disk 0 1M\ntask b; start; disk 1M 1M\ntask c; disk 1024K 1M\ntask d;\n"
		    "task *; disk 0 1M\n", &at) == 0);
}

TEST(HCFG0018, "a section can name its disk, which a program that it uses must provide; else that is `disk`")
{
	static const char driver[] = "task nvme; start; provides disk second\ntask other; provides third\n";
	static const struct { const char *text; unsigned column; const char *why; } wrong[] = {
		{ "task a; disk second", 14, "no program that `a` uses provides the disk `second`" },
		{ "task a; uses other; disk second 1M 1M", 26, "no program that `a` uses" },
		{ "task a; uses *; disk fourth", 22, "no program that `a` uses provides the disk `fourth`" },
		{ "task *; uses other; disk second", 26, "no program that `*` uses provides the disk `second`" },
		{ "task a; disk second 1M", 23, "a part of the disk is missing: disk NAME FROM SIZE" },
		{ "task a; disk second x", 21, "this is no part of a disk" },
		{ "task a; disk second; disk third", 22, "this section has a disk already" },
		{ "task a; disk 1M 1M; disk third", 21, "this section has a disk already" },
		{ "task a; disk a2345678901234567890123456789012", 14, "a name has at most 31 characters" },
		{ "task a; uses *; disk second 1M 1M; task b; uses *; disk second 0 2M", 57, "different parts" },
	};
	char text[200];
	struct place at;

	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(text, sizeof text, "%s%s", driver, wrong[i].text);
		const char *why = parse(text, &at);

		CHECK(why != 0 && strstr(why, wrong[i].why) != 0);
		CHECK(at.line == 3 && at.column == wrong[i].column);
	}
	snprintf(text, sizeof text, "%stask a; uses *; disk second 0 2M; task b; uses *; disk 1M 2M\n"
		 "task c; uses nvme\ntask d; uses other; disk third\ntask e; disk disk 1M 2M", driver);
	CHECK(parse(text, &at) == 0 && has_disk("a", 0, 4096) && has_disk("b", 2048, 4096));
	CHECK(has_disk("d", 0, 0) && is_on("d", "third"));
	CHECK(is_on("a", "second") && is_on("b", "disk") && is_on("c", "disk"));
	CHECK(is_on("e", "disk") && is_on("unknown", "disk"));
}

static bool has_partition(const char *program, const char *disk, unsigned number)
{
	return has_disk(program, 0, 0) && is_on(program, disk)
	       && of(program)->disk.partition == number;
}

TEST(HCFG0019, "a section can have a partition of its disk by number, beside others, not parts by bytes")
{
	static const struct { const char *text; unsigned column; const char *why; } wrong[] = {
		{ "task a; disk partition", 23, "the number of a partition is missing" },
		{ "task a; disk disk partition", 28, "the number of a partition is missing" },
		{ "task a; disk partition 0", 24, "the number of a partition is missing" },
		{ "task a; disk partition 1025", 24, "the number of a partition is missing" },
		{ "task a; disk partition 1M", 24, "the number of a partition is missing" },
		{ "task a; disk partition -1", 24, "the number of a partition is missing" },
		{ "task a; disk partition 1 2", 26, "" },
		{ "task a; disk second partition 1", 14, "no program that `a` uses provides the disk `second`" },
		{ "task a; disk partition 1; disk 0 1M", 27, "this section has a disk already" },
		{ "task a; disk partition 1; task b; disk 0 1M", 40, "`a` and `b` have parts of one disk" },
		{ "task a; disk 0 1M; task b; disk disk partition 1", 33, "`a` and `b` have parts of one disk" },
		{ "task a; disk 0 1M; task *; disk partition 1", 33, "`a` and `*` have parts of one disk" },
	};
	char text[100];
	struct place at;

	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(text, sizeof text, "task x; start\n%s", wrong[i].text);
		const char *why = parse(text, &at);

		CHECK(why != 0 && strstr(why, wrong[i].why) != 0);
		CHECK(at.line == 2 && at.column == wrong[i].column);
	}
	CHECK(parse("task nvme; start; provides disk second\ntask a; disk partition 1\ntask b; uses nvme\n"
		    "	disk second partition 1024\ntask c; disk disk partition 2; task d; disk disk\n"
		    "task e; uses nvme; disk second partition 1024; task f; disk partition 1", &at) == 0);
	CHECK(has_partition("a", "disk", 1) && has_partition("b", "second", 1024));
	CHECK(has_partition("c", "disk", 2) && has_partition("d", "disk", 0));
	CHECK(has_partition("unknown", "disk", 0));
}

TEST(HCFG0003, "without `files` a program reads all files, a confined one etc; with it what matches and etc")
{
	struct place at;

	CHECK(parse("task a; start; task b; confined; task c; files init x.*\n"
		    "task d; files; task e; files bin/e; rights kill; confined\n", &at) == 0);
	CHECK(!of("a")->confined && of("b")->confined);
	CHECK(grants_may_read(of("a"), "init"));
	CHECK(!grants_may_read(of("b"), "init"));
	CHECK(grants_may_read(of("c"), "init"));
	CHECK(grants_may_read(of("c"), "x.lua"));
	CHECK(!grants_may_read(of("c"), "bin/c"));
	CHECK(!grants_may_read(of("d"), "init"));
	CHECK(grants_may_read(of("b"), "etc/hosts"));
	CHECK(grants_may_read(of("d"), "etc/hosts"));
	CHECK(!grants_may_read(of("d"), "etc"));
	CHECK(grants_may_read(of("e"), "bin/e"));
	CHECK(of("e")->confined && !of("other")->confined);
}

static bool has_paths(const char *program, const char *list, unsigned bytes)
{
	const struct grant *p = of(program);

	return p->paths_bytes == bytes && memcmp(config.grants.paths + p->paths, list, bytes) == 0;
}

#define HAS_PATHS(program, list)	has_paths(program, list, sizeof(list))

TEST(HCFG0005, "a section lists its paths of the disk; without one it may read all and change nothing")
{
	struct place at;

	CHECK(parse("task a; start; task b; paths r /disk/x /disk/.y/..z; memory 1M; paths w /disk\n"
		    "task c; paths w /disk/x\ntask *; uses names\ntask d; paths r /disk\n", &at) == 0);
	CHECK(HAS_PATHS("a", "r/disk") && HAS_PATHS("b", "r/disk/x\0r/disk/.y/..z\0w/disk"));
	CHECK(HAS_PATHS("c", "w/disk/x") && HAS_PATHS("d", "r/disk") && HAS_PATHS("other", "r/disk"));
}

TEST(HCFG0006, "paths that are longer than an answer to a file server, or than the table, are refused")
{
	static char text[65536];
	char path[200] = "/disk/";
	unsigned line = 0;
	struct place at;

	memset(path + 6, 'x', 153);
	snprintf(text, sizeof(text), "task a; start\n paths r %s %s\n paths w %s\n", path, path, path);
	CHECK(parse(text, &at) != 0 && at.line == 3 && at.column == 10);
	path[158] = 0;
	snprintf(text, sizeof(text), "task a; start\n paths r %s %s\n paths w %s\n", path, path, path);
	CHECK(parse(text, &at) == 0 && of("a")->paths_bytes == ROOT_TEXT_BYTES);
	for (char *to = text; line < 60; line++)
		to += sprintf(to, "task t%u; paths r %s\n", line, path);
	CHECK(parse(text, &at) != 0 && at.line == GRANTS_PATHS_BYTES / 160 + 1);
}

/* The name of the section that config_narrower answers; "": none. */
static const char *narrower(const char *a, const char *b)
{
	const struct grant *p = grants_narrower(&config.grants, of(a), of(b));

	return p == 0 ? "" : p->name;
}

TEST(HCFG0007, "of two sections the one with narrower paths, all of which the other permits, if there is one")
{
	struct place at;

	CHECK(parse("task all; start; paths w /disk\ntask home; paths r /disk; paths w /disk/home\n"
		    "task usual; uses names\ntask in; paths r /disk/home\ntask other; paths w /disk/homes\n", &at)
	      == 0);
	CHECK(strcmp(narrower("all", "home"), "home") == 0 && strcmp(narrower("home", "all"), "home") == 0);
	CHECK(strcmp(narrower("usual", "home"), "usual") == 0);
	CHECK(strcmp(narrower("home", "in"), "in") == 0);
	CHECK(strcmp(narrower("home", "home"), "home") == 0 && strcmp(narrower("other", "all"), "other") == 0);
	CHECK(strcmp(narrower("home", "other"), "") == 0 && strcmp(narrower("in", "other"), "") == 0);
	CHECK(grants_narrower(&config.grants, of("all"), 0) == 0);
}

TEST(HCFG0004, "two sections that are started and name one device are refused, where the second names it")
{
	static const struct { const char *text; unsigned line, column; } wrong[] = {
		{ "task a; start; irq 4 8\ntask b\nirq 8; start\n", 3, 5 },
		{ "task a; ports 60-6f; start\ntask b; ports 10 6f-80; start", 2, 18 },
		{ "task a; start; physical a0000-bffff\ntask c; irq 1\ntask b; start; physical 0-a0000\n", 3, 25 },
	};
	struct place at;

	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const char *why = parse(wrong[i].text, &at);

		CHECK(why != 0 && strstr(why, "`a` and `b`") != 0);
		CHECK(at.line == wrong[i].line && at.column == wrong[i].column);
	}
	CHECK(parse("task a; start; irq 8; task b; irq 8\n", &at) == 0);
	CHECK(parse("task a; start; irq 8 7-9; start\ntask b; start; irq 10; ports 8\n", &at) == 0);
	CHECK(parse("task *; irq 8; ports 1\ntask a; start; irq 8; task b; start; ports 2 1\n", &at) == 0);
}
