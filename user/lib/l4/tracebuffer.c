/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tracebuffer.c - where the kernel's trace buffer is: in a reserved virtual region of the memory
 * descriptors that begins with the magic. Only a kernel with the feature string is searched.
 */
#include <l4/kip.h>
#include <l4/tracebuffer.h>

static L4_TraceBuffer_t *buffer_in(L4_MemoryDesc_t *desc)
{
	L4_TraceBuffer_t *buffer = (L4_TraceBuffer_t *)L4_MemoryDescLow(desc);

	if (!L4_IsMemoryDescVirtual(desc) || L4_MemoryDescType(desc) != L4_ReservedMemoryType)
		return 0;
	return buffer->magic == L4_TRACEBUFFER_MAGIC ? buffer : 0;
}

static L4_TraceBuffer_t *search(void)
{
	void *kip = L4_GetKernelInterface();
	L4_TraceBuffer_t *buffer = 0;

	if (!__L4_KipHasFeature(kip, "tracebuffer"))
		return 0;
	for (L4_Word_t i = 0; i < L4_NumMemoryDescriptors(kip) && !buffer; i++)
		buffer = buffer_in(L4_MemoryDesc(kip, i));
	return buffer;
}

/* The result never changes, so it is computed once. */
L4_TraceBuffer_t *L4_GetTraceBuffer(void)
{
	static L4_TraceBuffer_t *found;
	static L4_Bool_t searched;

	if (!searched) {
		found = search();
		searched = 1;
	}
	return found;
}
