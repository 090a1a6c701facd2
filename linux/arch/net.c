// SPDX-License-Identifier: GPL-2.0-only
/*
 * net.c - the network: eth0 is the link of Pecan (edge.h). It appears when there is a driver for the first
 * time; one that ends is a cable that is pulled out. Frames are copied once each way; checksums are made by
 * the copy.
 */
#include <linux/etherdevice.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/netdevice.h>
#include <linux/workqueue.h>
#include "edge.h"

static struct net_device *eth;
static struct napi_struct receiver;
static struct timer_list later;

/* ---- receiving ---- */

static void receive(const void *frame, unsigned bytes)
{
	struct sk_buff *skb = napi_alloc_skb(&receiver, bytes);

	if (!skb) {
		eth->stats.rx_dropped++;
		return;
	}
	skb_put_data(skb, frame, bytes);
	skb->protocol = eth_type_trans(skb, eth);
	eth->stats.rx_packets++;
	eth->stats.rx_bytes += bytes;
	napi_gro_receive(&receiver, skb);
}

static void look(struct work_struct *unused);
static DECLARE_WORK(news, look);

static int pecan_poll(struct napi_struct *n, int budget)
{
	const void *frame;
	unsigned bytes;
	int done = 0;

	while (done < budget && (frame = edge_link_frame(&bytes))) {
		receive(frame, bytes);
		edge_link_taken(frame);
		done++;
	}
	edge_link_push();
	if (done == budget || !napi_complete_done(n, done))
		return done;
	if (edge_link_listen(1))
		napi_schedule(n);
	if (edge_link_news())
		schedule_work(&news);
	return done;
}

static irqreturn_t came(int irq, void *unused)
{
	edge_link_listen(0);
	napi_schedule(&receiver);
	if (edge_link_news())
		schedule_work(&news);
	return IRQ_HANDLED;
}

/* ---- sending ---- */

static void try_again(struct timer_list *unused) { netif_wake_queue(eth); }

/* All buffers are at the driver: it does not report when one is free. */
static netdev_tx_t wait_for_buffer(void)
{
	netif_stop_queue(eth);
	mod_timer(&later, jiffies + 1);
	return NETDEV_TX_BUSY;
}

static netdev_tx_t transmit(struct sk_buff *skb, struct net_device *dev)
{
	unsigned char *to = edge_link_buffer();

	if (!to)
		return wait_for_buffer();
	skb_copy_and_csum_dev(skb, to);
	edge_link_send(to, skb->len);
	if (!netdev_xmit_more())
		edge_link_push();
	dev->stats.tx_packets++;
	dev->stats.tx_bytes += skb->len;
	dev_consume_skb_any(skb);
	return NETDEV_TX_OK;
}

/* ---- the device ---- */

static int open(struct net_device *dev)
{
	napi_enable(&receiver);
	netif_start_queue(dev);
	local_bh_disable();
	napi_schedule(&receiver);
	local_bh_enable();
	return 0;
}

static int stop(struct net_device *dev)
{
	napi_disable(&receiver);
	edge_link_listen(0);
	netif_stop_queue(dev);
	del_timer_sync(&later);
	return 0;
}

static const struct net_device_ops ops = {
	.ndo_open = open, .ndo_stop = stop, .ndo_start_xmit = transmit, .ndo_validate_addr = eth_validate_addr,
};

static void appear(const unsigned char *mac)
{
	eth_hw_addr_set(eth, mac);
	netif_carrier_off(eth);
	if (register_netdev(eth))
		pr_warn("eth0: it cannot be registered\n");
}

/* A driver, or a cable, came or has gone. */
static void look(struct work_struct *unused)
{
	unsigned char mac[ETH_ALEN];
	enum edge_link link = edge_link_look(mac);

	if (link != EDGE_LINK_AWAY && eth->reg_state == NETREG_UNINITIALIZED)
		appear(mac);
	if (link == EDGE_LINK_UP)
		netif_carrier_on(eth);
	else
		netif_carrier_off(eth);
}

static int __init pecan_net(void)
{
	eth = alloc_etherdev(0);
	if (!eth)
		return -ENOMEM;
	eth->netdev_ops = &ops;
	eth->hw_features = NETIF_F_SG | NETIF_F_HW_CSUM;
	eth->features = eth->hw_features | NETIF_F_HIGHDMA;
	netif_napi_add(eth, &receiver, pecan_poll);
	timer_setup(&later, try_again, 0);
	if (request_irq(EDGE_IRQ_LINK, came, 0, "eth0", eth) || edge_link_start())
		pr_warn("eth0: there is no interrupt, or thread, for it\n");
	return 0;
}
device_initcall(pecan_net);
