/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exception_message.h - the made-up machine has the exceptions of ia32.
 */
#include "../../../guest/interface/arch/ia32/exception_message.h"
