/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tls.c - bytes by TLS 1.2: https. BearSSL does the work; here is what it needs: algorithms, authorities, the
 * connection, and words for its errors.
 *
 * Only suites with forward secrecy and authenticated encryption are offered, and no signature by SHA-1.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "chain.h"
#include "fetch.h"
#include "trust.h"
#include "url.h"

enum {
	ALERT = 0x15, HANDSHAKE = 0x16,	/* kinds of records with which a server can begin */
	HASH_FIRST = br_sha256_ID, HASH_LAST = br_sha512_ID,
};

static const uint16_t suites[] = {
	BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, BR_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
	BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, BR_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
};

static struct tls {
	br_ssl_client_context client;
	br_sslio_context io;
	struct chain chain;
	char host[URL_HOST];
	int fd, error;			/* of the connection: errno */
	bool begun, other, ended;	/* something came; it was not TLS; the connection has ended */
	unsigned char record[BR_SSL_BUFSIZE_MONO];
} *tls;					/* allocated, so that http does without its memory */

/* ---- the connection ---- */

/* The first byte of a record is its kind, the next one the major version of TLS. */
static int low_read(void *unused, unsigned char *to, size_t bytes)
{
	ssize_t n = recv(tls->fd, to, bytes, 0);

	(void)unused;
	if (n <= 0) {
		tls->ended = n == 0;
		tls->error = errno;
		return -1;
	}
	if (!tls->begun)
		tls->other = (to[0] != ALERT && to[0] != HANDSHAKE) || (n > 1 && to[1] != 3);
	tls->begun = true;
	return (int)n;
}

static int low_write(void *unused, const unsigned char *from, size_t bytes)
{
	ssize_t n = send(tls->fd, from, bytes, MSG_NOSIGNAL);

	(void)unused;
	tls->error = errno;
	return n > 0 ? (int)n : -1;
}

/* ---- the algorithms ---- */

static void set_algorithms(br_ssl_client_context *client, br_x509_minimal_context *check)
{
	static const br_hash_class *const hashes[] = { &br_sha256_vtable, &br_sha384_vtable, &br_sha512_vtable };
	br_ssl_engine_context *e = &client->eng;

	br_ssl_engine_set_versions(e, BR_TLS12, BR_TLS12);
	br_ssl_engine_set_suites(e, suites, sizeof suites / sizeof *suites);
	br_ssl_engine_set_default_rsavrfy(e);
	br_ssl_engine_set_default_ecdsa(e);
	br_x509_minimal_set_rsa(check, br_ssl_engine_get_rsavrfy(e));
	br_x509_minimal_set_ecdsa(check, br_ssl_engine_get_ec(e), br_ssl_engine_get_ecdsa(e));
	for (int id = HASH_FIRST; id <= HASH_LAST; id++) {
		br_ssl_engine_set_hash(e, id, hashes[id - HASH_FIRST]);
		br_x509_minimal_set_hash(check, id, hashes[id - HASH_FIRST]);
	}
	br_ssl_engine_set_prf_sha256(e, br_tls12_sha256_prf);
	br_ssl_engine_set_prf_sha384(e, br_tls12_sha384_prf);
	br_ssl_engine_set_default_aes_gcm(e);
	br_ssl_engine_set_default_chapol(e);
}

static struct address address_of(const char *host)
{
	struct address a = { 0 };

	if (inet_pton(AF_INET, host, a.byte) == 1)
		a.bytes = 4;
	else if (inet_pton(AF_INET6, host, a.byte) == 1)
		a.bytes = 16;
	return a;
}

/* Names of certificates and of the handshake have no dot at their end (RFC 6066, 3). */
static const char *name_of(const char *host)
{
	size_t n = strlen(host);

	memcpy(tls->host, host, n + 1);
	if (n > 1 && host[n - 1] == '.')
		tls->host[n - 1] = 0;
	return tls->host;
}

