/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shift.c - fault: a shift by more bits than a word has.
 */
long shifted = 1L << 40;
