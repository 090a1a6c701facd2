/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * certificate.c - what BearSSL does not say of a certificate: addresses among its names, the kind of its key.
 */
#include <stdio.h>
#include <string.h>
#include "fetch.h"

enum {
	SEQUENCE = 0x30, INTEGER = 0x02, BITS = 0x03, OCTETS = 0x04, OID = 0x06, IP_ADDRESS = 0x87,
	EXTENSIONS = 0xa3,
	KIND = 9,			/* bytes of the longest OID of a kind of key */
};

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

/* ---- its fields ---- */

enum field { ALGORITHM, ISSUER, DATES, SUBJECT, KEY };	/* the sequences, in their order */

static bool find_field(const unsigned char *certificate, size_t bytes, enum field number, struct der *field)
{
	struct der all = { certificate, certificate + bytes }, inner;

	if (!find(&all, SEQUENCE, &inner) || !find(&inner, SEQUENCE, &all))
		return false;
	for (unsigned i = 0; i <= (unsigned)number; i++)
		if (!find(&all, SEQUENCE, field))
			return false;
	return true;
}

struct certificate_names certificate_names(const unsigned char *certificate, size_t bytes)
{
	struct der issuer, subject;

	if (!find_field(certificate, bytes, ISSUER, &issuer)
	    || !find_field(certificate, bytes, SUBJECT, &subject))
		return (struct certificate_names){ 0 };
	return (struct certificate_names){ issuer.at, subject.at, left(&issuer), left(&subject) };
}

/* ---- the key ---- */

static const struct kind { size_t bytes; unsigned char oid[KIND]; const char *name; } kinds[] = {
	{ 3, { 0x2b, 0x65, 0x70 }, "Ed25519" },
	{ 3, { 0x2b, 0x65, 0x71 }, "Ed448" },
	{ 7, { 0x2a, 0x86, 0x48, 0xce, 0x38, 4, 1 }, "DSA" },
	{ 7, { 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1 }, "an elliptic curve" },
	{ 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10 }, "RSA for PSS alone" },
	{ 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1 }, "RSA" },
};
enum { KINDS = sizeof kinds / sizeof *kinds, RSA = KINDS - 1 };

/* In bits, of a key of RSA; 0: it is not readable. */
static size_t modulus(struct der key)
{
	struct der inner, n;

	if (!find(&key, BITS, &inner) || left(&inner) == 0)
		return 0;
	inner.at++;			/* the number of unused bits */
	if (!find(&inner, SEQUENCE, &key) || !find(&key, INTEGER, &n))
		return 0;
	while (left(&n) > 0 && *n.at == 0)
		n.at++;
	return left(&n) * 8;
}

void certificate_key(const unsigned char *certificate, size_t bytes, char *text, size_t room)
{
	struct der key, algorithm, oid;
	unsigned i = 0;

	snprintf(text, room, "a key of an unknown kind");
	if (!find_field(certificate, bytes, KEY, &key)
	    || !find(&key, SEQUENCE, &algorithm) || !find(&algorithm, OID, &oid))
		return;
	while (i < KINDS && !is(&oid, kinds[i].oid, kinds[i].bytes))
		i++;
	if (i == RSA)
		snprintf(text, room, "a key of RSA with %zu bits", modulus(key));
	else if (i < KINDS)
		snprintf(text, room, "a key of %s", kinds[i].name);
}
