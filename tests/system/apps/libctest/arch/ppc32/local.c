/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * local.c - see local.h.
 */
#include "../../local.h"
