# SPDX-License-Identifier: BSD-2-Clause
# The lines of lwIP that are changed: README.md says why.
s/^ *pcb->mss = ((mss > TCP_MSS) || (mss == 0)) .*/if (flags \& TCP_SYN) pcb->mss = LWIP_MAX(LWIP_MIN(mss, TCP_MSS), 64);/
s/^ *if (\(TCP_SEQ_BETWEEN(pcb->rcv_nxt, seqno + 1, .*\)/if (tcplen > 1 \&\& \1/
s/= LWIP_MIN(pcb->mss, TCPWND_MIN16(pcb->snd_wnd_max .*/= pcb->mss;/
s/!TCP_SEQ_BETWEEN(seqno, pcb->rcv_nxt, pcb->rcv_nxt + pcb->rcv_wnd - 1)/!TCP_SEQ_BETWEEN(seqno, pcb->rcv_nxt, pcb->rcv_nxt + LWIP_MAX(pcb->rcv_wnd, 2) - 1)/
s/^\( *\)if (old_stable < ARP_TABLE_SIZE) {/\1if (old_stable < ARP_TABLE_SIZE \&\& old_pending == ARP_TABLE_SIZE \&\& old_queue == ARP_TABLE_SIZE) {/
s/^\( *\)if (arp_table\[i\].ctime >= age_stable) {/\1if (arp_table[i].ctime >= age_stable \&\& !ip4_addr_cmp(\&arp_table[i].ipaddr, netif_ip4_gw(arp_table[i].netif))) {/
s/^    if (TCP_SEQ_LT(pcb->snd_wl1, seqno) ||/    if (TCP_SEQ_BETWEEN(ackno, pcb->lastack + 1, pcb->snd_nxt) || TCP_SEQ_LT(pcb->snd_wl1, seqno) ||/
s/^  p = tcp_output_alloc_header(pcb, optlen, 0, lwip_htonl(pcb->snd_nxt));/  p = tcp_output_alloc_header(pcb, optlen, 0, lwip_htonl(TCP_SEQ_LT(pcb->lastack + pcb->snd_wnd, pcb->snd_nxt) ? pcb->lastack + pcb->snd_wnd : pcb->snd_nxt));/
s/^        tcp_ack(pcb);/        net_acknowledge(pcb, tcplen);/
s/^  u16_t optidx = tcp_optidx++;/&\n  if (optidx >= tcphdr_optlen) return 0;/
s/^    if (IPH_PROTO(iphdr) == IP_PROTO_UDP) {/    if (IPH_PROTO(iphdr) == IP_PROTO_UDP \&\& p->len >= iphdr_hlen + UDP_HLEN) {/
s/(lladdr_opt->length << 3)/(LWIP_MAX(lladdr_opt->length, 1) << 3)/
s/destination_cache\[dest_idx\].pmtu = (u16_t)LWIP_MIN(pmtu, 0xFFFF);/destination_cache[dest_idx].pmtu = (u16_t)LWIP_MIN(destination_cache[dest_idx].pmtu, LWIP_MAX(pmtu, IP6_MIN_MTU_LENGTH));/
s/^    \/\* Set the new target address. \*\//    if (!ip6_addr_cmp(ip6_current_src_addr(), \&destination_cache[dest_idx].next_hop_addr) || (!ip6_addr_islinklocal(\&target_address) \&\& !ip6_addr_cmp(\&target_address, \&destination_address))) { pbuf_free(p); return; }\n&/
s/u8_t rdnss_server_idx = 0;/u8_t rdnss_server_idx = net_name_servers(inp);/
s/dns_setserver(rdnss_server_idx++, &rdnss_address);/net_name_server(inp, rdnss_server_idx++, \&rdnss_address);/
s/^                if(ip_addr_cmp(addr, &rdnss_address)) {/                if (s == 0) {/
s/^                  dns_setserver(s, NULL);/                  net_no_name_server(inp, \&rdnss_address);/
s/^    dns_setserver(n, &dns_addr);/    net_name_server(netif, n, \&dns_addr);/
/^ip[46]_input(/,/^}/s/NETIF_FOREACH(netif) {/for (netif = NULL; netif; ) {/
s/^          (!neighbor_cache\[i\].isrouter)) {/          (neighbor_cache[i].state = neighbor_cache[i].isrouter \&\& neighbor_cache[i].state == ND6_PROBE ? ND6_STALE : neighbor_cache[i].state, 1)) {/
s/^  u32_t time;/&\n  int waits = 0;/
s/^    if (neighbor_cache\[i\].state == ND6_NO_ENTRY) {/    waits |= neighbor_cache[i].state == ND6_INCOMPLETE \&\& !neighbor_cache[i].isrouter;\n&/
s/^    if ((neighbor_cache\[i\].state == ND6_\(STALE\|PROBE\|DELAY\|REACHABLE\)) &&/    if (!waits \&\& (neighbor_cache[i].state == ND6_\1) \&\&/
s/^  reply_src = ip_2_ip6(ip6_select_source_address(netif, reply_dest));/  const ip_addr_t *chosen = ip6_select_source_address(netif, reply_dest);\n  reply_src = chosen \&\& (!ip6_addr_ismulticast(ip6_current_dest_addr()) || (type == ICMP6_TYPE_PP \&\& code == ICMP6_PP_OPTION)) ? ip_2_ip6(chosen) : NULL;/
s/^  u16_t datalen = LWIP_MIN(p->tot_len, LWIP_ICMP6_DATASIZE);/&\n  if (ip6_addr_isany(reply_dest) || ip6_addr_ismulticast(reply_dest) || ip6_addr_ismulticast(reply_src)) return;/
s/8 \* (1 + \([a-z]*_hdr\)->_hlen)/8 * (1 + (p->len < 8 ? 0 : \1->_hlen))/
s/^          opt_dlen = IP6_OPT_DLEN(opt_hdr);/          opt_dlen = opt_offset + 1 < hlen ? IP6_OPT_DLEN(opt_hdr) : 0;/
s/^            opt_dlen = IP6_OPT_DLEN(opt_hdr);/            opt_dlen = opt_offset + 1 < hlen ? IP6_OPT_DLEN(opt_hdr) : 0;/
s/^  if (start > (0xFFFF - len)) {/  if (start + len + hdrdiff + IP6_HLEN + sizeof(struct ip6_reass_helper) > 0xFFFF) {/
s/^    MEMCPY(p->payload, ipr->orig_hdr, sizeof(iprh));/    MEMCPY(p->payload, ipr->orig_hdr, sizeof(*iprh));/
/^nd6_send_q(/,/^}/{
s/^  while (neighbor_cache\[i\].q .*) {/  struct nd6_q_entry *waiting = neighbor_cache[i].q;\n  struct netif *by = neighbor_cache[i].netif;\n  neighbor_cache[i].q = NULL;\n  while (waiting) {/
s/^    q = neighbor_cache\[i\].q;/    q = waiting;/
s/^    neighbor_cache\[i\].q = q->next;/    waiting = q->next;/
s/neighbor_cache\[i\].netif);/by);/
s/^    (neighbor_cache\[i\].netif)->output_ip6(neighbor_cache\[i\].netif, q->p, &dest);/    by->output_ip6(by, q->p, \&dest);/
}
/^nd6_queue_packet(/,/^}/s/^    new_entry = (struct nd6_q_entry \*)memp_malloc(MEMP_ND6_QUEUE);/    new_entry = net_can_wait(neighbor_cache[neighbor_index].q) ? memp_malloc(MEMP_ND6_QUEUE) : NULL;/
s/^            !ip6_addr_isduplicated(netif_ip6_addr_state(inp, i)) &&/            ip6_addr_istentative(netif_ip6_addr_state(inp, i)) \&\&/
/^nd6_find_neighbor_cache_entry(/s/ip6addr)/ip6addr, const struct netif *netif)/
s/^static s8_t nd6_find_neighbor_cache_entry(const ip6_addr_t \*ip6addr)/static s8_t nd6_find_neighbor_cache_entry(const ip6_addr_t *ip6addr, const struct netif *netif)/
s/if (ip6_addr_cmp(ip6addr, &(neighbor_cache\[i\].next_hop_address)))/if (ip6_addr_cmp(ip6addr, \&(neighbor_cache[i].next_hop_address)) \&\& neighbor_cache[i].netif == netif)/
/^nd6_input(/,/^}/s/= nd6_find_neighbor_cache_entry(\(.*\));/= nd6_find_neighbor_cache_entry(\1, inp);/
/^nd6_\(new_router\|get_next_hop_entry\)(/,/^}/s/= nd6_find_neighbor_cache_entry(\(.*\));/= nd6_find_neighbor_cache_entry(\1, netif);/
/^nd6_get_next_hop_entry(/,/^}/s/(neighbor_cache\[nd6_cached_neighbor_index\].next_hop_address))) {/(neighbor_cache[nd6_cached_neighbor_index].next_hop_address)) \&\& neighbor_cache[nd6_cached_neighbor_index].netif == netif) {/
/^nd6_reachability_hint(/,/^}/s/= nd6_find_neighbor_cache_entry(\(.*\));/= nd6_find_neighbor_cache_entry(\1, ip_current_input_netif());/
/^nd6_reachability_hint(/,/^}/s/neighbor_cache\[nd6_cached_neighbor_index\].next_hop_address))) {/neighbor_cache[nd6_cached_neighbor_index].next_hop_address)) \&\& neighbor_cache[nd6_cached_neighbor_index].netif == ip_current_input_netif()) {/
/^dhcp_parse_reply(/,/^}/s/^    if (offset >= q->len) {/    while (offset >= q->len) {/
/^udp_input_local_match(/,/^}/{
/IPADDR_BROADCAST/d
s/ip4_addr_netcmp(.*)) {/ip4_addr_cmp(ip_2_ip4(\&pcb->local_ip), netif_ip4_addr(inp))) {/
}
/^ip4_frag(/,/^}/s/^  original_iphdr = /  net_complete(p, netif);\n&/
/^ip6_frag(/,/^}/s/^  original_ip6hdr = /  net_complete(p, netif);\n&/
/^ip6_frag(/,/^}/s/^#if LWIP_NETIF_TX_SINGLE_PBUF/#if 1/
/^ip6_frag(/,/^}/s/^#if !LWIP_NETIF_TX_SINGLE_PBUF/#if 0/
s/reachable_time = lwip_htonl(ra_hdr->reachable_time);/reachable_time = LWIP_MIN(lwip_htonl(ra_hdr->reachable_time), 3600000);/
s/^  \/\* We should queue packet on this interface. \*\//  if (neighbor_cache[i].isrouter \&\& neighbor_cache[i].counter.probes_sent >= LWIP_ND6_MAX_MULTICAST_SOLICIT) neighbor_cache[i].counter.probes_sent = 0;\n&/
s/^#define LWIP_TCP_CALC_INITIAL_CWND(mss).*/#define LWIP_TCP_CALC_INITIAL_CWND(mss) ((tcpwnd_size_t)LWIP_MIN(10U * (mss), LWIP_MAX(2U * (mss), 14600U)))/
s/^      if (pcb->flags & TF_INFR) {/      if ((pcb->flags \& TF_INFR) \&\& net_recovery_ends(pcb, ackno)) {/
s/^      if (pcb->state >= ESTABLISHED) {/      if (pcb->state >= ESTABLISHED \&\& !(pcb->flags \& TF_INFR)) {/
s/^      pcb->polltmr = 0;/      if (pcb->flags \& TF_INFR) net_recovery_goes_on(pcb, acked);\n&/
s/^      tcp_set_flags(pcb, TF_INFR);/&\n      net_recovery_begins(pcb);/
/create a linked list of memp elements/,/^  }/c\  desc->tab[1] = memp;
s/^  memp = \*desc->tab;/&\n  if (!memp \&\& (u8_t *)desc->tab[1] < (u8_t *)LWIP_MEM_ALIGN(desc->base) + (size_t)desc->num * (MEMP_SIZE + desc->size)) {\n    memp = desc->tab[1];\n    desc->tab[1] = (struct memp *)(void *)((u8_t *)memp + MEMP_SIZE + desc->size);\n    memp->next = NULL;\n  }/
s/^  static struct memp \*memp_tab_ ## name; /  static struct memp *memp_tab_ ## name[2]; \/* freed elements, the first never used *\/ /
s/^    &memp_tab_ ## name /    memp_tab_ ## name /
/^tcp_listen_input(/,/^}/{
s/^    npcb = tcp_alloc(pcb->prio);/    npcb = net_half_open(pcb->prio);/
s/^    iss = tcp_next_iss(npcb);/    tcp_parseopt(npcb);\n    iss = net_answer_number(npcb);/
/Parse any options in the SYN/{N;d}
}
/for (pcb = tcp_tw_pcbs; /,/^          tcp_timewait_input/s/^        \/\* We don't really care enough.*/        if (net_begins_again(pcb, flags, seqno)) { pcb = NULL; break; }\n&/
/packed for LISTENing connection/,/^  }/{
s/^        tcp_listen_input(lpcb);/        pcb = net_half_open_again(lpcb, tcphdr);\n        if (!pcb) tcp_listen_input(lpcb);/
s/^      pbuf_free(p);/      if (!pcb) {\n&/
s/^      return;/&\n      }/
}
/^dns_recv(/,/^}/{
s/^        \/\* Check for error. If so, call callback to inform. \*\//        if ((hdr.flags1 \& DNS_FLAG1_TRUNC) \&\& !arg) {\n          if (net_truncated(i, addr, p, res_idx, dns_recv)) {\n            entry->tmr = NET_TRUNCATED_S;\n            entry->retries = DNS_MAX_RETRIES - 1;\n          }\n          goto ignore_packet;\n        }\n&/
s/^        dns_call_found(i, NULL);/        net_no_host = (hdr.flags2 \& DNS_FLAG2_ERR_MASK) == 0 || (hdr.flags2 \& DNS_FLAG2_ERR_MASK) == 3;\n&\n        net_no_host = 0;/
}
