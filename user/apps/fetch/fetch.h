/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fetch.h - what the parts of fetch know of each other.
 */
#ifndef FETCH_H
#define FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* How bytes get through a connection of TCP. One of them is in use, for one connection. */
struct way {
	const char *scheme, *port;
	/* Takes the connection over. `host` is what its certificate has to name, `file` has the authorities. */
	bool (*open)(int fd, const char *host, const char *file);
	/* As recv: 0 if the other side has ended it, and no byte is missing. */
	ssize_t (*read)(void *to, size_t bytes);
	/* All bytes, or it fails. */
	bool (*write)(const void *from, size_t bytes);
	/* Why the last call failed. */
	const char *(*why)(void);
	/* Ends the connection, and frees what it had. */
	void (*close)(void);
};

extern const struct way plain_way, tls_way;

/* A message like that of printf, on standard error. */
void warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same, and ends the program. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* An address of IPv4 (4 bytes) or IPv6 (16); 0 bytes: none. */
struct address { size_t bytes; unsigned char byte[16]; };

/* Returns true if a certificate has this address among its names (RFC 5280, 4.2.1.6). */
bool certificate_has_address(const unsigned char *certificate, size_t bytes, const struct address *address);

/* Whose key has signed a certificate, and whose key it has, as it says; 0 bytes: it is not readable. */
struct certificate_names {
	const unsigned char *issuer, *subject;
	size_t issuer_bytes, subject_bytes;
};
struct certificate_names certificate_names(const unsigned char *certificate, size_t bytes);

/* Says what kind of key a certificate has, as "a key of Ed25519". */
void certificate_key(const unsigned char *certificate, size_t bytes, char *text, size_t room);

#endif
