/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * resolve.c - for fetch as a program of the host: names that end with a dot, as a name server knows them. The
 * host's own file of names does not.
 */
#include <netdb.h>
#include <string.h>

int __real_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
		       struct addrinfo **found);

int __wrap_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
		       struct addrinfo **found);

int __wrap_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
		       struct addrinfo **found)
{
	char name[NI_MAXHOST];
	size_t n = strlen(host);

	if (n == 0 || n >= sizeof name || host[n - 1] != '.')
		return __real_getaddrinfo(host, service, hints, found);
	memcpy(name, host, n);
	name[n - 1] = 0;
	return __real_getaddrinfo(name, service, hints, found);
}
