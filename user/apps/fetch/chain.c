/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * chain.c - see chain.h.
 */
#include <string.h>
#include "chain.h"

static struct chain *of(const br_x509_class **context)
{
	return (struct chain *)context;
}

static const unsigned char *der(const struct chain *c, unsigned i)
{
	return c->der + c->certificate[i].at;
}

/* ---- what the server sends ---- */

static void start_chain(const br_x509_class **context, const char *host)
{
	struct chain *c = of(context);

	c->host = c->address.bytes ? NULL : host;
	c->count = c->bytes = 0;
}

/* One that does not fit ends up without bytes, so that no other one is signed by it. */
static void start_certificate(const br_x509_class **context, uint32_t length)
{
	struct chain *c = of(context);

	if (c->count == CHAIN_CERTIFICATES)
		return;
	c->certificate[c->count].at = c->bytes;
	c->certificate[c->count].bytes = length <= sizeof c->der - c->bytes ? length : 0;
	c->certificate[c->count++].used = false;
}

static void append(const br_x509_class **context, const unsigned char *bytes, size_t n)
{
	struct chain *c = of(context);
	uint32_t end = c->count == 0 ? 0 : c->certificate[c->count - 1].at + c->certificate[c->count - 1].bytes;

	if (n > end - c->bytes)
		return;
	memcpy(c->der + c->bytes, bytes, n);
	c->bytes += (uint32_t)n;
}

static void end_certificate(const br_x509_class **context)
{
	(void)context;
}

/* ---- the check ---- */

static bool signs(const struct chain *c, unsigned i, unsigned other)
{
	struct certificate_names by = certificate_names(der(c, i), c->certificate[i].bytes),
		own = certificate_names(der(c, other), c->certificate[other].bytes);

	return by.subject_bytes > 0 && by.subject_bytes == own.issuer_bytes
	       && memcmp(by.subject, own.issuer, by.subject_bytes) == 0;
}

/* Returns the certificate whose owner has signed this one; c->count: there is none that was not used. */
static unsigned signer(const struct chain *c, unsigned of_this)
{
	unsigned i = 0;

	while (i < c->count && (c->certificate[i].used || !signs(c, i, of_this)))
		i++;
	return i;
}

static unsigned end_chain(const br_x509_class **context)
{
	struct chain *c = of(context);
	const br_x509_class **check = &c->check.vtable;
	unsigned error;

	(*check)->start_chain(check, c->host);
	for (unsigned i = 0; i < c->count; i = signer(c, i)) {
		c->certificate[i].used = true;
		(*check)->start_cert(check, c->certificate[i].bytes);
		(*check)->append(check, der(c, i), c->certificate[i].bytes);
		(*check)->end_cert(check);
	}
	error = (*check)->end_chain(check);
	if (!error && c->address.bytes && !certificate_has_address(c->der, c->certificate[0].bytes, &c->address))
		error = BR_ERR_X509_BAD_SERVER_NAME;
	return error;
}

static const br_x509_pkey *get_key(const br_x509_class *const *context, unsigned *usages)
{
	const struct chain *c = (const struct chain *)context;

	return c->check.vtable->get_pkey(&c->check.vtable, usages);
}

const br_x509_class chain_class = {
	sizeof(struct chain), start_chain, start_certificate, append, end_certificate, end_chain, get_key,
};
