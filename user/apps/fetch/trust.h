/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trust.h - the authorities whose signatures are believed.
 */
#ifndef FETCH_TRUST_H
#define FETCH_TRUST_H

#include <bearssl.h>

/*
 * The certificates of a file in PEM, which is read at the first call. Those that cannot be used are left out,
 * with a message each. Ends the program, with a message, if there is none that can be used.
 */
const br_x509_trust_anchor *trust_read(const char *file, size_t *count);

#endif
