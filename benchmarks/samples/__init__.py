"""Recipes of the sample logs: small networks, really trained, most of them with one honest fault."""

import os

# Before the frameworks load: one thread, one kernel library and no chatter, so that a seed means one curve.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
