/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attribute.h - modes and times of files of a disk.
 */
#ifndef POSIX_ATTRIBUTE_H
#define POSIX_ATTRIBUTE_H

#include "call.h"

px_call px_chmod, px_fchmod, px_fchmodat, px_utimensat;

#endif
