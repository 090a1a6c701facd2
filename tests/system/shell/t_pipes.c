/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_pipes.c - tests of programs that are connected: by pipes, with files of the boot image and of the disk,
 * with the special ones.
 */
#include "play.h"

#define NO_FILE	  ": there is no such program or file in the boot image\n"
#define ONLY_DISK ": nothing can be written there: the files of the boot image are read-only, those of the" \
		  " disk begin with /disk/, those in memory with /tmp/\n"

TEST(pipe_two, "a program reads what another one, or a command, prints")
{
	shell_start(NULL);
	CHECK(shows("hello a | copy", "hello(a)\n") && shows("echo b | copy | copy | count", "2\n"));
	CHECK(shows("help ps | copy | copy|copy|copy|copy|copy|copy", shown("help ps")) && at_prompt());
}

TEST(pipe_large, "a pipe has all bytes of a program that writes more than it holds")
{
	shell_start(NULL);
	CHECK(shows("flood | count", "20336\n") && shows("flood | copy | copy | count", "20336\n"));
}

TEST(pipe_closed, "a program whose reader has ended gets the end; so does a command, and the shell works on")
{
	shell_start(NULL);
	CHECK(shows("flood | once", "") && shows("flood | hello", "hello()\n"));
	CHECK(shows("help | once", "") && shows("echo x", "x\n"));
}

TEST(pipe_status, "a pipe ends as its last program does, or by a fault of any")
{
	shell_start(NULL);
	CHECK(shows("status 3 | copy", "")
	      && shows("echo x | status 4", "[22] echo | status: exit status 4\n"));
	CHECK(shows("fault | copy", "[24] fault | copy: stopped by a fault\n"));
}

TEST(pipe_interrupted, "^C ends all programs of a pipe")
{
	shell_start(NULL);
	shown("stay | copy | copy");
	CHECK(typing_shows(INTERRUPT, "[22] stay | copy | copy: killed\n") && at_prompt());
	CHECK(shows("hello | copy", "hello()\n"));
}

TEST(pipe_left, "after the attention key a pipe runs in the background, and ends there")
{
	shell_start(NULL);
	shown("stay | copy");
	CHECK(typing_shows(ATTENTION, "[21] stay | copy: in the background; wait 21 gives it the terminal, "
				      "kill 21 ends it\n"));
	CHECK(shows("kill stay", "killed task 20, stay\n[21] stay | copy: done\n"));
}

TEST(pipe_background, "a pipe in the background is one job; more of them than there are pipes are refused")
{
	shell_start(NULL);
	CHECK(shows("stay | copy | copy &", "[22] stay | copy | copy\n")
	      && shows("jobs", "[22] stay | copy | copy\n"));
	shown("stay | copy | copy | copy | copy | copy | copy | copy &");
	CHECK(says("stay | copy | copy | copy | copy | copy | copy | copy &", "stay | copy"));
	CHECK(shows("kill 20", "killed task 20, stay\n[22] stay | copy | copy: done\n"));
	CHECK(says("hello | copy | copy | copy | copy",
		   "shell: too many pipes; wait for some of the programs\n"));
	CHECK(at_prompt() && shows("echo x", "x\n"));
}

TEST(pipe_half, "if one of the programs is not started, those before it are ended, and the pipes are free")
{
	shell_start(NULL);
	for (unsigned i = 0; i < 20; i++) {
		spoil.label = ROOT_SPAWN;
		spoil.skip = 1;
		spoil.count = 1;
		spoil.tag = ANSWER(ROOT_E_POOL, 0);
		CHECK(shows("stay | copy", "copy: no free memory is left; end something\n"));
	}
	CHECK(shows("hello | copy", "hello()\n") && says("jobs", "nothing runs"));
}

TEST(pipe_grandchild, "a program that another one starts has the streams of that one")
{
	shell_start(NULL);
	shown("parent hello | copy");
	CHECK(typing_shows(INTERRUPT, "[22] parent | copy: killed\n"));
	CHECK(shows("parent hello > /disk/out", "") && !at_prompt());
	keys(INTERRUPT);
	CHECK(disk_has("/out", "hello()\n"));
}

/* ---- files ---- */

TEST(file_read, "< gives a program a file of the boot image or of the disk, or a special one")
{
	shell_start(NULL);
	CHECK(shows("copy < init", "start here.\n") && shows("copy < /bin/sh | copy", "sh\n"));
	CHECK(shows("count < bin/long", "600\n") && shows("copy < /disk/file", "0123456789"));
	CHECK(shows("copy < /dev/null", "") && shows("once < /dev/zero", "")
	      && disk_node("/file")->opened == 0);
}

