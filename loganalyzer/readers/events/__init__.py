"""TensorBoard event files from bytes to points: framing, checksums, decoding."""
