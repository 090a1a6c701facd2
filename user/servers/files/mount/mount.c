/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mount.c - see mount.h.
 */
#include <pecan/file_clients.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <servers/files/cache/cache.h>
#include <servers/files/cache/keep.h>
#include <servers/files/file/tree.h>
#include <servers/files/volume/volume.h>

#include "attach.h"
#include "mount.h"

static bool disk_is_open;
static L4_Word_t borrower;		/* as keep_borrower */

void mount_report(const char *text)
{
	pecan_logf("the disk: %s", text);
}

static void mount_volume(bool repairs)
{
	const char *why;

	attach_volume(&why, repairs);
	if (why)
		mount_report(why);
	if (attach_why_read_only())
		mount_report(attach_why_read_only());
}

bool mount_disk(void)
{
	enum disk_status e = disk_is_open ? DISK_OK : cache_open_disk();

	disk_is_open = e == DISK_OK;
	if (!disk_is_open)
		return e == DISK_E_ABSENT || e == DISK_E_PART || e == DISK_E_GONE;	/* the driver reports them */
	borrower = keep_borrower();
	if (!borrower && !volume)
		mount_volume(true);
	mount_is_lent();
	return true;
}

bool mount_has_disk(void)
{
	return disk_is_open;
}

/* ---- the disk of another task ---- */

enum files_status mount_lend(L4_Word_t task)
{
	errcode_t e;

	client_drop_ended();
	if (client_any_open())
		return FILES_E_OPEN;
	e = attach_leave();
	if (e)
		return tree_status(e);
	borrower = task;
	keep_set_borrower(borrower);
	mount_report("it is not mounted while another program has it");
	return FILES_OK;
}

bool mount_is_lent(void)
{
	struct pecan_task t;

	if (!borrower)
		return false;
	if (pecan_task_by_number(borrower, &t) != ROOT_E_TASK)
		return true;
	borrower = 0;
	keep_set_borrower(borrower);
	keep_set_unclean(false);	/* what the disk says counts */
	mount_volume(false);
	return false;
}
