/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exception_message.h - tests name registers of x86-64 in exception messages, and are compiled as they are.
 */
#include "../../guest/interface/arch/x86_64/exception_message.h"
