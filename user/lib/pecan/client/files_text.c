/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * files_text.c - files_error_text of <pecan/files.h>.
 */
#include <pecan/files.h>

const char *files_error_text(enum files_status s)
{
	static const char *const texts[] = {
		[FILES_OK] = "done", [FILES_E_REQUEST] = "the path is too long",
		[FILES_E_ABSENT] = "no such file or directory", [FILES_E_EXISTS] = "it is there already",
		[FILES_E_NO_DIRECTORY] = "not a directory", [FILES_E_DIRECTORY] = "it is a directory",
		[FILES_E_NOT_EMPTY] = "the directory is not empty",
		[FILES_E_KIND] = "neither a file nor a directory that can be read here",
		[FILES_E_NAME] = "the name is too long", [FILES_E_ARGUMENT] = "that is not possible",
		[FILES_E_SPACE] = "the disk is full", [FILES_E_LARGE] = "the file would be too large",
		[FILES_E_READ_ONLY] = "the disk cannot be written", [FILES_E_LIMIT] = "too many open files",
		[FILES_E_HANDLE] = "the file is not open", [FILES_E_MOVED] = "the file has another size now",
		[FILES_E_LOOP] = "too many symbolic links",
		[FILES_E_LOCKED] = "another program has locked it",
		[FILES_E_DEVICE] = "the disk is damaged: e2fsck -f /dev/disk",
		[FILES_E_NO_DISK] = "there is no disk with files", [FILES_E_MORE] = "not all is done",
		[FILES_E_DENIED] = "the program's section has no `paths` that permit it",
		[FILES_E_OPEN] = "programs have files open: end them first (ps shows programs)",
		[FILES_E_LENT] = "another program has the disk, as e2fsck",
		[FILES_E_IMMUTABLE] = "it is immutable (chattr +i)",
		[FILES_E_APPEND_ONLY] = "it can only be appended to (chattr +a)",
		[FILES_E_ENCRYPTED] = "it is encrypted", [FILES_E_COMPRESSED] = "it is compressed",
		[FILES_E_INLINE] = "its bytes are in its inode (inline_data), which is not supported",
		[FILES_E_VERITY] = "it is protected by fs-verity, and can only be read",
		[FILES_E_CASEFOLD] = "its names are without regard to case (casefold), and cannot be changed here",
		[FILES_E_OWN] = "it is the file system's own (ea_inode, snapshot)",
		[FILES_E_PART] = "its section has another disk, or part of it, than the file server",
		[FILES_E_SHARE] = "/tmp has no more memory, or files, for the program",
		[FILES_E_ACROSS] = "the one is on the disk, the other in /tmp",
		[FILES_REFUSED] = "the program's section has no `uses files`, or, for /tmp, `uses tmp`",
	};

	if ((unsigned)s < sizeof texts / sizeof *texts && texts[s])
		return texts[s];
	return "the file server does not answer";
}
