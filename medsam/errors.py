"""The exception tree of the program.

Every failure that a user can cause, or can do something about, is one of
these. The message is shown as it stands, in the window and on the command
line, so it states the rule, what came instead, and the remedy.

    MedSAMError
    ├── InputError            what the user gave cannot be used
    │   ├── ReadError         a file or folder cannot be read as an image
    │   ├── GeometryError     shapes, spacings or directions do not fit
    │   ├── PromptError       a box, point or mask prompt asks nothing
    │   └── LockedError       a locked label would change
    ├── WriteError            a result could not be written, or read back wrong
    ├── ModelError            a network cannot be had or cannot do what is asked
    │   ├── WeightsMissing    the file of the weights is not on this machine
    │   ├── WeightsMismatch   a checkpoint does not fit its network
    │   └── DownloadError     the weights could not be fetched
    ├── EngineError           the worker process failed
    └── Cancelled             the user asked to stop; never shown as a failure
"""

from __future__ import annotations


class MedSAMError(Exception):
    """Base of everything that is shown to the user as one sentence."""


class InputError(MedSAMError):
    """What the user gave cannot be used."""


class ReadError(InputError):
    """A file or folder cannot be read as an image."""


class GeometryError(InputError):
    """Shapes, spacings or directions do not fit together."""


class PromptError(InputError):
    """A prompt is empty, outside of the picture or not understood."""


class LockedError(InputError):
    """A locked label would change.

    Attributes:
        label_id: Which one.
    """

    def __init__(self, message: str, label_id: int) -> None:
        super().__init__(message)
        self.label_id = label_id


class WriteError(MedSAMError):
    """A result could not be written, or differed when it was read back."""


class CaseFileError(MedSAMError):
    """A case file cannot be read, written or locked, or belongs to another image."""


class ModelError(MedSAMError):
    """A network cannot be had, or cannot do what is asked of it."""


class WeightsMissing(ModelError):
    """The file that holds the weights is not on this machine."""


class WeightsMismatch(ModelError):
    """A checkpoint does not fit the network it is loaded into."""


class DownloadError(ModelError):
    """Weights could not be fetched, or are not what was promised."""


class EngineError(MedSAMError):
    """The worker process failed or died."""


class Cancelled(MedSAMError):
    """The user asked to stop. Callers end quietly; nothing is reported."""
