//! Depends on the companions, so that one lock file holds their versions; `run.py` runs their own tests and examples.
