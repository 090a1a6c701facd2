/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_descriptors.c - descriptors, duplicates, pipes.
 */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include "px.h"

enum { DESCRIPTORS = 64 };

TEST(fd_lowest, "open, dup and pipe take the lowest free descriptors; close frees one, twice is EBADF")
{
	int fd[2];

	CHECK(px(SYS_open, "/dev/null", O_RDWR) == 3);
	CHECK(px(SYS_dup, 3) == 4);
	CHECK(px(SYS_close, 3) == 0 && px(SYS_close, 3) == -EBADF);
	CHECK(px(SYS_pipe, fd) == 0 && fd[0] == 3 && fd[1] == 5);
	CHECK(px(SYS_close, -1) == -EBADF && px(SYS_close, DESCRIPTORS) == -EBADF);
}

TEST(fd_dup2, "dup2 replaces, keeps an equal descriptor, and is EBADF for what is closed or out of range")
{
	CHECK(px(SYS_open, "/init", O_RDONLY) == 3);
	CHECK(px(SYS_dup2, 3, 9) == 9 && px(SYS_dup2, 3, 3) == 3);
	CHECK(px(SYS_dup2, 3, 9) == 9);
	CHECK(px(SYS_dup2, 5, 5) == -EBADF && px(SYS_dup2, 5, 6) == -EBADF);
	CHECK(px(SYS_dup2, -1, -1) == -EBADF && px(SYS_dup2, DESCRIPTORS, DESCRIPTORS) == -EBADF);
	CHECK(px(SYS_dup2, 3, DESCRIPTORS) == -EBADF && px(SYS_dup2, 3, -1) == -EBADF);
	CHECK(px(SYS_lseek, 9, 4, SEEK_SET) == 4 && px(SYS_lseek, 3, 0, SEEK_CUR) == 4);
}

TEST(fd_dup2_last, "dup2 closes the file that it replaces: a pipe's reader sees the end")
{
	char byte;
	int fd[2];

	CHECK(px(SYS_pipe, fd) == 0);
	CHECK(px(SYS_dup2, 0, fd[1]) == fd[1]);
	CHECK(px(SYS_read, fd[0], &byte, 1) == 0);
}

TEST(fd_dup3, "dup3 sets close-on-exec as its flag says; equal descriptors and other flags are EINVAL")
{
	CHECK(px(SYS_dup3, 0, 10, O_CLOEXEC) == 10 && px(SYS_fcntl, 10, F_GETFD) == FD_CLOEXEC);
	CHECK(px(SYS_dup3, 0, 10, 0) == 10 && px(SYS_fcntl, 10, F_GETFD) == 0);
	CHECK(px(SYS_dup3, 0, 0, 0) == -EINVAL && px(SYS_dup3, 0, 11, O_NONBLOCK) == -EINVAL);
	CHECK(px(SYS_dup3, 50, 11, 0) == -EBADF);
}

TEST(fd_cloexec, "close-on-exec belongs to a descriptor: dup and dup2 clear it, F_SETFD sets it")
{
	CHECK(px(SYS_open, "/dev/null", O_RDWR | O_CLOEXEC) == 3 && px(SYS_fcntl, 3, F_GETFD) == FD_CLOEXEC);
	CHECK(px(SYS_dup, 3) == 4 && px(SYS_fcntl, 4, F_GETFD) == 0);
	CHECK(px(SYS_dup2, 3, 5) == 5 && px(SYS_fcntl, 5, F_GETFD) == 0);
	CHECK(px(SYS_fcntl, 5, F_SETFD, FD_CLOEXEC) == 0 && px(SYS_fcntl, 5, F_GETFD) == FD_CLOEXEC);
	CHECK(px(SYS_fcntl, 3, F_SETFD, 0) == 0 && px(SYS_fcntl, 3, F_GETFD) == 0);
	CHECK(px(SYS_fcntl, 3, F_DUPFD_CLOEXEC, 20) == 20 && px(SYS_fcntl, 20, F_GETFD) == FD_CLOEXEC);
	CHECK(px(SYS_fcntl, 3, F_DUPFD, 20) == 21 && px(SYS_fcntl, 21, F_GETFD) == 0);
	CHECK(px(SYS_fcntl, 3, F_DUPFD, -1) == -EINVAL && px(SYS_fcntl, 3, F_DUPFD, DESCRIPTORS) == -EINVAL);
	CHECK(px(SYS_fcntl, 3, 9999) == -ENOSYS && px(SYS_fcntl, 60, F_GETFD) == -EBADF);
}

