/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shapes.c - a program without any library, linked in many ways: it checks that code, constants, data
 * and zeroed memory are what they should be, then reads an address that names it: 0xbad000 if all is
 * well (root reports the fault), 0xbad001.. for what is not.
 */
enum { CELLS = 5000 };

static volatile int data = 42;
static volatile int zero[CELLS];
static const volatile char constant[] = "constant";

static unsigned long wrong(void)
{
	if (data != 42)
		return 1;
	if (constant[0] != 'c' || constant[7] != 't')
		return 2;
	for (unsigned i = 0; i < CELLS; i++)
		if (zero[i] != 0)
			return 3;
	data = 43;
	zero[CELLS - 1] = 1;
	return data == 43 && zero[CELLS - 1] == 1 ? 0 : 4;
}

void _start(void)
{
	*(volatile char *)(0xbad000 + wrong());
	for (;;)
		;
}