static bool tls_open(int fd, const char *host, const char *file)
{
	const br_x509_trust_anchor *anchors;
	size_t count;

	anchors = trust_read(file, &count);
	tls = calloc(1, sizeof *tls);
	if (!tls)
		fail("there is no memory for a connection by TLS");
	tls->fd = fd;
	tls->chain.class = &chain_class;
	tls->chain.address = address_of(host);
	br_x509_minimal_init(&tls->chain.check, &br_sha256_vtable, anchors, count);
	br_ssl_client_zero(&tls->client);
	set_algorithms(&tls->client, &tls->chain.check);
	br_ssl_engine_set_x509(&tls->client.eng, &tls->chain.class);
	br_ssl_engine_set_buffer(&tls->client.eng, tls->record, sizeof tls->record, 0);
	br_sslio_init(&tls->io, &tls->client.eng, low_read, NULL, low_write, NULL);
	/* A name of the server is sent for a host with a name alone (RFC 6066, 3). */
	return br_ssl_client_reset(&tls->client, tls->chain.address.bytes ? NULL : name_of(host), 0)
	       && br_sslio_flush(&tls->io) == 0;
}

static ssize_t tls_read(void *to, size_t bytes)
{
	int n = br_sslio_read(&tls->io, to, bytes);

	return n < 0 && br_ssl_engine_last_error(&tls->client.eng) == BR_ERR_OK ? 0 : n;
}

static bool tls_write(const void *from, size_t bytes)
{
	return br_sslio_write_all(&tls->io, from, bytes) == 0 && br_sslio_flush(&tls->io) == 0;
}

/* ---- errors ---- */

static const char *lost(void)
{
	if (tls->ended)
		return "the connection was cut off: TLS did not end it";
	return tls->error == EAGAIN ? "the server is silent" : strerror(tls->error);
}

static const char *bad_date(void)
{
	static char text[80];
	time_t now = time(NULL);
	struct tm date;

	if (!gmtime_r(&now, &date) || !strftime(text, sizeof text,
						"a certificate is not valid at the date of the clock, %F", &date))
		return "a certificate is not valid now";
	return text;
}

/* Of the certificates that the server sends. NULL: it is another one. */
static const char *bad_certificate(int error)
{
	switch (error) {
	case BR_ERR_X509_EMPTY_CHAIN: return "the server has sent no certificate";
	case BR_ERR_X509_UNSUPPORTED:
	case BR_ERR_X509_LIMIT_EXCEEDED: return "not supported: a key or signature of its certificates";
	case BR_ERR_X509_WRONG_KEY_TYPE: return "the key of its certificate is of another kind than it uses";
	case BR_ERR_X509_BAD_SERVER_NAME: return "its certificate is for another name";
	case BR_ERR_X509_EXPIRED: return bad_date();
	case BR_ERR_X509_NOT_TRUSTED:
	case BR_ERR_X509_DN_MISMATCH:
	case BR_ERR_X509_BAD_SIGNATURE: return "no known authority has signed its certificate";
	case BR_ERR_X509_NOT_CA: return "its certificate is signed by what is no authority";
	case BR_ERR_X509_CRITICAL_EXTENSION: return "not supported: a critical extension of its certificates";
	case BR_ERR_X509_FORBIDDEN_KEY_USAGE: return "the key of its certificate is not for this use";
	case BR_ERR_X509_WEAK_PUBLIC_KEY: return "a key of its certificates is too short";
	}
	return error > BR_ERR_X509_OK && error < BR_ERR_X509_UNSUPPORTED ? "damaged: its certificates" : NULL;
}

static const char *tls_why(void)
{
	static char text[80];
	int error = br_ssl_engine_last_error(&tls->client.eng);
	const char *certificate = bad_certificate(error);

	switch (error) {
	case BR_ERR_OK:
		return "the server has not waited for the request";
	case BR_ERR_NO_RANDOM:
		return "there are no random numbers for TLS";
	case BR_ERR_IO:
		return lost();
	}
	if (certificate)
		return certificate;
	if (tls->other)
		return "the server does not speak TLS";
	if (error >= BR_ERR_SEND_FATAL_ALERT)
		error -= BR_ERR_SEND_FATAL_ALERT;
	if (error >= BR_ERR_RECV_FATAL_ALERT)
		snprintf(text, sizeof text, "the server refuses TLS: alert %d", error - BR_ERR_RECV_FATAL_ALERT);
	else
		snprintf(text, sizeof text, "TLS has failed: error %d of BearSSL", error);
	return text;
}

static void tls_close(void)
{
	close(tls->fd);
	free(tls);
	tls = NULL;
}

const struct way tls_way = { "https://", "443", tls_open, tls_read, tls_write, tls_why, tls_close };