TEST(fd_flags, "F_GETFL has the access mode of each kind of file, and O_NONBLOCK as F_SETFL set it")
{
	int fd[2];

	CHECK(px(SYS_pipe2, fd, O_NONBLOCK) == 0);
	CHECK(px(SYS_fcntl, fd[0], F_GETFL) == (O_RDONLY | O_NONBLOCK));
	CHECK(px(SYS_fcntl, fd[1], F_GETFL) == (O_WRONLY | O_NONBLOCK));
	CHECK(px(SYS_fcntl, fd[1], F_SETFL, 0) == 0 && px(SYS_fcntl, fd[1], F_GETFL) == O_WRONLY);
	CHECK(px(SYS_fcntl, 0, F_GETFL) == O_RDONLY && px(SYS_fcntl, 1, F_GETFL) == O_WRONLY);
	CHECK(px(SYS_open, "/dev/null", O_RDONLY) == 5 && px(SYS_fcntl, 5, F_GETFL) == O_RDWR);
	CHECK(px(SYS_open, "/disk/file", O_WRONLY | O_APPEND) == 6);
	CHECK(px(SYS_fcntl, 6, F_GETFL) == (O_WRONLY | O_APPEND));
	CHECK(px(SYS_pipe2, fd, O_APPEND) == -EINVAL);
}

TEST(fd_most, "after all 64 descriptors a call returns EMFILE, and the files of failed calls are free again")
{
	int fd[2];

	for (long i = 3; i < DESCRIPTORS; i++)
		CHECK(px(SYS_dup, 0) == i);
	CHECK(px(SYS_dup, 0) == -EMFILE && px(SYS_fcntl, 0, F_DUPFD, 3) == -EMFILE);
	for (int i = 0; i < 100; i++) {
		CHECK(px(SYS_open, "/dev/null", O_RDONLY) == -EMFILE);
		CHECK(px(SYS_pipe, fd) == -EMFILE);
		CHECK(px(SYS_open, "/disk/file", O_RDONLY) == -EMFILE);
	}
	CHECK(px(SYS_close, 63) == 0);
	for (int i = 0; i < 20; i++)
		CHECK(px(SYS_pipe, fd) == -EMFILE);
	CHECK(px(SYS_close, 62) == 0 && px(SYS_pipe, fd) == 0 && fd[0] == 62 && fd[1] == 63);
}

TEST(pipe_bytes, "a pipe has what was written, in order and around its end; no writer is the end")
{
	char in[3000], out[3000];
	int fd[2];

	CHECK(px(SYS_pipe, fd) == 0);
	for (unsigned round = 0; round < 10; round++) {
		for (unsigned i = 0; i < sizeof in; i++)
			in[i] = (char)(i * 7 + round);
		CHECK(px(SYS_write, fd[1], in, sizeof in) == sizeof in);
		CHECK(px(SYS_read, fd[0], out, 1000) == 1000);
		CHECK(px(SYS_read, fd[0], out + 1000, sizeof out) == sizeof out - 1000);
		CHECK(memcmp(in, out, sizeof in) == 0);
	}
	CHECK(px(SYS_write, fd[0], in, 1) == -EBADF && px(SYS_read, fd[1], in, 1) == -EBADF);
	CHECK(px(SYS_close, fd[1]) == 0 && px(SYS_read, fd[0], out, 10) == 0);
	CHECK(px(SYS_lseek, fd[0], 0, SEEK_SET) == -ESPIPE && px(SYS_pread64, fd[0], in, 1, 0) == -ESPIPE);
	CHECK(px(SYS_pwrite64, fd[0], in, 1, 0) == -ESPIPE);
}

TEST(pipe_nonblock, "without O_NONBLOCK's wait: EAGAIN of an empty pipe, a part or EAGAIN of a full one")
{
	static char text[3 * PIPE_BUF];
	int fd[2];

	CHECK(px(SYS_pipe2, fd, O_NONBLOCK) == 0);
	CHECK(px(SYS_read, fd[0], text, 1) == -EAGAIN && px(SYS_read, fd[0], text, 0) == 0);
	CHECK(px(SYS_write, fd[1], text, 0) == 0);
	CHECK(px(SYS_write, fd[1], text, PIPE_BUF + 1) == PIPE_BUF + 1);
	CHECK(px(SYS_write, fd[1], text, PIPE_BUF) == -EAGAIN);		/* whole or not at all */
	CHECK(px(SYS_write, fd[1], text, sizeof text) == PIPE_BUF - 1);
	CHECK(px(SYS_write, fd[1], text, 1) == -EAGAIN);
}

static int ends[2];

static void write_long(void *text)
{
	px(SYS_write, ends[1], text, 3 * PIPE_BUF);
	px(SYS_close, ends[1]);
}

