/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options.h - words of sigma0's command line (docs/user/sigma0.md).
 */
#ifndef SIGMA0_OPTIONS_H
#define SIGMA0_OPTIONS_H

#include <x2/kip.h>

/*
 * Returns true if `word` is one of those behind sigma0's name on its command line, which the boot information
 * that the KIP names has in its first record (protocols 7.5). That memory must be readable 1:1.
 */
bool option_given(const struct l4_kip *kip, const char *word);

#endif
