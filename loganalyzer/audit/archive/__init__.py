"""Past runs judged, kept and summed up: only what changed is read, on one process, several or a cluster."""
