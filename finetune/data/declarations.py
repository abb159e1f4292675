"""Reading what data sets there are: a TOML file of ``[[dataset]]`` tables, or a folder that needs none."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from finetune.data.layouts.base import Declaration, layout
from finetune.data.layouts.table import TABLE
from finetune.data.layouts.worklist import WORKLIST
from finetune.data.modalities import modality
from medsam.errors import InputError
from medsam.intensity import Window

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_CHECK = TypeAdapter(Declaration)


def read_declarations(path: Path) -> list[Declaration]:
    """The data sets that a TOML file declares, or that a folder is.

    A folder with a ``cases.csv``, with ``imgs`` and ``gts`` or with ``.npz``
    files (MedSAM's arrays) needs no file; one with a single ``.toml`` is read by
    it; of one that the window has a worklist of, the finished cases are taken.

    Raises:
        InputError: If there is nothing to read, or a declaration does not fit.
    """
    path = Path(path)
    if path.is_dir():
        return _of_folder(path)
    if not path.is_file():
        raise InputError(
            f"Data sets are a folder or a TOML file that declares them; there is no {path.name}."
            " Check the name and where it lies."
        )
    if path.suffix.lower() == ".csv":
        return [Declaration(name=path.parent.name, layout="table", root=path.parent, images=path.name)]
    if path.name.endswith(WORKLIST):
        return [_of_worklist(path)]
    return _of_file(path)


def _of_worklist(file: Path) -> Declaration:
    folder = file.parent.resolve()
    own = file.name.removesuffix(WORKLIST).strip(".")
    return Declaration(name=own or folder.name, layout="worklist", root=folder, images=file.name)


def _of_folder(folder: Path) -> list[Declaration]:
    name = folder.resolve().name
    if (folder / TABLE).is_file():
        return [Declaration(name=name, layout="table", root=folder)]
    if ((folder / "imgs").is_dir() and (folder / "gts").is_dir()) or any(folder.glob("*.npz")):
        return [Declaration(name=name, layout="medsam", root=folder)]
    files = sorted(folder.glob("*.toml"))
    if len(files) == 1:
        return _of_file(files[0])
    if (folder / WORKLIST).is_file():
        return [_of_worklist(folder / WORKLIST)]
    raise InputError(
        f"A folder of data has a table {TABLE}, imgs and gts or .npz as MedSAM prepares them, or the window's"
        f" worklist; {name} has none. Declare its data sets in a TOML file (docs/datasets.md) and name it."
    )


def _of_file(path: Path) -> list[Declaration]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"Declarations are a TOML file; {path.name} is not: {error}.") from error
    tables = data.pop("dataset", None)
    if data or not isinstance(tables, list) or not tables:
        odd = f"; {', '.join(data)} stands beside them" if data else ""
        raise InputError(
            f"{path.name} declares data sets in tables called [[dataset]]{odd}. See docs/datasets.md."
        )
    found = [declaration(table, path.parent, path.name) for table in tables]
    names = [d.name for d in found]
    twice = next((n for n in names if names.count(n) > 1), None)
    if twice is not None:
        raise InputError(f"Every data set has its own name; {path.name} has two called {twice}. Rename one.")
    return found


_WRITTEN = {
    "tuple_type": "a list is written [1, 2]",
    "dict_type": 'names are written {1 = "liver", 2 = "tumour"}',
    "dataclass_type": 'a rule is written {rule = "random"}',
    "unexpected_keyword_argument": "there is no such setting",
    "string_type": 'text is written "in quotation marks"',
}
"""How TOML writes what pydantic calls by Python's names."""


def _misfit(error: ValidationError, where: str, name: str) -> str:
    first = error.errors()[0]
    setting = ".".join(str(part) for part in first["loc"])
    said = _WRITTEN.get(first["type"], first["msg"].removeprefix("Value error, ").rstrip("."))
    if first["type"] == "value_error" and setting in ("", "split"):  # a rule over several settings
        return f"{where}: the data set {name} does not fit: {said}."
    alone = ("missing", "value_error", "unexpected_keyword_argument")
    came = "" if first["type"] in alone else f"; {first['input']!r} came"
    return f"{where}: the setting {setting} of the data set {name} does not fit: {said}{came}."


def declaration(table: dict[str, Any], folder: Path, where: str = "The declaration") -> Declaration:
    """Check plain data as a declaration, with ``root`` below ``folder``.

    Raises:
        InputError: Naming the first setting that does not fit.
    """
    values = dict(table)
    try:
        found = _CHECK.validate_python({**values, "root": folder / str(values.get("root", "."))})
    except ValidationError as error:
        raise InputError(_misfit(error, where, str(values.get("name", "(no name)")))) from error
    if found.modality:
        modality(found.modality)
    if found.window not in ("", "default", "as is"):
        Window.from_text(found.window)
    layout(found.layout)
    if not found.root.is_dir():
        raise InputError(
            f"A data set's root is a folder; {found.root.name} of {found.name} is not there."
            f" It is looked for beside {where}."
        )
    return found
