"""Small networks, really trained with known faults, and the truth about what their curves show.

A log that somebody labelled by eye is scarce and its label is an opinion. Here hundreds of logs are made:
small networks in Keras and PyTorch on data that scikit-learn bundles or generates, a GAN on a ring, two
games; most of them with one fault, many of them sound with curves that invite an alarm. The real writers
write them: Keras' TensorBoard callback and CSVLogger, torch's and tensorboardX's SummaryWriter, the csv
module.

    PYTHONPATH=. python -m benchmarks.trainings make OUT --seed 0 [--only TASK] [--fault FAULT]
    PYTHONPATH=. python -m benchmarks.trainings truth OUT

`make` needs torch, tensorflow (or tensorflow-cpu), tensorboardX and scikit-learn, and writes
`OUT/TASK/RUN/...` and `OUT/truth.csv`. Same seed, same curves; time stamps and file names differ. `truth`
judges made runs anew and needs NumPy alone.

A label is what the curve shows, not what was injected: a fault need not bite, and a sound recipe can go
wrong. So each run also measures, beside its log, what the log does not hold (`measures.npz`): loss and
accuracy over the whole training set without dropout, how high the loss of a random batch can be at these
weights, the share of units that answer to no sample, gradient and weight norms of each layer, what a
constant guess would reach; for a GAN the modes that are covered, for a game the return of the policy over
many episodes. `criteria_*.py` write the definition of each pathology down over these measures, with a
border on both sides in which the answer is "ambiguous"; they share no code with loganalyzer.

| module | what |
|---|---|
| `data.py` | the tasks; the task is the group that a classifier must be held out by |
| `setup.py`, `faults.py`, `sound.py` | what a run is, the faults, and the sound runs that look bad |
| `torch_runs.py`, `keras_runs.py`, `gan.py`, `games.py` | training, logging, measuring |
| `measures.py` | what was measured, and its file |
| `truth.py`, `criteria_*.py` | from measures to labels |
"""

import os

# Before the frameworks load: one thread, one kernel library and no chatter, so that a seed means one curve.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
