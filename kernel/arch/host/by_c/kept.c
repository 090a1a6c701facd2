/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kept.c - the kept status of the host machine (ptab.h), as on a machine whose PTEs have no room for it.
 */
#include <arch/kept.h>
#include "../ptab.h"

uint8_t host_kept_get(const arch_pte_t *e) { return *arch_kept_byte(e); }

void host_kept_set(arch_pte_t *e, uint8_t kept) { *arch_kept_byte(e) = kept; }
