/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * chain.h - the check of what a server sends to prove its name: BearSSL's, of those certificates that lead
 * from the server's own one to an authority, each signed by the next. Others, at any place but the first, are
 * left out, and the order of the rest does not matter.
 */
#ifndef FETCH_CHAIN_H
#define FETCH_CHAIN_H

#include <bearssl.h>
#include <stdint.h>
#include "fetch.h"

enum { CHAIN_CERTIFICATES = 16, CHAIN_BYTES = 32768 };	/* what is beyond these is left out */

struct chain {
	const br_x509_class *class;	/* for br_ssl_engine_set_x509 */
	br_x509_minimal_context check;	/* to be set up by the caller */
	struct address address;		/* of a host that is one: the server's certificate has to have it */
	const char *host;
	unsigned count;
	struct { uint32_t at, bytes; bool used; } certificate[CHAIN_CERTIFICATES];
	uint32_t bytes;
	unsigned char der[CHAIN_BYTES];
};

extern const br_x509_class chain_class;

#endif