TEST(file_read_refused, "a file that cannot be read is named, and the program is not started")
{
	shell_start(NULL);
	CHECK(shows("copy < none", "none" NO_FILE));
	CHECK(shows("copy < 0123456789012345678901234567890123456789",
		    "0123456789012345678901234567890123456789" NO_FILE));
	CHECK(says("copy < /disk/none", "/disk/none: ") && says("copy < /disk/folder", "/disk/folder: "));
	CHECK(root.children == 0 && disk_node("/folder")->opened == 0);
}

TEST(file_written, "> makes a file of what a program or command prints, >> adds to it")
{
	shell_start(NULL);
	CHECK(shows("hello x > /disk/out", "") && disk_has("/out", "hello(x)\n"));
	CHECK(shows("hello y >> /disk/out", "") && disk_has("/out", "hello(x)\nhello(y)\n"));
	CHECK(shows("echo z>/disk/out", "") && disk_has("/out", "z\n"));
	CHECK(shows("echo a | copy >> /disk/out", "") && disk_has("/out", "z\na\n"));
	CHECK(shows("copy < /disk/out > /disk/other", "") && disk_has("/other", "z\na\n"));
	CHECK(shows("cd /disk/folder", "") && shows("hello > ../file", "") && disk_has("/file", "hello()\n"));
	CHECK(shows("hello > inner", "") && disk_has("/folder/inner", "hello()\n"));
	CHECK(shows("flood > /disk/out", "") && disk_node("/out")->size == 20336);
}

TEST(file_written_special, "special files take what is written; the full one refuses it once")
{
	shell_start(NULL);
	CHECK(shows("hello > /dev/null", "") && shows("flood > /dev/null", "")
	      && shows("echo x > /dev/zero", ""));
	CHECK(says("hello > /dev/full", "/dev/full: ") && shows("echo x", "x\n"));
}

TEST(file_write_refused, "a file that cannot be written is named, and the program is not started")
{
	shell_start(NULL);
	CHECK(shows("hello > init", "init" ONLY_DISK) && shows("hello >> /bin/x", "/bin/x" ONLY_DISK));
	CHECK(says("hello > /disk/folder", "/disk/folder: ") && root.children == 0);
	disk.refuses = true;
	CHECK(says("hello > /disk/out", "/disk/out: "));
}

TEST(file_write_fails, "an error while a file is written is said once; the file is closed")
{
	shell_start(NULL);
	disk.write = FILES_E_SPACE;
	CHECK(shows("flood > /disk/out", "/disk/out: the disk is full\n[20] flood: exit status 141\n"));
	CHECK(disk_node("/out")->opened == 0);
	disk.write = FILES_OK;
	disk.piece = 7;
	CHECK(shows("hello x > /disk/out", "") && disk_has("/out", "hello(x)\n"));
	disk.moves = 1;
	CHECK(shows("hello x >> /disk/out", "") && disk_has("/out", "hello(x)\n+hello(x)\n"));
}

TEST(file_errors, "errors of a program go to the console, whatever its output is")
{
	shell_start(NULL);
	CHECK(shows("complain > /disk/out", "error\n") && disk_has("/out", "output\n"));
	CHECK(shows("complain | count", "error\n7\n"));
}

TEST(file_directory, "a program gets the shell's current directory; one of the disk is for loader")
{
	shell_start(NULL);
	CHECK(shows("where", "none\n") && shows("cd /disk/folder", "") && shows("where", "</disk/folder>\n"));
	CHECK(shows("where | copy", "</disk/folder>\n")
	      && shows("./inner a", "hello(/disk/folder/inner a)\n"));
	CHECK(shows("/disk/folder/inner 'a b'", "hello(/disk/folder/inner \"a b\")\n"));
	CHECK(says("/disk/none", "/disk/none: ") && says("../folder", "../folder: "));
}

TEST(file_many, "too many programs with files are refused, and none stays open")
{
	shell_start(NULL);
	for (unsigned i = 0; i < 8; i++)
		CHECK(says("stay > /disk/out &", "] stay\n"));
	CHECK(shows("stay > /disk/out &",
		    "stay: too many programs have pipes, or a directory; wait for some of them\n"));
	CHECK(disk_node("/out")->opened == 8 && shows("hello", "hello()\n"));
	for (unsigned i = 0; i < 8; i++)
		root_child_ends(FIRST_CHILD + i, ROOT_END_EXIT, 0);
	keys("\r");
	CHECK(disk_node("/out")->opened == 0);
}
