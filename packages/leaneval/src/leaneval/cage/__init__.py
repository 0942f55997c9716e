"""The cage around a program that runs hostile input: the system's own fences, no root needed.

Covered when the level is `full`: reading files beyond those named, writing outside the folders
named, connections of any kind, other programs, further processes, signals to anyone else, and
memory, time, file sizes and open files without bound. The environment is empty but for what the
caller names; the child dies with its parent.

Where the program is an executable (an installed Lean) rather than a library, it may also read and
run what the caller names as `executable`, in the same cage; started by root, its threads are then
bounded by memory alone.

Not covered: that a path exists and how large it is (`stat` is free), what the processor's timing
gives away, mistakes in the kernel itself. At `limits only` the program may read and write whatever
the user may, and use the network; only resource limits, the empty environment and the kill at the
end of its time hold. `reasons` says what could not be had and why.
"""

from leaneval.cage._cage import Cage, Level
from leaneval.cage._inside._entry import FAILED, READY

__all__ = ["FAILED", "READY", "Cage", "Level"]
