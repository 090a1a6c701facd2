/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tiny.c - the program that a row of os.c executes.
 */
int main(void)
{
	return 0;
}
