/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link.h - links and symbolic links of a disk.
 */
#ifndef POSIX_LINK_H
#define POSIX_LINK_H

#include "call.h"

px_call px_readlink, px_readlinkat, px_symlink, px_symlinkat, px_link, px_linkat;

#endif
