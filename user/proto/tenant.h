/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tenant.h - between the two programs of the demo tenants (docs/demos/tenants.md).
 *
 * `tenant victim` serves these requests, each with one word in and one word out.
 */
#ifndef PROTO_TENANT_H
#define PROTO_TENANT_H

/* Where the victim keeps its secret; no other task has a page there. */
#define TENANT_SECRET_ADDRESS	0x5000000000ul
#define TENANT_SECRET		0x5ec2e7ul

enum tenant_request {
	TENANT_WHO = 1,		/* out: the id of the sender as the kernel stamped it */
	TENANT_CHECK,		/* out 1: secret, KIP and UTCB are what they should be */
	TENANT_OPEN,		/* in 1: accept map items anywhere, 0: nowhere any more */
	TENANT_CLOSED,		/* answer, and then listen to this sender only, for one message */
	TENANT_GROW,		/* take memory and a thread, use both, give them back; out 1: done */
	TENANT_NOTE,		/* count this message; no answer */
	TENANT_NOTES,		/* out: how many notes came */
};

#endif
