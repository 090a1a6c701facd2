/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz.c - the way in of libFuzzer.
 */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_run(data, size);
	return 0;
}
