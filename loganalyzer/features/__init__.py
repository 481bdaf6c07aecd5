"""Named measurements that rules select."""
