# SPDX-License-Identifier: BSD-2-Clause
# The lines of tcp_in.c and tcp_out.c that are changed: README.md says why.
s/^ *pcb->mss = ((mss > TCP_MSS) || (mss == 0)) .*/if (flags \& TCP_SYN) pcb->mss = LWIP_MAX(LWIP_MIN(mss, TCP_MSS), 64);/
s/^ *if (\(TCP_SEQ_BETWEEN(pcb->rcv_nxt, seqno + 1, .*\)/if (tcplen > 1 \&\& \1/
s/= LWIP_MIN(pcb->mss, TCPWND_MIN16(pcb->snd_wnd_max .*/= pcb->mss;/
s/!TCP_SEQ_BETWEEN(seqno, pcb->rcv_nxt, pcb->rcv_nxt + pcb->rcv_wnd - 1)/!TCP_SEQ_BETWEEN(seqno, pcb->rcv_nxt, pcb->rcv_nxt + LWIP_MAX(pcb->rcv_wnd, 2) - 1)/
