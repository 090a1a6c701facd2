/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * address.c - addresses among the names of a certificate, which BearSSL skips.
 */
#include <string.h>
#include "fetch.h"

enum { SEQUENCE = 0x30, OID = 0x06, OCTETS = 0x04, EXTENSIONS = 0xa3, IP_ADDRESS = 0x87 };

struct der { const unsigned char *at, *end; };

static const unsigned char names_oid[] = { 0x55, 0x1d, 0x11 };	/* subjectAltName */

static size_t left(const struct der *d)
{
	return (size_t)(d->end - d->at);
}

/* The length of an element, which begins behind its tag. Returns false if the bytes do not have it. */
static bool take_length(struct der *d, size_t *length)
{
	unsigned more;

	if (left(d) == 0)
		return false;
	*length = *d->at++;
	if (*length < 0x80)
		return true;
	more = *length & 0x7f;
	if (more == 0 || more > 2 || left(d) < more)
		return false;
	for (*length = 0; more > 0; more--)
		*length = *length << 8 | *d->at++;
	return true;
}

/* The next element with this tag; the ones before it are skipped. `d` continues behind it. */
static bool find(struct der *d, unsigned tag, struct der *value)
{
	size_t length;
	unsigned found;

	do {
		if (left(d) == 0)
			return false;
		found = *d->at++;
		if (!take_length(d, &length) || left(d) < length)
			return false;
		*value = (struct der){ d->at, d->at + length };
		d->at += length;
	} while (found != tag);
	return true;
}

static bool is(const struct der *d, const unsigned char *bytes, size_t n)
{
	return left(d) == n && memcmp(d->at, bytes, n) == 0;
}

/* Of an extension: its name, and its value with the names. */
static bool names_have(struct der extension, const struct address *address)
{
	struct der v;

	if (!find(&extension, OID, &v) || !is(&v, names_oid, sizeof names_oid)
	    || !find(&extension, OCTETS, &v) || !find(&v, SEQUENCE, &extension))
		return false;
	while (find(&extension, IP_ADDRESS, &v))
		if (is(&v, address->byte, address->bytes))
			return true;
	return false;
}

bool certificate_has_address(const unsigned char *certificate, size_t bytes, const struct address *address)
{
	struct der all = { certificate, certificate + bytes }, inner, extensions;

	if (!find(&all, SEQUENCE, &inner) || !find(&inner, SEQUENCE, &all) || !find(&all, EXTENSIONS, &inner)
	    || !find(&inner, SEQUENCE, &extensions))
		return false;
	while (find(&extensions, SEQUENCE, &inner))
		if (names_have(inner, address))
			return true;
	return false;
}
