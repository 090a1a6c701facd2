/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_flags.c - flags of <pecan/files.h> that are none.
 */
#include "px.h"
#include "servers.h"
#include <pecan/files.h>

/* It would be taken for a flag, next to FILES_WRITE: this is compiled only if no label has that name. */
enum { FILES_READ = 1 };

/* A label has more bits than all flags together. */
TEST(flags_none, "a label in the place of flags is a wrong argument, and no path that is too long")
{
	struct files_file f;

	CHECK(files_use(&f, "/file", FILES_GET) == FILES_E_ARGUMENT);
	CHECK(files_use(&f, "/file", FILES_APPEND) == FILES_E_ARGUMENT);
	CHECK(files_use(&f, "/file", 0) == FILES_OK);
	files_done(&f);
}
