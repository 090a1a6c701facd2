/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reads.c - a program that reads a file, and says at its end how many bytes it had.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "filetest.h"

int read_all(const char *path)
{
	static char piece[4096];
	int fd = open(path, O_RDONLY);
	long all = 0, n;

	while ((n = read(fd, piece, sizeof piece)) > 0)
		all += n;
	printf("filetest: read all: %ld\n", n == 0 ? all : -1);
	return n != 0;
}
