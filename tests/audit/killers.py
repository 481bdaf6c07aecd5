"""Ways for one run to be the end of the process that judges it."""

import os
import signal

from loganalyzer.audit.archive.work import judge_all


def killed_by_name(works, brief):
    """As `judge_all`, but a run called `killer` kills the process with a signal, as the kernel does."""
    if any("killer" in work.files.name for work in works):
        os.kill(os.getpid(), signal.SIGKILL)
    return judge_all(works, brief)


def out_of_memory_by_name(works, brief):
    """As `judge_all`, but a run called `killer` takes all the memory there is."""
    if any("killer" in work.files.name for work in works):
        try:
            bytearray(1 << 62)
        except MemoryError:
            return None
    return judge_all(works, brief)


def killed_in_company(works, brief):
    """As `judge_all`, but a run called `killer` needs a process of its own."""
    if len(works) > 1 and any("killer" in work.files.name for work in works):
        os.kill(os.getpid(), signal.SIGKILL)
    return judge_all(works, brief)
