# SPDX-License-Identifier: BSD-2-Clause
# The core against a model of it, in lock step (docs/model.md): many steps, so without sanitizers.
MODEL_SRC := $(filter-out tests/core/fuzz/% $(HOST_64),$(FUZZ_SRC)) $(wildcard tests/core/model/*.c)
$(O)/model-64: $(O)/host64/fast.o
MODEL_HDR := $(shell find abi kernel tests/core/host tests/core/model -name '*.h')
$(O)/model-%: $(MODEL_SRC) $(HOST_64) $(HOST_32) $(MODEL_HDR) $(O)/settings
	$(call say,HOSTCC,$@)
	$(Q)$(HOSTCC) -m$* $(filter-out -O1 -M%,$(PLAIN_CFL)) -O2 -no-pie -Wl,--wrap=kernel_check -o $@ \
		$(MODEL_SRC) $(HOST_$*) $(filter %.o,$^)
model: $(O)/model-64 ## Play the kernel's core against a model of it for about TIME=60 seconds
	@setarch -R nice $(O)/model-64 -t $(TIME)
