"""python worker.py sklearn | sklearnex | torch: the process; protocol.py says what it is asked and answers."""

import sys

from protocol import serve

serve(sys.argv[1])
