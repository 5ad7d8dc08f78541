"""What is of one loop alone is collected where that is chosen (see `hosts.py`)."""

from hosts import CHOSEN

OF_ONE = {"test_qt.py": {"pyside6", "pyqt6"}, "test_trio.py": {"trio"}}
collect_ignore = [file for file, loops in OF_ONE.items() if not loops & set(CHOSEN)]
