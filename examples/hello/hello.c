/* SPDX-License-Identifier: BSD-2-Clause */
/* hello.c - prints its arguments on the console. */
#include <pecan/print.h>

int main(int argc, char **argv)
{
	printf("hello from a program built with the SDK\n");
	for (int i = 1; i < argc; i++)
		printf("argument %d: %s\n", i, argv[i]);
	return 0;
}
