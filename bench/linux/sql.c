/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sql.c - rows of SQLite, with a new database on the disk for each window. Journal and synchronous are as by
 * default: each transaction makes a file for its journal and removes it, and waits for the disk.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

#include "rows.h"

enum { SQL_WINDOWS = 4, INSERTS = 10000, TRANSACTIONS = 1000, PATH = 64, TEXT = 48 };

static sqlite3 *base;
static sqlite3_stmt *insert;

static void run(const char *statement)
{
	if (sqlite3_exec(base, statement, NULL, NULL, NULL) != SQLITE_OK)
		work_failed(sqlite3_errmsg(base));
}

static void open_new(const char *path)
{
	unlink(path);
	if (sqlite3_open(path, &base) != SQLITE_OK)
		work_failed("a database cannot be opened");
	run("CREATE TABLE t(a INTEGER PRIMARY KEY, b INTEGER, c TEXT)");
	if (sqlite3_prepare_v2(base, "INSERT INTO t(b, c) VALUES(?, ?)", -1, &insert, NULL) != SQLITE_OK)
		work_failed(sqlite3_errmsg(base));
}

static void end(void)
{
	sqlite3_finalize(insert);
	sqlite3_close(base);
}

static void insert_row(int n)
{
	char text[TEXT];
	int bytes = snprintf(text, sizeof text, "this is the text of the row %d", n);

	sqlite3_bind_int(insert, 1, n);
	sqlite3_bind_text(insert, 2, text, bytes, SQLITE_STATIC);
	if (sqlite3_step(insert) != SQLITE_DONE || sqlite3_reset(insert) != SQLITE_OK)
		work_failed(sqlite3_errmsg(base));
}

static void many_in_one(const char *path)
{
	open_new(path);
	SCOPE_BEGIN(ROW_SQL_INSERTS);
	run("BEGIN");
	for (int n = 0; n < INSERTS; n++) {
		insert_row(n);
		SCOPE_OP(ROW_SQL_INSERTS);
	}
	run("COMMIT");
	SCOPE_END(ROW_SQL_INSERTS);
	end();
}

static void one_each(const char *path)
{
	open_new(path);
	SCOPE_BEGIN(ROW_SQL_COMMITS);
	for (int n = 0; n < TRANSACTIONS; n++) {
		insert_row(n);
		SCOPE_OP(ROW_SQL_COMMITS);
	}
	SCOPE_END(ROW_SQL_COMMITS);
	end();
}

void work_sql(const char *folder)
{
	char path[PATH];

	snprintf(path, sizeof path, "%s/base", folder);
	for (int w = 0; w < SQL_WINDOWS; w++)
		many_in_one(path);
	for (int w = 0; w < SQL_WINDOWS; w++)
		one_each(path);
}
