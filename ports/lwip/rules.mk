# SPDX-License-Identifier: BSD-2-Clause
# lwIP: the object $(LWIP)/lwip.o, for the network server alone; $(LWIP)/host.o for its tests. The sources are
# known only when they are unpacked.
LWIP      := $(O)/ports/lwip/build
LWIP_INC  := -Iports/lwip -isystem $(LWIP)/src/include
LWIP_PART := $(addprefix core/,def dns inet_chksum init ip mem memp netif pbuf raw stats tcp tcp_in tcp_out \
	     timeouts udp ipv4/dhcp ipv4/etharp ipv4/icmp ipv4/igmp ipv4/ip4 ipv4/ip4_addr ipv4/ip4_frag \
	     ipv6/ethip6 ipv6/icmp6 ipv6/ip6 ipv6/ip6_addr ipv6/ip6_frag ipv6/mld6 ipv6/nd6) netif/ethernet

$(LWIP)/src/include/lwip/init.h: ports/lwip/port ports/lwip/rules.mk ports/lwip/changes.sed
	@tools/deps port lwip
	$(Q)rm -rf $(LWIP) && mkdir -p $(LWIP)
	$(Q)tar -xf $(O)/ports/lwip/archive -C $(LWIP) --strip-components=1
	$(Q)sed -i -f ports/lwip/changes.sed $(LWIP)/src/core/tcp_in.c $(LWIP)/src/core/tcp_out.c \
		$(LWIP)/src/core/udp.c $(LWIP)/src/core/ipv4/dhcp.c $(LWIP)/src/core/ipv4/etharp.c \
		$(LWIP)/src/core/ipv4/ip4.c $(LWIP)/src/core/dns.c \
		$(LWIP)/src/core/ipv4/ip4_frag.c $(LWIP)/src/core/ipv6/nd6.c \
		$(LWIP)/src/core/ipv6/icmp6.c $(LWIP)/src/core/ipv6/ip6.c $(LWIP)/src/core/ipv6/ip6_frag.c \
		$(LWIP)/src/core/memp.c $(LWIP)/src/include/lwip/memp.h
	$(Q)for f in ipv4/ip4_frag.c ipv6/ip6_frag.c; do grep -q 'net_complete(p, netif)' $(LWIP)/src/core/$$f \
		|| { echo "lwip: changes.sed has not changed $$f" >&2; exit 1; }; done
	$(Q)grep -q 'net_truncated(i' $(LWIP)/src/core/dns.c \
		|| { echo "lwip: changes.sed has not changed dns.c" >&2; exit 1; }
	$(Q)cp $(LWIP)/COPYING $(O)/ports/lwip/COPYRIGHT && touch $@

# lwip_object(name, compiler and flags)
define lwip_object
$(LWIP)/$(1).o: $(LWIP)/src/include/lwip/init.h ports/lwip/lwipopts.h ports/lwip/arch/cc.h $(O)/settings
	$$(call say,PORT,lwip $(1))
	$$(Q)printf '%s\n' $(LWIP_PART) | xargs -P $(shell nproc) -I{} sh -c \
		'mkdir -p $$$$(dirname $(LWIP)/$(1)/{}); $(2) $(LWIP_INC) -c -o $(LWIP)/$(1)/{}.o $(LWIP)/src/{}.c'
	$$(Q)$(CC) $(WORD_FLAG) -nostdlib -no-pie -r -o $$@ $(LWIP_PART:%=$(LWIP)/$(1)/%.o)
endef
LWIP_OWN  := $(filter-out $(WARN) -MMD -MP,$(UFLAGS)) $(NO_VECTORS) $(WHOLE_C) -w
$(eval $(call lwip_object,lwip,$(CC) $(LWIP_OWN)))

# The server: a native program.
PORT_DIRS += user/servers/net
$(O)/obj/user/servers/net/% $(O)/whole/user/servers/net/%: UFLAGS += $(LWIP_INC)
$(call program_objects,net,$(call folders,user/servers/net)): | $(LWIP)/lwip.o
$(O)/bin/net: $(LWIP)/lwip.o
MUSL_PROGRAMS += $(O)/bin/net