TEST(pipe_blocks, "a write that does not fit waits for the reader, a read for the writer; all arrives")
{
	static char text[3 * PIPE_BUF], got[3 * PIPE_BUF];
	size_t n = 0;
	long r;

	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)(i ^ i >> 8);
	CHECK(px(SYS_pipe, ends) == 0);
	kernel_start(write_long, text);
	while ((r = px(SYS_read, ends[0], got + n, sizeof got - n)) > 0)
		n += (size_t)r;
	CHECK(r == 0 && n == sizeof got && memcmp(got, text, sizeof got) == 0);
}

TEST(pipe_broken, "a write without a reader is EPIPE and SIGPIPE, which ends the program")
{
	int fd[2];

	CHECK(px(SYS_pipe, fd) == 0 && px(SYS_close, fd[0]) == 0);
	expect_exit(128 + SIGPIPE);
	px(SYS_write, fd[1], "x", 1);
}

TEST(pipe_ignored, "with SIGPIPE ignored it is EPIPE")
{
	struct action ignore = { .handler = SIG_IGN };
	int fd[2];

	CHECK(px(SYS_rt_sigaction, SIGPIPE, &ignore, NULL, 8) == 0);
	CHECK(px(SYS_pipe, fd) == 0 && px(SYS_close, fd[0]) == 0);
	CHECK(px(SYS_write, fd[1], "x", 1) == -EPIPE);
}

TEST(pipe_many, "there are 16 pipes; one more is ENFILE; a pipe is free when both ends are closed")
{
	int fd[16][2], one[2];

	for (unsigned i = 0; i < 16; i++)
		CHECK(px(SYS_pipe, fd[i]) == 0);
	CHECK(px(SYS_pipe, one) == -ENFILE);
	CHECK(px(SYS_close, fd[3][0]) == 0 && px(SYS_pipe, one) == -ENFILE);
	CHECK(px(SYS_close, fd[3][1]) == 0 && px(SYS_pipe, one) == 0);
}

TEST(io_parts, "writev is one write of a pipe, readv of a pipe takes what there is; a file is read on")
{
	char a[4] = "", b[20] = "";
	struct iovec out[3] = { { "ab", 2 }, { NULL, 0 }, { "cdefg", 5 } };
	struct iovec in[3] = { { a, 0 }, { a, 3 }, { b, 20 } };
	int fd[2];

	CHECK(px(SYS_pipe, fd) == 0);
	CHECK(px(SYS_writev, fd[1], out, 3) == 7);
	CHECK(px(SYS_readv, fd[0], in, 3) == 3 && memcmp(a, "abc", 3) == 0);
	CHECK(px(SYS_read, fd[0], b, 20) == 4 && memcmp(b, "defg", 4) == 0);
	CHECK(px(SYS_open, "/init", O_RDONLY) == 5);
	CHECK(px(SYS_readv, 5, in, 3) == 12 && memcmp(a, "sta", 3) == 0 && memcmp(b, "rt here.\n", 9) == 0);
	CHECK(px(SYS_writev, 0, out, 3) == -EBADF && px(SYS_writev, 60, out, 3) == -EBADF);
}

TEST(io_parts_large, "parts of more than PIPE_BUF bytes are written one after the other")
{
	static char large[PIPE_BUF + 10];
	struct iovec out[2] = { { "ab", 2 }, { large, sizeof large } };
	int fd[2];

	CHECK(px(SYS_pipe2, fd, O_NONBLOCK) == 0);
	CHECK(px(SYS_writev, fd[1], out, 2) == 2 + sizeof large);
	CHECK(px(SYS_writev, fd[1], out, 2) == PIPE_BUF - 12);
	CHECK(px(SYS_writev, fd[1], out, 2) == -EAGAIN);
}

TEST(null_device, "/dev/null takes everything, is empty, and can be read and written at offsets")
{
	struct stat st;
	char byte;

	CHECK(px(SYS_open, "/dev/null", O_RDWR) == 3);
	CHECK(px(SYS_write, 3, "abc", 3) == 3 && px(SYS_read, 3, &byte, 1) == 0);
	CHECK(px(SYS_pread64, 3, &byte, 1, 5) == 0 && px(SYS_pwrite64, 3, "abc", 3, 7) == 3);
	CHECK(px(SYS_lseek, 3, 9, SEEK_SET) == 9 && px(SYS_fstat, 3, &st) == 0 && S_ISCHR(st.st_mode));
	CHECK(px(SYS_stat, "/dev/null", &st) == 0 && S_ISCHR(st.st_mode));
	CHECK(px(SYS_access, "/dev/null", W_OK) == 0);
	CHECK(px(SYS_ftruncate, 3, 0) == -EINVAL && px(SYS_fsync, 3) == -EINVAL);
	CHECK(px(SYS_fchmod, 3, 0) == -EINVAL);
}
