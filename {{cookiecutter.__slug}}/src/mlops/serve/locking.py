"""One process of several: a file that is locked until it is closed, however its process ends."""

import sys


def lock(file: int, wait: bool) -> bool:
    """Lock an open file; False where somebody else has locked it and this is not to wait.

    On Windows nothing is locked.
    """
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
