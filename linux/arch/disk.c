// SPDX-License-Identifier: GPL-2.0-only
/*
 * disk.c - pda, the disk: the part of Pecan's disk that `disk` of the task's section names (edge.h).
 *
 * A request is copied through memory that the driver's device reaches. A write that is done is in the disk's
 * cache, a flush that is done is on the disk; Linux's block layer makes the flushes (REQ_FUA included).
 */
#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include "edge.h"

/* Longer than edge_disk_events takes to find that there is no next driver. */
#define TIMEOUT (60 * HZ)

static struct blk_mq_tag_set tags;
static struct gendisk *pda;
static DEFINE_SPINLOCK(lock);		/* of the calls of edge.h: it disables interrupts */

/* ---- requests ---- */

static void copy(struct request *rq, bool to_device)
{
	char *data = edge_disk_data(rq->tag);
	struct req_iterator iter;
	struct bio_vec v;

	rq_for_each_segment(v, rq, iter) {
		if (to_device)
			memcpy_from_bvec(data, &v);
		else
			memcpy_to_bvec(&v, data);
		data += v.bv_len;
	}
}

static blk_status_t submit(struct blk_mq_hw_ctx *hctx, struct request *rq, enum edge_disk_kind kind)
{
	switch (edge_disk_submit(rq->tag, kind, blk_rq_pos(rq), blk_rq_sectors(rq))) {
	case EDGE_DISK_OK:
		return BLK_STS_OK;
	case EDGE_DISK_LATER:
		blk_mq_stop_hw_queue(hctx);
		return BLK_STS_DEV_RESOURCE;
	default:
		return BLK_STS_IOERR;
	}
}

static blk_status_t queue_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *bd)
{
	struct request *rq = bd->rq;
	enum edge_disk_kind kind = EDGE_DISK_READ;
	unsigned long flags;
	blk_status_t status;

	if (req_op(rq) == REQ_OP_FLUSH)
		kind = EDGE_DISK_FLUSH;
	else if (req_op(rq) == REQ_OP_WRITE)
		kind = EDGE_DISK_WRITE;
	else if (req_op(rq) != REQ_OP_READ)
		return BLK_STS_NOTSUPP;
	blk_mq_start_request(rq);
	if (kind == EDGE_DISK_WRITE)
		copy(rq, true);
	spin_lock_irqsave(&lock, flags);
	status = submit(hctx, rq, kind);
	if (bd->last)
		edge_disk_start();
	spin_unlock_irqrestore(&lock, flags);
	return status;
}

static void commit_rqs(struct blk_mq_hw_ctx *hctx)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	edge_disk_start();
	spin_unlock_irqrestore(&lock, flags);
}

static blk_status_t *status_of(struct request *rq) { return blk_mq_rq_to_pdu(rq); }

static void finish(struct request *rq)
{
	if (req_op(rq) == REQ_OP_READ && *status_of(rq) == BLK_STS_OK)
		copy(rq, false);
	blk_mq_end_request(rq, *status_of(rq));
}

static void take_answers(void)
{
	int failed, tag;

	while ((tag = edge_disk_take(&failed)) >= 0) {
		struct request *rq = blk_mq_tag_to_rq(tags.tags[0], tag);

		*status_of(rq) = failed ? BLK_STS_IOERR : BLK_STS_OK;
		blk_mq_complete_request(rq);
	}
}

static irqreturn_t happened(int irq, void *unused)
{
	bool again;

	spin_lock(&lock);
	again = edge_disk_events();
	take_answers();
	edge_disk_start();
	spin_unlock(&lock);
	if (again)
		blk_mq_start_stopped_hw_queues(pda->queue, true);
	return IRQ_HANDLED;
}

/* The device may still write to the memory of the requests, so it cannot be used for others. */
static enum blk_eh_timer_return late(struct request *rq)
{
	enum blk_eh_timer_return what = BLK_EH_RESET_TIMER;
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	if (edge_disk_give_up() == 0) {
		pr_err("pda: no answer for %d s: the disk is given up\n", TIMEOUT / HZ);
		take_answers();
		what = BLK_EH_DONE;
	}
	spin_unlock_irqrestore(&lock, flags);
	return what;
}

static const struct blk_mq_ops ops = {
	.queue_rq = queue_rq, .commit_rqs = commit_rqs, .complete = finish, .timeout = late,
};

/* ---- the device ---- */

static const struct block_device_operations disk_ops = { .owner = THIS_MODULE };

static int __init make_disk(unsigned long sectors, bool read_only, unsigned unit)
{
	int err;

	tags = (struct blk_mq_tag_set){
		.ops = &ops, .nr_hw_queues = 1, .queue_depth = EDGE_DISK_TAGS, .cmd_size = sizeof(blk_status_t),
		.numa_node = NUMA_NO_NODE, .timeout = TIMEOUT, .flags = BLK_MQ_F_SHOULD_MERGE,
	};
	err = blk_mq_alloc_tag_set(&tags);
	if (err)
		return err;
	pda = blk_mq_alloc_disk(&tags, NULL);
	if (IS_ERR(pda))
		return PTR_ERR(pda);
	strscpy(pda->disk_name, "pda", DISK_NAME_LEN);
	pda->fops = &disk_ops;
	pda->flags |= GENHD_FL_NO_PART;
	set_disk_ro(pda, read_only);
	set_capacity(pda, sectors);
	blk_queue_logical_block_size(pda->queue, unit * EDGE_SECTOR);
	blk_queue_max_hw_sectors(pda->queue, EDGE_DISK_BYTES / EDGE_SECTOR);
	blk_queue_flag_set(QUEUE_FLAG_NONROT, pda->queue);
	blk_queue_write_cache(pda->queue, true, false);
	return add_disk(pda);
}

static int __init pecan_disk(void)
{
	unsigned unit;
	int read_only, err;
	unsigned long sectors = edge_disk_open(&read_only, &unit);

	if (sectors == 0)
		return 0;
	err = request_irq(EDGE_IRQ_DISK, happened, 0, "disk", NULL);
	return err ? err : make_disk(sectors, read_only, unit);
}
device_initcall(pecan_disk);
