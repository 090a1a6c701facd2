/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the server of /tmp: files and directories in its memory (user/proto/files.idl, docs/user/tmp.md).
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/memory.h>
#include <pecan/names.h>
#include <pecan/server.h>
#include <pecan/system.h>

#include "requests.h"
#include "store.h"

enum { MS_US = 1000, SPARE_BYTES = 192 * 1024 };	/* spare: for tables, which are not touched yet */

void *memory_take(size_t bytes)
{
	return pecan_populate(bytes);
}

void memory_give(void *at)
{
	pecan_unmap(at);
}

/* What `memory` of the section has left. */
static size_t room(void)
{
	struct pecan_memory m;

	if (pecan_memory(&m) != ROOT_OK || m.limit < m.used + SPARE_BYTES)
		return 0;
	return m.limit - m.used - SPARE_BYTES;
}

int main(void)
{
	struct files_caller c = { .client = NULL };
	L4_ThreadId_t to = L4_nilthread;

	if (!requests_begin((unsigned)(L4_SystemClock().raw / MS_US), room())) {
		pecan_log("tmp: `memory` of the section is too little");
		return 1;
	}
	if (pecan_register(FILES_TMP_NAME, L4_nilthread) != NAMES_OK)
		return 1;
	pecan_want_notices();
	for (;;) {
		L4_MsgTag_t tag = pecan_reply_wait_alive(to, &c.thread);
		bool failed = L4_IpcFailed(tag), notice = !failed && pecan_is_notice(c.thread);

		if (notice)
			requests_drop_ended();
		to = !failed && !notice && files_serve(tag, &c) ? c.thread : L4_nilthread;
	}
}
