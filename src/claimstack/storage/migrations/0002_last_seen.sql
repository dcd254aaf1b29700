-- When a device was last heard stands in a column of its own: devices are listed in this order, and it changes often.
ALTER TABLE end_device ADD COLUMN last_seen_at BIGINT;
