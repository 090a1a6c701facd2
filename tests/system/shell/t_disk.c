/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_disk.c - tests of the shell's commands for files and directories of the disk.
 */
#include <pecan/file_time.h>

#include "play.h"

#define NOT_ON_DISK ": it is neither on the disk, below /disk, nor in /tmp\n"

TEST(disk_directory, "cd and pwd: paths from the current directory, . and .., what is no directory")
{
	shell_start(NULL);
	CHECK(shows("pwd", "/\n") && shows("cd /disk/folder", "") && shows("pwd", "/disk/folder\n"));
	CHECK(shows("cd ..", "") && shows("pwd", "/disk\n") && shows("cd ./folder/../folder", "")
	      && shows("pwd", "/disk/folder\n") && shows("pwd | copy", "/disk/folder\n"));
	CHECK(says("cd /disk/file", "cd: /disk/file: ") && says("cd none", "cd: none: ")
	      && says("cd /bin", "cd: /bin: "));
	CHECK(shows("pwd", "/disk/folder\n") && shows("cd", "") && shows("pwd", "/\n"));
	CHECK(shows("cd ../..", "") && shows("pwd", "/\n"));
}

TEST(disk_long, "a path that is too long is refused: it is no other directory")
{
	char line[CONSOLE_LINE_BYTES] = "cd /disk";

	for (unsigned i = 0; i < 120; i++)
		strcat(line, "/aa");
	shell_start(NULL);
	CHECK(shows("cd /disk/folder", "") && says(line, "cd: /disk/aa/") && shows("pwd", "/disk/folder\n"));
	memcpy(line, "ls", 2);
	CHECK(says(line, "ls: /disk/aa/"));
	memcpy(line, "rm", 2);
	CHECK(says(line, NOT_ON_DISK) && at_prompt());
}

TEST(disk_list, "ls shows sizes and names, directories with a slash; of a file its size")
{
	shell_start(NULL);
	CHECK(shows("ls /disk", "        10 file\n           folder/\n        10 link\n"));
	CHECK(shows("ls /disk/file", "        10 /disk/file\n")
	      && shows("ls /disk/folder", "         5 inner\n"));
	shown("cd /disk/folder");
	CHECK(shows("ls", "         5 inner\n") && shows("ls | count", "17\n"));
	CHECK(says("ls none", "ls: none: ") && disk_node("/folder")->opened == 0);
}

TEST(disk_list_details, "ls -l shows kind, permissions, links, size, date to 2446, and where a link leads")
{
	disk_node("/file")->modified = file_time(951827696, 0);
	disk_add("/old", 0100644, "")->modified = file_time(-1, 0);
	disk_add("/late", 0100644, "")->modified = file_time(INT64_MAX, 0);
	shell_start(NULL);
	CHECK(shows("ls -l /disk", "-rw-r--r--   1         10 2000-02-29 12:34 file\n"
		    "drwxr-xr-x   1          0 1970-01-01 00:16 folder\n"
		    "lrwxrwxrwx   1          5 1970-01-01 00:16 link -> /file\n"
		    "-rw-r--r--   1          0 1969-12-31 23:59 old\n"
		    "-rw-r--r--   1          0 2446-05-10 22:38 late\n"));
	CHECK(shows("ls -l /disk/file", "-rw-r--r--   1         10 2000-02-29 12:34 /disk/file\n"));
	CHECK(shows("cd /disk", "") && says("ls -l", "lrwxrwxrwx ") && says("ls -l none", "ls: none: "));
	CHECK(disk_node("/folder")->opened == 0 && disk_node("/file")->opened == 0);
}

TEST(disk_list_names, "what the terminal would obey of a name is left out")
{
	disk_add("/folder/a\033[2Jb", 0100644, "xy");
	shell_start(NULL);
	CHECK(shows("ls /disk/folder", "         5 inner\n         2 a[2Jb\n"));
}

TEST(disk_list_bad, "entries that a file server made wrong are an error, not more")
{
	static const unsigned char entry[24] = { 1 };

	shell_start(NULL);
	disk.list = entry;
	for (disk.list_bytes = 1; disk.list_bytes <= sizeof entry; disk.list_bytes++)
		CHECK(says("ls /disk", "ls: /disk: ") && at_prompt());
}

TEST(disk_make, "mkdir and rm: several paths; what cannot be done is said of each")
{
	shell_start(NULL);
	CHECK(shows("mkdir", "mkdir: the usage is: mkdir PATH...\n")
	      && shows("rm", "rm: the usage is: rm [-r] PATH...\n"));
	CHECK(shows("rm -r", "rm: the usage is: rm [-r] PATH...\n"));
	CHECK(shows("mkdir /disk/a /disk/b", "") && disk_node("/a") && disk_node("/b"));
	CHECK(says("mkdir /disk/a", "mkdir: /disk/a: ") && shows("mkdir x", "mkdir: x" NOT_ON_DISK));
	CHECK(says("rm /disk/a /disk/file", "rm: /disk/a: ") && disk_node("/a") && !disk_node("/file"));
	CHECK(says("rm /disk/none", "rm: /disk/none: ") && shows("rm init", "rm: init" NOT_ON_DISK));
}

