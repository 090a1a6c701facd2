# SPDX-License-Identifier: BSD-2-Clause
# The drivers and the name service as a host program: on the kernel of tests/lib/posix, with devices of tests.
DRIVERS    := $(wildcard user/drivers/*) user/servers/names
DTEST_SRC  := $(wildcard tests/system/drivers/*.c) tests/lib/user/tests.c user/lib/l4/init.c
DTEST_SRC  += $(addprefix tests/lib/posix/,kernel.c kip.c main.c gateway.S root_common.c)
DTEST_SRC  += $(wildcard $(DRIVERS:%=%/*.c)) $(addsuffix .c,$(addprefix user/lib/pecan/,console device disk \
	dma exchange link link_driver memory names places plain root server stub system task thread virtio virtq))
# The headers in tests/system/drivers/include stand in for those with instructions and memory of devices.
DTEST_CFL   = -Itests/system/drivers/include $(UTEST_CFL) -D_GNU_SOURCE -Dstrlcpy=drivers_strlcpy
DTEST_CFL  += -include tests/system/drivers/host.h
# Functions of two programs with one name.
DTEST_OWN   = -Dmain=$(subst -,_,$(notdir $(1)))_main
DTEST_PCI  := -Dvirtio_reset=pci_virtio_reset -Dvirtio_is=pci_virtio_is
$(foreach o,obj cov,$(foreach d,$(DRIVERS),$(eval $(O)/drivershost/$(o)/$(d)/main.c.o: \
	DTEST_CFL += $(call DTEST_OWN,$(d)))))
$(foreach o,obj cov,$(eval $(O)/drivershost/$(o)/user/drivers/pci/%.o: DTEST_CFL += $(DTEST_PCI)))

$(eval $(call hosted,drivers,DTEST_CFL,$(DTEST_SRC)))

# The network server with lwIP on the same machine, at a card of virtio-net.
NTEST_SRC  := $(wildcard tests/system/drivers/net/*.c user/servers/net/*.c user/drivers/virtio-net/*.c)
NTEST_SRC  += $(filter-out user/drivers/% tests/system/drivers/t_%,$(DTEST_SRC))
NTEST_SRC  += $(wildcard user/drivers/pci/*.c) user/lib/pecan/random.c user/lib/pecan/sockets.c
NTEST_CFL  := $(LWIP_INC) -fno-sanitize=alignment -DLWIP_NO_UNISTD_H -include sys/types.h
$(foreach o,obj cov,$(foreach d,user/servers/net tests/system/drivers/net,$(eval \
	$(O)/drivershost/$(o)/$(d)/%.o: DTEST_CFL += $(NTEST_CFL))))
$(foreach o,obj cov,$(eval $(O)/drivershost/$(o)/user/servers/net/main.c.o: DTEST_CFL += -Dmain=net_main))
$(foreach o,obj cov,$(NTEST_SRC:%=$(O)/drivershost/$(o)/%.o)): | $(LWIP)/host.o

$(O)/netserver-test: $(NTEST_SRC:%=$(O)/drivershost/obj/%.o) $(LWIP)/host.o
	$(call say,HOSTLD,$@)
	$(Q)$(HOSTCC) -no-pie -fsanitize=address,undefined -o $@ $^

$(O)/cov/netserver-test: $(NTEST_SRC:%=$(O)/drivershost/cov/%.o) $(LWIP)/host.o
	$(call say,COVLD,$@)
	$(Q)mkdir -p $(@D) && $(FUZZ_CC) -no-pie -fsanitize=address,undefined -fprofile-instr-generate -o $@ $^

coverage: $(O)/cov/netserver-test
