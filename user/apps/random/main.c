/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - `random [BYTES]`: prints random bytes of the device in hexadecimal, 32 without a number.
 */
#include <pecan/names.h>
#include <pecan/print.h>
#include <proto/random_client.h>
#include <stdlib.h>

enum { DEFAULT = 32, LINE = 32 };

int main(int argc, char **argv)
{
	unsigned long left = argc > 1 ? strtoul(argv[1], 0, 10) : DEFAULT;
	struct random_get_out out;
	L4_ThreadId_t driver;

	if (argc > 2 || left == 0) {
		printf("usage: random [BYTES]\n");
		return 2;
	}
	if (pecan_lookup(RANDOM_NAME, false, &driver) != NAMES_OK) {
		printf("random: there is no random number device, or no driver for it\n");
		return 1;
	}
	for (; left > 0; left -= out.data_bytes) {
		enum random_status status = random_get(driver, left < LINE ? left : LINE, &out);

		if (status != RANDOM_OK || out.data_bytes == 0) {
			printf("random: the driver does not answer\n");
			return 1;
		}
		for (unsigned i = 0; i < out.data_bytes; i++)
			printf("%02x", (unsigned char)out.data[i]);
		printf("\n");
	}
	return 0;
}
