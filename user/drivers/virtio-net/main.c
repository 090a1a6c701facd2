/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the driver of virtio network cards (virtio 1.0, 5.1). See <pecan/link_virtio.h> and
 * docs/user/devices.md.
 *
 *   virtio-net [NAME [PLACE]]	registers as NAME, LINK_NAME without it; PLACE: of its card
 *
 * It accepts no feature by which the card would receive less than all packets (VIRTIO_NET_F_CTRL_RX): its
 * client may have several addresses.
 */
#include <pecan/link_virtio.h>

enum { CONFIG_MAC = 0, CONFIG_STATUS = 4, STATUS_SHIFT = 16, LINK_UP = 1 };

/* Of the virtio specification. GUEST: of received packets; HOST: of sent ones. */
#define FEATURE_SUMS		((uint64_t)1 << 0)
#define FEATURE_GUEST_SUMS	((uint64_t)1 << 1)
#define FEATURE_MAC		((uint64_t)1 << 5)
#define FEATURE_GUEST_TSO4	((uint64_t)1 << 7)
#define FEATURE_GUEST_TSO6	((uint64_t)1 << 8)
#define FEATURE_HOST_TSO4	((uint64_t)1 << 11)
#define FEATURE_HOST_TSO6	((uint64_t)1 << 12)
#define FEATURE_MERGED		((uint64_t)1 << 15)
#define FEATURE_STATUS		((uint64_t)1 << 16)

/* needs: features without which the device cannot do it; uses: those that go with them, if it has them. */
static const struct offload { unsigned offload; uint64_t needs, uses; } offloads[] = {
	{ LINK_SUMS, FEATURE_SUMS, 0 },
	{ LINK_SEGMENTS4, FEATURE_SUMS | FEATURE_HOST_TSO4, 0 },
	{ LINK_SEGMENTS6, FEATURE_SUMS | FEATURE_HOST_TSO6, 0 },
	{ LINK_MERGES, FEATURE_GUEST_SUMS | FEATURE_MERGED, FEATURE_GUEST_TSO4 | FEATURE_GUEST_TSO6 },
};

enum { OFFLOADS = sizeof offloads / sizeof offloads[0] };

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

static uint64_t features_of(const struct virtio *card, unsigned wanted)
{
	uint64_t features = 0;

	for (const struct offload *o = offloads; o < offloads + OFFLOADS; o++)
		if (wanted & o->offload)
			features |= o->needs | (o->uses & card->offered);
	return features;
}

static void inform(const struct virtio *card, struct link_info_out *out)
{
	out->mac = mac(card);
	out->up = is_up(card);
	for (const struct offload *o = offloads; o < offloads + OFFLOADS; o++)
		if ((card->offered & o->needs) == o->needs)
			out->offloads |= o->offload;
}

int main(int argc, char **argv)
{
	static const char what[] = "the network card";

	link_virtio_drive(&(struct link_virtio){
		.what = what, .name = link_arguments(what, argc, argv), .id = VIRTIO_NETWORK,
		.features = FEATURE_MAC | FEATURE_STATUS, .header = LINK_HEADER,
		.limits = { LINK_BUFFER, LINK_FRAME }, .inform = inform, .features_of = features_of,
	});
}
