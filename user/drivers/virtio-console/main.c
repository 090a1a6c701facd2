/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the driver of virtio consoles (virtio 1.0, 5.3): port 0, a stream of bytes each way. See
 * <pecan/link_virtio.h> and docs/user/devices.md.
 */
#include <pecan/link_virtio.h>

enum { PIECE_MAX = 65535 };

static void inform(const struct virtio *console, struct link_info_out *out)
{
	(void)console;
	out->up = true;			/* without the feature MULTIPORT the other side is not known */
}

int main(void)
{
	link_virtio_drive(&(struct link_virtio){
		.what = "the virtio console", .name = LINK_HVC, .id = VIRTIO_CONSOLE,
		.limits = { 0, PIECE_MAX }, .reports_sent = true, .inform = inform,
	});
}
