# SPDX-License-Identifier: BSD-2-Clause
# The lines of tcp_in.c, tcp_out.c and etharp.c that are changed: README.md says why.
s/^ *pcb->mss = ((mss > TCP_MSS) || (mss == 0)) .*/if (flags \& TCP_SYN) pcb->mss = LWIP_MAX(LWIP_MIN(mss, TCP_MSS), 64);/
s/^ *if (\(TCP_SEQ_BETWEEN(pcb->rcv_nxt, seqno + 1, .*\)/if (tcplen > 1 \&\& \1/
s/= LWIP_MIN(pcb->mss, TCPWND_MIN16(pcb->snd_wnd_max .*/= pcb->mss;/
s/!TCP_SEQ_BETWEEN(seqno, pcb->rcv_nxt, pcb->rcv_nxt + pcb->rcv_wnd - 1)/!TCP_SEQ_BETWEEN(seqno, pcb->rcv_nxt, pcb->rcv_nxt + LWIP_MAX(pcb->rcv_wnd, 2) - 1)/
s/^\( *\)if (old_stable < ARP_TABLE_SIZE) {/\1if (old_stable < ARP_TABLE_SIZE \&\& old_pending == ARP_TABLE_SIZE \&\& old_queue == ARP_TABLE_SIZE) {/
s/^\( *\)if (arp_table\[i\].ctime >= age_stable) {/\1if (arp_table[i].ctime >= age_stable \&\& !ip4_addr_cmp(\&arp_table[i].ipaddr, netif_ip4_gw(arp_table[i].netif))) {/
s/^    if (TCP_SEQ_LT(pcb->snd_wl1, seqno) ||/    if (TCP_SEQ_BETWEEN(ackno, pcb->lastack + 1, pcb->snd_nxt) || TCP_SEQ_LT(pcb->snd_wl1, seqno) ||/
s/^  p = tcp_output_alloc_header(pcb, optlen, 0, lwip_htonl(pcb->snd_nxt));/  p = tcp_output_alloc_header(pcb, optlen, 0, lwip_htonl(TCP_SEQ_LT(pcb->lastack + pcb->snd_wnd, pcb->snd_nxt) ? pcb->lastack + pcb->snd_wnd : pcb->snd_nxt));/
s/^  u16_t optidx = tcp_optidx++;/&\n  if (optidx >= tcphdr_optlen) return 0;/
