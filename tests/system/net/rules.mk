# SPDX-License-Identifier: BSD-2-Clause
# The network server's sockets and lwIP against malformed packets. lwIP reads headers at any address.
NET_TEST := $(addprefix tests/system/net/host/,cases.c clients.c heap.c hosts.c main.c packet.c)
NET_TEST += $(addprefix user/servers/net/,client.c socket.c stream.c datagram.c checksum.c host.c)
NET_TEST += user/lib/pecan/places.c
LWIP_CFL := $(filter-out $(WARN) -M% -I%,$(HOST_CFL)) -fno-sanitize=alignment -w
$(eval $(call lwip_object,host,$(HOSTCC) $(LWIP_CFL)))
$(NET_TEST:%=$(O)/userobj/%.o): UTEST_CFL += $(LWIP_INC) -fno-sanitize=alignment
$(NET_TEST:%=$(O)/userobj/%.o): | $(LWIP)/src/include/lwip/init.h
$(eval $(call cov_test,net-test,$(NET_TEST),$(LWIP_INC),$(LWIP)/host.o,$(LWIP)/src/include/lwip/init.h))
$(O)/net-test: $(NET_TEST:%=$(O)/userobj/%.o) $(LWIP)/host.o
	$(call say,HOSTLD,$@)
	$(Q)$(HOSTCC) -no-pie -fsanitize=address,undefined -o $@ $^
