/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sigma.h - what root requests from sigma0 (protocols 7.1). The functions wait for its answer.
 */
#ifndef ROOT_SIGMA_H
#define ROOT_SIGMA_H

#include <x2/word.h>

/*
 * Physical addresses for which PECAN_DIRECT_SEES are visible at direct(); others are not requested from
 * sigma0.
 * Call it before the other functions of sigma.c.
 */
void sigma_init(void);

/* Map 2^log2 bytes of memory at `physical` to direct(physical). Returns false if sigma0 refuses. */
bool sigma_page(l4_word_t physical, unsigned log2);

/* The same for all pages of [physical, physical + size); pages that root has already are no error. */
bool sigma_range(l4_word_t physical, l4_word_t size);

/* Map 2^log2 bytes that sigma0 chooses. Returns the physical address, or 0 if it refuses. */
l4_word_t sigma_any(unsigned log2);

/*
 * Get I/O ports first .. last, as far as there are ports; those that root has already are no error. Returns
 * false if sigma0 refuses.
 */
bool sigma_ports(l4_word_t first, l4_word_t last);

/* Make sigma0 refuse all requests of other tasks from now on. */
void sigma_close(void);

#endif
