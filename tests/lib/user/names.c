/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * names.c - tests of the name service's table (user/servers/names).
 */
#include "harness.h"
#include <stdio.h>
#include <string.h>
#include <servers/names/table.h>

static struct table table;

static struct holder of(l4_word_t task) { return (struct holder){ task, 0 }; }

static void empty(void) { memset(&table, 0, sizeof(table)); }

TEST(HNAM0001, "a registered name is found; another task cannot take, change or remove it")
{
	empty();
	CHECK(table_find(&table, "a") == 0);
	CHECK(table_register(&table, "a", 11, of(1)) == NAMES_OK);
	CHECK(table_find(&table, "a")->thread == 11 && table_find(&table, "b") == 0);
	CHECK(table_register(&table, "a", 21, of(2)) == NAMES_E_TAKEN);
	CHECK(table_unregister(&table, "a", 2) == NAMES_E_OWNER);
	CHECK(table_register(&table, "a", 12, of(1)) == NAMES_OK && table_find(&table, "a")->thread == 12);
	CHECK(table_unregister(&table, "a", 1) == NAMES_OK && table_find(&table, "a") == 0);
	CHECK(table_unregister(&table, "a", 1) == NAMES_E_ABSENT);
	CHECK(table_register(&table, "a", 21, of(2)) == NAMES_OK);
}

TEST(HNAM0002, "a task has a limit of names, so that none can fill the table alone")
{
	char text[NAMES_NAME_BYTES];

	empty();
	for (unsigned i = 0; i < NAMES_PER_TASK; i++) {
		snprintf(text, sizeof(text), "n%u", i);
		CHECK(table_register(&table, text, 11, of(1)) == NAMES_OK);
	}
	CHECK(table_register(&table, "more", 11, of(1)) == NAMES_E_FULL);
	CHECK(table_register(&table, "n3", 12, of(1)) == NAMES_OK);
	CHECK(table_register(&table, "more", 21, of(2)) == NAMES_OK);
}

TEST(HNAM0003, "a full table refuses, and takes again what was removed")
{
	char text[NAMES_NAME_BYTES];

	empty();
	for (unsigned i = 0; i < NAMES_MAX; i++) {
		snprintf(text, sizeof(text), "n%u", i);
		CHECK(table_register(&table, text, i + 1, of(i / NAMES_PER_TASK + 1)) == NAMES_OK);
	}
	CHECK(table_register(&table, "more", 1, of(1000)) == NAMES_E_FULL);
	CHECK(table_unregister(&table, "n5", 1) == NAMES_OK);
	CHECK(table_register(&table, "more", 1, of(1000)) == NAMES_OK);
}

TEST(HNAM0004, "listing shows each name once")
{
	l4_word_t position = 0;
	unsigned n = 0;

	empty();
	table_register(&table, "a", 1, of(1));
	table_register(&table, "b", 2, of(1));
	table_register(&table, "c", 3, of(1));
	table_unregister(&table, "b", 1);
	while (table_next(&table, &position))
		n++;
	CHECK(n == 2);
	position = ~(l4_word_t)0;
	CHECK(table_next(&table, &position) == 0);
}

TEST(HNAM0005, "waiters for a name are answered once, a thread waits for one name at a time")
{
	unsigned at = 0;

	empty();
	CHECK(table_wait(&table, "a", 11, of(1)) == NAMES_OK && table_wait(&table, "a", 21, of(2)) == NAMES_OK);
	CHECK(table_wait(&table, "b", 11, of(1)) == NAMES_OK);
	CHECK(table_take_waiting(&table, "a", &at) == 21 && table_take_waiting(&table, "a", &at) == 0);
	at = 0;
	CHECK(table_take_waiting(&table, "b", &at) == 11);
	for (unsigned i = 0; i < WAITS_PER_TASK; i++)
		CHECK(table_wait(&table, "c", 100 + i, of(1)) == NAMES_OK);
	CHECK(table_wait(&table, "c", 99, of(1)) == NAMES_E_FULL);
	CHECK(table_wait(&table, "d", 100, of(1)) == NAMES_OK);
}

TEST(HNAM0006, "a table whose user ended has its whole names after table_restore, and no waiting clients")
{
	unsigned at = 0;

	empty();
	table_restore(&table);
	CHECK(table_register(&table, "a", 11, of(1)) == NAMES_OK);
	CHECK(table_register(&table, "b", 21, of(2)) == NAMES_OK);
	CHECK(table_register(&table, "c", 31, of(3)) == NAMES_OK);
	CHECK(table_register(&table, "d", 41, of(4)) == NAMES_OK);
	CHECK(table_wait(&table, "e", 51, of(5)) == NAMES_OK);
	memset(table_find(&table, "b")->text, 'x', NAMES_NAME_BYTES);
	table_find(&table, "c")->text[0] = 0;
	table_find(&table, "d")->text[0] = 'a';
	table_restore(&table);
	CHECK(table_find(&table, "a")->thread == 11 && table_take_waiting(&table, "e", &at) == 0);
	for (unsigned i = 1; i < NAMES_MAX; i++)
		CHECK(table.name[i].task == 0);
}

TEST(HNAM0007, "names have printable characters of ASCII and no blanks, also those of a former table")
{
	static const char *const bad[] = { "", "a b", "a\033[6n", "\n", "a\177", "\302\233", "\233", "\303\244" };

	empty();
	for (unsigned i = 1; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(table_register(&table, bad[i], 11, of(1)) == NAMES_E_REQUEST);
	CHECK(table_register(&table, "!~", 11, of(1)) == NAMES_OK);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		strcpy(table.name[0].text, bad[i]);
		table.name[0].task = 1;
		table_restore(&table);
		CHECK(table.name[0].task == 0);
	}
}

static unsigned registered(const char *prefix, struct holder who)
{
	char text[NAMES_NAME_BYTES];
	unsigned n = 0;

	do
		snprintf(text, sizeof(text), "%s%lu.%u", prefix, who.task, n);
	while (table_register(&table, text, who.task, who) == NAMES_OK && ++n);
	return n;
}

static unsigned waiting(struct holder who)
{
	unsigned n = 0;

	while (table_wait(&table, "never", who.task * 100 + n, who) == NAMES_OK)
		n++;
	return n;
}

TEST(HNAM0008, "a section has 2 names and a wait beside tasks that take all, also of a former service")
{
	struct holder named = { 1000, 2 };
	unsigned names = 0, waits = 0;

	empty();
	places_know(2);
	for (l4_word_t task = 1; task <= WAITS_MAX / WAITS_PER_TASK + 1; task++) {
		names += registered("n", of(task));
		waits += waiting(of(task));
	}
	CHECK(names == NAMES_MAX - NAMES_OF_SECTION && waits == WAITS_MAX - WAITS_OF_SECTION);
	table.name[0].section = 1000;
	table_restore(&table);
	CHECK(table.name[0].section == 0 && registered("m", of(500)) == 0);
	CHECK(registered("n", named) == NAMES_OF_SECTION);
	for (l4_word_t task = 1; task <= WAITS_MAX / WAITS_PER_TASK + 1; task++)
		waiting(of(task));
	CHECK(waiting(named) == WAITS_OF_SECTION);
	places_know(0);
}
