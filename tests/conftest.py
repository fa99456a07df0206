"""For every test: one torch thread in each worker, so that workers do not fight for cores."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
