/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * handles.c - handles of open files that are closed again.
 */
#include <pecan/handle.h>
#include <pecan/file_clients.h>
#include "fake.h"

static L4_Word_t first, second;		/* handles */

static void close_and_reopen(void)
{
	char byte;

	CHECK(fs_put("/x", "x") == FILES_OK && fs_put("/y", "y") == FILES_OK);
	CHECK(fs_open("/x", 0, &first) == FILES_OK && fs_close(first) == FILES_OK);
	CHECK(fs_open("/y", 0, &second) == FILES_OK && handle_place(second) == handle_place(first));
	CHECK(fs_read(first, 0, &byte, 1) == -(long)FILES_E_HANDLE && fs_close(first) == FILES_E_HANDLE);
	CHECK(fs_read(second, 0, &byte, 1) == 1 && byte == 'y');
}

TEST(FSRV0211, "the handle of a closed file is refused when another file is open in its place")
{
	disk_make(4096, "-t ext4");
	CHECK(life(close_and_reopen, true));
}

static L4_Word_t *kept_handle;		/* of a server that has ended */

static void open_and_end(void)
{
	client_begin(1);
	CHECK(fs_put("/x", "x") == FILES_OK && fs_open("/x", 0, kept_handle) == FILES_OK);
}

static void use_of_former_server(void)
{
	char byte;

	client_begin(100000);
	CHECK(fs_open("/x", 0, &first) == FILES_OK && handle_place(first) == handle_place(*kept_handle));
	CHECK(fs_read(*kept_handle, 0, &byte, 1) == -(long)FILES_E_HANDLE);
	CHECK(fs_read(first, 0, &byte, 1) == 1);
}

TEST(FSRV0212, "the handle that a former server gave is refused by one that is started later")
{
	disk_make(4096, "-t ext4");
	kept_handle = fake_shared(sizeof *kept_handle);
	CHECK(life(open_and_end, true));
	CHECK(life(use_of_former_server, true));
}
