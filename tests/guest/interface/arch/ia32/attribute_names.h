/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attribute_names.h - see attributes.h.
 */
#include "../x86/attribute_names.h"
