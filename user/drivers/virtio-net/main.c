/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the driver of virtio network cards (virtio 1.0, 5.1). See <pecan/link_virtio.h> and
 * docs/user/devices.md.
 *
 *   virtio-net [NAME]		registers as NAME: LINK_NAME can be that of the bridge then
 *
 * It accepts no feature by which the card would receive less than all packets (VIRTIO_NET_F_CTRL_RX): its
 * client may have several addresses.
 */
#include <pecan/link_virtio.h>

enum { CONFIG_MAC = 0, CONFIG_STATUS = 4, STATUS_SHIFT = 16, LINK_UP = 1 };

#define FEATURE_MAC	((uint64_t)1 << 5)
#define FEATURE_STATUS	((uint64_t)1 << 16)

static uint64_t mac(const struct virtio *card)
{
	uint32_t low = virtio_config32(card, CONFIG_MAC);
	uint32_t high = virtio_config32(card, CONFIG_STATUS);

	return (uint64_t)__builtin_bswap32(low) << 16 | __builtin_bswap16((uint16_t)high);
}

static bool is_up(const struct virtio *card)
{
	return !(card->features & FEATURE_STATUS)
	       || (virtio_config32(card, CONFIG_STATUS) >> STATUS_SHIFT & LINK_UP);
}

static void inform(const struct virtio *card, struct link_info_out *out)
{
	out->mac = mac(card);
	out->up = is_up(card);
}

int main(int argc, char **argv)
{
	link_virtio_drive(&(struct link_virtio){
		.what = "the network card", .name = argc > 1 ? argv[1] : LINK_NAME, .id = VIRTIO_NETWORK,
		.features = FEATURE_MAC | FEATURE_STATUS, .header = LINK_HEADER,
		.limits = { LINK_BUFFER, LINK_FRAME }, .inform = inform,
	});
}
