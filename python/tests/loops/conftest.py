"""What is of one loop alone is collected where that is chosen (see `hosts.py`)."""

from hosts import CHOSEN

QT = {"pyside6", "pyqt6"}
collect_ignore = [] if QT & set(CHOSEN) else ["test_qt.py"]
