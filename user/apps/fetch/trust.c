/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trust.c - see trust.h. What is allocated stays until the program ends.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "fetch.h"
#include "trust.h"

enum { NAME = 4096, CERTIFICATE = 65536, PIECE = 4096 };	/* bytes: at most of each; read at a time */

static struct {
	br_x509_trust_anchor *anchors;
	size_t count, seen;		/* seen: certificates of the file, those that are left out too */
	bool inside;			/* of a certificate: the file may have other things too */
	unsigned char der[CERTIFICATE], name[NAME];
	size_t bytes, name_bytes;	/* more than there is room for: it was longer */
} trust;

static void *copy(const void *from, size_t bytes)
{
	void *to = malloc(bytes);

	if (!to)
		fail("there is no memory for the authorities");
	return memcpy(to, from, bytes);
}

static void add(unsigned char *to, size_t room, size_t *used, const void *bytes, size_t n)
{
	if (*used <= room && n <= room - *used)
		memcpy(to + *used, bytes, n);
	*used += n;
}

static void add_name(void *unused, const void *bytes, size_t n)
{
	(void)unused;
	add(trust.name, sizeof trust.name, &trust.name_bytes, bytes, n);
}

static void add_bytes(void *unused, const void *bytes, size_t n)
{
	(void)unused;
	add(trust.der, sizeof trust.der, &trust.bytes, bytes, n);
}

static void begin_object(br_pem_decoder_context *pem)
{
	const char *is = br_pem_decoder_name(pem);

	trust.inside = strcmp(is, "CERTIFICATE") == 0 || strcmp(is, "X509 CERTIFICATE") == 0;
	trust.bytes = trust.name_bytes = 0;
	trust.seen += trust.inside;
	br_pem_decoder_setdest(pem, trust.inside ? add_bytes : NULL, NULL);
}

/* ---- certificates that are left out ---- */

static void not_supported(const char *file, const char *what)
{
	warn("%s: left out, not supported: certificate %zu, %s", file, trust.seen, what);
}

static void damaged(const char *file, const char *why)
{
	warn("%s: left out, damaged: certificate %zu%s", file, trust.seen, why);
}

/* Returns true if BearSSL has read it, and there was room. */
static bool is_usable(const char *file, br_x509_decoder_context *certificate)
{
	int error = br_x509_decoder_last_error(certificate);
	char key[64];

	if (trust.bytes > sizeof trust.der || trust.name_bytes > sizeof trust.name) {
		not_supported(file, "which is too long");
	} else if (error == BR_ERR_X509_UNSUPPORTED || error == BR_ERR_X509_LIMIT_EXCEEDED) {
		certificate_key(trust.der, trust.bytes, key, sizeof key);
		not_supported(file, key);
	} else if (error || !br_x509_decoder_get_pkey(certificate)) {
		damaged(file, "");
	} else {
		return true;
	}
	return false;
}

static void add_anchor(br_x509_decoder_context *certificate)
{
	const br_x509_pkey *key = br_x509_decoder_get_pkey(certificate);
	br_x509_trust_anchor *a = realloc(trust.anchors, (trust.count + 1) * sizeof *a);

	if (!a)
		fail("there is no memory for the authorities");
	trust.anchors = a;
	a += trust.count++;
	a->dn = (br_x500_name){ copy(trust.name, trust.name_bytes), trust.name_bytes };
	a->flags = br_x509_decoder_isCA(certificate) ? BR_X509_TA_CA : 0;
	a->pkey = *key;
	if (key->key_type == BR_KEYTYPE_RSA) {
		a->pkey.key.rsa.n = copy(key->key.rsa.n, key->key.rsa.nlen);
		a->pkey.key.rsa.e = copy(key->key.rsa.e, key->key.rsa.elen);
	} else {
		a->pkey.key.ec.q = copy(key->key.ec.q, key->key.ec.qlen);
	}
}

/* A certificate is complete. It is decoded as a whole, as the decoder continues after an error. */
static void end_object(const char *file)
{
	br_x509_decoder_context certificate;

	br_x509_decoder_init(&certificate, add_name, NULL);
	br_x509_decoder_push(&certificate, trust.der, trust.bytes <= sizeof trust.der ? trust.bytes : 0);
	if (is_usable(file, &certificate))
		add_anchor(&certificate);
}

static void take(const char *file, br_pem_decoder_context *pem, const char *from, size_t bytes)
{
	while (bytes > 0) {
		size_t n = br_pem_decoder_push(pem, from, bytes);

		from += n;
		bytes -= n;
		switch (br_pem_decoder_event(pem)) {
		case BR_PEM_BEGIN_OBJ:
			begin_object(pem);
			break;
		case BR_PEM_END_OBJ:
			if (trust.inside)
				end_object(file);
			trust.inside = false;
			break;
		case BR_PEM_ERROR:
			if (trust.inside)
				damaged(file, ", no PEM");
			trust.inside = false;
		}
	}
}

const br_x509_trust_anchor *trust_read(const char *file, size_t *count)
{
	br_pem_decoder_context pem;
	char piece[PIECE];
	ssize_t n;
	int fd;

	*count = trust.count;
	if (trust.count > 0)
		return trust.anchors;
	fd = open(file, O_RDONLY);
	if (fd < 0)
		fail("the authorities, %s: %s", file, strerror(errno));
	br_pem_decoder_init(&pem);
	while ((n = read(fd, piece, sizeof piece)) > 0)
		take(file, &pem, piece, (size_t)n);
	if (n < 0)
		fail("the authorities, %s: %s", file, strerror(errno));
	close(fd);
	take(file, &pem, "\n", 1);	/* the last line may lack its end */
	if (trust.inside)
		damaged(file, ", cut off");
	if (trust.count == 0)
		fail("%s has no certificate of an authority%s", file, trust.seen ? " that can be used" : "");
	*count = trust.count;
	return trust.anchors;
}
