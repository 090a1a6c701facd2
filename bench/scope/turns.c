/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * turns.c - the CPU stands before HLT until its turn comes. With -icount no virtual time passes meanwhile,
 * and QEMU's other thread takes what comes from outside. All that was sent before the turn is there when the
 * CPU continues, with its interrupt pending, so that the host's time has no part in it.
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "turns.h"

static int gate = -1;

bool turns_connect(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof at.sun_path) {
		fprintf(stderr, "scope: the name of the socket is too long: %s\n", path);
		return false;
	}
	strcpy(at.sun_path, path);
	gate = socket(AF_UNIX, SOCK_STREAM, 0);
	if (gate < 0 || connect(gate, (struct sockaddr *)&at, sizeof at) != 0) {
		perror("scope: socket of the turns");
		return false;
	}
	return true;
}

bool turns_is_end(const uint8_t *bytes, size_t len)
{
	return gate >= 0 && len == 1 && bytes[0] == 0xf4;
}

void turns_end(unsigned vcpu, void *unused)
{
	char turn = 0;

	(void)vcpu;
	(void)unused;
	if (gate >= 0 && (send(gate, &turn, 1, MSG_NOSIGNAL) != 1 || recv(gate, &turn, 1, 0) != 1))
		gate = -1;
}
