/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * registers.h - the made-up machine has the registers of ia32, for the guest tests.
 */
#include "../../../guest/interface/arch/ia32/registers.h"