TEST(disk_remove_tree, "rm -r removes a directory with all that is in it; an error ends it")
{
	disk_add("/folder/sub", 040755, "");
	disk_add("/folder/sub/x", 0100644, "");
	disk_add("/folder/y", 0100644, "");
	shell_start(NULL);
	CHECK(says("rm -r /disk/none", "rm: /disk/none: ") && shows("rm -r /disk/folder /disk/file", ""));
	CHECK(!disk_node("/folder") && !disk_node("/folder/sub/x") && !disk_node("/file")
	      && disk_node("/link"));
}

TEST(disk_remove_deep, "rm -r goes down to a depth that its stack has room for, then says so")
{
	char path[200] = "/d";

	for (unsigned i = 0; i < 20; i++) {
		disk_add(path, 040755, "");
		strcat(path, "/d");
	}
	shell_start(NULL);
	CHECK(says("rm -r /disk/d", "rm: /disk/d: ") && at_prompt());
}

TEST(disk_copy, "cp copies from the boot image, the disk and special files, to a path or into a directory")
{
	shell_start(NULL);
	CHECK(shows("cp", "cp: the usage is: cp FROM TO\n")
	      && shows("cp init", "cp: the usage is: cp FROM TO\n"));
	CHECK(shows("cp init /disk/i", "") && disk_has("/i", "start here.\n"));
	CHECK(shows("cp /disk/file /disk/folder", "") && disk_has("/folder/file", "0123456789"));
	CHECK(shows("cp bin/sh /disk/folder/inner", "") && disk_has("/folder/inner", "sh\n"));
	CHECK(shows("cp /dev/null /disk/file", "") && disk_has("/file", ""));
	shown("cd /disk/folder");
	CHECK(shows("cp file ..", "") && disk_has("/file", "0123456789")
	      && disk_node("/folder/file")->opened == 0);
}

TEST(disk_copy_refused, "cp says which of the two it cannot use, and leaves no file open")
{
	shell_start(NULL);
	CHECK(shows("cp none /disk/x", "none: there is no such program or file in the boot image\n"));
	CHECK(says("cp /disk/none /disk/x", "/disk/none: ") && shows("cp init y", "cp: y" NOT_ON_DISK));
	CHECK(shows("cp /disk/file /disk/file", "cp: /disk/file: it is the same file\n")
	      && disk_has("/file", "0123456789"));
	CHECK(shows("cp /disk/file /disk/link", "cp: /disk/link: it is the same file\n"));
	CHECK(says("cp /disk/folder /disk/x", "/disk/folder: ") && !disk_node("/x"));
	disk.write = FILES_E_SPACE;
	CHECK(says("cp init /disk/x", "cp: /disk/x: ") && disk_node("/x")->opened == 0);
	disk.write = FILES_OK;
	disk.read = FILES_E_DEVICE;
	CHECK(says("cp /disk/file /disk/x", "cp: /disk/x: ") && disk_has("/file", "0123456789"));
	disk.read = FILES_OK;
	disk.piece = 3;
	CHECK(shows("cp init /disk/x", "") && disk_has("/x", "start here.\n"));
}

TEST(disk_copy_interrupted, "a copy without an end is ended by ^C")
{
	shell_start(NULL);
	disk.piece = 1;
	keys("cp /disk/file /disk/x\r" INTERRUPT);
	CHECK(at_prompt() && disk_node("/x")->opened == 0);
}

TEST(disk_move, "mv renames, and moves into a directory; both paths are of the disk")
{
	shell_start(NULL);
	CHECK(shows("mv /disk/file", "mv: the usage is: mv FROM TO\n")
	      && shows("mv init /disk/x", "mv: init" NOT_ON_DISK));
	CHECK(shows("mv /disk/file x", "mv: x" NOT_ON_DISK)
	      && says("mv /disk/none /disk/x", "mv: /disk/none: "));
	CHECK(shows("mv /disk/file /disk/x", "") && disk_has("/x", "0123456789") && !disk_node("/file"));
	CHECK(shows("mv /disk/x /disk/folder", "") && disk_has("/folder/x", "0123456789"));
}

TEST(disk_space, "df shows what is used; sync has all written; a disk that does not answer is an error")
{
	shell_start(NULL);
	CHECK(shows("df", "       KIB       FREE      FILES       MORE     CACHED\n"
			  "      5000       3000         10         60          7\n"));
	CHECK(shows("sync", "") && disk.syncs == 1 && disk.cleans == 1);
	disk.state = FILES_UNCLEAN;
	CHECK(says("df", "df: /disk: it is not marked as clean"));
	disk.state = FILES_UNWRITABLE;
	CHECK(says("df", "df: /disk: it can be read only; e2fsck -p /dev/disk mends it, "
			 "if the device can be written\n"));
	disk.losses = 1;
	CHECK(says("sync", "sync: /disk: "));
	disk.refuses = true;
	CHECK(says("df", "df: /disk: "));
}
