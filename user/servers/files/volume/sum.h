/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sum.h - how the checksum of a block changes with some of its bytes.
 *
 * CRC-32C, as ext4 has it, is linear: the sums of two blocks differ by the sum, begun with 0, of their
 * difference. So a change of some bytes costs as much as these, not as much as the block; and a sum that was
 * wrong before is wrong by the same bits after.
 */
#ifndef FILES_SUM_H
#define FILES_SUM_H

#include <stdint.h>

enum { SUM_BYTES_MAX = 65536 };

/*
 * Returns what is to be added (XOR) to the sum of `all` bytes, at most SUM_BYTES_MAX. Of these `bytes` bytes
 * from `at` on were `was` and are `is`.
 */
uint32_t sum_of_change(const char *was, const char *is, unsigned at, unsigned bytes, unsigned all);

#endif
