/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * places.h - the made-up machine has the addresses of ia32, for the guest tests.
 */
#include "../../../guest/interface/arch/ia32/places.h"
