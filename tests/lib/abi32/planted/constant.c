/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * constant.c - fault: an address above 4 GiB in a word.
 */
#include <l4/types.h>

L4_Word_t address = 0x100000000000ul;
