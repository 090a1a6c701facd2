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

enum { NAME = 4096, PIECE = 4096 };	/* bytes: the name of an authority, what is read at a time */

static struct {
	br_x509_trust_anchor *anchors;
	size_t count;
	br_x509_decoder_context certificate;
	bool inside;			/* of a certificate: the file may have other things too */
	bool too_long;
	unsigned char name[NAME];
	size_t name_bytes;
} trust;

static void *copy(const void *from, size_t bytes)
{
	void *to = malloc(bytes);

	if (!to)
		fail("there is no memory for the authorities");
	return memcpy(to, from, bytes);
}

static void add_name(void *unused, const void *bytes, size_t n)
{
	(void)unused;
	if (n > sizeof trust.name - trust.name_bytes) {
		trust.too_long = true;
		return;
	}
	memcpy(trust.name + trust.name_bytes, bytes, n);
	trust.name_bytes += n;
}

static void add_certificate(void *unused, const void *bytes, size_t n)
{
	(void)unused;
	br_x509_decoder_push(&trust.certificate, bytes, n);
}

static void begin_object(br_pem_decoder_context *pem)
{
	const char *is = br_pem_decoder_name(pem);

	trust.inside = strcmp(is, "CERTIFICATE") == 0 || strcmp(is, "X509 CERTIFICATE") == 0;
	trust.name_bytes = 0;
	br_x509_decoder_init(&trust.certificate, add_name, NULL);
	br_pem_decoder_setdest(pem, trust.inside ? add_certificate : NULL, NULL);
}

/* A certificate is complete. One with a kind of key that BearSSL does not know is left out. */
static void end_object(const char *file)
{
	const br_x509_pkey *key = br_x509_decoder_get_pkey(&trust.certificate);
	int error = br_x509_decoder_last_error(&trust.certificate);
	br_x509_trust_anchor *a;

	if (!trust.inside || error == BR_ERR_X509_UNSUPPORTED || error == BR_ERR_X509_WRONG_KEY_TYPE)
		return;
	if (error || !key || trust.too_long)
		fail("%s: certificate %zu is damaged", file, trust.count + 1);
	a = realloc(trust.anchors, (trust.count + 1) * sizeof *a);
	if (!a)
		fail("there is no memory for the authorities");
	trust.anchors = a;
	a += trust.count++;
	a->dn = (br_x500_name){ copy(trust.name, trust.name_bytes), trust.name_bytes };
	a->flags = br_x509_decoder_isCA(&trust.certificate) ? BR_X509_TA_CA : 0;
	a->pkey = *key;
	if (key->key_type == BR_KEYTYPE_RSA) {
		a->pkey.key.rsa.n = copy(key->key.rsa.n, key->key.rsa.nlen);
		a->pkey.key.rsa.e = copy(key->key.rsa.e, key->key.rsa.elen);
	} else {
		a->pkey.key.ec.q = copy(key->key.ec.q, key->key.ec.qlen);
	}
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
			end_object(file);
			trust.inside = false;
			break;
		case BR_PEM_ERROR:
			fail("%s: certificate %zu is no PEM", file, trust.count + 1);
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
		fail("%s: certificate %zu is cut off", file, trust.count + 1);
	if (trust.count == 0)
		fail("%s has no certificate of an authority", file);
	*count = trust.count;
	return trust.anchors;
}
