"""Where the engine writes down what went wrong: rotating files, no patient's data.

The worker never learns a patient's name or an image's path (voxels come by
shared memory), so its log cannot hold them.
"""

from __future__ import annotations

import contextlib
import logging
import os
from logging.handlers import RotatingFileHandler
from pathlib import Path

import platformdirs

LOG_NAME = "engine.log"
OUTPUT_NAME = "engine-output.log"

_LARGEST = 512 * 1024
_KEPT = 3


def log_folder() -> Path:
    """The user's log folder of this program; made if absent."""
    folder = Path(platformdirs.user_log_dir("medsam", appauthor=False))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def engine_logger() -> logging.Logger:
    """The worker's logger, writing to a rotating file; silent if the folder cannot be written."""
    logger = logging.getLogger("medsam.engine")
    if not logger.handlers:
        logger.setLevel(logging.INFO)
        logger.propagate = False
        handler: logging.Handler = logging.NullHandler()
        with contextlib.suppress(OSError):
            handler = RotatingFileHandler(
                log_folder() / LOG_NAME, maxBytes=_LARGEST, backupCount=_KEPT, encoding="utf-8"
            )
        handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(message)s"))
        logger.addHandler(handler)
    return logger


def open_output() -> int:
    """A file descriptor for the worker's standard error: the log, or nowhere.

    The file is turned over here, before each start, since a process cannot
    rotate its own standard error. The caller closes the descriptor.
    """
    try:
        path = log_folder() / OUTPUT_NAME
        if path.exists() and path.stat().st_size > _LARGEST:
            path.replace(path.with_suffix(".log.1"))
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError:
        return os.open(os.devnull, os.O_WRONLY)
