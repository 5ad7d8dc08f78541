"""Which of Python's bindings of Qt a program has: the one that it has imported, else the one that QT_API names, else the one that is there."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

_KNOWN = ("PySide6", "PyQt6")


def qt_core() -> Any:
    """The module `QtCore` of the binding. Never that of another one than the program's, which would end it."""
    imported = [name for name in _KNOWN if f"{name}.QtCore" in sys.modules]
    if len(imported) == 1:
        return sys.modules[f"{imported[0]}.QtCore"]
    named = next((name for name in _KNOWN if name.lower() == os.environ.get("QT_API", "").lower()), None)
    for name in [named] if named else _KNOWN:
        try:
            return importlib.import_module(f"{name}.QtCore")
        except ImportError:
            continue
    raise ImportError("no binding of Qt 6 is there: pip install PySide6, or PyQt6")
