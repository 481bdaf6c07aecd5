"""Who names the fault? Labelled runs, judged by us and by everybody else who judges training logs.

    python -m benchmarks.accuracy CORPUS                              ours and the published rules
    python -m benchmarks.accuracy CORPUS --doctors ENV/bin/python     and the installed log doctors
    python -m benchmarks.accuracy CORPUS --part held-out              only groups that nobody tuned on

CORPUS is a folder with a `labels.csv` (columns run, group, labels, also_ok, onset, confidence) such as
`python -m benchmarks.trainings make` writes. Groups (tasks, repositories) are split by a hash of their name,
so that the split was fixed before any rule was tuned.

Every tool is given the curves that our readers found, so that no peer loses a run to its own reader, and
every finding of a peer counts for all pathologies that its name could mean.
"""
